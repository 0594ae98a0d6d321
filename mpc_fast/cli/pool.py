"""pool fill and pool status."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ..keys import encode_passphrase
from ..pool import FillRecord, PoolError, PoolKey, PrimePool
from ..pool_fill import fill_pool, is_being_filled
from .fill_bar import FillBar, duration, outlook
from .inputs import check_profile, known_passphrase, new_passphrase
from .output import Stages, note, print_json, print_text

LOG_NAME: Final = "fill.log"


# ---- fill


def run_fill(folder: Path, count: int, profile: str, *, as_json: bool) -> None:
    """Fills the pool in this process."""
    check_profile(profile)
    pool, key = _unlocked(folder, _ask_passphrase(folder))
    with pool:
        _fill(pool, key, profile, count, as_json=as_json)


def run_detached_fill(folder: Path, count: int, profile: str, *, as_json: bool) -> None:
    """Leaves the work to a process in a session of its own, once that has begun it."""
    check_profile(profile)
    passphrase = _ask_passphrase(folder)
    pool, _ = _unlocked(folder, passphrase)
    with pool:
        if is_being_filled(pool):
            raise PoolError(f"{folder}: another process is filling this pool", "E_POOL_BUSY")
    log = folder.absolute() / LOG_NAME
    pid = _start(folder.absolute(), log, encode_passphrase(passphrase), count, profile)
    if as_json:
        print_json({"pool": str(folder), "profile": profile, "wanted": count, "pid": pid, "log": str(log)})
        return
    print_text(f"process {pid} goes on in the background; what it says is in {log}")
    print_text(f"how far it is:  mpc-fast pool status --pool {folder}")
    print_text(f"to stop it:     kill {pid}   (finished sets are in the pool)")


def run_background_fill(folder: Path, count: int, profile: str, ready_fd: int) -> None:
    """What the other process does: the passphrase comes on stdin, a sign of life goes to ready_fd."""
    check_profile(profile)
    pool, key = _unlocked(folder, sys.stdin.buffer.read().decode())
    print_text(f"{time.strftime('%Y-%m-%d %H:%M:%S')}: process {os.getpid()} fills {folder}")
    with pool:
        _fill(pool, key, profile, count, ready_fd)


def _ask_passphrase(folder: Path) -> str:
    what = f"the pool {folder}"
    return known_passphrase(what) if PrimePool.exists(folder) else new_passphrase(what)


def _unlocked(folder: Path, passphrase: str) -> tuple[PrimePool, PoolKey]:
    with Stages() as stages:
        stages("unlocking the pool")
        return PrimePool.create(folder, passphrase)


def _fill(
    pool: PrimePool, key: PoolKey, profile: str, count: int, ready_fd: int | None = None, *, as_json: bool = False
) -> None:
    began = time.monotonic()
    bar = FillBar()

    def progress(record: FillRecord, stage: str) -> bool:
        nonlocal ready_fd
        if ready_fd is not None:
            with suppress(BrokenPipeError):
                os.write(ready_fd, b"+")
            os.close(ready_fd)
            ready_fd = None
        return bar(record, stage)

    try:
        with bar:
            fill_pool(pool, key, profile, count, progress)
    except BaseException:
        with suppress(PoolError):
            if bar.record is not None and (fill := pool.latest_fill()) is not None:
                note(f"{fill.done} of {count} sets were finished, and are in the pool")
        raise
    available = pool.counts()[profile].available
    took = time.monotonic() - began
    if as_json:
        result = {"pool": str(pool.folder), "profile": profile, "added": count, "available": available}
        print_json({**result, "seconds": round(took, 3)})
        return
    print_text(f"{count} sets of primes added in {duration(took)}; {available} of profile {profile} in the pool")


def _start(folder: Path, log: Path, passphrase: bytes, count: int, profile: str) -> int:
    """Starts the background process, and waits until it fills. Returns its process id."""
    answer, ready_fd = os.pipe()
    options = ["--pool", str(folder), "--count", str(count), "--profile", profile, "--ready-fd", str(ready_fd)]
    with open(answer, "rb", buffering=0) as ready, _open_log(log) as output:
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "mpc_fast.cli", "pool", "fill", *options],
                stdin=subprocess.PIPE,  # for the passphrase, which arguments and variables would show
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,  # neither Ctrl-C nor the end of the shell reaches it
                pass_fds=(ready_fd,),
            )
        finally:
            os.close(ready_fd)
        assert process.stdin is not None
        try:
            with suppress(BrokenPipeError), process.stdin as stdin:
                stdin.write(passphrase)
            is_ready = ready.read(1) == b"+"
        except BaseException:
            process.kill()
            raise
    if not is_ready:
        raise PoolError(f"the background process did not start; {log} says why", "E_POOL_DETACH")
    return process.pid


def _open_log(path: Path) -> Any:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise PoolError(f"{path}: {error.strerror}") from None
    return os.fdopen(descriptor, "wb")


# ---- status


def run_status(folder: Path, *, as_json: bool) -> None:
    """Needs no passphrase."""
    with PrimePool.open(folder) as pool:
        counts, fill = pool.counts(), pool.latest_fill()
        is_running = fill is not None and fill.done < fill.wanted and is_being_filled(pool)
    if as_json:
        profiles = {name: count._asdict() for name, count in counts.items()}
        print_json({"pool": str(folder), "profiles": profiles, "fill": _as_dict(fill, is_running=is_running)})
        return
    print_text(f"pool   {folder}")
    for name, count in counts.items():
        print_text(f"{name:<7}{count.available} sets of primes available, {count.taken} taken so far")
    if not counts:
        print_text("empty")
    if fill is not None:
        print_text(f"fill   {_told(fill, is_running=is_running)}")


def _as_dict(fill: FillRecord | None, *, is_running: bool) -> dict[str, Any] | None:
    if fill is None:
        return None
    now = time.time()
    left = fill.seconds_left(now) if is_running else None
    return {
        "running": is_running,
        "pid": fill.pid,
        "profile": fill.profile,
        "done": fill.done,
        "wanted": fill.wanted,
        "elapsed_seconds": round((now if is_running else fill.updated_at) - fill.started_at, 3),
        "eta_seconds": None if left is None else round(left, 3),
    }


def _told(fill: FillRecord, *, is_running: bool) -> str:
    what = f"{fill.done} of {fill.wanted} sets of profile {fill.profile}"
    if is_running:
        since = duration(time.time() - fill.started_at)
        return f"running as process {fill.pid}: {what} after {since}, {outlook(fill) or 'no estimate yet'}"
    if fill.done < fill.wanted:
        return f"ended early: {what}"
    return f"finished: {what} in {duration(fill.updated_at - fill.started_at)}"
