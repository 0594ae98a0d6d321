#!/usr/bin/env bash
# lint.sh [--fix]: checks (or rewrites) formatting and style of all sources; runs every check before it fails.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin

mapfile -t native < <(find native -name '*.h' -o -name '*.cpp' | sort)

if [[ ${1-} == --fix ]]; then
  "$bin/ruff" check --quiet --fix . || true # what it cannot mend is for `make lint` to report
  "$bin/ruff" format .
  ((${#native[@]} == 0)) || "$bin/clang-format" -i "${native[@]}"
  exit
fi

status=0
check() { # check NAME COMMAND...
  echo "lint: $1"
  "${@:2}" || status=1
}
check "ruff check" "$bin/ruff" check --quiet .
check "ruff format" "$bin/ruff" format --quiet --check .
check "mypy" "$bin/mypy" --no-error-summary
((${#native[@]} == 0)) || check "clang-format" "$bin/clang-format" --dry-run -Werror "${native[@]}"
exit $status
