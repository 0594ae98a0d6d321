"""The command line: presign, which fills a store."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")

from command_line import PASSPHRASE, TOY, UNLOCKED, Json, command, run, run_json, shares
from eth_account import Account
from eth_account.messages import encode_defunct

from mpc_fast.cli.inputs import parse_duration_option
from mpc_fast.presignatures import MAX_FRESH, PresignatureStore
from mpc_fast.protocols.presign import DEFAULT_CHUNK, MOST

KILLED_WHILE_ADDING = """
import os, signal
from mpc_fast.cli.app import app
from mpc_fast.presignature_ledger import Ledger

insert, rows = Ledger.insert, []

def doomed(*arguments):
    rows.append(arguments)
    if len(rows) == {row}:
        os.kill(os.getpid(), signal.SIGKILL)
    insert(*arguments)

Ledger.insert = doomed
app()
"""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the marks go."""
    monkeypatch.delenv("MPC_FAST_PASSPHRASE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "mpc_fast"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shares of a 2-of-3 key."""
    folder = tmp_path_factory.mktemp("keys")
    run_json("keygen", "--profile", "TOY", "--out", folder / "keys")
    return folder / "keys"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "new" / "store"


def of(keys: Path, *indices: int) -> list[Path]:
    return [keys / f"party-{index}.share" for index in indices]


def fresh(store: Path) -> list[int]:
    """By party."""
    return [one["fresh"] for one in run_json("presign", "status", "--store", store, env={})["sets"]]


def code(*arguments: str | Path, status: int = 1, env: dict[str, str] = TOY) -> str:
    """Of a refusal; without an answer to any prompt, unless env has one."""
    answer: Json = run_json("presign", *arguments, status=status, env=env)
    return str(answer["code"])


# ---- What it does


def test_presign_makes_a_store_and_adds_to_it(keys: Path, store: Path) -> None:
    answer = run_json("presign", *of(keys, 3, 1), "--count", 7, "--chunk", 3, "--store", store)
    names = {"store", "key_id", "signers", "added", "seconds", "cpu_seconds", "bytes_sent", "sets"}
    assert set(answer) == names
    assert (answer["store"], answer["signers"], answer["added"]) == (str(store), [1, 3], 7)
    assert set(answer["cpu_seconds"]) == set(answer["bytes_sent"]) == {"1", "3"}
    assert all(seconds > 0 for seconds in answer["cpu_seconds"].values())
    assert all(sent > 7000 for sent in answer["bytes_sent"].values())
    assert [(one["party"], one["fresh"], one["signers"]) for one in answer["sets"]] == [(1, 7, [1, 3]), (3, 7, [1, 3])]
    assert run_json("presign", "fill", *of(keys, 1, 2), "--count", 1, "--store", store)["sets"][0]["fresh"] == 1
    assert run_json("presign", *of(keys, 1, 3), "--count", 2, "--store", store)["sets"][0]["fresh"] == 9
    assert fresh(store) == [1, 9, 1, 9]  # parties 1 with 2, 1 with 3, 2, 3
    assert stat.S_IMODE(store.stat().st_mode) == 0o700


def test_what_it_makes_signs(keys: Path, store: Path) -> None:
    run_json("presign", *of(keys, 2, 3), "--count", 3, "--chunk", 2, "--store", store)
    signed = set()
    for text in "abc":
        answer = run_json("sign", *shares(keys, 3, 2), "--presigned", store, "--message", text)
        assert Account.recover_message(encode_defunct(text=text), signature=answer["signature"]) == answer["address"]
        signed.add(answer["signature"][:66])
    assert len(signed) == 3
    refused = run_json("sign", *shares(keys, 3, 2), "--presigned", store, "--message", "d", status=1)
    assert refused["code"] == "E_STORE_EMPTY"


def test_it_speaks_to_people(keys: Path, store: Path) -> None:
    arguments = ("presign", *of(keys, 1, 3, 2), "--count", 5, "--chunk", 2, "--lifetime", "2h", "--store", store)
    result = run(*arguments)
    assert result.exit_code == 0
    assert "5 presignatures added in" in result.stdout
    assert "for signers 1, 3" in result.stdout
    assert "party 3: " in result.stdout
    assert "party 1, signers 1, 3: 5 fresh, 0 claimed, 0 burnt; the next expires in" in result.stdout
    assert "party 2 takes no part" in result.stderr
    lines = [line for line in result.stderr.splitlines() if line[:1].isdigit()]
    assert [line.split(" after")[0] for line in lines] == [f"{done} of 5 presignatures" for done in (2, 4, 5)]
    assert ["left" in line for line in lines] == [True, True, False]


def test_they_live_as_long_as_asked_for(keys: Path, store: Path) -> None:
    before = time.time()
    arguments = ("presign", *of(keys, 1, 3), "--count", 1, "--lifetime", "30d", "--store", store)
    expiry = run_json(*arguments)["sets"][0]["next_expiry"]
    assert before + 30 * 86400 - 1 < expiry <= time.time() + 30 * 86400


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), ("12h", 43200), ("007d", 604800)])
def test_durations_have_units(text: str, seconds: int) -> None:
    assert parse_duration_option("--lifetime", text) == seconds


def test_the_passphrase_of_a_new_store_is_asked_for_twice(keys: Path, store: Path) -> None:
    arguments = ("presign", *of(keys, 1, 3), "--count", 1, "--store", store)
    assert run(*arguments, env=TOY, input=f"{PASSPHRASE}\nfor the store\nfor the store\n").exit_code == 0
    assert run(*arguments, env=TOY, input=f"{PASSPHRASE}\nfor the store\n").exit_code == 0
    assert fresh(store) == [2, 2]


# ---- What it refuses, before it asks for a passphrase


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--count", "0"],
        ["--count", "two"],
        ["--count", "1", "--chunk", "0"],
        ["--count", "1", "--chunk", "65"],
        *(["--count", "1", "--lifetime", given] for given in ("0s", "31d", "12", "h", "-1h", "1.5h", "1 h", "1w")),
    ],
)
def test_amounts_that_cannot_be_are_usage_errors(keys: Path, store: Path, options: list[str]) -> None:
    assert code(*of(keys, 1, 3), *options, "--store", store, status=2) == "E_USAGE"
    assert not store.exists()


def test_a_chunk_is_what_a_session_may_make() -> None:
    assert (MOST, DEFAULT_CHUNK) == (64, 64)  # as the option says


def test_shares_that_cannot_sign_are_refused(keys: Path, store: Path, tmp_path: Path) -> None:
    run_json("keygen", "--profile", "TOY", "--parties", 2, "--out", tmp_path / "other")
    other = tmp_path / "other" / "party-2.share"
    for paths, why in (
        (of(keys, 1), "E_SIGNERS"),
        (of(keys, 1, 1), "E_SIGNERS"),
        ([*of(keys, 1), other], "E_CONTEXT"),
        (of(keys, 1, 4), "E_SHARE_FILE"),
    ):
        assert code(*paths, "--count", 1, "--store", store) == why
    assert not store.exists()


def test_more_than_fit_are_refused_and_it_says_how_many_fit(keys: Path, store: Path) -> None:
    answer = run_json("presign", *of(keys, 1, 3), "--count", 257, "--store", store, status=1, env=TOY)
    assert answer["code"] == "E_STORE_FULL"
    assert "256 more fit" in answer["error"]
    assert not store.exists()
    run_json("presign", *of(keys, 1, 3), "--count", 5, "--store", store)
    answer = run_json("presign", *of(keys, 3, 1), "--count", 252, "--store", store, status=1, env=TOY)
    assert answer["code"] == "E_STORE_FULL"
    assert "251 more fit, and not 252" in answer["error"]
    assert code(*of(keys, 1, 2), "--count", 257, "--store", store) == "E_STORE_FULL"
    result = run("presign", *of(keys, 1, 2), "--count", 256, "--store", store, env=TOY)
    assert "[E_PASSPHRASE]" in result.stderr  # other signers, another limit


def test_folders_that_cannot_be_stores_are_refused(keys: Path, tmp_path: Path, state: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    file = tmp_path / "file"
    file.write_text("")
    file.chmod(0o600)
    around = state.parent.parent  # a backup of such a store would contain its mark
    around.chmod(0o700)
    for folder, why in ((shared, "E_STORE"), (file, "E_STORE"), (around, "E_PARAMETER")):
        assert code(*of(keys, 1, 3), "--count", 1, "--store", folder) == why
    assert os.listdir(shared) == []


def test_a_wrong_passphrase_adds_nothing(keys: Path, store: Path) -> None:
    arguments = ("presign", *of(keys, 1, 3), "--count", 1, "--store", store)
    wrong = {**TOY, "MPC_FAST_PASSPHRASE": "another"}
    assert code(*arguments[1:], env=wrong) == "E_SEAL_PASSPHRASE"
    assert not PresignatureStore.exists(store)
    run_json(*arguments)
    result = run(*arguments, "--json", env=TOY, input=f"{PASSPHRASE}\nanother\n")
    assert (result.exit_code, json.loads(result.stdout.splitlines()[-1])["code"]) == (1, "E_SEAL_PASSPHRASE")
    assert fresh(store) == [1, 1]


def test_a_copy_is_told_from_the_store(keys: Path, store: Path, state: Path) -> None:
    arguments = ("presign", *of(keys, 1, 3), "--count", 2, "--store", store)
    run_json(*arguments)
    next(state.iterdir()).unlink()
    result = run(*arguments)
    assert "restored or copied" in result.stderr
    assert "2 fresh, 0 claimed, 2 burnt" in result.stdout


# ---- Ends that come early, and company


@contextlib.contextmanager
def presigning(keys: Path, store: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that makes as many as fit, one by one, and has stored some."""
    options = ("--count", str(MAX_FRESH), "--chunk", "1", "--store", store, "--json")
    arguments = command("presign", *of(keys, 1, 3), *options)
    environment = {**os.environ, **UNLOCKED}
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        deadline = time.monotonic() + 60
        while not PresignatureStore.exists(store) or sum(fresh(store)) < 4:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.communicate()


def test_ctrl_c_keeps_what_is_stored(keys: Path, store: Path) -> None:
    with presigning(keys, store) as process:
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["code"] == "E_INTERRUPTED"
    one, three = fresh(store)
    assert 2 <= one == three < MAX_FRESH
    # It counts what it knows to be stored; Ctrl-C just behind the last commit leaves one more.
    assert any(f"{said} of {MAX_FRESH} presignatures were finished" in error for said in (one, one - 1))
    assert "Traceback" not in error


def test_a_killed_process_leaves_a_sound_store(keys: Path, store: Path) -> None:
    with presigning(keys, store) as process:
        process.kill()
        process.communicate()
    one, three = fresh(store)
    assert 2 <= one == three < MAX_FRESH
    answer = run_json("presign", *of(keys, 1, 3), "--count", 2, "--store", store)
    assert [part["fresh"] for part in answer["sets"]] == [one + 2, one + 2]


@pytest.mark.parametrize("row", [1, 6, 9, 16])
def test_a_chunk_is_stored_whole_or_not_at_all(keys: Path, store: Path, row: int) -> None:
    options = ["--count", "8", "--chunk", "4", "--store", str(store)]
    done = subprocess.run(
        [sys.executable, "-P", "-c", KILLED_WHILE_ADDING.format(row=row), "presign", *of(keys, 1, 3), *options],
        env={**os.environ, **UNLOCKED},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    whole = (row - 1) // 8 * 4  # a chunk has 8 rows
    assert fresh(store) == ([whole, whole] if whole else [])
    assert run_json("presign", *of(keys, 1, 3), "--count", 1, "--store", store)["sets"][0]["fresh"] == whole + 1


def test_two_processes_fill_one_store_at_once(keys: Path, store: Path) -> None:
    arguments = command("presign", *of(keys, 1, 3), "--count", "9", "--chunk", "2", "--store", store, "--json")
    environment = {**os.environ, **UNLOCKED}
    both = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert [answer["added"] for answer in answers] == [9, 9]
    assert fresh(store) == [18, 18]


def test_when_others_fill_the_store_it_ends_without_further_work(
    keys: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = PresignatureStore.add
    others: list[object] = []

    def add_after_others(self: PresignatureStore, *arguments: object) -> None:
        if not others:
            others.append(store)
            run_json("presign", *of(keys, 1, 3), "--count", MAX_FRESH - 5, "--store", store)
        add(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(PresignatureStore, "add", add_after_others)
    result = run("presign", *of(keys, 1, 3), "--count", 8, "--chunk", 4, "--store", store)
    assert result.exit_code == 1
    assert "1 more fit, and not 4 [E_STORE_FULL]" in result.stderr
    assert "4 of 8 presignatures were finished, and are in the store" in result.stderr
    assert fresh(store) == [MAX_FRESH - 1, MAX_FRESH - 1]
