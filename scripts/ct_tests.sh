#!/usr/bin/env bash
# Constant-time tests: every ct_* program marks its secrets as undefined memory and runs under valgrind, which reports
# each branch and each address that depends on them. ct_planted_leak leaks on purpose: it must be reported, or the
# check itself is broken. Valgrind has no AVX-512, so this covers the portable kernels.
set -euo pipefail
cd "$(dirname "$0")/.."
planted=ct_planted_leak

scripts/native_build.sh poison
log=build/poison/ct.log
clean=0 failed=() caught=no

for source in native/tests/ct_*.cpp; do
  [[ -e $source ]] || continue
  program=$(basename "$source" .cpp)
  started=$SECONDS status=0
  valgrind -q --error-exitcode=99 --track-origins=no "build/poison/$program" >"$log" 2>&1 || status=$?
  case $program:$status in
    "$planted":99) caught=yes verdict="reported, as it must be" ;;
    "$planted":*) verdict="NOT REPORTED (exit $status)" ;;
    *:0) clean=$((clean + 1)) verdict=clean ;;
    *:99) failed+=("$program") verdict="DEPENDS ON A SECRET" ;;
    *) failed+=("$program") verdict="FAILED (exit $status)" ;;
  esac
  echo "constant time: $program: $verdict ($((SECONDS - started)) s)"
  case $verdict in clean | reported*) ;; *) head -60 "$log" ;; esac
done

echo "constant time: $clean clean, ${#failed[@]} failed, planted leak caught: $caught"
((${#failed[@]} == 0 && clean > 0)) && [[ $caught == yes ]]
