"""Several files written as one step: all of them appear whole, or nothing has changed."""

import contextlib
import errno
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path


def write_all(files: Mapping[Path, bytes], *, overwrite: bool = False) -> None:
    """Writes the files with mode 0600, durably.

    Without `overwrite` an existing file raises FileExistsError. After any error, and after Ctrl-C, every path is as it
    was before.
    """
    spare = _SpareNames()
    placed: list[Path] = []
    backups: dict[Path, Path] = {}
    with _interrupt_deferred() as check_interrupt:
        try:
            staged = {path: _stage(path, data, spare) for path, data in files.items()}
            for path, temporary in staged.items():
                check_interrupt()
                if overwrite:
                    if os.path.lexists(path):
                        backups[path] = _keep(path, spare)
                    placed.append(path)
                    os.replace(temporary, path)
                else:
                    _place_new(temporary, path)
                    placed.append(path)
            _sync_folders(files)
            check_interrupt()
        except BaseException:
            _take_back(placed, backups)
            raise
        finally:
            spare.remove_all()


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot sync folders
            raise
    finally:
        os.close(descriptor)


class _SpareNames:
    """Hidden files beside the real ones, removed at the end."""

    def __init__(self) -> None:
        self._paths: list[Path] = []

    def create(self, beside: Path) -> tuple[int, Path]:
        # mkstemp: mode 0600, a name that nobody can foresee.
        descriptor, name = tempfile.mkstemp(prefix=f".{beside.name}.", suffix=".tmp", dir=beside.parent)
        self._paths.append(Path(name))
        return descriptor, Path(name)

    def remove_all(self) -> None:
        for path in self._paths:
            path.unlink(missing_ok=True)


def _stage(path: Path, data: bytes, spare: _SpareNames) -> Path:
    descriptor, temporary = spare.create(path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _place_new(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)  # unlike a rename, fails if the name is taken
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: reserve the name first
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            os.replace(temporary, path)
        except OSError:
            path.unlink()
            raise


def _keep(path: Path, spare: _SpareNames) -> Path:
    if path.is_symlink() or not path.is_file():
        raise FileExistsError(errno.EEXIST, "not a regular file", path)
    descriptor, backup = spare.create(path)
    os.close(descriptor)
    shutil.copy2(path, backup)
    return backup


def _take_back(placed: list[Path], backups: Mapping[Path, Path]) -> None:
    for path in placed:
        if path in backups:
            os.replace(backups[path], path)
        else:
            path.unlink(missing_ok=True)


def _sync_folders(files: Mapping[Path, bytes]) -> None:
    for folder in {path.parent for path in files}:
        sync_folder(folder)


@contextlib.contextmanager
def _interrupt_deferred() -> Iterator[Callable[[], None]]:
    """Ctrl-C waits until the function that is given out is called. After the last call it comes too late."""
    arrived = threading.Event()

    def check() -> None:
        if arrived.is_set():
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # which alone receives it
        yield check
        return
    previous = signal.signal(signal.SIGINT, lambda *_: arrived.set())
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, previous if previous is not None else signal.SIG_DFL)
