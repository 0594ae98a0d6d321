"""The file of a presignature store and its mark: every change of what is FRESH goes through here.

Why this order of steps never lets a presignature be used twice is argued in ``presignatures``.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ._native import StoreKey
from .errors import ParameterError
from .generation import MarkBusy, MarkFile, open_mark
from .presignature_rows import COLUMNS, Row, Snapshot, StoreError, describe
from .sqlite_file import SqliteFile

__all__ = ["Ledger", "StoreAccess", "make_tag"]

_PLACES: Final = ", ".join("?" * len(Row.__struct_fields__))


@dataclass(frozen=True)
class StoreAccess:
    """The key of a store, unlocked."""

    store_id: bytes
    key: StoreKey = field(repr=False)


class Ledger:
    """What is FRESH, and what was. Methods that change something are called within ``change`` or ``transaction``."""

    def __init__(self, file: SqliteFile) -> None:
        self.file = file

    @contextmanager
    def change(self, access: StoreAccess) -> Iterator[int]:
        """A transaction, and the mark that follows it: for all that changes what is FRESH. Gives its generation.

        Burns everything first if this file is not the one that the mark was written for.
        """
        with self.file.refusals(), self._locked_mark() as mark:
            with self._transaction(access) as now:
                if not self._is_latest(access.key, now, mark):
                    for row in self.rows("1"):
                        self.burn(row, "restored")
                elif not mark.says(now.mark):
                    mark.write(now.mark)  # a crash came between the latest commit and its mark
                then = now.next(secrets.token_bytes(16))
                yield then.generation
                tag = make_tag(access.key, then, self._fresh())
                values = (then.generation, then.token, then.previous_token, tag)
                self.file.execute("UPDATE store SET generation = ?, token = ?, previous_token = ?, tag = ?", *values)
            mark.write(then.mark)

    @contextmanager
    def transaction(self, access: StoreAccess) -> Iterator[None]:
        """For changes of what is spent."""
        with self.file.refusals(), self._transaction(access):
            yield

    @contextmanager
    def _transaction(self, access: StoreAccess) -> Iterator[Snapshot]:
        with self.file.transaction():
            now = Snapshot.read(self.file)
            if now.store_id != access.store_id:
                raise ParameterError("access: of another store")
            yield now

    @contextmanager
    def _locked_mark(self) -> Iterator[MarkFile]:
        path = Path(Snapshot.read(self.file).mark_path)
        try:
            with open_mark(path) as mark:
                yield mark
        except MarkBusy:
            raise StoreError(f"{self.file.path}: in use by another process", "E_STORE_BUSY") from None
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}", "E_STORE_STATE") from None

    def _is_latest(self, key: StoreKey, now: Snapshot, mark: MarkFile) -> bool:
        if str(mark.path) != now.mark_path:  # of another file, which took the place of this one just now
            return False
        is_bound = secrets.compare_digest(now.tag, make_tag(key, now, self._fresh()))
        return is_bound and (mark.says(now.mark) or mark.says(now.previous_mark))

    # ---- What is FRESH

    def rows(self, where: str, *values: object) -> list[Row]:
        found: list[Row] = self.file.read(f"SELECT {COLUMNS} FROM fresh WHERE {where}", list[Row], *values)
        return found

    def insert(self, row: Row) -> None:
        self.file.execute(f"INSERT INTO fresh ({COLUMNS}) VALUES ({_PLACES})", *row.values())

    def claim(self, row: Row, digest: bytes) -> None:
        """FRESH -> CLAIMED: the sealed presignature leaves the file."""
        self._leave(row, "CLAIMED", "claim", digest)

    def burn(self, row: Row, reason: str) -> None:
        """FRESH -> BURNT."""
        self._leave(row, "BURNT", reason, None)

    def burn_expired(self) -> None:
        for row in self.rows("expiry <= ?", int(time.time())):
            self.burn(row, "expired")

    def _leave(self, row: Row, state: str, reason: str, digest: bytes | None) -> None:
        self.file.execute("DELETE FROM fresh WHERE id = ? AND party = ?", row.id, row.party)
        values = (row.id, row.party, row.key_id, row.signers, state, reason, digest, time.time())
        self.file.execute("INSERT OR REPLACE INTO spent VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values)

    def _fresh(self) -> list[tuple[bytes, int, int]]:
        query = "SELECT id, party, generation FROM fresh ORDER BY id, party"
        fresh: list[tuple[bytes, int, int]] = self.file.read(query, list[tuple[bytes, int, int]])
        return fresh

    # ---- What is spent

    def finish(self, presignature_id: bytes, party: int, reason: str) -> None:
        """CLAIMED -> BURNT."""
        statement = "UPDATE spent SET state = 'BURNT', reason = ? WHERE id = ? AND party = ? AND state = 'CLAIMED'"
        self.file.execute(statement, reason, presignature_id, party)

    def burn_claimed(self) -> None:
        """All of them: whoever claimed them was interrupted, or does not need the ledger any more."""
        self.file.execute("UPDATE spent SET state = 'BURNT', reason = 'crash' WHERE state = 'CLAIMED'")

    def burn_conflict(self, presignature_id: bytes, digest: bytes) -> bool:
        """Burns what was claimed for another digest; whether that was so."""
        where = "id = ? AND digest IS NOT NULL AND digest != ?"
        values = (presignature_id, digest)
        conflicts = self.file.read(f"SELECT party FROM spent WHERE {where}", list[tuple[int]], *values)
        self.file.execute(f"UPDATE spent SET state = 'BURNT', reason = 'conflict' WHERE {where}", *values)
        return bool(conflicts)


def make_tag(key: StoreKey, snapshot: Snapshot, fresh: list[tuple[bytes, int, int]]) -> bytes:
    """Binds a snapshot and what is FRESH to the key of the store."""
    return key.authenticate(describe(snapshot, fresh))
