"""Uses a presignature store in processes that die: python store_process.py FOLDER STATE, with kill_points preloaded.

Makes a key of its own. Takes one command a line, and answers "ok ..." or, when the process that did it was killed,
"killed". Partial signatures go to stdout as soon as they are made: "R4 <id> <party> <sigma>".

    fill COUNT             adds presignatures
    sign TARGET [ID ...]   claims and signs: first each ID, if that is let, then the oldest one
    unlock TARGET, add TARGET
    drain PROCESSES        so many processes claim and sign what there is
    fresh                  ids that can still be claimed

TARGET numbers the point at which the process kills itself; -1: nowhere.
"""

import ctypes
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

from parties import Key, make_key

from mpc_fast._native import ClaimedPresignature, KeyShare
from mpc_fast.errors import MpcError
from mpc_fast.messages import sha256_message
from mpc_fast.presignatures import PresignatureStore, StoreAccess, StoreError
from mpc_fast.protocols.local import presign

PASSPHRASE = "correct horse battery staple"
PARTY = 1
SIGNERS = [1, 2]


def say(text: str) -> None:
    os.write(1, text.encode() + b"\n")


class Processes:
    def __init__(self, folder: Path, state: Path) -> None:
        self.folder = folder
        self.key: Key = make_key("TOY", 2, 2)
        store, self.access = PresignatureStore.create(folder, PASSPHRASE, state=state)
        store.close()
        self.kill_points = ctypes.CDLL(None)

    @property
    def share(self) -> KeyShare:
        return self.key.shares[PARTY]

    def arm(self, target: int) -> None:
        if target >= 0:
            self.kill_points.kill_points_arm(ctypes.c_long(target))

    def parted(self, action: object, *arguments: object) -> int:
        """Does something in a process of its own; its number."""
        child = os.fork()
        if child == 0:
            status = 1
            try:
                action(*arguments)  # type: ignore[operator]
                status = 0
            finally:
                os._exit(status)
        return child

    def outcome(self, child: int) -> str:
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return "killed"
        return "ok" if os.WEXITSTATUS(status) == 0 else "failed"

    # ---- Commands

    def fill(self, count: str) -> str:
        with PresignatureStore.open(self.folder) as store:
            for _ in range(int(count)):
                parts, _stage = presign([self.key.shares[index] for index in SIGNERS])
                store.add(self.access, [one for one in parts if one.index == PARTY])
        return "ok"

    def sign(self, target: str, *ids: str) -> str:
        return self.outcome(self.parted(self._sign, int(target), ids))

    def unlock(self, target: str) -> str:
        return self.outcome(self.parted(self._unlock, int(target)))

    def add(self, target: str) -> str:
        parts, _ = presign([self.key.shares[index] for index in SIGNERS])
        return self.outcome(self.parted(self._add, int(target), [one for one in parts if one.index == PARTY]))

    def drain(self, processes: str) -> str:
        children = [self.parted(self._drain) for _ in range(int(processes))]
        return " ".join(self.outcome(child) for child in children)

    def fresh(self) -> str:
        with PresignatureStore.open(self.folder) as store:
            if not store.status().is_latest:
                return "ok"
            with store._ledger.file.refusals():
                rows = store._ledger.rows("1")
        return " ".join(["ok", *(row.id.hex() for row in rows)])

    # ---- What the processes do

    def _sign(self, target: int, ids: tuple[str, ...]) -> None:
        with PresignatureStore.open(self.folder) as store:
            self.arm(target)
            for identifier in ids:
                with suppress(MpcError):
                    message = sha256_message(secrets.token_bytes(8))
                    self._emit(store, store.claim(self.access, self.share, bytes.fromhex(identifier), message))
            message = sha256_message(secrets.token_bytes(8))
            self._emit(store, store.claim_next(self.access, self.share, SIGNERS, message))

    def _emit(self, store: PresignatureStore, claimed: ClaimedPresignature) -> None:
        r4 = claimed.round5()
        say(f"R4 {claimed.id.hex()} {claimed.index} {r4[-32:].hex()}")
        store.finish(self.access, claimed)

    def _unlock(self, target: int) -> None:
        with PresignatureStore.open(self.folder) as store:
            self.arm(target)
            store.unlock(PASSPHRASE)

    def _add(self, target: int, parts: list[object]) -> None:
        with PresignatureStore.open(self.folder) as store:
            self.arm(target)
            store.add(self.access, parts)  # type: ignore[arg-type]

    def _drain(self) -> None:
        with PresignatureStore.open(self.folder) as store:
            for _ in range(1000):
                message = sha256_message(secrets.token_bytes(8))
                try:
                    claimed = store.claim_next(self.access, self.share, SIGNERS, message)
                except StoreError as error:
                    if error.code != "E_STORE_EMPTY":
                        raise
                    return
                self._emit(store, claimed)


def main(folder: str, state: str) -> None:
    processes = Processes(Path(folder), Path(state))
    assert isinstance(processes.access, StoreAccess)
    say("ok")
    for line in sys.stdin:
        command, *arguments = line.split()
        say(getattr(processes, command)(*arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
