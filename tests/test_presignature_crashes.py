"""The presignature store under SIGKILL, copies and restored backups: no presignature makes two partial signatures.

Processes are killed before and after every call by which SQLite, the mark or the answer reaches the disk or a pipe.
"""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SUPPORT = Path(__file__).parent / "support"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="preloads a library")


@pytest.fixture(scope="session")
def kill_points(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    library = tmp_path_factory.mktemp("kill_points") / "kill_points.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, SUPPORT / "kill_points.c", "-ldl"], check=True)
    return library


class Store:
    """A store, the process that uses it, and every partial signature that ever came out."""

    def __init__(self, folder: Path, kill_points: Path) -> None:
        self.folder = folder / "store"
        self.state = folder / "state"
        self.signed: dict[tuple[str, str], str] = {}
        self.kills = 0
        settings = {"LD_PRELOAD": kill_points, "MPC_FAST_INSECURE_TEST_PROFILE": 1, "PYTHONPATH": SUPPORT}
        environment = os.environ | {name: str(value) for name, value in settings.items()}
        program = [sys.executable, "-P", str(SUPPORT / "store_process.py"), str(self.folder), str(self.state)]
        self.process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environment
        )
        assert self.answer() == ["ok"]

    def answer(self) -> list[str]:
        assert self.process.stdout is not None
        while (line := self.process.stdout.readline().split())[:1] == ["R4"]:
            _, identifier, party, sigma = line
            assert (identifier, party) not in self.signed, "two partial signatures of one presignature"
            self.signed[identifier, party] = sigma
        return line

    def ask(self, *command: object) -> list[str]:
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, command)) + "\n")
        answer = self.answer()
        self.kills += answer.count("killed")
        return answer

    def fresh(self) -> set[str]:
        ids = set(self.ask("fresh")[1:])
        assert not ids & {identifier for identifier, _ in self.signed}
        return ids

    def fill(self, count: int) -> None:
        assert self.ask("fill", count) == ["ok"]

    def backup(self, to: Path) -> Path:
        """Another copy of the file, journal included; not of the mark."""
        shutil.rmtree(to, ignore_errors=True)
        return Path(shutil.copytree(self.folder, to))

    def restore(self, backup: Path) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(backup, self.folder)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait() == 0


@pytest.fixture
def store(tmp_path: Path, kill_points: Path) -> Iterator[Store]:
    opened = Store(tmp_path, kill_points)
    yield opened
    opened.close()


def test_a_process_that_is_killed_at_any_call_never_leads_to_a_second_partial_signature(store: Store) -> None:
    """After every kill, the presignature that was being claimed is asked for again, for another message."""
    store.fill(10)
    target = losses = 0
    before = store.fresh()
    oldest: list[str] = []
    while store.ask("sign", target, *oldest) == ["killed"]:
        if len(before) < 5:
            store.fill(5)
        after = store.fresh()
        lost = before - after
        assert len(lost) <= 1  # a crash between commit and mark burns no more than its own
        losses += bool(lost)
        oldest = sorted(lost)
        before = after
        target += 1
    assert target > 50
    assert 0 < losses < target
    assert store.signed


@pytest.mark.parametrize("what", ["unlock", "add"])
def test_a_kill_in_unlocking_or_adding_loses_nothing_else(store: Store, what: str) -> None:
    store.fill(3)
    before = store.fresh()
    targets = range(0, 10**6, 3 if what == "unlock" else 2)
    for target in targets:
        answer = store.ask(what, target)
        assert before <= store.fresh()
        if answer == ["ok"]:
            break
        assert answer == ["killed"]
    assert store.kills > 10


def test_processes_that_claim_at_the_same_time_get_different_presignatures(store: Store) -> None:
    store.fill(40)
    everything = store.fresh()
    assert store.ask("drain", 4) == ["ok"] * 4
    assert {identifier for identifier, _ in store.signed} == everything
    assert store.fresh() == set()


def test_a_restored_backup_is_burnt(store: Store, tmp_path: Path) -> None:
    store.fill(3)
    backup = store.backup(tmp_path / "backup")
    assert store.ask("sign", -1) == ["ok"]
    store.restore(backup)
    assert store.fresh() == set()
    assert store.ask("sign", -1) == ["failed"]
    assert len(store.signed) == 1
    store.fill(2)  # the store itself goes on
    assert store.ask("sign", -1) == ["ok"]


def test_a_backup_of_the_latest_state_is_not_burnt(store: Store, tmp_path: Path) -> None:
    store.fill(3)
    fresh = store.fresh()
    store.restore(store.backup(tmp_path / "backup"))
    assert store.fresh() == fresh
    assert store.ask("sign", -1) == ["ok"]


def test_two_histories_that_count_alike_are_told_apart(store: Store, tmp_path: Path) -> None:
    """A crash between commit and mark, then a backup from before, then the file that crashed again."""
    store.fill(3)
    backup = store.backup(tmp_path / "backup")
    mark = next(store.state.iterdir())
    before = mark.read_bytes()
    target = 0
    crashed = None
    while crashed is None:  # the first kill after which the file is ahead of the mark
        assert store.ask("sign", target) == ["killed"]
        if len(store.fresh()) == 2 and mark.read_bytes() == before:
            crashed = store.backup(tmp_path / "crashed")
        target += 1
    assert not store.signed
    store.restore(backup)
    assert len(store.fresh()) == 3
    assert store.ask("sign", -1) == ["ok"]
    store.restore(crashed)
    assert store.fresh() == set()
    assert store.ask("sign", -1) == ["failed"]
    assert len(store.signed) == 1


def test_without_its_mark_a_store_is_burnt(store: Store) -> None:
    for damage in (
        Path.unlink,
        lambda path: path.write_bytes(path.read_bytes()[:-2]),
        lambda path: path.write_text(""),
    ):
        store.fill(2)
        damage(next(store.state.iterdir()))
        assert store.fresh() == set()
        assert store.ask("sign", -1) == ["failed"]
    assert not store.signed


def test_two_copies_of_a_store_never_sign_with_the_same_presignature(store: Store, tmp_path: Path) -> None:
    """Whichever is used first burns the other, in turns."""
    store.fill(4)
    other = store.backup(tmp_path / "other")
    for _ in range(3):
        store.ask("sign", -1)
        here = store.backup(tmp_path / "here")
        store.restore(other)
        store.ask("sign", -1)
        other = store.backup(tmp_path / "other")
        store.restore(here)
    assert len(store.signed) == 1


@pytest.mark.parametrize("kills", [40, pytest.param(500, marks=pytest.mark.long)])
def test_kills_and_restored_backups_in_any_order(store: Store, tmp_path: Path, kills: int) -> None:
    """What `answer` and `fresh` assert holds after each of them."""
    generator = random.Random(kills)
    backups: list[Path] = []
    known: set[str] = set()
    while store.kills < kills:
        fresh = store.fresh()
        if len(fresh) < 3:
            store.fill(6)
            fresh = store.fresh()
        known |= fresh
        roll = generator.random()
        if roll < 0.1 and backups:
            older = generator.choice(backups)
            store.restore(older)
        elif roll < 0.2:
            backups.append(store.backup(tmp_path / f"backup-{len(backups)}"))
        elif roll < 0.25:
            store.ask("unlock", generator.randrange(60))
        else:
            again = generator.sample(sorted(known), min(2, len(known)))
            store.ask("sign", generator.randrange(160), *again)
    assert len(store.signed) > kills / 20
