"""The prime pool on the command line: fill, also in the background; status; keygen and demo that draw from it."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import PASSPHRASE, TOY, UNLOCKED, Json, command, run, run_json
from keys import prime_sets

from mpc_fast.pool import PrimePool

ENVIRONMENT = {**os.environ, **UNLOCKED}
ENDLESS = 10_000  # sets: more than any test waits for


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPC_FAST_PASSPHRASE", raising=False)


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool with the five prepared sets of TOY; not to be changed."""
    folder = tmp_path_factory.mktemp("pools") / "five"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPC_FAST_INSECURE_TEST_PROFILE", "1")
        pool, key = PrimePool.create(folder, PASSPHRASE)
        with pool:
            for primes in prime_sets("TOY", 5):
                pool.add(key, primes)
    return folder


@pytest.fixture
def folder(five: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(five, tmp_path / "pool"))


def counts(folder: Path) -> tuple[int, int]:
    """(available, taken) of TOY."""
    one = run_json("pool", "status", "--pool", folder, env={})["profiles"].get("TOY", {"available": 0, "taken": 0})
    return one["available"], one["taken"]


def fill_of(folder: Path) -> Json:
    fill: Json = run_json("pool", "status", "--pool", folder, env={})["fill"]
    return fill


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# ---- fill and status


def test_fill_makes_a_pool_and_adds_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "pool"
    answer = run_json("pool", "fill", "--pool", folder, "--count", 2, "--profile", "TOY")
    assert set(answer) == {"pool", "profile", "added", "available", "seconds"}
    assert (answer["added"], answer["available"]) == (2, 2)
    assert run_json("pool", "fill", "--pool", folder, "--count", 1, "--profile", "TOY")["available"] == 3
    status = run_json("pool", "status", "--pool", folder, env={})
    assert set(status) == {"pool", "profiles", "fill"}
    assert status["profiles"] == {"TOY": {"available": 3, "taken": 0}}
    assert {name: status["fill"][name] for name in ("running", "done", "wanted", "profile", "eta_seconds")} == {
        **{"running": False, "done": 1, "wanted": 1, "profile": "TOY", "eta_seconds": None}
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_fill_and_status_speak_to_people(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    filled = run("pool", "fill", "--pool", folder, "--count", 2, "--profile", "TOY")
    assert "2 sets of primes added" in filled.stdout
    # A slow machine also tells of the unlocking.
    first, last = [line for line in filled.stderr.splitlines() if line.startswith("set ")]
    assert first.startswith("set 1 of 2 after")
    assert "left" in first
    assert last.startswith("set 2 of 2 after")
    shown = run("pool", "status", "--pool", folder, env={})
    assert "TOY    2 sets of primes available, 0 taken so far" in shown.stdout
    assert "finished: 2 of 2 sets" in shown.stdout


def test_the_passphrase_of_a_new_pool_is_asked_for_twice(tmp_path: Path) -> None:
    arguments = ("pool", "fill", "--pool", tmp_path / "pool", "--count", 1, "--profile", "TOY")
    assert run(*arguments, env=TOY, input=f"{PASSPHRASE}\n{PASSPHRASE}\n").exit_code == 0
    assert run(*arguments, env=TOY, input=f"{PASSPHRASE}\n").exit_code == 0
    assert counts(tmp_path / "pool") == (2, 0)


def test_fill_refuses_another_passphrase_than_that_of_the_pool(folder: Path) -> None:
    env = {**UNLOCKED, "MPC_FAST_PASSPHRASE": "another"}
    for more in ([], ["--detach"]):
        arguments = ("pool", "fill", "--pool", folder, "--count", 1, "--profile", "TOY", *more)
        assert run_json(*arguments, status=1, env=env)["code"] == "E_SEAL_PASSPHRASE"
    assert counts(folder) == (5, 0)


@pytest.mark.parametrize(
    "options",
    [["--count", "0"], ["--count", "-1"], ["--count", "two"], [], ["--count", "1", "--profile", "S256"]],
)
def test_fills_that_cannot_be_are_usage_errors(tmp_path: Path, options: list[str]) -> None:
    answer = run_json("pool", "fill", "--pool", tmp_path / "pool", *options, status=2)
    assert answer["code"] == "E_USAGE"
    assert os.listdir(tmp_path) == []


def test_fill_leaves_foreign_folders_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    answer = run_json("pool", "fill", "--pool", tmp_path, "--count", 1, "--profile", "TOY", status=1, env=TOY)
    assert answer["code"] == "E_POOL"  # and no passphrase was asked for
    assert "chmod 700" in answer["error"]
    assert os.listdir(tmp_path) == []


# ---- A fill that ends early


@contextlib.contextmanager
def filling(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """An endless fill in a process of its own, which has finished two sets."""
    arguments = command("pool", "fill", "--pool", folder, "--count", str(ENDLESS), "--profile", "TOY", "--json")
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    try:
        wait_for(lambda: (folder / "fill.lock").exists())
        wait_for(lambda: fill_of(folder)["done"] >= 2)
        yield process
    finally:
        process.kill()
        process.communicate()


def test_ctrl_c_keeps_the_finished_sets(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    with filling(folder) as process:
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["code"] == "E_INTERRUPTED"
    fill = fill_of(folder)
    assert (fill["running"], counts(folder)) == (False, (fill["done"], 0))
    assert f"{fill['done']} of {ENDLESS} sets were finished" in error
    assert "Traceback" not in error
    assert "ended early" in run("pool", "status", "--pool", folder, env={}).stdout


def test_a_killed_fill_leaves_a_sound_pool(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    with filling(folder) as process:
        process.kill()
        process.communicate()
    fill = fill_of(folder)
    assert (fill["running"], counts(folder)) == (False, (fill["done"], 0))
    run_json("pool", "fill", "--pool", folder, "--count", 1, "--profile", "TOY")
    assert counts(folder) == (fill["done"] + 1, 0)


def test_there_is_one_fill_at_a_time_and_it_does_not_hinder_draws(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    with filling(folder) as process:
        for more in ([], ["--detach"]):
            arguments = ("pool", "fill", "--pool", folder, "--count", 1, "--profile", "TOY", *more)
            assert run_json(*arguments, status=1)["code"] == "E_POOL_BUSY"
        fill = fill_of(folder)
        assert (fill["running"], fill["pid"], fill["wanted"]) == (True, process.pid, ENDLESS)
        assert fill["eta_seconds"] > 0
        assert f"running as process {process.pid}" in run("pool", "status", "--pool", folder, env={}).stdout
        arguments = ("keygen", "--parties", 2, "--profile", "TOY", "--out", tmp_path / "keys", "--pool", folder)
        assert run_json(*arguments)["primes_from_pool"] == 2
        assert counts(folder)[1] == 2


# ---- In the background


def is_alive(pid: int) -> bool:
    """Whether any thread of the process is left."""
    try:
        threads = list(Path(f"/proc/{pid}/task").glob("*/stat"))
        return any(thread.read_text().rpartition(")")[2].split()[0] != "Z" for thread in threads)
    except (FileNotFoundError, ProcessLookupError):  # one ended meanwhile
        return True


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes in /proc")


@needs_proc
def test_a_detached_fill_survives_its_shell_and_ends(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    arguments = command("pool", "fill", "--pool", folder, "--count", "25", "--profile", "TOY", "--detach", "--json")
    shell = subprocess.Popen(
        ["sh", "-c", '"$@"; kill -HUP 0', "sh", *arguments],  # the shell's whole process group is gone after it
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # the tests may run under nohup
    )
    out, error = shell.communicate(timeout=30)
    assert shell.returncode == -signal.SIGHUP, error
    answer = json.loads(out)
    assert set(answer) == {"pool", "profile", "wanted", "pid", "log"}
    pid = answer["pid"]
    assert os.getsid(pid) == pid
    assert fill_of(folder)["running"]
    assert fill_of(folder)["pid"] == pid
    wait_for(lambda: not is_alive(pid))
    fill = fill_of(folder)
    assert (fill["running"], fill["done"], counts(folder)) == (False, 25, (25, 0))
    log = Path(answer["log"])
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "set 25 of 25" in log.read_text()
    assert PASSPHRASE not in log.read_text()


@needs_proc
def test_a_detached_fill_shows_its_passphrase_to_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "pool"
    arguments = ("pool", "fill", "--pool", folder, "--count", ENDLESS, "--profile", "TOY", "--detach")
    answer = run(*arguments, env=TOY, input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert answer.exit_code == 0, answer.output
    pid = fill_of(folder)["pid"]
    try:
        assert f"kill {pid}" in answer.stdout
        assert "mpc-fast pool status" in answer.stdout
        for name in ("cmdline", "environ"):
            assert PASSPHRASE.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()
    finally:
        os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not is_alive(pid))
    fill = fill_of(folder)
    assert (fill["running"], counts(folder)) == (False, (fill["done"], 0))


def test_a_background_process_that_does_not_start_is_reported(folder: Path) -> None:
    (folder / "fill.lock").symlink_to("nowhere/at/all")
    arguments = ("pool", "fill", "--pool", folder, "--count", 1, "--profile", "TOY")
    assert run_json(*arguments, status=1)["code"] == "E_POOL"
    assert run_json(*arguments, "--detach", status=1)["code"].startswith("E_POOL")


# ---- keygen and demo


def test_keygen_draws_from_the_pool(folder: Path, tmp_path: Path) -> None:
    arguments = ("keygen", "--profile", "TOY", "--out", tmp_path / "one", "--pool", folder)
    answer = run_json(*arguments)
    assert answer["primes_from_pool"] == 3
    assert counts(folder) == (2, 3)
    assert run_json("address", tmp_path / "one" / "party-2.share", "--verify")["verified"]


def test_keygen_makes_what_the_pool_lacks_and_says_so(folder: Path, tmp_path: Path) -> None:
    arguments = ("keygen", "--profile", "TOY", "--parties", 4, "--pool", folder, "--out")
    for out, drawn, said in (
        ("one", 4, "4 of 4 sets of primes come from the pool\n"),
        ("two", 1, "1 of 4 sets of primes come from the pool; it has no more of profile TOY, and 3 are made now\n"),
        ("three", 0, "0 of 4 sets of primes come from the pool; it has no more of profile TOY, and 4 are made now\n"),
    ):
        result = run(*arguments, tmp_path / out, "--json")
        assert result.exit_code == 0, result.output
        assert result.stdout.count("\n") == 1
        assert json.loads(result.stdout)["primes_from_pool"] == drawn
        assert said in result.stderr
    assert counts(folder) == (0, 5)


def test_keygen_asks_for_both_passphrases(folder: Path, tmp_path: Path) -> None:
    arguments = ("keygen", "--parties", 2, "--profile", "TOY", "--out", tmp_path / "keys", "--pool", folder)
    assert run(*arguments, env=TOY, input=f"{PASSPHRASE}\nfor the shares\nfor the shares\n").exit_code == 0
    shown = ("address", tmp_path / "keys" / "party-1.share", "--verify")
    assert run(*shown, env=TOY, input="for the shares\n").exit_code == 0


def test_demo_draws_from_the_pool(folder: Path) -> None:
    pytest.importorskip("eth_account", reason="needs the extra [wallet]")
    first = run_json("demo", "--profile", "TOY", "--pool", folder)
    assert first["primes_from_pool"] == 3
    assert "primes" not in first["timings"]
    second = run_json("demo", "--profile", "TOY", "--pool", folder)
    assert second["primes_from_pool"] == 2
    assert "primes" in second["timings"]
    assert first["address"] != second["address"]
    assert counts(folder) == (0, 5)


def test_without_a_pool_nothing_is_said_of_one(tmp_path: Path) -> None:
    result = run("keygen", "--parties", 2, "--profile", "TOY", "--out", tmp_path, "--json")
    assert "primes_from_pool" not in json.loads(result.stdout)
    assert "pool" not in result.stderr


@pytest.mark.parametrize("where", ["keygen", "demo"])
def test_a_wrong_passphrase_loses_nothing(folder: Path, tmp_path: Path, where: str) -> None:
    out = ["--out", tmp_path / "keys"] if where == "keygen" else []
    env = {**UNLOCKED, "MPC_FAST_PASSPHRASE": "not the right one"}
    answer = run_json(where, *out, "--profile", "TOY", "--pool", folder, status=1, env=env)
    assert answer["code"] == "E_SEAL_PASSPHRASE"
    assert str(folder) in answer["error"]
    assert counts(folder) == (5, 0)
    assert not (tmp_path / "keys").exists()


def alter(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(statement)

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Path.unlink, "E_POOL_MISSING"),
        (lambda path: path.write_bytes(b"no database" * 500), "E_POOL_DAMAGED"),
        (alter("PRAGMA user_version = 2"), "E_POOL_VERSION"),
        (alter("UPDATE available SET sealed = zeroblob(9)"), "E_POOL_DAMAGED"),
        (alter("UPDATE passphrase SET sealed_check = zeroblob(99)"), "E_SEAL_FORMAT"),
        (alter("UPDATE passphrase SET sealed_check = 'text'"), "E_POOL_DAMAGED"),
    ],
    ids=["missing", "text", "version", "rows", "check", "type"],
)
def test_a_pool_that_is_none_is_refused_by_all(
    folder: Path, tmp_path: Path, change: Callable[[Path], None], code: str
) -> None:
    change(folder / "primes.sqlite3")
    before = sorted(os.listdir(folder))
    for arguments in (["keygen", "--out", tmp_path / "keys"], ["demo"]):
        assert run_json(*arguments, "--profile", "TOY", "--pool", folder, status=1)["code"] == code
    if code in ("E_POOL_MISSING", "E_POOL_VERSION"):
        assert run_json("pool", "status", "--pool", folder, status=1)["code"] == code
    assert not (tmp_path / "keys").exists()
    assert sorted(os.listdir(folder)) == before


def test_a_pool_of_another_profile_serves_nothing(folder: Path, tmp_path: Path) -> None:
    """C112 is asked for: nothing is drawn, and nothing asked. Rows that only claim to be C112 are refused."""
    folder_2 = Path(shutil.copytree(folder, tmp_path / "claims"))
    alter("UPDATE available SET profile = 'C112'")(folder_2 / "primes.sqlite3")
    arguments = ("keygen", "--parties", 2, "--profile", "C112", "--out", tmp_path / "keys", "--pool")
    assert run_json(*arguments, folder_2, status=1)["code"] == "E_POOL_DAMAGED"
    assert run_json(*arguments, folder)["primes_from_pool"] == 0
    assert counts(folder) == (5, 0)
