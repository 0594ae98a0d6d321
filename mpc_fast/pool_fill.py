"""Filling a pool of primes: one process at a time, each set kept as soon as it is found."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from . import _native
from .errors import Cancelled
from .pool import FillRecord, PoolError, PoolKey, PrimePool

__all__ = ["fill_pool", "is_being_filled"]

LOCK_NAME: Final = "fill.lock"
_PATIENCE_SECONDS: Final = 1.0  # is_being_filled holds the lock for a moment, too

Progress = Callable[[FillRecord, str], bool]
"""Told the state of the fill and what is being done for the next set; False cancels."""


def fill_pool(pool: PrimePool, key: PoolKey, profile: str, count: int, progress: Progress) -> FillRecord:
    """Adds `count` sets. Whatever ends it early, the sets that were finished are in the pool.

    Raises PoolError(E_POOL_BUSY) while another process does the same, and Cancelled.
    """
    with _lock(pool):
        pool.begin_fill(profile, count)
        record = _recorded(pool)
        while record.done < count:
            primes = _search(record, progress)
            progress(record, "sealing")
            pool.add(key, primes)
            record = _recorded(pool)
        progress(record, "")
    return record


def is_being_filled(pool: PrimePool) -> bool:
    """Whether a fill is running. The lock that tells goes with its process, however that ends."""
    try:
        descriptor = os.open(pool.folder / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PoolError(f"{error.filename}: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _search(record: FillRecord, progress: Progress) -> _native.PrimeSet:
    try:
        return _native.generate_primes(record.profile, lambda stage: progress(record, stage))
    except _native.Cancelled:
        raise Cancelled("stopped by the caller") from None


def _recorded(pool: PrimePool) -> FillRecord:
    record = pool.latest_fill()
    if record is None:
        raise PoolError(f"{pool.path}: the record of the running fill has gone", "E_POOL_DAMAGED")
    return record


@contextmanager
def _lock(pool: PrimePool) -> Iterator[None]:
    path = pool.folder / LOCK_NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise PoolError(f"{path}: {error.strerror}") from None
    try:
        _take_lock(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _take_lock(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                text = f"{path.parent}: another process is filling this pool; see mpc-fast pool status"
                raise PoolError(text, "E_POOL_BUSY") from None
        except OSError as error:
            raise PoolError(f"{path}: {error.strerror}") from None
        time.sleep(0.02)
