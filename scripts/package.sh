#!/usr/bin/env bash
# Builds the package and installs it into .venv, if a source is newer than the last build. The build folder stays, so
# only what changed is compiled again.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=.venv/.package-built

sources=(CMakeLists.txt pyproject.toml mpc_fast native)
if [[ -e $stamp ]]; then
  newer=$(find "${sources[@]}" \( -name __pycache__ -o -path native/tests \) -prune -o -newer "$stamp" -print -quit)
  if [[ -z $newer ]]; then
    exit
  fi
  echo "package: building ($newer has changed)"
else
  echo "package: building (the first time takes a few minutes)"
fi

started=$(mktemp)
trap 'rm -f "$started"' EXIT
export CMAKE_BUILD_PARALLEL_LEVEL=${MPC_JOBS:-$(nproc)}
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps \
  --config-settings=build-dir='build/{wheel_tag}' .
touch -r "$started" "$stamp" # the time before the build: a file saved meanwhile is seen next time
