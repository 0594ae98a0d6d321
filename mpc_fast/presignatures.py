"""The presignature store: nonces that were prepared, each of which signs one message, whatever happens.

One SQLite file holds the presignatures of a party, sealed under a key that is itself sealed under the passphrase. Each
goes one way: FRESH -> CLAIMED (for one digest) -> BURNT. A claim deletes the sealed presignature in the transaction
that records its digest, and only when that is on the disk is the presignature opened and a partial signature made. So
a crash loses a presignature at worst, and of two processes that claim at the same time only one gets it.

That alone would not survive a backup: an older file holds as FRESH what has signed since. So every change of what is
FRESH draws a token, and the file keeps its latest token and the one before. The latest is also written to a file
elsewhere, the mark, which backups of the store must not contain (``default_state_folder``). The order of a claim is

    lock the mark - change the file and commit - write the mark - unlock - open the presignature - sign

1. A partial signature leaves only after its claim is in the file, and the token of that claim in the mark.
2. So while the mark says t, no presignature that was claimed after t, in whatever copy of the file, has signed.
3. A file is believed if its latest token is t, or the one before is: then a crash came between commit and mark, and the
   mark is written before anything else. Either way all that it holds as FRESH was FRESH at t or has come later: by 2
   none of it has signed.
4. Any other file is an older one, one that was copied and went its own way (tokens are drawn, so two histories never
   agree again), or has lost its mark: all that is FRESH in it is burnt.
5. A keyed hash binds tokens and what is FRESH together: a file put together from pages of two times is not believed.

Restoring mark and file together, as an image of the whole machine does, is beyond this; see docs/architecture.md.
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ._native import ClaimedPresignature, KeyShare, NativeError, Presignature, PresignatureLabel, StoreKey
from .errors import ContextError, ParameterError, SealError, from_native
from .generation import default_state_folder
from .keys import encode_passphrase
from .messages import TypedMessage, check_typed
from .presignature_ledger import Ledger, StoreAccess, make_tag
from .presignature_rows import FORMAT, Row, SetStatus, Snapshot, Status, StoreError, join, read_status
from .sqlite_file import SqliteFile, make_folder

__all__ = ["MAX_FRESH", "PresignatureStore", "SetStatus", "Status", "StoreAccess", "StoreError"]

STORE_NAME: Final = "presignatures.sqlite3"
MAX_FRESH: Final = 256
"""Of one party, key and set of signers. What is proved about presignatures weakens with their number."""


class PresignatureStore:
    """An open store. All its methods raise StoreError, and may be called by many processes at a time."""

    def __init__(self, folder: Path, file: SqliteFile) -> None:
        """Use open or create."""
        self.folder = folder
        self.path = file.path
        self._ledger = Ledger(file)

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """The store of a folder. Raises StoreError(E_STORE_MISSING) where there is none."""
        folder = Path(folder)
        return cls(folder, SqliteFile.open(folder / STORE_NAME, FORMAT))

    @classmethod
    def create(
        cls, folder: Path | str, passphrase: str, *, state: Path | str | None = None
    ) -> tuple[Self, StoreAccess]:
        """A store that is new, or was there already and has this passphrase (else SealError).

        state: the folder of the mark, for a new store; never within ``folder``, and never in the same backup. A new
        folder gets mode 0700, the files 0600.
        """
        folder = Path(folder)
        states = cls.prepare(folder, state=state)

        def begin(file: SqliteFile) -> Callable[[], None]:
            key, store_id = StoreKey.generate(), secrets.token_bytes(16)
            sealed = key.seal(encode_passphrase(passphrase))
            mark_path = str(states.resolve() / f"{store_id.hex()}.generation")
            snapshot = Snapshot(store_id, mark_path, 0, secrets.token_bytes(16), bytes(16), b"")
            values = (1, store_id, sealed, mark_path, 0, snapshot.token, bytes(16), make_tag(key, snapshot, []))
            return lambda: file.execute("INSERT INTO store VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values)

        SqliteFile.create(folder / STORE_NAME, FORMAT, begin)
        store = cls.open(folder)
        try:
            return store, store.unlock(passphrase)
        except BaseException:
            store.close()
            raise

    @classmethod
    def prepare(cls, folder: Path | str, *, state: Path | str | None = None) -> Path:
        """Makes the folder of a new store, unless it is there, and gives that of its mark.

        Refuses what create would refuse whatever the passphrase.
        """
        folder = Path(folder)
        states = Path(state) if state is not None else default_state_folder()
        if states.resolve().is_relative_to(folder.resolve()):
            raise ParameterError(f"state: {states} lies within the store, whose backups would contain it")
        try:
            make_folder(folder, FORMAT)
        except OSError as error:
            raise StoreError(f"{error.filename or folder}: {error.strerror}") from None
        return states

    @classmethod
    def exists(cls, folder: Path | str) -> bool:
        """Whether create would find a store. Raises StoreError for one that cannot be used."""
        try:
            cls.open(folder).close()
        except StoreError as error:
            if error.code != "E_STORE_MISSING":
                raise
            return False
        return True

    def close(self) -> None:
        """Nothing can be done with the store afterwards."""
        self._ledger.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def unlock(self, passphrase: str) -> StoreAccess:
        """Opens the key of the store; what was claimed and not finished is burnt, and all of a store that was restored.

        Raises SealError(E_SEAL_PASSPHRASE).
        """
        with self._ledger.file.refusals():
            [(store_id, sealed)] = self._ledger.file.read("SELECT id, sealed_key FROM store", list[tuple[bytes, bytes]])
        try:
            access = StoreAccess(store_id, StoreKey.open(sealed, encode_passphrase(passphrase)))
        except NativeError as error:
            code, detail = error.args
            if code != "E_SEAL_PASSPHRASE":
                raise from_native(code, f"{self.path}: {detail}") from None
            raise SealError(f"{self.path}: wrong passphrase", code) from None
        with self._ledger.change(access):
            self._ledger.burn_claimed()
            self._ledger.burn_expired()
        return access

    def status(self) -> Status:
        """What the store holds, by key and signers. Needs no passphrase."""
        file = self._ledger.file
        with file.refusals(), file.transaction():
            return read_status(file, time.time())

    # ---- In

    def add(self, access: StoreAccess, presignatures: Sequence[Presignature]) -> None:
        """Stores presignatures, which are used up as handles: all of them, or none.

        Raises StoreError(E_STORE_FULL) beyond MAX_FRESH, (E_STORE_USED) for one that was stored before.
        """
        with self._ledger.change(access) as generation:
            self._ledger.burn_expired()
            self._check_new(presignatures)
            for one in presignatures:
                self._ledger.insert(Row.of(one, generation, self._seal(access, one, generation)))

    def _check_new(self, presignatures: Sequence[Presignature]) -> None:
        """Everything that can be refused before a handle is used up."""
        if len({(one.id, one.index) for one in presignatures}) < len(presignatures):
            raise StoreError(f"{self.path}: a presignature is given twice", "E_STORE_USED")
        for one in presignatures:
            name = f"{self.path}: presignature {one.id.hex()}"
            if one.expiry <= time.time():
                raise StoreError(f"{name} has expired", "E_STORE_EXPIRED")
            for table in ("fresh", "spent"):
                query = f"SELECT 1 FROM {table} WHERE id = ? AND party = ?"
                if self._ledger.file.read(query, list[tuple[int]], one.id, one.index):
                    raise StoreError(f"{name} was stored before", "E_STORE_USED")
        for of_set, count in Counter((one.key_id, one.index, join(one.signers)) for one in presignatures).items():
            query = "SELECT count(*) FROM fresh WHERE key_id = ? AND party = ? AND signers = ?"
            [(there,)] = self._ledger.file.read(query, list[tuple[int]], *of_set)
            if there + count > MAX_FRESH:
                text = f"{self.path}: {there} presignatures for key {of_set[0]} and signers {of_set[2]}"
                raise StoreError(f"{text}; with {count} more there would be over {MAX_FRESH}", "E_STORE_FULL")

    def _seal(self, access: StoreAccess, one: Presignature, generation: int) -> bytes:
        try:
            return one.seal(access.key, generation)
        except NativeError as error:  # the handle is used up
            raise StoreError(f"presignature {one.id.hex()}: {error.detail}", "E_STORE_USED") from None

    # ---- Out

    def claim_next(
        self, access: StoreAccess, share: KeyShare, signers: Sequence[int], message: TypedMessage
    ) -> ClaimedPresignature:
        """The oldest presignature of this share and these signers, for this message only.

        The signer who begins does this and tells the others its id. Raises StoreError(E_STORE_EMPTY).
        """
        return self._claim(access, share, check_typed(message), None, sorted(signers))

    def claim(
        self, access: StoreAccess, share: KeyShare, presignature_id: bytes, message: TypedMessage
    ) -> ClaimedPresignature:
        """The presignature of that id, for this message only.

        Raises ContextError for one of another key, epoch or auxiliary record than the share's; StoreError
        (E_STORE_UNKNOWN, _USED, _EXPIRED). One that was claimed for another message is burnt.
        """
        return self._claim(access, share, check_typed(message), presignature_id, None)

    def finish(self, access: StoreAccess, claimed: ClaimedPresignature) -> None:
        """Burns a claimed presignature once its session has ended, one way or the other."""
        with self._ledger.transaction(access):
            self._ledger.finish(claimed.id, claimed.index, "done")

    def see(self, access: StoreAccess, presignature_id: bytes, digest: bytes) -> bool:
        """To be told of every digest that another signer names for an id: burns what was claimed for another one.

        Returns whether that was so.
        """
        with self._ledger.transaction(access):
            is_conflict = self._ledger.burn_conflict(presignature_id, digest)
        return is_conflict

    def burn_others(self, access: StoreAccess, share: KeyShare) -> int:
        """Burns all presignatures of this key and party that are of another epoch or auxiliary record, or do not fit.

        To be called after every refresh. Returns how many there were.
        """
        burnt = 0
        with self._ledger.change(access):
            for row in self._ledger.rows("key_id = ? AND party = ?", share.key_id, share.index):
                try:
                    row.check(self.path).check_share(share)
                except (NativeError, StoreError):
                    self._ledger.burn(row, "replaced")
                    burnt += 1
        return burnt

    def burn(self, access: StoreAccess, presignature_id: bytes) -> bool:
        """Burns the presignature of that id unless it is spent; returns whether there was one."""
        with self._ledger.change(access):
            rows = self._ledger.rows("id = ?", presignature_id)
            for row in rows:
                self._ledger.burn(row, "request")
        return bool(rows)

    def _claim(
        self,
        access: StoreAccess,
        share: KeyShare,
        message: TypedMessage,
        presignature_id: bytes | None,
        signers: list[int] | None,
    ) -> ClaimedPresignature:
        refusal: StoreError | None = None
        with self._ledger.change(access):  # a refusal that burns is raised once that is committed
            self._ledger.burn_expired()
            if presignature_id is None:
                found = self._oldest(share, signers or [])
            else:
                refusal = self._why_spent(presignature_id, share.index, message.digest)
                found = None if refusal else self._sound("id = ? AND party = ?", presignature_id, share.index)
            if found is not None:
                row, label = found
                self._check_share(label, share)
                self._ledger.claim(row, message.digest)
        if found is None:
            raise refusal or self._nothing(share, presignature_id, signers)
        return self._open(access, share, row, message.digest)

    def _open(self, access: StoreAccess, share: KeyShare, row: Row, digest: bytes) -> ClaimedPresignature:
        """What has left the store for good."""
        try:
            return ClaimedPresignature.open(row.sealed, access.key, row.generation, share, digest)
        except NativeError as error:
            with self._ledger.transaction(access):
                self._ledger.finish(row.id, row.party, "damaged")
            raise from_native(error.code, f"presignature {row.id.hex()}: {error.detail}") from None

    def _oldest(self, share: KeyShare, signers: list[int]) -> tuple[Row, PresignatureLabel] | None:
        where = "key_id = ? AND party = ? AND signers = ? ORDER BY number"
        return self._sound(where, share.key_id, share.index, join(signers))

    def _sound(self, where: str, *values: object) -> tuple[Row, PresignatureLabel] | None:
        """The first row that is what its label says; those before it are burnt."""
        while rows := self._ledger.rows(f"{where} LIMIT 1", *values):
            try:
                return rows[0], rows[0].check(self.path)
            except StoreError:
                self._ledger.burn(rows[0], "damaged")
        return None

    def _nothing(self, share: KeyShare, presignature_id: bytes | None, signers: list[int] | None) -> StoreError:
        if presignature_id is not None:
            text = f"{self.path}: no presignature {presignature_id.hex()} of party {share.index}"
            return StoreError(text, "E_STORE_UNKNOWN")
        text = f"{self.path}: no presignature of party {share.index} for key {share.key_id} and signers {signers}"
        return StoreError(text, "E_STORE_EMPTY")

    def _why_spent(self, presignature_id: bytes, party: int, digest: bytes) -> StoreError | None:
        query = "SELECT reason FROM spent WHERE id = ? AND party = ?"
        reasons = self._ledger.file.read(query, list[tuple[str]], presignature_id, party)
        if not reasons:
            return None
        self._ledger.burn_conflict(presignature_id, digest)
        name = f"{self.path}: presignature {presignature_id.hex()}"
        if reasons == [("expired",)]:
            return StoreError(f"{name} has expired", "E_STORE_EXPIRED")
        return StoreError(f"{name} was used before, or burnt", "E_STORE_USED")

    def _check_share(self, label: PresignatureLabel, share: KeyShare) -> None:
        try:
            label.check_share(share)
        except NativeError as error:
            raise ContextError(f"presignature {label.id.hex()}: {error.detail}") from None
