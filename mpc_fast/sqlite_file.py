"""One SQLite file of one kind, for many processes: what the prime pool and the presignature store have in common.

What a committed transaction deleted is gone for good: a power failure does not bring it back, and no copy of it stays
in the file. The schema is compared word for word, and rows are checked when they are read.
"""

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

import msgspec

from .atomic_files import sync_folder
from .errors import MpcError

__all__ = ["Format", "SqliteFile", "check_private", "make_folder"]

BUSY_SECONDS: Final = 30.0

_SETTINGS: Final = (
    "PRAGMA trusted_schema = OFF",
    # With FULL, a deleted journal that came back after a power failure would undo the last commit, and hand out again
    # what it took. EXTRA syncs the folder, too.
    "PRAGMA synchronous = EXTRA",
    "PRAGMA fullfsync = ON",  # macOS, where fsync alone does not reach the disk
    "PRAGMA secure_delete = ON",  # what was sealed in a deleted row leaves no copy behind
)

_DAMAGES: Final = frozenset(
    {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, None}
)


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    noun: str
    application_id: int
    """In the header of the file."""
    version: int
    schema: tuple[str, ...]
    """The statements that make the tables; nothing else may stand in the file."""
    error: type[MpcError]
    """Raised with its default code, or that followed by _MISSING, _DAMAGED, _VERSION, _BUSY."""
    journal: Literal["DELETE", "TRUNCATE"] = "DELETE"
    """What a commit does with the journal, synced: DELETE leaves one file at rest, TRUNCATE an empty second one, and
    takes half the CPU time."""

    def refuse(self, text: str, what: str = "") -> MpcError:
        """The error to raise: refuse("...", "DAMAGED") has the code E_..._DAMAGED."""
        return self.error(text, f"{self.error.default_code}_{what}" if what else None)


class SqliteFile:
    """An open file. All its methods raise the errors of its format, inside `refusals`."""

    def __init__(self, path: Path, format: Format, database: sqlite3.Connection) -> None:
        """Use open."""
        self.path = path
        self.format = format
        self.database = database

    @classmethod
    def open(cls, path: Path, format: Format) -> Self:
        """Raises E_..._MISSING where there is none."""
        try:
            check_private(path.parent, format)
            if not stat.S_ISREG(os.lstat(path).st_mode):
                raise format.refuse(f"{path}: not a regular file")
        except (FileNotFoundError, NotADirectoryError):
            raise format.refuse(f"{path.parent}: no {format.noun}", "MISSING") from None
        except OSError as error:
            raise format.refuse(f"{path}: {error.strerror}") from None
        file = cls._connect(path, format)
        try:
            with file.refusals():
                file._check()
        except BaseException:
            file.close()
            raise
        return file

    @classmethod
    def create(cls, path: Path, format: Format, begin: Callable[[Self], Callable[[], None]]) -> None:
        """Sees to it that there is a file; leaves one that has content alone.

        begin: prepares the first content, and returns what writes it in the transaction that makes the tables.
        """
        try:
            make_folder(path.parent, format)
            _create_file(path)
        except OSError as error:
            raise format.refuse(f"{error.filename or path.parent}: {error.strerror}") from None
        file = cls._connect(path, format)
        try:
            with file.refusals():
                if file._identity() != (0, 0, []):
                    return
                write = begin(file)
                with file.transaction():
                    if file._identity() != (0, 0, []):  # another process was quicker
                        return
                    for statement in format.schema:
                        file.execute(statement)
                    write()
                    file.execute(f"PRAGMA application_id = {format.application_id}")
                    file.execute(f"PRAGMA user_version = {format.version}")
        finally:
            file.close()

    @classmethod
    def _connect(cls, path: Path, format: Format) -> Self:
        with _refusals(path, format):
            database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                for setting in (*_SETTINGS, f"PRAGMA journal_mode = {format.journal}"):
                    database.execute(setting).fetchall()
            except BaseException:
                database.close()
                raise
            return cls(path, format, database)

    def close(self) -> None:
        """Nothing can be done with the file afterwards."""
        self.database.close()

    def read(self, query: str, rows: Any, *values: object) -> Any:
        """The result, its types checked: SQLite keeps any type in any column."""
        # Without builtin_types, a text would be read as base64 of bytes.
        return msgspec.convert(self.database.execute(query, values).fetchall(), rows, builtin_types=(bytes,))

    def execute(self, statement: str, *values: object) -> None:
        self.database.execute(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on the disk at the end of the block; one at a time among all processes."""
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.database.execute("COMMIT")
        except BaseException:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            raise

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Errors of SQLite, and of rows that are not what they should be, as those of the format."""
        with _refusals(self.path, self.format):
            yield

    def _identity(self) -> tuple[int, int, list[str]]:
        """Application, version, and the statements that made the tables."""
        [(application,)] = self.database.execute("PRAGMA application_id")
        [(version,)] = self.database.execute("PRAGMA user_version")
        schema = self.database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        return application, version, sorted(str(sql) for (sql,) in schema)

    def _check(self) -> None:
        form = self.format
        application, version, schema = self._identity()
        if (application, version, schema) == (0, 0, []):
            raise form.refuse(f"{self.path.parent}: no {form.noun}, its making was broken off", "MISSING")
        if application != form.application_id:
            raise form.refuse(f"{self.path}: not a {form.noun}", "DAMAGED")
        if version != form.version:
            raise form.refuse(f"{self.path}: version {version} of the format, expected {form.version}", "VERSION")
        if schema != sorted(form.schema):
            raise form.refuse(f"{self.path}: its tables are not those of a {form.noun}", "DAMAGED")
        # Also finds a row that a damaged page shows twice.
        if self.database.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
            raise form.refuse(f"{self.path}: damaged", "DAMAGED")


def make_folder(folder: Path, format: Format) -> None:
    """A new folder gets mode 0700; one that others may enter is refused. Raises OSError, too."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_private(folder, format)


def check_private(folder: Path, format: Format) -> None:
    """That nobody else may enter a folder. Raises OSError, too."""
    mode = stat.S_IMODE(os.stat(folder).st_mode)
    if mode & 0o077:
        text = f"{folder}: others may enter it (mode {mode:o}); chmod 700 it, or take a folder of its own"
        raise format.refuse(text)


def _create_file(path: Path) -> None:
    """Sees to it that there is a file of mode 0600, which SQLite passes on to its journal."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except FileExistsError:  # not opened: closing it would drop the locks that this process has on it
        return
    os.close(descriptor)
    sync_folder(path.parent)


@contextmanager
def _refusals(path: Path, form: Format) -> Iterator[None]:
    try:
        yield
    except (MpcError, sqlite3.ProgrammingError):
        raise
    except sqlite3.Error as error:
        extended = getattr(error, "sqlite_errorcode", None)  # None: raised by Python's module, for what it read
        code = None if extended is None else extended & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise form.refuse(f"{path}: in use by another process", "BUSY") from None
        if code in _DAMAGES:  # without its text, which may quote the file
            raise form.refuse(f"{path}: damaged, or no {form.noun}", "DAMAGED") from None
        raise form.refuse(f"{path}: {error}") from None
    except ValueError as error:  # and msgspec.ValidationError
        raise form.refuse(f"{path}: damaged ({error})", "DAMAGED") from None
