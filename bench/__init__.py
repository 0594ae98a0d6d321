"""Benchmarks: ``python -m bench core``, from the root of the repository. Not a part of what is installed."""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

# The folder mpc_fast beside this one holds no extension: what is measured is the installed package.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != ROOT]
