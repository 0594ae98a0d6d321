"""A pool of primes: the slow part of key generation, made in advance and kept sealed until it is used.

The pool is one SQLite file. A set leaves it before it is opened: the transaction that deletes its row is on the disk
before any of its primes exists in a process. So a crash at any instruction loses a set at worst, and of two processes
that draw at the same time only one gets it. Copies of the file are beyond its knowledge: whoever restores a backup, or
draws from two copies, uses primes twice.
"""

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Final, NamedTuple, Self

import msgspec

from . import _native
from ._native import NativeError, PrimeSet
from .atomic_files import sync_folder
from .errors import MpcError, ProfileError, SealError, from_native
from .keys import encode_passphrase

__all__ = ["Counts", "Drawn", "FillRecord", "PoolError", "PoolKey", "PrimePool"]

POOL_NAME: Final = "primes.sqlite3"
VERSION: Final = 1
_APPLICATION_ID: Final = 0x4D504650  # "MPFP", in the header of the file
_BUSY_SECONDS: Final = 30.0

# Compared with what a file has, word for word: nothing else may stand in it.
_SCHEMA: Final = (
    "CREATE TABLE passphrase (one INTEGER PRIMARY KEY CHECK (one = 1), sealed_check BLOB NOT NULL)",
    "CREATE TABLE available (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, profile TEXT NOT NULL,"
    " sealed BLOB NOT NULL)",
    "CREATE TABLE taken (id BLOB PRIMARY KEY NOT NULL, profile TEXT NOT NULL, taken_at REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE fill (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER NOT NULL, profile TEXT NOT NULL,"
    " wanted INTEGER NOT NULL, done INTEGER NOT NULL, started_at REAL NOT NULL, updated_at REAL NOT NULL)",
)

_SETTINGS: Final = (
    "PRAGMA trusted_schema = OFF",
    # One file at rest. EXTRA syncs the folder, too, when the journal is deleted: with FULL, a journal that came back
    # after a power failure would undo the last commit, and hand out its sets again.
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA fullfsync = ON",  # macOS, where fsync alone does not reach the disk
    "PRAGMA secure_delete = ON",  # a taken set leaves no sealed copy behind
)

_DAMAGES: Final = frozenset(
    {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, None}
)

_ProfileName = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9]{1,16}$")]
_Amount = Annotated[int, msgspec.Meta(ge=0)]


class PoolError(MpcError):
    """A pool that cannot be used; ``code`` is E_POOL or one of E_POOL_MISSING, _DAMAGED, _VERSION, _BUSY, _DETACH."""

    default_code = "E_POOL"


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

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        """Use open or create."""
        self.folder = folder
        self.path = folder / POOL_NAME
        self._database = database

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """The pool of a folder. Raises PoolError(E_POOL_MISSING) where there is none."""
        folder = Path(folder)
        path = folder / POOL_NAME
        try:
            _check_private(folder)
            if not stat.S_ISREG(os.lstat(path).st_mode):
                raise PoolError(f"{path}: not a regular file")
        except (FileNotFoundError, NotADirectoryError):
            raise PoolError(f"{folder}: no prime pool", "E_POOL_MISSING") from None
        except OSError as error:
            raise PoolError(f"{path}: {error.strerror}") from None
        pool = cls(folder, _connect(path))
        try:
            with _refusals(path):
                pool._check_file()
        except BaseException:
            pool.close()
            raise
        return pool

    @classmethod
    def create(cls, folder: Path | str, passphrase: str) -> tuple[Self, PoolKey]:
        """A pool that is new, or was there already and has this passphrase (else SealError).

        A new folder gets mode 0700, the file 0600.
        """
        folder = Path(folder)
        path = folder / POOL_NAME
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_private(folder)
            _create_file(path)
        except OSError as error:
            raise PoolError(f"{error.filename or folder}: {error.strerror}") from None
        database = _connect(path)
        try:
            with _refusals(path):
                _initialise(database, encode_passphrase(passphrase))
        finally:
            database.close()
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
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def unlock(self, passphrase: str) -> PoolKey:
        """Verifies the passphrase, so that a wrong one costs no set. Raises SealError(E_SEAL_PASSPHRASE)."""
        key = PoolKey(encode_passphrase(passphrase))
        with _refusals(self.path):
            [(check,)] = self._read("SELECT sealed_check FROM passphrase", list[tuple[bytes]])
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
        with _refusals(self.path), self._transaction():
            self._execute("INSERT INTO available (id, profile, sealed) VALUES (?, ?, ?)", identifier, profile, sealed)
            self._execute("UPDATE fill SET done = done + 1, updated_at = ?", time.time())

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
        with _refusals(self.path), self._transaction():
            available = dict(self._read("SELECT profile, count(*) FROM available GROUP BY profile", rows))
            taken = dict(self._read("SELECT profile, count(*) FROM taken GROUP BY profile", rows))
        return {name: Counts(available.get(name, 0), taken.get(name, 0)) for name in sorted({*available, *taken})}

    def begin_fill(self, profile: str, wanted: int) -> None:
        """Records that this process is filling the pool; takes the place of the record before."""
        now = time.time()
        with _refusals(self.path), self._transaction():
            self._execute("DELETE FROM fill")
            self._execute("INSERT INTO fill VALUES (1, ?, ?, ?, 0, ?, ?)", os.getpid(), profile, wanted, now, now)

    def latest_fill(self) -> FillRecord | None:
        """What is recorded of the latest fill, running or not."""
        names = FillRecord.__struct_fields__
        with _refusals(self.path):
            rows = self._database.execute(f"SELECT {', '.join(names)} FROM fill").fetchall()
            records = [msgspec.convert(dict(zip(names, row, strict=True)), FillRecord) for row in rows]
        return records[0] if records else None

    def _take(self, profile: str, count: int) -> list[bytes]:
        """Sealed sets whose rows are gone for good."""
        with _refusals(self.path), self._transaction():
            rows = self._read(
                "SELECT number, id, profile, sealed FROM available WHERE profile = ? ORDER BY number LIMIT ?",
                list[tuple[int, bytes, str, bytes]],
                profile,
                count,
            )
            for number, identifier, _, sealed in rows:
                self._check_label(number, profile, identifier, sealed)
                if self._read("SELECT 1 FROM taken WHERE id = ?", list[tuple[int]], identifier):
                    raise PoolError(f"{self.path}: set {number} was handed out before", "E_POOL_DAMAGED")
                self._execute("DELETE FROM available WHERE number = ?", number)
                self._execute("INSERT INTO taken VALUES (?, ?, ?)", identifier, profile, time.time())
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

    def _check_file(self) -> None:
        if _identity(self._database) == (0, 0, []):
            raise PoolError(f"{self.folder}: no prime pool, its making was broken off", "E_POOL_MISSING")
        application, version, schema = _identity(self._database)
        if application != _APPLICATION_ID:
            raise PoolError(f"{self.path}: not a prime pool", "E_POOL_DAMAGED")
        if version != VERSION:
            raise PoolError(f"{self.path}: version {version} of the format, expected {VERSION}", "E_POOL_VERSION")
        if schema != sorted(_SCHEMA):
            raise PoolError(f"{self.path}: its tables are not those of a prime pool", "E_POOL_DAMAGED")
        # Also finds a row that a damaged page shows twice.
        if self._database.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
            raise PoolError(f"{self.path}: damaged", "E_POOL_DAMAGED")

    def _read(self, query: str, rows: Any, *values: object) -> Any:
        """The result, its types checked: SQLite keeps any type in any column."""
        # Without builtin_types, a text would be read as base64 of bytes.
        return msgspec.convert(self._database.execute(query, values).fetchall(), rows, builtin_types=(bytes,))

    def _execute(self, statement: str, *values: object) -> None:
        self._database.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _transaction(self._database):
            yield


def _check_private(folder: Path) -> None:
    mode = stat.S_IMODE(os.stat(folder).st_mode)
    if mode & 0o077:
        raise PoolError(f"{folder}: others may enter it (mode {mode:o}); chmod 700 it, or take a folder of its own")


def _create_file(path: Path) -> None:
    """Sees to it that there is a file of mode 0600, which SQLite passes on to its journal."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except FileExistsError:  # not opened: closing it would drop the locks that this process has on it
        return
    os.close(descriptor)
    sync_folder(path.parent)


def _connect(path: Path) -> sqlite3.Connection:
    with _refusals(path):
        database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            for setting in _SETTINGS:
                database.execute(setting).fetchall()
        except BaseException:
            database.close()
            raise
        return database


def _identity(database: sqlite3.Connection) -> tuple[int, int, list[str]]:
    """Application, version, and the statements that made the tables."""
    [(application,)] = database.execute("PRAGMA application_id")
    [(version,)] = database.execute("PRAGMA user_version")
    schema = database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return application, version, sorted(str(sql) for (sql,) in schema)


def _initialise(database: sqlite3.Connection, passphrase: bytes) -> None:
    """Makes an empty file a pool; leaves every other file alone."""
    if _identity(database) != (0, 0, []):
        return
    check = _native.seal_passphrase_check(passphrase)
    with _transaction(database):
        if _identity(database) != (0, 0, []):  # another process was quicker
            return
        for statement in _SCHEMA:
            database.execute(statement)
        database.execute("INSERT INTO passphrase VALUES (1, ?)", (check,))
        database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, on the disk at the end of the block; one at a time among all processes."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Errors of SQLite, and of rows that are not what they should be, as PoolError."""
    try:
        yield
    except (MpcError, sqlite3.ProgrammingError):
        raise
    except sqlite3.Error as error:
        extended = getattr(error, "sqlite_errorcode", None)  # None: raised by Python's module, for what it read
        code = None if extended is None else extended & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise PoolError(f"{path}: in use by another process", "E_POOL_BUSY") from None
        if code in _DAMAGES:  # without its text, which may quote the file
            raise PoolError(f"{path}: damaged, or no prime pool", "E_POOL_DAMAGED") from None
        raise PoolError(f"{path}: {error}") from None
    except ValueError as error:  # and msgspec.ValidationError
        raise PoolError(f"{path}: damaged ({error})", "E_POOL_DAMAGED") from None
