"""The command mpc-fast."""

import sys
from typing import Any


def main() -> None:
    """Runs the command line of this process."""
    try:
        from .app import app

        app()
    except KeyboardInterrupt:  # while modules were being loaded
        sys.exit(130)


def __getattr__(name: str) -> Any:
    if name == "app":
        from .app import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
