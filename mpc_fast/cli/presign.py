"""presign status, and what a store is for the other commands."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..keys import ShareFile
from ..presignatures import PresignatureStore, SetStatus, Status, StoreAccess, StoreError
from .fill_bar import duration
from .inputs import known_passphrase
from .output import Stages, note, print_json, print_text

Unlock = Callable[[], tuple[PresignatureStore, StoreAccess]]


@contextmanager
def opened_store(folder: Path, files: Sequence[ShareFile]) -> Iterator[Unlock]:
    """A store that has a presignature for just these shares, and what unlocks it; refused before a passphrase."""
    with PresignatureStore.open(folder) as store:
        status = store.status()
        warn_of_copy(folder, status)
        signers = sorted(file.record.index for file in files)
        for file in files:
            if not status.of(file.record.key_id, file.record.index, signers).fresh:
                text = f"{folder}: no presignature of party {file.record.index} for this key and signers {signers}"
                raise StoreError(text, "E_STORE_EMPTY")

        def unlock() -> tuple[PresignatureStore, StoreAccess]:
            passphrase = known_passphrase(f"the store {folder}")
            with Stages() as stages:
                stages("unlocking the store")
                return store, store.unlock(passphrase)

        yield unlock


def warn_of_copy(folder: Path, status: Status) -> None:
    """Says so if the store is not the latest one."""
    if not status.is_latest:
        note(f"warning: {folder} was restored or copied, or has lost its mark; its presignatures are burnt")


def run_status(folder: Path, *, as_json: bool) -> None:
    """Needs no passphrase."""
    with PresignatureStore.open(folder) as store:
        status = store.status()
    if as_json:
        sets = [one._asdict() for one in status.sets]
        print_json({"store": str(folder), "latest": status.is_latest, "generation": status.generation, "sets": sets})
        return
    print_text(f"store  {folder}")
    if not status.is_latest:
        print_text("restored or copied, or without its mark: what it had is burnt when it is next unlocked")
    for one in status.sets:
        print_text(told(one))
    if not status.sets:
        print_text("empty")


def told(one: SetStatus) -> str:
    """A line for people."""
    signers = ", ".join(map(str, one.signers))
    whose = f"key {one.key_id}, party {one.party}, signers {signers}"
    counts = f"{whose}: {one.fresh} fresh, {one.claimed} claimed, {one.burnt} burnt"
    if one.next_expiry is None:
        return counts
    return f"{counts}; the next expires in {duration(max(0.0, one.next_expiry - time.time()))}"
