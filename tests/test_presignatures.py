"""The presignature store: what is kept, claimed and burnt, what is refused. Kills are in test_presignature_crashes."""

import os
import random
import shutil
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from parties import make_key
from presignatures import MESSAGE, OTHER, PASSPHRASE, database, fill, presignature, toy_key

from mpc_fast import generation, presignature_ledger, presignatures, sqlite_file
from mpc_fast._native import ClaimedPresignature, KeyShare, PresignatureLabel, StoreKey, verify_ecdsa
from mpc_fast.errors import ContextError, MpcError, ParameterError, ProfileError, SealError
from mpc_fast.generation import MarkFile, default_state_folder
from mpc_fast.messages import sha256_message
from mpc_fast.presignatures import PresignatureStore, StoreAccess
from mpc_fast.protocols.local import sign_presigned

SIGNERS = (1, 2)


@pytest.fixture(scope="module", autouse=True)
def toy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPC_FAST_INSECURE_TEST_PROFILE", "1")
        yield


class Stored:
    """A store with presignatures of party 1, and shorthands."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder / "store"
        self.state = folder / "state"
        self.store, self.access = PresignatureStore.create(self.folder, PASSPHRASE, state=self.state)
        self.ids = fill(self.store, self.access, count, SIGNERS, 1)

    @property
    def share(self) -> KeyShare:
        return toy_key().shares[1]

    def claim_next(self, message: Any = MESSAGE) -> ClaimedPresignature:
        return self.store.claim_next(self.access, self.share, SIGNERS, message)

    def claim(self, identifier: bytes, message: Any = MESSAGE) -> ClaimedPresignature:
        return self.store.claim(self.access, self.share, identifier, message)

    def counts(self) -> list[tuple[int, int, int]]:
        return [(one.fresh, one.claimed, one.burnt) for one in self.store.status().sets]

    def reasons(self) -> list[str]:
        with database(self.folder) as connection:
            return [reason for (reason,) in connection.execute("SELECT reason FROM spent ORDER BY reason")]

    @property
    def mark(self) -> Path:
        return next(self.state.iterdir())


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    made = Stored(tmp_path, 2)
    yield made
    made.store.close()


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(MpcError) as caught:
        action()
    assert caught.value.detail.isprintable()
    return caught.value.code


# ---- In and out


def test_what_is_stored_signs(tmp_path: Path) -> None:
    made = Stored(tmp_path, 0)
    fill(made.store, made.access, 1, (1, 3))
    shares = [toy_key().shares[index] for index in (1, 3)]
    with made.store as store:
        signed = sign_presigned(shares, store, made.access, MESSAGE)
    assert verify_ecdsa(shares[0].public_key, MESSAGE.digest, signed.signature)


def test_the_oldest_comes_first(stored: Stored) -> None:
    assert [stored.claim_next().id for _ in range(2)] == stored.ids
    assert code_of(stored.claim_next) == "E_STORE_EMPTY"


def test_one_is_claimed_by_its_id(stored: Stored) -> None:
    claimed = stored.claim(stored.ids[1])
    assert (claimed.id, claimed.digest, claimed.signers) == (stored.ids[1], MESSAGE.digest, [1, 2])
    assert stored.counts() == [(1, 1, 0)]
    stored.store.finish(stored.access, claimed)
    assert stored.counts() == [(1, 0, 1)]


def test_a_claimed_presignature_is_not_claimed_again(stored: Stored) -> None:
    stored.claim(stored.ids[0])
    assert code_of(lambda: stored.claim(stored.ids[0])) == "E_STORE_USED"
    assert stored.counts() == [(1, 1, 0)]


def test_another_message_burns_a_claimed_presignature(stored: Stored) -> None:
    stored.claim(stored.ids[0])
    assert code_of(lambda: stored.claim(stored.ids[0], OTHER)) == "E_STORE_USED"
    assert stored.counts() == [(1, 0, 1)]
    assert stored.reasons() == ["conflict"]


def test_another_digest_of_another_signer_burns_it_too(stored: Stored) -> None:
    stored.claim(stored.ids[0])
    assert not stored.store.see(stored.access, stored.ids[0], MESSAGE.digest)
    assert not stored.store.see(stored.access, stored.ids[1], OTHER.digest)
    assert stored.counts() == [(1, 1, 0)]
    assert stored.store.see(stored.access, stored.ids[0], OTHER.digest)
    assert stored.counts() == [(1, 0, 1)]


def test_what_was_claimed_and_not_finished_is_burnt_by_the_next_opening(stored: Stored) -> None:
    stored.claim_next()
    stored.store.close()
    with PresignatureStore.open(stored.folder) as again:
        access = again.unlock(PASSPHRASE)
        assert [(one.fresh, one.claimed, one.burnt) for one in again.status().sets] == [(1, 0, 1)]
        assert again.claim_next(access, stored.share, SIGNERS, MESSAGE).id == stored.ids[1]


def test_one_is_burnt_on_request(stored: Stored) -> None:
    assert stored.store.burn(stored.access, stored.ids[0])
    assert not stored.store.burn(stored.access, stored.ids[0])
    assert code_of(lambda: stored.claim(stored.ids[0])) == "E_STORE_USED"


def test_status_needs_no_passphrase(stored: Stored) -> None:
    stored.claim_next()
    with PresignatureStore.open(stored.folder) as other:
        status = other.status()
    [one] = status.sets
    assert status.is_latest
    assert (one.key_id, one.party, one.signers) == (stored.share.key_id, 1, [1, 2])
    assert (one.fresh, one.claimed, one.burnt) == (1, 1, 0)
    assert one.next_expiry is not None
    assert time.time() + 23 * 3600 < one.next_expiry <= time.time() + 24 * 3600


# ---- Messages, not digests


@pytest.mark.parametrize("message", [b"\1" * 32, MESSAGE.digest, MESSAGE.digest.hex(), None, (MESSAGE,)])
def test_bare_digests_are_refused_before_anything_is_claimed(stored: Stored, message: object) -> None:
    assert code_of(lambda: stored.claim_next(message)) == "E_PARAMETER"
    assert code_of(lambda: stored.claim(stored.ids[0], message)) == "E_PARAMETER"
    assert stored.counts() == [(2, 0, 0)]


# ---- What it is bound to


def patch_label(folder: Path, identifier: bytes, change: Callable[[bytes, int], bytes]) -> None:
    """Changes the clear text in front of a sealed presignature; change is told where the epoch stands."""
    with database(folder) as connection:
        [(sealed,)] = connection.execute("SELECT sealed FROM fresh WHERE id = ?", (identifier,))
        key_id = toy_key().shares[1].key_id.encode()
        changed = change(sealed, sealed.index(key_id) + len(key_id))
        connection.execute("UPDATE fresh SET sealed = ? WHERE id = ?", (changed, identifier))


def flip(at: int) -> Callable[[bytes, int], bytes]:
    def change(sealed: bytes, epoch: int) -> bytes:
        return sealed[: epoch + at] + bytes([sealed[epoch + at] ^ 1]) + sealed[epoch + at + 1 :]

    return change


def test_one_of_another_epoch_or_auxiliary_record_is_refused_and_can_be_burnt(stored: Stored) -> None:
    patch_label(stored.folder, stored.ids[0], flip(7))
    patch_label(stored.folder, stored.ids[1], flip(8))
    for identifier, what in zip(stored.ids, ("epoch", "auxiliary record"), strict=True):
        with pytest.raises(ContextError, match=f"another {what}"):
            stored.claim(identifier)
    with pytest.raises(ContextError):
        stored.claim_next()
    assert stored.counts() == [(2, 0, 0)]
    [third] = fill(stored.store, stored.access, 1, SIGNERS, 1)
    assert stored.store.burn_others(stored.access, stored.share) == 2
    assert stored.reasons() == ["replaced"] * 2
    assert stored.claim_next().id == third


def test_a_forged_label_does_not_open(stored: Stored) -> None:
    """The public key is compared, too; the expiry is authenticated like everything else."""
    with database(stored.folder) as connection:
        [(sealed,)] = connection.execute("SELECT sealed FROM fresh WHERE id = ?", (stored.ids[0],))
    expiry = PresignatureLabel.read(sealed).expiry
    changed = sealed.replace(expiry.to_bytes(8, "big"), (expiry + 1).to_bytes(8, "big"))
    with database(stored.folder) as connection:
        connection.execute("UPDATE fresh SET sealed = ?, expiry = expiry + 1 WHERE id = ?", (changed, stored.ids[0]))
    assert code_of(lambda: stored.claim(stored.ids[0])) == "E_SEAL_KEY"
    assert stored.reasons() == ["damaged"]


def test_other_parties_keys_and_signers_have_their_own(stored: Stored) -> None:
    shares = toy_key().shares
    store, access = stored.store, stored.access
    assert code_of(lambda: store.claim(access, shares[2], stored.ids[0], MESSAGE)) == "E_STORE_UNKNOWN"
    assert code_of(lambda: store.claim_next(access, shares[1], (1, 3), MESSAGE)) == "E_STORE_EMPTY"
    assert code_of(lambda: store.claim(access, shares[1], bytes(16), MESSAGE)) == "E_STORE_UNKNOWN"
    # Another key with the same name.
    foreign = make_key("TOY", 2, 2).shares[1]
    assert foreign.key_id == stored.share.key_id
    with pytest.raises(ContextError):
        store.claim_next(access, foreign, SIGNERS, MESSAGE)
    assert stored.counts() == [(2, 0, 0)]


def test_an_expired_presignature_is_burnt(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    [one] = stored.store.status().sets
    assert (one.fresh, one.burnt, one.next_expiry) == (0, 2, None)
    assert code_of(lambda: stored.claim(stored.ids[0])) == "E_STORE_EXPIRED"
    assert code_of(stored.claim_next) == "E_STORE_EMPTY"
    assert stored.reasons() == ["expired"] * 2


def test_an_expired_presignature_is_not_stored(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = presignature(lifetime=60)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert code_of(lambda: stored.store.add(stored.access, [parts[1]])) == "E_STORE_EXPIRED"


def test_there_is_a_limit_for_each_key_party_and_set_of_signers(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presignatures, "MAX_FRESH", 3)
    parts = [presignature()[1] for _ in range(2)]
    assert code_of(lambda: stored.store.add(stored.access, parts)) == "E_STORE_FULL"
    assert stored.counts() == [(2, 0, 0)]
    stored.store.add(stored.access, parts[:1])  # the refusal has not used them up
    fill(stored.store, stored.access, 1, (1, 3), 1)
    fill(stored.store, stored.access, 1, SIGNERS, 2)
    stored.claim_next()
    stored.store.add(stored.access, parts[1:])


def test_a_presignature_is_stored_once(stored: Stored) -> None:
    one = presignature()[1]
    assert code_of(lambda: stored.store.add(stored.access, [one, one])) == "E_STORE_USED"
    stored.store.add(stored.access, [one])
    assert code_of(lambda: stored.store.add(stored.access, [one])) == "E_STORE_USED"
    stored.claim(one.id)
    assert code_of(lambda: stored.store.add(stored.access, [one])) == "E_STORE_USED"


def test_a_profile_that_is_not_admitted_is_not_claimed(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    share = stored.share
    monkeypatch.delenv("MPC_FAST_INSECURE_TEST_PROFILE")
    with pytest.raises(ProfileError):
        stored.store.claim_next(stored.access, share, SIGNERS, MESSAGE)
    assert stored.counts() == [(2, 0, 0)]


# ---- The passphrase


@pytest.mark.parametrize("passphrase", ["", "wrong", PASSPHRASE + " "])
def test_a_wrong_passphrase_changes_nothing(stored: Stored, passphrase: str) -> None:
    with PresignatureStore.open(stored.folder) as other:
        assert code_of(lambda: other.unlock(passphrase)) == "E_SEAL_PASSPHRASE"
    with pytest.raises(SealError):
        PresignatureStore.create(stored.folder, passphrase)
    assert stored.counts() == [(2, 0, 0)]


def test_the_key_of_another_store_is_refused(stored: Stored, tmp_path: Path) -> None:
    other, access = PresignatureStore.create(tmp_path / "other", PASSPHRASE, state=tmp_path / "state")
    with other:
        assert code_of(lambda: stored.store.claim_next(access, stored.share, SIGNERS, MESSAGE)) == "E_PARAMETER"
        assert code_of(lambda: stored.store.add(access, [presignature()[1]])) == "E_PARAMETER"
        assert code_of(lambda: stored.store.see(access, bytes(16), bytes(32))) == "E_PARAMETER"
    forged = StoreAccess(stored.access.store_id, StoreKey.generate())  # cannot tell the file from a restored one
    assert code_of(lambda: stored.store.claim_next(forged, stored.share, SIGNERS, MESSAGE)) == "E_STORE_EMPTY"


def test_handles_do_not_show_what_they_hold(stored: Stored) -> None:
    assert repr(stored.access.key) == "<StoreKey>"
    assert "StoreKey" not in repr(stored.access)
    assert repr(stored.claim_next()) == "<ClaimedPresignature>"


# ---- Files


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store, _ = PresignatureStore.create(tmp_path / "a" / "b", PASSPHRASE, state=tmp_path / "c")
        store.close()
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.name != "a"}
    [mark] = [name for name in modes if name.endswith(".generation")]
    files = dict.fromkeys(("presignatures.sqlite3", "presignatures.sqlite3-journal", mark), 0o600)
    assert modes == {"b": 0o700, "c": 0o700, **files}


@pytest.mark.parametrize("where", ["", "state", "deeper/state"])
def test_the_mark_is_never_kept_in_the_store(tmp_path: Path, where: str) -> None:
    folder = tmp_path / "store"
    assert code_of(lambda: PresignatureStore.create(folder, PASSPHRASE, state=folder / where)) == "E_PARAMETER"
    assert not PresignatureStore.exists(folder)


def test_marks_are_kept_where_programs_keep_their_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_state_folder() == tmp_path / "mpc_fast"
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_STATE_HOME", value)
        assert default_state_folder() == Path.home() / ".local" / "state" / "mpc_fast"


def test_commits_reach_the_disk(stored: Stored) -> None:
    settings = {"journal_mode": "truncate", "synchronous": 3, "secure_delete": 1, "fullfsync": 1}
    for name, value in settings.items():
        assert stored.store._ledger.file.database.execute(f"PRAGMA {name}").fetchone() == (value,)


def test_a_claimed_presignature_leaves_nothing_in_the_file(stored: Stored) -> None:
    with database(stored.folder) as connection:
        rows = [sealed for (sealed,) in connection.execute("SELECT sealed FROM fresh ORDER BY number")]
    stored.claim_next()
    content = (stored.folder / "presignatures.sqlite3").read_bytes()
    assert rows[0][-64:] not in content
    assert rows[1][-64:] in content


# ---- The order of a claim


def watch_openings(monkeypatch: pytest.MonkeyPatch, see: Callable[[bytes], None]) -> None:
    """Calls `see` with the id of every presignature that a store of this process is about to open."""

    class Watched:
        @staticmethod
        def open(sealed: bytes, *arguments: Any) -> ClaimedPresignature:
            see(PresignatureLabel.read(sealed).id)
            return ClaimedPresignature.open(sealed, *arguments)

    monkeypatch.setattr(presignatures, "ClaimedPresignature", Watched)


def test_the_claim_and_its_mark_are_on_the_disk_before_anything_is_opened(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []

    def see(identifier: bytes) -> None:
        # No journal that could undo it.
        sizes = {name: os.stat(stored.folder / name).st_size for name in os.listdir(stored.folder)}
        assert [name for name, size in sizes.items() if size] == ["presignatures.sqlite3"]
        with database(stored.folder) as connection:
            assert connection.execute("SELECT count(*) FROM fresh WHERE id = ?", (identifier,)).fetchone() == (0,)
            [(state, digest)] = connection.execute("SELECT state, digest FROM spent WHERE id = ?", (identifier,))
            [(token,)] = connection.execute("SELECT token FROM store")
        assert (state, digest) == ("CLAIMED", MESSAGE.digest)
        assert token.hex() in stored.mark.read_text()
        seen.append(identifier)

    watch_openings(monkeypatch, see)
    stored.claim_next()
    stored.claim_next()
    assert seen == stored.ids


def test_a_commit_that_fails_opens_nothing(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    watch_openings(monkeypatch, opened.append)
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.1)
    with PresignatureStore.open(stored.folder) as store, database(stored.folder) as other:
        cursor = other.execute("SELECT id FROM fresh")
        cursor.fetchone()  # a reader in the middle: nobody can commit
        assert code_of(lambda: store.claim_next(stored.access, stored.share, SIGNERS, MESSAGE)) == "E_STORE_BUSY"
        cursor.close()
    assert opened == []
    assert stored.counts() == [(2, 0, 0)]
    assert stored.claim_next().id == stored.ids[0]


def test_without_a_mark_that_can_be_written_nothing_is_opened(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    watch_openings(monkeypatch, opened.append)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(MarkFile, "write", full)
        assert code_of(stored.claim_next) == "E_STORE_STATE"
    assert opened == []
    assert stored.counts() == [(1, 1, 0)]  # the claim stands, and the next one goes on from there
    assert stored.claim_next().id == stored.ids[1]
    shutil.rmtree(stored.state)
    stored.state.write_text("in the way")
    assert code_of(stored.claim_next) == "E_STORE_STATE"


def test_the_lock_of_the_mark_is_waited_for(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "PATIENCE_SECONDS", 0.1)
    with generation.open_mark(stored.mark):
        assert code_of(stored.claim_next) == "E_STORE_BUSY"
    assert stored.claim_next().id == stored.ids[0]


# ---- Files that are not the latest


def test_a_presignature_that_is_put_back_by_hand_burns_everything(stored: Stored) -> None:
    with database(stored.folder) as connection:
        row = connection.execute("SELECT * FROM fresh WHERE id = ?", (stored.ids[0],)).fetchone()
    stored.claim_next()
    with database(stored.folder) as connection:
        connection.execute("INSERT INTO fresh VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("DELETE FROM spent")
    assert code_of(lambda: stored.claim(stored.ids[0], OTHER)) == "E_STORE_USED"
    assert stored.reasons() == ["restored"] * 2


@pytest.mark.parametrize("column", ["token", "previous_token", "generation", "mark_path"])
def test_a_file_that_was_made_to_fit_its_mark_is_burnt(stored: Stored, tmp_path: Path, column: str) -> None:
    backup = shutil.copytree(stored.folder, tmp_path / "backup")
    stored.claim_next()
    with database(stored.folder) as connection:
        [(value,)] = connection.execute(f"SELECT {column} FROM store")
    if column == "mark_path":  # a mark of its own
        value = str(tmp_path / "old.generation")
        Path(value).write_text("")
    with database(backup) as connection:
        connection.execute(f"UPDATE store SET {column} = ?", (value,))
    with PresignatureStore.open(backup) as store:
        access = store.unlock(PASSPHRASE)
        assert code_of(lambda: store.claim_next(access, stored.share, SIGNERS, OTHER)) == "E_STORE_EMPTY"


def test_a_file_of_pages_of_two_times_is_burnt_or_refused(stored: Stored, tmp_path: Path) -> None:
    """As copying leaves it that runs while a presignature is claimed."""
    path = stored.folder / "presignatures.sqlite3"
    old = path.read_bytes()
    claimed = stored.claim_next().id
    new = path.read_bytes()
    pages = [slice(at, at + 4096) for at in range(0, len(old), 4096)]
    generator = random.Random(1)
    outcomes: Counter[str] = Counter()
    mark = stored.mark.read_bytes()
    for number in range(60):
        torn = bytearray(new)
        chosen = [page for page in pages if generator.random() < 0.5]
        for page in chosen:
            torn[page] = old[page]
        folder = tmp_path / f"torn-{number}"
        folder.mkdir(mode=0o700)
        (folder / path.name).write_bytes(torn)
        stored.mark.write_bytes(mark)
        try:
            with PresignatureStore.open(folder) as store:
                store.claim(stored.access, stored.share, claimed, OTHER)
            pytest.fail("a second message")
        except MpcError as error:
            outcomes[error.code] += 1
    assert "E_STORE_USED" in outcomes


# ---- What is refused


def test_a_row_that_is_not_what_its_label_says_is_left_out(stored: Stored) -> None:
    with database(stored.folder) as connection:
        connection.execute("UPDATE fresh SET expiry = expiry + 1000000 WHERE id = ?", (stored.ids[0],))
    assert stored.claim_next().id == stored.ids[1]
    assert stored.reasons() == ["claim", "damaged"]


@pytest.mark.parametrize("content", [b"", b"\0", b"MPCFAST\0", bytes(1000)])
def test_a_row_that_holds_something_else_is_left_out(stored: Stored, content: bytes) -> None:
    with database(stored.folder) as connection:
        connection.execute("UPDATE fresh SET sealed = ? WHERE id = ?", (content, stored.ids[0]))
    assert code_of(lambda: stored.claim(stored.ids[0])) == "E_STORE_UNKNOWN"
    assert code_of(lambda: stored.claim(stored.ids[0])) == "E_STORE_USED"
    assert stored.claim_next().id == stored.ids[1]


def test_a_damaged_presignature_is_lost_alone(stored: Stored) -> None:
    patch_label(stored.folder, stored.ids[0], lambda sealed, _: sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert code_of(lambda: stored.claim(stored.ids[0])) == "E_SEAL_KEY"
    assert stored.reasons() == ["damaged"]
    assert stored.claim_next().id == stored.ids[1]


REFUSALS: dict[str, tuple[str, str]] = {
    "another application": ("PRAGMA application_id = 7", "E_STORE_DAMAGED"),
    "a pool": ("PRAGMA application_id = 0x4D504650", "E_STORE_DAMAGED"),
    "a newer version": ("PRAGMA user_version = 2", "E_STORE_VERSION"),
    "a foreign table": ("CREATE TABLE more (x)", "E_STORE_DAMAGED"),
    "no row": ("DELETE FROM store", "E_STORE_DAMAGED"),
    "a token that is none": ("UPDATE store SET token = x'00'", "E_STORE_DAMAGED"),
    "a generation that is no number": ("UPDATE store SET generation = 'x'", "E_STORE_DAMAGED"),
    "signers that are none": ("UPDATE fresh SET signers = '1;2'", "E_STORE_DAMAGED"),
    "a key that is none": ("UPDATE fresh SET key_id = 'k' || char(27) || '[2J'", "E_STORE_DAMAGED"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_store_that_is_none_is_refused(stored: Stored, what: str) -> None:
    statement, code = REFUSALS[what]
    stored.store.close()
    with database(stored.folder) as connection:
        connection.execute(statement)

    def look() -> None:
        with PresignatureStore.open(stored.folder) as store:
            store.status()

    assert code_of(look) == code


def test_no_store_is_missing(tmp_path: Path) -> None:
    assert code_of(lambda: PresignatureStore.open(tmp_path / "none")) == "E_STORE_MISSING"
    assert not PresignatureStore.exists(tmp_path / "none")


def test_presignatures_of_a_process_never_meet_the_ledger_twice(stored: Stored) -> None:
    """Row numbers may be given again; ids are not."""
    for number in range(2):
        stored.claim_next(sha256_message(bytes([number])))
    fill(stored.store, stored.access, 1, SIGNERS, 1)
    assert stored.counts() == [(1, 2, 0)]
    assert isinstance(stored.access, presignature_ledger.StoreAccess)
    with pytest.raises(ParameterError):
        stored.claim_next(b"digest")
