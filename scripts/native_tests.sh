#!/usr/bin/env bash
# native_tests.sh <native|asan>: builds and runs the native tests of one configuration.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:?usage: native_tests.sh native|asan}

scripts/native_build.sh "$configuration"
echo "native tests: build/$configuration"
export UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_stack_use_after_return=1
ctest --test-dir "build/$configuration" --no-tests=error --output-on-failure --parallel "${MPC_JOBS:-$(nproc)}"
