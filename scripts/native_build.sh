#!/usr/bin/env bash
# native_build.sh <native|asan|poison>: configures (once) and builds the native tests in build/<configuration>.
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1-} in
  native) options=() ;;
  asan) options=(-DMPC_SANITIZE=ON) ;;
  poison) options=(-DMPC_POISON=ON) ;;
  *) echo "usage: native_build.sh native|asan|poison" >&2; exit 2 ;;
esac

echo "native build: build/$1"
cmake -S . -B "build/$1" -G Ninja --log-level=WARNING -DMPC_BUILD_PYTHON=OFF -DMPC_BUILD_TESTS=ON \
  -DMPC_WERROR="${MPC_WERROR:-OFF}" "${options[@]}" >/dev/null
cmake --build "build/$1" --parallel "${MPC_JOBS:-$(nproc)}" -- --quiet
