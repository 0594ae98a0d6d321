#!/usr/bin/env bash
# venv.sh [extra]...: makes .venv and installs into it what pyproject.toml asks for: the build requirements, the
# dependencies and the named extras. The package itself comes from package.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  python=$(scripts/find_python.sh) || { echo "error: no Python >= 3.11 with venv and headers on PATH" >&2; exit 1; }
  echo "virtual environment: .venv from $("$python" --version)"
  rm -rf .venv
  "$python" -m venv .venv
fi

for extra in "" "$@"; do
  list=.venv/.requirements-${extra:-base}
  .venv/bin/python - "$extra" >"$list.new" <<'READ'
import sys, tomllib

with open("pyproject.toml", "rb") as file:
    config = tomllib.load(file)
extra, project = sys.argv[1], config["project"]
wanted = project["optional-dependencies"][extra] if extra else config["build-system"]["requires"] + project["dependencies"]
print(*wanted, sep="\n")
READ
  if cmp -s "$list.new" "$list"; then
    rm "$list.new"
  else
    echo "virtual environment: installing ${extra:+extra $extra: }$(tr '\n' ' ' <"$list.new")"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$list.new"
    mv "$list.new" "$list"
  fi
done
