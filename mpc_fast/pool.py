"""A pool of primes: the slow part of key generation, made in advance and kept sealed until it is used.

The pool is one SQLite file. A set leaves it before it is opened: the transaction that deletes its row is on the disk
before any of its primes exists in a process. So a crash at any instruction loses a set at worst, and of two processes
that draw at the same time only one gets it. Copies of the file are beyond its knowledge: whoever restores a backup, or
draws from two copies, uses primes twice.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Annotated, Final, NamedTuple, Self

import msgspec

from . import _native
from ._native import NativeError, PrimeSet
from .errors import MpcError, ProfileError, SealError, from_native
from .keys import encode_passphrase
from .sqlite_file import Format, SqliteFile

__all__ = ["Counts", "Drawn", "FillRecord", "PoolError", "PoolKey", "PrimePool"]

POOL_NAME: Final = "primes.sqlite3"
VERSION: Final = 1
_SCHEMA: Final = (
    "CREATE TABLE passphrase (one INTEGER PRIMARY KEY CHECK (one = 1), sealed_check BLOB NOT NULL)",
    "CREATE TABLE available (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, profile TEXT NOT NULL,"
    " sealed BLOB NOT NULL)",
    "CREATE TABLE taken (id BLOB PRIMARY KEY NOT NULL, profile TEXT NOT NULL, taken_at REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE fill (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER NOT NULL, profile TEXT NOT NULL,"
    " wanted INTEGER NOT NULL, done INTEGER NOT NULL, started_at REAL NOT NULL, updated_at REAL NOT NULL)",
)

_ProfileName = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9]{1,16}$")]
_Amount = Annotated[int, msgspec.Meta(ge=0)]


class PoolError(MpcError):
    """A pool that cannot be used; ``code`` is E_POOL or one of E_POOL_MISSING, _DAMAGED, _VERSION, _BUSY, _DETACH."""

    default_code = "E_POOL"


_FORMAT: Final = Format("prime pool", 0x4D504650, VERSION, _SCHEMA, PoolError)  # "MPFP"


@dataclass(frozen=True)
class PoolKey:
    """The passphrase of a pool, verified."""

    passphrase: bytes = field(repr=False)


class Counts(NamedTuple):
    """How many sets of one profile."""

    available: int
    taken: int


class Drawn(NamedTuple):
    """Sets that have left the pool."""

    sets: list[PrimeSet]
    damaged: int
    """How many more had to leave because they did not open."""


class FillRecord(msgspec.Struct, frozen=True):
    """The latest filling of a pool."""

    pid: _Amount
    profile: _ProfileName
    wanted: _Amount
    done: _Amount
    started_at: float
    """Seconds since the epoch, as updated_at: of the latest set, or of the start."""
    updated_at: float

    def seconds_left(self, now: float) -> float | None:
        """An estimate from the sets made so far; None before the first one."""
        if self.done == 0:
            return None
        each = (self.updated_at - self.started_at) / self.done
        return max(0.0, each * (self.wanted - self.done) - (now - self.updated_at))


class PrimePool:
    """An open pool. All its methods raise PoolError, and may be called by many processes at a time."""

    def __init__(self, folder: Path, file: SqliteFile) -> None:
        """Use open or create."""
        self.folder = folder
        self.path = file.path
        self._file = file

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """The pool of a folder. Raises PoolError(E_POOL_MISSING) where there is none."""
        folder = Path(folder)
        return cls(folder, SqliteFile.open(folder / POOL_NAME, _FORMAT))

    @classmethod
    def create(cls, folder: Path | str, passphrase: str) -> tuple[Self, PoolKey]:
        """A pool that is new, or was there already and has this passphrase (else SealError).

        A new folder gets mode 0700, the file 0600.
        """
        folder = Path(folder)

        def begin(file: SqliteFile) -> Callable[[], None]:
            check = _native.seal_passphrase_check(encode_passphrase(passphrase))
            return lambda: file.execute("INSERT INTO passphrase VALUES (1, ?)", check)

        SqliteFile.create(folder / POOL_NAME, _FORMAT, begin)
        pool = cls.open(folder)
        try:
            return pool, pool.unlock(passphrase)
        except BaseException:
            pool.close()
            raise

    @classmethod
    def exists(cls, folder: Path | str) -> bool:
        """Whether create would find a pool; so it has its passphrase. Raises PoolError for one that cannot be used."""
        try:
            cls.open(folder).close()
        except PoolError as error:
            if error.code != "E_POOL_MISSING":
                raise
            return False
        return True

    def close(self) -> None:
        """Nothing can be done with the pool afterwards."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def unlock(self, passphrase: str) -> PoolKey:
        """Verifies the passphrase, so that a wrong one costs no set. Raises SealError(E_SEAL_PASSPHRASE)."""
        key = PoolKey(encode_passphrase(passphrase))
        with self._file.refusals():
            [(check,)] = self._file.read("SELECT sealed_check FROM passphrase", list[tuple[bytes]])
        try:
            _native.check_passphrase(check, key.passphrase)
        except NativeError as error:
            code, detail = error.args
            if code != "E_SEAL_PASSPHRASE":
                raise from_native(code, f"{self.path}: {detail}") from None
            raise SealError(f"{self.path}: wrong passphrase", code) from None
        return key

    def add(self, key: PoolKey, primes: PrimeSet) -> None:
        """Seals a set, which is used up, and counts it for the fill that is recorded."""
        sealed = primes.seal(key.passphrase)
        profile, identifier = PrimeSet.read_label(sealed)
        with self._file.refusals(), self._file.transaction():
            self._file.execute(
                "INSERT INTO available (id, profile, sealed) VALUES (?, ?, ?)", identifier, profile, sealed
            )
            self._file.execute("UPDATE fill SET done = done + 1, updated_at = ?", time.time())

    def draw(self, key: PoolKey, profile: str, count: int) -> Drawn:
        """The oldest sets of a profile: as many as there are, at most `count`. They are gone before they are opened.

        Raises ProfileError for a profile that this process does not admit.
        """
        if profile not in _native.profile_names():
            raise ProfileError(f"profile {profile!r} is unknown, or not admitted here")
        sets: list[PrimeSet] = []
        damaged = 0
        while len(sets) < count and (taken := self._take(profile, count - len(sets))):
            for sealed in taken:
                try:
                    sets.append(PrimeSet.open_sealed(sealed, key.passphrase))
                except NativeError:  # the passphrase is right
                    damaged += 1
        return Drawn(sets, damaged)

    def counts(self) -> dict[str, Counts]:
        """By profile."""
        rows = list[tuple[_ProfileName, int]]
        with self._file.refusals(), self._file.transaction():
            available = dict(self._file.read("SELECT profile, count(*) FROM available GROUP BY profile", rows))
            taken = dict(self._file.read("SELECT profile, count(*) FROM taken GROUP BY profile", rows))
        return {name: Counts(available.get(name, 0), taken.get(name, 0)) for name in sorted({*available, *taken})}

    def begin_fill(self, profile: str, wanted: int) -> None:
        """Records that this process is filling the pool; takes the place of the record before."""
        now = time.time()
        with self._file.refusals(), self._file.transaction():
            self._file.execute("DELETE FROM fill")
            self._file.execute("INSERT INTO fill VALUES (1, ?, ?, ?, 0, ?, ?)", os.getpid(), profile, wanted, now, now)

    def latest_fill(self) -> FillRecord | None:
        """What is recorded of the latest fill, running or not."""
        names = FillRecord.__struct_fields__
        with self._file.refusals():
            rows = self._file.database.execute(f"SELECT {', '.join(names)} FROM fill").fetchall()
            records = [msgspec.convert(dict(zip(names, row, strict=True)), FillRecord) for row in rows]
        return records[0] if records else None

    def _take(self, profile: str, count: int) -> list[bytes]:
        """Sealed sets whose rows are gone for good."""
        with self._file.refusals(), self._file.transaction():
            rows = self._file.read(
                "SELECT number, id, profile, sealed FROM available WHERE profile = ? ORDER BY number LIMIT ?",
                list[tuple[int, bytes, str, bytes]],
                profile,
                count,
            )
            for number, identifier, _, sealed in rows:
                self._check_label(number, profile, identifier, sealed)
                if self._file.read("SELECT 1 FROM taken WHERE id = ?", list[tuple[int]], identifier):
                    raise PoolError(f"{self.path}: set {number} was handed out before", "E_POOL_DAMAGED")
                self._file.execute("DELETE FROM available WHERE number = ?", number)
                self._file.execute("INSERT INTO taken VALUES (?, ?, ?)", identifier, profile, time.time())
        return [sealed for _, _, _, sealed in rows]

    def _check_label(self, number: int, profile: str, identifier: bytes, sealed: bytes) -> None:
        """That a row is what its sealed file says it is."""
        try:
            label = PrimeSet.read_label(sealed)
        except NativeError as error:
            raise PoolError(f"{self.path}: set {number}: {error.args[1]}", "E_POOL_DAMAGED") from None
        if label != (profile, identifier):
            text = f"{self.path}: set {number} is listed for profile {profile}, its label says otherwise ({label[0]})"
            raise PoolError(text, "E_POOL_DAMAGED")
