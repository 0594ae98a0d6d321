#!/usr/bin/env bash
# Timing tests: every timing_* program under every kernel that this processor has. For a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/native_build.sh native
kernels=(portable)
grep -qw avx512ifma /proc/cpuinfo 2>/dev/null && kernels+=(ifma)
status=0
for source in native/tests/timing_*.cpp; do
  program=$(basename "$source" .cpp)
  for kernel in "${kernels[@]}"; do
    MPC_FAST_KERNEL=$kernel "build/native/$program" || status=1
  done
done
exit $status
