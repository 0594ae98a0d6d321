"""The prime pool: what is kept, that no set is handed out twice whatever happens, and what is refused."""

import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from keys import prime_set
from pool_process import PASSPHRASE

from mpc_fast import pool as pool_module
from mpc_fast import sqlite_file
from mpc_fast._native import KeyShare, NativeError, PrimeSet, seal_passphrase_check
from mpc_fast.errors import MpcError, ParameterError, ProfileError, SealError
from mpc_fast.pool import Counts, PoolError, PoolKey, PrimePool
from mpc_fast.protocols.local import generate_key

SUPPORT = Path(__file__).parent / "support"


@pytest.fixture(scope="module", autouse=True)
def toy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPC_FAST_INSECURE_TEST_PROFILE", "1")
        yield


@pytest.fixture(scope="module")
def five(toy: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool with the five prepared sets of TOY; not to be changed."""
    folder = tmp_path_factory.mktemp("pools") / "five"
    pool, key = PrimePool.create(folder, PASSPHRASE)
    with pool:
        for party in range(1, 6):
            pool.add(key, prime_set("TOY", party))
    return folder


@pytest.fixture
def folder(five: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(five, tmp_path / "pool"))


@pytest.fixture
def pool(folder: Path) -> Iterator[PrimePool]:
    with PrimePool.open(folder) as pool:
        yield pool


@pytest.fixture
def key(pool: PrimePool) -> PoolKey:
    return pool.unlock(PASSPHRASE)


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    """The file as SQLite alone sees it."""
    with closing(sqlite3.connect(folder / "primes.sqlite3", isolation_level=None)) as connection:
        yield connection


def identifiers(folder: Path, table: str) -> set[str]:
    with database(folder) as connection:
        return {identifier.hex() for (identifier,) in connection.execute(f"SELECT id FROM {table}")}


def crowd(folder: Path, count: int) -> set[str]:
    """Multiplies the sets of a pool under new identifiers, for processes that do not open what they draw."""
    with database(folder) as connection:
        [(old, sealed)] = connection.execute("SELECT id, sealed FROM available LIMIT 1")
        new = [random.randbytes(16) for _ in range(count)]
        rows = [(one, sealed.replace(old, one)) for one in new]
        connection.execute("BEGIN")
        connection.execute("DELETE FROM available")
        connection.executemany("INSERT INTO available (id, profile, sealed) VALUES (?, 'TOY', ?)", rows)
        connection.execute("COMMIT")
    return {one.hex() for one in new}


# ---- What is put in comes out, once


def test_a_set_that_is_drawn_serves_in_a_key_generation(pool: PrimePool, key: PoolKey) -> None:
    assert pool.counts() == {"TOY": Counts(available=5, taken=0)}
    sets, damaged = pool.draw(key, "TOY", 2)
    assert ([one.profile for one in sets], damaged) == (["TOY", "TOY"], 0)
    assert pool.counts() == {"TOY": Counts(available=3, taken=2)}
    ceremony = generate_key(2, 3, "TOY", "key", primes=sets)
    assert list(ceremony.stages) == ["primes", "aux", "dkg"]
    assert list(ceremony.stages["primes"].cpu_seconds) == [3]  # the party that had none
    with pytest.raises(MpcError, match="used already"):
        generate_key(2, 2, "TOY", "key", primes=sets)


def test_a_ceremony_refuses_more_sets_than_it_has_parties(pool: PrimePool, key: PoolKey) -> None:
    with pytest.raises(ParameterError):
        generate_key(2, 2, "TOY", "key", primes=pool.draw(key, "TOY", 3).sets)


def test_a_pool_gives_what_it_has_and_then_nothing(pool: PrimePool, key: PoolKey) -> None:
    assert len(pool.draw(key, "TOY", 0).sets) == 0
    assert len(pool.draw(key, "TOY", 4).sets) == 4
    assert len(pool.draw(key, "TOY", 4).sets) == 1
    assert len(pool.draw(key, "TOY", 4).sets) == 0
    assert pool.counts() == {"TOY": Counts(available=0, taken=5)}


def test_sets_leave_in_the_order_in_which_they_came(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with database(folder) as connection:
        expected = [one for (one,) in connection.execute("SELECT id FROM available ORDER BY number")]
    opened: list[bytes] = []
    watch_openings(monkeypatch, lambda sealed: opened.append(PrimeSet.read_label(sealed)[1]))
    with PrimePool.open(folder) as pool:
        key = pool.unlock(PASSPHRASE)
        for _ in range(5):
            pool.draw(key, "TOY", 1)
    assert opened == expected


def test_each_profile_has_its_own_sets(pool: PrimePool, key: PoolKey) -> None:
    pool.add(key, prime_set("C112", 1))
    assert pool.counts() == {"C112": Counts(1, 0), "TOY": Counts(5, 0)}
    assert pool.draw(key, "S128", 2).sets == []
    assert [one.profile for one in pool.draw(key, "C112", 2).sets] == ["C112"]
    assert pool.counts() == {"C112": Counts(0, 1), "TOY": Counts(5, 0)}


def test_a_profile_that_is_not_admitted_is_not_drawn(
    pool: PrimePool, key: PoolKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MPC_FAST_INSECURE_TEST_PROFILE")
    for profile in ("TOY", "S256"):
        with pytest.raises(ProfileError):
            pool.draw(key, profile, 1)
    assert pool.counts() == {"TOY": Counts(5, 0)}


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        PrimePool.create(tmp_path / "a" / "b", PASSPHRASE)[0].close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a" / "b").iterdir()} == {
        "primes.sqlite3": 0o600
    }


def test_a_pool_whose_making_was_broken_off_is_made_anew(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "primes.sqlite3").touch(0o600)  # what a crash before the first commit leaves
    assert not PrimePool.exists(tmp_path)
    PrimePool.create(tmp_path, PASSPHRASE)[0].close()
    assert PrimePool.exists(tmp_path)


def test_a_drawn_set_leaves_nothing_in_the_file(folder: Path, pool: PrimePool, key: PoolKey) -> None:
    with database(folder) as connection:
        rows = [sealed for (sealed,) in connection.execute("SELECT sealed FROM available ORDER BY number")]
    pool.draw(key, "TOY", 1)
    content = (folder / "primes.sqlite3").read_bytes()
    assert rows[0][-64:] not in content
    assert rows[-1][-64:] in content


def test_sealing_uses_a_set_up() -> None:
    primes = prime_set("TOY", 1)
    primes.seal(b"passphrase")
    with pytest.raises(NativeError, match="used already"):
        primes.seal(b"passphrase")


def test_sealed_things_do_not_stand_in_for_each_other() -> None:
    primes = prime_set("TOY", 1).seal(b"passphrase")
    check = seal_passphrase_check(b"passphrase")
    share = generate_key(2, 2, "TOY", "key").shares[0].seal(b"passphrase")
    assert repr(PrimeSet.open_sealed(primes, b"passphrase")) == "<PrimeSet>"
    for opening, others in ((PrimeSet.open_sealed, (check, share)), (KeyShare.open, (check, primes))):
        for other in others:
            with pytest.raises(NativeError) as caught:
                opening(other, b"passphrase")
            assert caught.value.args[0] == "E_SEAL_KIND"


# ---- The passphrase


@pytest.mark.parametrize("passphrase", ["", "wrong", PASSPHRASE + " "])
def test_a_wrong_passphrase_loses_nothing(pool: PrimePool, passphrase: str) -> None:
    with pytest.raises(SealError) as caught:
        pool.unlock(passphrase)
    assert caught.value.code == "E_SEAL_PASSPHRASE"
    assert pool.counts() == {"TOY": Counts(5, 0)}


def test_an_existing_pool_is_not_made_again_under_another_passphrase(folder: Path) -> None:
    with pytest.raises(SealError):
        PrimePool.create(folder, "another passphrase")
    pool, key = PrimePool.create(folder, PASSPHRASE)
    with pool:
        assert len(pool.draw(key, "TOY", 5).sets) == 5


def test_a_verified_passphrase_is_not_shown(key: PoolKey) -> None:
    assert PASSPHRASE not in repr(key)


# ---- Handed out once, whatever happens


def watch_openings(monkeypatch: pytest.MonkeyPatch, see: Callable[[bytes], None]) -> None:
    """Calls `see` with every sealed set that a pool of this process is about to open."""

    class Watched:
        read_label = staticmethod(PrimeSet.read_label)

        @staticmethod
        def open_sealed(sealed: bytes, passphrase: bytes) -> PrimeSet:
            see(sealed)
            return PrimeSet.open_sealed(sealed, passphrase)

    monkeypatch.setattr(pool_module, "PrimeSet", Watched)


def test_a_set_is_gone_before_it_is_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a crash would leave is the file as it is now, and no journal that could undo it."""
    seen: list[tuple[bool, list[str]]] = []

    def see(sealed: bytes) -> None:
        identifier = PrimeSet.read_label(sealed)[1].hex()
        crashed = Path(shutil.copytree(folder, folder.parent / f"crashed-{len(seen)}"))
        seen.append((identifier in identifiers(crashed, "available"), sorted(os.listdir(crashed))))
        assert identifier in identifiers(crashed, "taken")

    watch_openings(monkeypatch, see)
    with PrimePool.open(folder) as pool:
        assert len(pool.draw(pool.unlock(PASSPHRASE), "TOY", 3).sets) == 3
    assert seen == [(False, ["primes.sqlite3"])] * 3


def test_commits_reach_the_disk(pool: PrimePool) -> None:
    """EXTRA: the folder is synced when the journal is deleted, which is the moment of the commit."""
    settings = {"journal_mode": "delete", "synchronous": 3, "secure_delete": 1, "fullfsync": 1}
    for name, value in settings.items():
        assert pool._file.database.execute(f"PRAGMA {name}").fetchone() == (value,)


def test_a_commit_that_fails_hands_out_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    watch_openings(monkeypatch, opened.append)
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.1)
    with PrimePool.open(folder) as pool, database(folder) as other:
        key = pool.unlock(PASSPHRASE)
        cursor = other.execute("SELECT id FROM available")
        cursor.fetchone()  # a reader in the middle: nobody can commit
        with pytest.raises(PoolError) as caught:
            pool.draw(key, "TOY", 1)
        assert caught.value.code == "E_POOL_BUSY"
        cursor.close()
        assert pool.counts() == {"TOY": Counts(5, 0)}
        assert opened == []
        assert len(pool.draw(key, "TOY", 5).sets) == 5


def process(folder: Path, journal: Path, *step: str) -> "subprocess.Popen[bytes]":
    """Draws what there is, without opening it, and writes down what it got."""
    program = [sys.executable, "-P", str(SUPPORT / "pool_process.py"), str(folder), str(journal), *step]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def wait_until_ready(one: "subprocess.Popen[bytes]") -> None:
    assert one.stdout is not None
    assert one.stdout.readline() == b"ready\n"


def handed_out(journal: Path) -> list[str]:
    return journal.read_text().split() if journal.exists() else []


def check_hand_outs(folder: Path, journal: Path, everything: set[str]) -> None:
    """Nothing twice; what was handed out is not there any more; nothing has come from nowhere."""
    given, left, taken = handed_out(journal), identifiers(folder, "available"), identifiers(folder, "taken")
    assert len(given) == len(set(given))
    assert not set(given) & left
    assert set(given) <= taken
    assert left | taken == everything
    assert not left & taken


def test_processes_that_draw_at_the_same_time_get_different_sets(folder: Path, tmp_path: Path) -> None:
    everything = crowd(folder, 200)
    journals = [tmp_path / str(number) for number in range(4)]
    processes = [process(folder, journal) for journal in journals]
    for one in processes:
        wait_until_ready(one)
    for one in processes:
        assert one.stdin is not None
        one.stdin.close()  # the start
        one.stdin = None
    assert [one.communicate() and one.returncode for one in processes] == [0] * 4
    given = [one for journal in journals for one in handed_out(journal)]
    assert len(given) == len(everything)
    assert set(given) == everything == identifiers(folder, "taken")
    assert sum(bool(handed_out(journal)) for journal in journals) > 1


def test_a_process_that_is_killed_at_any_statement_never_leads_to_a_second_hand_out(
    folder: Path, tmp_path: Path
) -> None:
    everything = crowd(folder, 100)
    journal = tmp_path / "journal"
    losses: list[int] = []
    while not handed_out(journal):  # until it gets past the first opening
        before = len(identifiers(folder, "available"))
        one = process(folder, journal, str(len(losses)))
        one.communicate()
        check_hand_outs(folder, journal, everything)
        assert one.returncode == -signal.SIGKILL
        losses.append(before - len(identifiers(folder, "available")))
    # Up to the commit nothing is lost; from then on the set is gone, also where it was never opened.
    assert losses == sorted(losses)
    assert (losses[0], losses[-3:]) == (0, [1, 1, 1])
    rest = process(folder, journal)
    rest.communicate()
    assert rest.returncode == 0
    check_hand_outs(folder, journal, everything)
    assert identifiers(folder, "available") == set()


def test_a_process_that_is_killed_at_any_time_never_leads_to_a_second_hand_out(folder: Path, tmp_path: Path) -> None:
    everything = crowd(folder, 3000)
    journal = tmp_path / "journal"
    generator = random.Random(11)
    for _ in range(12):
        one = process(folder, journal)
        wait_until_ready(one)
        assert one.stdin is not None
        one.stdin.write(b"\n")
        one.stdin.flush()
        time.sleep(generator.uniform(0, 0.3))
        one.kill()
        one.communicate()
        check_hand_outs(folder, journal, everything)
    assert handed_out(journal)
    assert identifiers(folder, "available")


def test_a_set_that_was_handed_out_is_not_taken_back(folder: Path) -> None:
    """Also when somebody puts its row back by hand."""
    with database(folder) as connection:
        row = connection.execute("SELECT id, profile, sealed FROM available ORDER BY number").fetchone()
    with PrimePool.open(folder) as pool:
        key = pool.unlock(PASSPHRASE)
        pool.draw(key, "TOY", 1)
        with database(folder) as connection:
            connection.execute("INSERT INTO available VALUES (0, ?, ?, ?)", row)
        with pytest.raises(PoolError, match="handed out before"):
            pool.draw(key, "TOY", 1)
        assert pool.counts() == {"TOY": Counts(5, 1)}


# ---- What is refused


def rewrite(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with database(path.parent) as connection:
            connection.execute(statement)

    return change


def overwrite(content: bytes, position: int = 0) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with open(path, "r+b") as file:
            file.seek(position)
            file.write(content)

    return change


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


REFUSALS: dict[str, tuple[Callable[[Path], None], str]] = {
    "no file": (Path.unlink, "E_POOL_MISSING"),
    "an empty file": (empty, "E_POOL_MISSING"),
    "text": (overwrite(b"not a database at all" * 1000), "E_POOL_DAMAGED"),
    "half of it": (cut, "E_POOL_DAMAGED"),
    "pages of zeros": (overwrite(bytes(12288), 4096), "E_POOL_DAMAGED"),
    "another application": (rewrite("PRAGMA application_id = 7"), "E_POOL_DAMAGED"),
    "a newer version": (rewrite("PRAGMA user_version = 2"), "E_POOL_VERSION"),
    "a foreign table": (rewrite("CREATE TABLE more (x)"), "E_POOL_DAMAGED"),
    "a trigger": (
        rewrite("CREATE TRIGGER t AFTER DELETE ON available BEGIN INSERT INTO taken VALUES (x'00', 'TOY', 0); END"),
        "E_POOL_DAMAGED",
    ),
    "a table less": (rewrite("DROP TABLE fill"), "E_POOL_DAMAGED"),
    "a profile that is no text": (rewrite("UPDATE available SET profile = x'ff'"), "E_POOL_DAMAGED"),
    "a profile that is no name": (
        rewrite("UPDATE available SET profile = 'S128' || char(27) || '[2J'"),
        "E_POOL_DAMAGED",
    ),
    "a fill without numbers": (rewrite("INSERT INTO fill VALUES (1, 'x', 'TOY', 1, 1, 0, 0)"), "E_POOL_DAMAGED"),
    "a link": (link, "E_POOL"),
    "a folder": (lambda path: (path.unlink(), path.mkdir())[0], "E_POOL"),
    "others may enter": (lambda path: path.parent.chmod(0o750), "E_POOL"),
}


def look_at(folder: Path) -> None:
    with PrimePool.open(folder) as pool:
        pool.counts()
        pool.latest_fill()


@pytest.mark.parametrize("what", REFUSALS)
def test_a_pool_that_is_none_is_refused(folder: Path, what: str) -> None:
    change, code = REFUSALS[what]
    change(folder / "primes.sqlite3")
    with pytest.raises(PoolError) as caught:
        look_at(folder)
    assert caught.value.code == code
    assert str(folder) in caught.value.detail
    assert caught.value.detail.isprintable()


def test_a_row_for_another_profile_than_its_label_is_refused(folder: Path) -> None:
    rewrite("UPDATE available SET profile = 'S128'")(folder / "primes.sqlite3")
    with PrimePool.open(folder) as pool:
        with pytest.raises(PoolError, match="label says otherwise") as caught:
            pool.draw(pool.unlock(PASSPHRASE), "S128", 1)
        assert caught.value.code == "E_POOL_DAMAGED"
        assert pool.counts() == {"S128": Counts(5, 0)}


@pytest.mark.parametrize("statement", ["sealed = x'00'", "sealed = 'text'", "sealed = zeroblob(1000)", "id = x'00'"])
def test_a_row_that_holds_something_else_is_refused_before_it_is_taken(folder: Path, statement: str) -> None:
    rewrite(f"UPDATE available SET {statement} WHERE number = 2")(folder / "primes.sqlite3")
    with PrimePool.open(folder) as pool:
        key = pool.unlock(PASSPHRASE)
        with pytest.raises(PoolError) as caught:
            pool.draw(key, "TOY", 2)
        assert caught.value.code == "E_POOL_DAMAGED"
        assert pool.counts() == {"TOY": Counts(5, 0)}


def test_a_damaged_set_is_left_out(folder: Path) -> None:
    with database(folder) as connection:
        [(sealed,)] = connection.execute("SELECT sealed FROM available WHERE number = 2")
        connection.execute("UPDATE available SET sealed = ? WHERE number = 2", (sealed[:-1] + bytes([sealed[-1] ^ 1]),))
    with PrimePool.open(folder) as pool:
        sets, damaged = pool.draw(pool.unlock(PASSPHRASE), "TOY", 4)
        assert (len(sets), damaged) == (4, 1)
        assert pool.counts() == {"TOY": Counts(0, 5)}


def test_no_flipped_bit_does_more_than_refuse(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "primes.sqlite3"
    content = path.read_bytes()
    opened: list[bytes] = []

    def see(sealed: bytes) -> None:
        opened.append(PrimeSet.read_label(sealed)[1])
        raise NativeError("E_SEAL_PASSPHRASE", "")  # spares the work, and makes the pool go on to the next

    watch_openings(monkeypatch, see)
    generator = random.Random(5)
    outcomes: Counter[str] = Counter()
    for _ in range(100):
        position = generator.choice([generator.randrange(200), generator.randrange(len(content))])
        changed = bytearray(content)
        changed[position] ^= 1 << generator.randrange(8)
        path.write_bytes(changed)
        opened.clear()
        try:
            with PrimePool.open(folder) as pool:
                pool.counts()
                pool.draw(PoolKey(b""), "TOY", 2)
            outcomes["opens"] += 1
        except PoolError as error:
            outcomes[error.code] += 1
        assert len(opened) == len(set(opened))
        assert os.listdir(folder) == ["primes.sqlite3"]
    assert {"opens", "E_POOL_DAMAGED"} <= set(outcomes)
