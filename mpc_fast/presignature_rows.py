"""What stands in the file of a presignature store."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, NamedTuple, Self

import msgspec
from msgspec import Meta

from ._native import NativeError, Presignature, PresignatureLabel
from .errors import MpcError, ProfileError
from .generation import Mark, read_mark
from .sqlite_file import Format, SqliteFile

__all__ = ["FORMAT", "Row", "SetStatus", "Snapshot", "Status", "StoreError", "describe", "read_status"]

VERSION: Final = 1
_SCHEMA: Final = (
    "CREATE TABLE store (one INTEGER PRIMARY KEY CHECK (one = 1), id BLOB NOT NULL, sealed_key BLOB NOT NULL,"
    " mark_path TEXT NOT NULL, generation INTEGER NOT NULL, token BLOB NOT NULL, previous_token BLOB NOT NULL,"
    " tag BLOB NOT NULL)",
    "CREATE TABLE fresh (number INTEGER PRIMARY KEY, id BLOB NOT NULL, party INTEGER NOT NULL, key_id TEXT NOT NULL,"
    " signers TEXT NOT NULL, expiry INTEGER NOT NULL, generation INTEGER NOT NULL, sealed BLOB NOT NULL,"
    " UNIQUE (id, party))",
    "CREATE TABLE spent (id BLOB NOT NULL, party INTEGER NOT NULL, key_id TEXT NOT NULL, signers TEXT NOT NULL,"
    " state TEXT NOT NULL, reason TEXT NOT NULL, digest BLOB, spent_at REAL NOT NULL, PRIMARY KEY (id, party))"
    " WITHOUT ROWID",
)

_Id = Annotated[bytes, Meta(min_length=16, max_length=16)]
_Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
_Party = Annotated[int, Meta(ge=1, le=16)]
_KeyId = Annotated[str, Meta(pattern=r"\A[ -~]{1,64}\Z")]
_Signers = Annotated[str, Meta(pattern=r"\A[0-9]{1,2}(,[0-9]{1,2}){1,15}\Z")]
_Amount = Annotated[int, Meta(ge=0)]


class StoreError(MpcError):
    """A store, or a presignature in it, that cannot be used.

    ``code`` is E_STORE or one of E_STORE_MISSING, _DAMAGED, _VERSION, _BUSY, _STATE (the mark cannot be written),
    _EMPTY, _FULL, _UNKNOWN, _USED, _EXPIRED.
    """

    default_code = "E_STORE"


FORMAT: Final = Format("presignature store", 0x4D504653, VERSION, _SCHEMA, StoreError, journal="TRUNCATE")  # "MPFS"


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A presignature that is FRESH."""

    id: _Id
    party: _Party
    key_id: _KeyId
    signers: _Signers
    expiry: _Amount
    generation: _Amount
    """When it was added; authenticated with ``sealed``."""
    sealed: bytes

    @classmethod
    def of(cls, one: Presignature | PresignatureLabel, generation: int, sealed: bytes) -> Self:
        return cls(one.id, one.index, one.key_id, join(one.signers), one.expiry, generation, sealed)

    def check(self, path: Path) -> PresignatureLabel:
        """The label of the sealed presignature, if it says what the row says. Raises StoreError, ProfileError."""
        name = f"{path}: presignature {self.id.hex()}"
        try:
            label = PresignatureLabel.read(self.sealed)
        except NativeError as error:
            if error.code == "E_PROFILE":
                raise ProfileError(f"{name}: {error.detail}") from None
            raise StoreError(f"{name}: {error.detail}", "E_STORE_DAMAGED") from None
        if Row.of(label, self.generation, self.sealed) != self:
            raise StoreError(f"{name}: its label says otherwise", "E_STORE_DAMAGED")
        return label

    def values(self) -> tuple[object, ...]:
        return msgspec.structs.astuple(self)


COLUMNS: Final = ", ".join(Row.__struct_fields__)


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """The latest change of a store, as its file has it."""

    store_id: _Id
    mark_path: Annotated[str, Meta(min_length=1, max_length=4096)]
    generation: _Amount
    token: _Id
    previous_token: _Id
    tag: bytes
    """Binds all of this, and what is FRESH, to the key of the store."""

    @classmethod
    def read(cls, file: SqliteFile) -> Self:
        columns = "id, mark_path, generation, token, previous_token, tag"
        [snapshot] = file.read(f"SELECT {columns} FROM store", list[cls])  # type: ignore[valid-type]
        return snapshot  # type: ignore[no-any-return]

    @property
    def mark(self) -> Mark:
        return Mark(self.store_id, self.generation, self.token)

    @property
    def previous_mark(self) -> Mark:
        return Mark(self.store_id, self.generation - 1, self.previous_token)

    def next(self, token: bytes) -> "Snapshot":
        """After another change; without its tag."""
        return Snapshot(self.store_id, self.mark_path, self.generation + 1, token, self.token, b"")


def describe(snapshot: Snapshot, fresh: list[tuple[bytes, int, int]]) -> bytes:
    """What the tag is made for. fresh: (id, party, generation) of each presignature, in order."""
    return msgspec.msgpack.encode([msgspec.structs.astuple(snapshot)[:-1], fresh])


def join(signers: list[int]) -> str:
    return ",".join(map(str, signers))


# ---- Status


class SetStatus(NamedTuple):
    """The presignatures of one party for one key and set of signers."""

    key_id: str
    party: int
    signers: list[int]
    fresh: int
    """Those that can still be claimed."""
    claimed: int
    burnt: int
    """Those that have signed, and those that never will."""
    next_expiry: int | None
    """Of the fresh ones, in seconds since 1970."""


class Status(NamedTuple):
    """What a store holds."""

    generation: int
    is_latest: bool
    """Whether the mark belongs to this file. Otherwise nothing counts as fresh: the next unlocking burns it."""
    sets: list[SetStatus]

    def of(self, key_id: str, party: int, signers: Sequence[int]) -> SetStatus:
        """Those of one party for one key and set of signers, of which there may be none."""
        for one in self.sets:
            if (one.key_id, one.party, one.signers) == (key_id, party, sorted(signers)):
                return one
        return SetStatus(key_id, party, sorted(signers), 0, 0, 0, None)


def read_status(file: SqliteFile, now: float) -> Status:
    """In a transaction."""
    snapshot = Snapshot.read(file)
    said = read_mark(Path(snapshot.mark_path))
    is_latest = said in (snapshot.mark.encode(), snapshot.previous_mark.encode())
    fresh: dict[tuple[str, int, str], list[int]] = {}
    spent: dict[tuple[str, int, str], dict[str, int]] = {}
    for key_id, party, signers, expiry in file.read(
        "SELECT key_id, party, signers, expiry FROM fresh", list[tuple[_KeyId, _Party, _Signers, _Amount]]
    ):
        fresh.setdefault((key_id, party, signers), []).append(expiry)
    for key_id, party, signers, state, count in file.read(
        "SELECT key_id, party, signers, state, count(*) FROM spent GROUP BY key_id, party, signers, state",
        list[tuple[_KeyId, _Party, _Signers, str, _Amount]],
    ):
        spent.setdefault((key_id, party, signers), {})[state] = count
    sets = []
    for key_id, party, signers in sorted({*fresh, *spent}):
        of_set = (key_id, party, signers)
        usable = [expiry for expiry in fresh.get(of_set, []) if is_latest and expiry > now]
        lost = len(fresh.get(of_set, [])) - len(usable)
        counts = spent.get(of_set, {})
        expiry = min(usable, default=None)
        claimed, burnt = counts.get("CLAIMED", 0), counts.get("BURNT", 0) + lost
        sets.append(SetStatus(key_id, party, _split(signers), len(usable), claimed, burnt, expiry))
    return Status(snapshot.generation, is_latest, sets)


def _split(signers: str) -> list[int]:
    return [int(index) for index in signers.split(",")]
