"""A mark beside a file, kept where backups of the file do not reach, that tells whether the file is the latest.

The mark is one line in a file of its own. Who changes the marked file holds the lock of the mark meanwhile, and writes
the new mark once the change is on the disk.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from .atomic_files import sync_folder

__all__ = ["Mark", "MarkBusy", "MarkFile", "default_state_folder", "open_mark", "read_mark"]

PATIENCE_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.002
_MAX_BYTES: Final = 256


class Mark(NamedTuple):
    """The latest change of a file."""

    owner: bytes
    """Which file."""
    generation: int
    """How many changes there have been."""
    token: bytes
    """Drawn for this change: two histories that part differ in it, although they count alike."""

    def encode(self) -> bytes:
        return f"mpc-fast generation 1 {self.owner.hex()} {self.generation:020} {self.token.hex()}\n".encode()


class MarkBusy(Exception):
    """Another process holds the lock of the mark."""


class MarkFile:
    """The file of a mark, locked."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Use open_mark."""
        self.path = path
        self._descriptor = descriptor

    def says(self, mark: Mark) -> bool:
        return os.pread(self._descriptor, _MAX_BYTES, 0) == mark.encode()

    def write(self, mark: Mark) -> None:
        """On the disk when this returns. Torn by a power failure it says nothing that was ever true."""
        line = mark.encode()
        is_new = os.fstat(self._descriptor).st_size == 0
        os.pwrite(self._descriptor, line, 0)
        os.ftruncate(self._descriptor, len(line))
        _sync(self._descriptor)
        if is_new:
            sync_folder(self.path.parent)


@contextmanager
def open_mark(path: Path) -> Iterator[MarkFile]:
    """The mark of a path, made if it is not there (it says nothing then), and locked. Raises OSError, MarkBusy."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, flags, 0o600)
    try:
        _lock(descriptor)
        yield MarkFile(path, descriptor)
    finally:
        os.close(descriptor)


def read_mark(path: Path) -> bytes:
    """What the file of a mark says now; nothing where there is none. For reports: without the lock."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            return os.pread(descriptor, _MAX_BYTES, 0)
        finally:
            os.close(descriptor)
    return b""


def default_state_folder() -> Path:
    """$XDG_STATE_HOME/mpc_fast, or ~/.local/state/mpc_fast."""
    given = os.environ.get("XDG_STATE_HOME", "")
    base = Path(given) if os.path.isabs(given) else Path.home() / ".local" / "state"
    return base / "mpc_fast"


def _lock(descriptor: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise MarkBusy from None
        time.sleep(_POLL_SECONDS)


def _sync(descriptor: int) -> None:
    if hasattr(fcntl, "F_FULLFSYNC"):  # macOS, where fsync alone does not reach the disk
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)
