"""The command mpc-fast."""

import io
import os
import signal
import sys
from typing import Any, Final

INTERRUPTED: Final = 130


def main() -> None:
    """Runs the command line of this process."""
    try:
        from .app import app

        if isinstance(sys.stdout, io.TextIOWrapper):  # a path that the terminal cannot show is no reason to fail
            sys.stdout.reconfigure(errors="backslashreplace")
        app()
    except ImportError as error:
        if not str(error).startswith("MPC_FAST_"):  # a setting that the core refuses
            raise
        sys.exit(f"mpc-fast: {error}")
    except KeyboardInterrupt:  # while modules were being loaded
        _leave_interrupted()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave_interrupted()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done; an interrupt of the clean-up would hide the status
        raise


def _leave_interrupted() -> None:
    """Ends with status 130. All files are in order by now.

    Not by sys.exit: an interrupt that came while a module was loaded, although it was handled, would make the
    interpreter end itself by a signal instead.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(INTERRUPTED)


def __getattr__(name: str) -> Any:
    if name == "app":
        from .app import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
