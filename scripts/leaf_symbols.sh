#!/usr/bin/env bash
# leaf_symbols.sh <object>...: the kernels among the objects (ifma*.o) define their entry points and nothing else that
# other files could pick up: no weak symbol, nothing outside mpc::modexp::ifma.
set -euo pipefail

checked=0
for object in "$@"; do
  case $(basename "$object") in ifma*.o) ;; *) continue ;; esac
  checked=$((checked + 1))
  symbols=$(nm -C --defined-only "$object" | awk '$2 ~ /[A-Z]/ || $2 ~ /[vwu]/ { $1 = ""; print }')
  if others=$(grep -v '^ T mpc::modexp::ifma::' <<<"$symbols"); then
    printf '%s defines more than its entry points:\n%s\n' "$object" "$others" >&2
    exit 1
  fi
  grep -q . <<<"$symbols" || { echo "$object defines no entry point" >&2; exit 1; }
done
[ "$checked" -gt 0 ] || { echo "no kernel among the objects" >&2; exit 1; }
echo "$checked kernel file(s): entry points only"
