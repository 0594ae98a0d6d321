#!/usr/bin/env bash
# install_system.sh <set>...: installs the missing system packages of the sets build, test and python (Debian, Ubuntu).
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(build-essential cmake ninja-build pkg-config libgmp-dev libsecp256k1-dev libsodium-dev)
test_packages=(valgrind libc6-dbg libgtest-dev)

is_installed() {
  [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

apt_install() { # apt_install PACKAGE...
  local as_root=()
  if [[ $(id -u) != 0 ]]; then
    if ! command -v sudo >/dev/null; then
      echo "error: these system packages are missing, and neither root nor sudo is available: $*" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "system packages: installing $*"
  # Package lists may be old or, in a fresh container, absent. One unreachable source is no reason to stop.
  "${as_root[@]}" apt-get update -qq || echo "system packages: apt-get update failed, going on with the lists at hand"
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; then
    echo "error: apt-get could not install: $*" >&2
    exit 1
  fi
}

install_python() {
  scripts/find_python.sh >/dev/null && return
  if [[ -z $(command -v dpkg-query) ]]; then
    echo "error: no Python >= 3.11 with venv and headers on PATH" >&2
    exit 1
  fi
  apt_install python3 python3-venv python3-dev
  scripts/find_python.sh >/dev/null && return
  for version in 3.13 3.12 3.11; do # the system's python3 is older: take a newer one that stands beside it
    if apt-cache show "python$version-venv" >/dev/null 2>&1; then
      apt_install "python$version" "python$version-venv" "python$version-dev"
      scripts/find_python.sh >/dev/null && return
    fi
  done
  echo "error: no Python >= 3.11 with venv and headers, and no package that brings one" >&2
  exit 1
}

wanted=()
for set in "$@"; do
  case $set in
    build) wanted+=("${build_packages[@]}") ;;
    test) wanted+=("${test_packages[@]}") ;;
    python) ;; # below
    *) echo "usage: install_system.sh [build] [test] [python]" >&2; exit 2 ;;
  esac
done

if [[ -z $(command -v dpkg-query) ]]; then
  ((${#wanted[@]} == 0)) || echo "system packages: not Debian or Ubuntu; taking for granted the equivalents of: ${wanted[*]}"
else
  missing=()
  for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]} == 0)) || apt_install "${missing[@]}"
fi

case " $* " in *" build "* | *" python "*) [[ -x .venv/bin/python ]] || install_python ;; esac
