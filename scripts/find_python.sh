#!/usr/bin/env bash
# Prints the first Python >= 3.11 on PATH that can make virtual environments and compile extensions; fails if there is none.
set -euo pipefail

for name in python3 python3.13 python3.12 python3.11 python3.14; do
  if "$name" - 2>/dev/null <<'CHECK'; then
import ensurepip, os, sys, sysconfig, venv
header = os.path.join(sysconfig.get_path("include"), "Python.h")
sys.exit(sys.version_info < (3, 11) or not os.path.exists(header))
CHECK
    "$name" -c 'import sys; print(sys.executable)'
    exit
  fi
done
exit 1
