#!/usr/bin/env bash
# wheel_dependencies.sh PREFIX: what a wheel-building image lacks. GMP and libsodium come from its package manager,
# libsecp256k1 (with the recovery module) is built into PREFIX from the source that the sdist of electrum-ecc carries.
set -euo pipefail
prefix=${1:?usage: wheel_dependencies.sh PREFIX}

case $(uname -s) in
  Darwin) brew install gmp libsodium ;;
  *)
    if command -v dnf >/dev/null; then
      dnf install -y epel-release
      dnf install -y gmp-devel libsodium-devel
    fi
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
  --dest "$work" electrum-ecc==0.0.8
tar -xf "$work"/electrum_ecc-*.tar.gz -C "$work"
source=$(dirname "$(find "$work" -path '*/include/secp256k1.h' | head -1)")/..
cmake -S "$source" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" \
  -DSECP256K1_ENABLE_MODULE_RECOVERY=ON -DSECP256K1_BUILD_TESTS=OFF -DSECP256K1_BUILD_EXHAUSTIVE_TESTS=OFF \
  -DSECP256K1_BUILD_BENCHMARK=OFF
cmake --build "$work/build" --parallel
cmake --install "$work/build"
