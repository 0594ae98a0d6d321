"""presign: presignatures of shares on this machine, into a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._native import KeyShare
from ..keys import ShareFile, quorum
from ..presignatures import MAX_FRESH, PresignatureStore, SetStatus, Status, StoreAccess, StoreError
from ..protocols.local import Stage, presign
from ..protocols.presign import MAX_LIFETIME
from .failures import UsageError
from .fill_bar import duration
from .inputs import known_passphrase, new_passphrase, open_shares, parse_duration_option
from .output import Stages, note, print_json, print_text
from .presign import told, warn_of_copy
from .presign_bar import PresignBar


@dataclass(frozen=True)
class _Plan:
    """What is to be made, by whom, and where it goes."""

    folder: Path
    files: list[ShareFile]
    count: int
    chunk: int
    lifetime: int

    @property
    def key_id(self) -> str:
        return self.files[0].record.key_id

    @property
    def signers(self) -> list[int]:
        return sorted(file.record.index for file in self.files)

    def check_room(self, status: Status, wanted: int) -> None:
        """Raises StoreError(E_STORE_FULL) unless so many more fit."""
        there = max(status.of(self.key_id, index, self.signers).fresh for index in self.signers)
        if wanted > (room := MAX_FRESH - there):
            text = f"{self.folder}: {there} presignatures for this key and signers {self.signers}, at most {MAX_FRESH}"
            raise StoreError(f"{text}: {room} more fit, and not {wanted}", "E_STORE_FULL")

    def sets(self, status: Status) -> list[SetStatus]:
        return [status.of(self.key_id, index, self.signers) for index in self.signers]


def run_fill(paths: Sequence[Path], folder: Path, count: int, chunk: int, lifetime: str, *, as_json: bool) -> None:
    """Everything that can be refused is refused before a passphrase is asked for."""
    seconds = parse_duration_option("--lifetime", lifetime)
    if not 0 < seconds <= MAX_LIFETIME:
        raise UsageError(f"--lifetime {lifetime}: expected 1s to {MAX_LIFETIME // 86400}d")
    given = [ShareFile.read(path) for path in paths]
    plan = _Plan(folder, quorum(given), count, chunk, seconds)
    is_new = _check_store(plan)
    for file in given[len(plan.files) :]:
        note(f"party {file.record.index} takes no part: {len(plan.files)} parties sign together")
    shares = open_shares(plan.files)
    store, access = _unlocked(folder, is_new=is_new)
    with store:
        stage = _fill(plan, shares, store, access)
        sets = plan.sets(store.status())
    if as_json:
        print_json(_result(plan, stage, sets))
    else:
        _print_for_people(plan, stage, sets)


def _check_store(plan: _Plan) -> bool:
    """That there is a store with room, or can be one. Whether it is new."""
    if not PresignatureStore.exists(plan.folder):
        plan.check_room(Status(0, True, []), plan.count)
        PresignatureStore.prepare(plan.folder)
        return True
    with PresignatureStore.open(plan.folder) as store:
        status = store.status()
    warn_of_copy(plan.folder, status)
    plan.check_room(status, plan.count)
    return False


def _unlocked(folder: Path, *, is_new: bool) -> tuple[PresignatureStore, StoreAccess]:
    what = f"the store {folder}"
    passphrase = new_passphrase(what) if is_new else known_passphrase(what)
    with Stages() as stages:
        stages("unlocking the store")
        return PresignatureStore.create(folder, passphrase)


def _fill(plan: _Plan, shares: Sequence[KeyShare], store: PresignatureStore, access: StoreAccess) -> Stage:
    stored = 0

    def keep(parts: list[Any]) -> None:
        nonlocal stored
        store.add(access, parts)
        stored += len(parts) // len(shares)
        if stored < plan.count:
            plan.check_room(store.status(), plan.count - stored)  # others may fill the store, too

    try:
        with PresignBar() as bar:
            _, stage = presign(shares, plan.count, bar, chunk=plan.chunk, lifetime=plan.lifetime, keep=keep)
    except BaseException:
        note(f"{stored} of {plan.count} presignatures were finished, and are in the store")
        raise
    return stage


def _result(plan: _Plan, stage: Stage, sets: Sequence[SetStatus]) -> dict[str, Any]:
    return {
        "store": str(plan.folder),
        "key_id": plan.key_id,
        "signers": plan.signers,
        "added": plan.count,
        "seconds": round(stage.seconds, 3),
        "cpu_seconds": {str(party): round(seconds, 3) for party, seconds in stage.cpu_seconds.items()},
        "bytes_sent": {str(party): count for party, count in stage.bytes_sent.items()},
        "sets": [one._asdict() for one in sets],
    }


def _print_for_people(plan: _Plan, stage: Stage, sets: Sequence[SetStatus]) -> None:
    signers = ", ".join(map(str, plan.signers))
    print_text(f"{plan.count} presignatures added in {duration(stage.seconds)}, for signers {signers}")
    for party in plan.signers:
        cpu_seconds, sent = stage.cpu_seconds[party], stage.bytes_sent[party]
        print_text(f"party {party}: {cpu_seconds:.2f} s of CPU time, {sent} bytes sent")
    print_text(f"store  {plan.folder}")
    for one in sets:
        print_text(told(one))
