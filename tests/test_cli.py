"""The command line: demo, keygen, doctor; statuses, help, Ctrl-C, missing extras."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")
pytest.importorskip("coincurve", reason="needs the extra [wallet]")

from command_line import PASSPHRASE, TOY, TRANSFER, UNLOCKED, Json, command, run, run_json, shares, write_json
from eth_account import Account

from mpc_fast import _native


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPC_FAST_PASSPHRASE", raising=False)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Json]:
    """A folder with the shares of a 3-of-5 key, and what keygen said."""
    folder = tmp_path_factory.mktemp("keys") / "new" / "folder"
    answer = run_json("keygen", "--threshold", "3", "--parties", "5", "--profile", "TOY", "--out", folder)
    return folder, answer


@pytest.fixture
def transfer(tmp_path: Path) -> Path:
    return write_json(tmp_path / "transfer.json", TRANSFER)


# ---- demo


def check_demo(answer: Json, signer_sets: list[list[int]], profile: str) -> None:
    assert set(answer) == {
        *("address", "public_key", "raw_transactions", "transaction_hashes", "signer_sets"),
        *("profile", "kernel", "timings", "bytes_sent"),
    }
    assert answer["signer_sets"] == signer_sets
    assert answer["profile"] == profile
    assert [Account.recover_transaction(raw) for raw in answer["raw_transactions"]] == [answer["address"]] * 2
    assert len(set(answer["raw_transactions"])) == len(set(answer["transaction_hashes"])) == 2
    assert {"primes", "aux", "dkg", "seal", "open", "sign_1", "sign_2", "total"} <= set(answer["timings"])
    assert all(seconds >= 0 for seconds in answer["timings"].values())
    for position, signers in enumerate(signer_sets, start=1):
        assert {int(party) for party, sent in answer["bytes_sent"].items() if f"sign_{position}" in sent} == {*signers}
    assert all(count > 0 for sent in answer["bytes_sent"].values() for count in sent.values())


def test_demo_tells_its_figures_as_json() -> None:
    check_demo(run_json("demo", "--profile", "TOY", env=TOY), [[1, 2], [2, 3]], "TOY")


def test_demo_takes_other_thresholds() -> None:
    answer = run_json("demo", "--profile", "TOY", "--threshold", "3", "--parties", "4", env=TOY)
    check_demo(answer, [[1, 2, 3], [2, 3, 4]], "TOY")


def test_demo_signs_a_given_transaction(transfer: Path) -> None:
    answer = run_json("demo", "--profile", "TOY", "--tx", transfer, env=TOY)
    assert answer["raw_transactions"][0].startswith("0x02")
    check_demo(answer, [[1, 2], [2, 3]], "TOY")


def test_demo_tells_a_story() -> None:
    result = run("demo", "--profile", "TOY", env=TOY)
    assert result.exit_code == 0
    for part in ("3 parties generate a key", "Parties 1 and 2 sign", "Parties 2 and 3 sign", "Party 1 alone: refused"):
        assert part in result.stdout
    assert "Seconds by stage" in result.stdout


def test_demo_at_full_size() -> None:
    """What `make demo` runs: S128, no environment, nothing asked."""
    done = subprocess.run(
        command("demo", "--json"), capture_output=True, stdin=subprocess.DEVNULL, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    check_demo(json.loads(done.stdout), [[1, 2], [2, 3]], "S128")
    assert "Traceback" not in done.stderr


# ---- keygen


def test_keygen_writes_a_sealed_share_for_each_party(keys: tuple[Path, Json]) -> None:
    folder, answer = keys
    assert set(answer) == {"address", "public_key", "files"}
    assert answer["files"] == [str(folder / f"party-{index}.share") for index in range(1, 6)]
    assert sorted(os.listdir(folder)) == [f"party-{index}.share" for index in range(1, 6)]
    assert {os.stat(path).st_mode & 0o777 for path in answer["files"]} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_keygen_asks_for_the_passphrase_twice(tmp_path: Path) -> None:
    arguments = ("keygen", "--parties", "2", "--profile", "TOY", "--out", tmp_path)
    assert run(*arguments, env=TOY, input=f"{PASSPHRASE}\nother\n{PASSPHRASE}\n{PASSPHRASE}\n").exit_code == 0
    assert run("address", tmp_path / "party-1.share", "--verify", env=TOY, input=f"{PASSPHRASE}\n").exit_code == 0


@pytest.mark.parametrize("given", [None, PASSPHRASE, f"{PASSPHRASE}\n{PASSPHRASE[1:]}\n"])
def test_keygen_without_a_passphrase_leaves_nothing(tmp_path: Path, given: str | None) -> None:
    result = run("keygen", "--profile", "TOY", "--out", tmp_path / "new", env=TOY, input=given)
    assert result.exit_code == 1
    assert "MPC_FAST_PASSPHRASE" in result.stderr
    assert os.listdir(tmp_path) == []


def test_keygen_refuses_an_empty_passphrase(tmp_path: Path) -> None:
    env = {**TOY, "MPC_FAST_PASSPHRASE": ""}
    answer = run_json("keygen", "--profile", "TOY", "--out", tmp_path, status=1, env=env)
    assert answer["code"] == "E_PASSPHRASE"


def test_keygen_never_overwrites_without_force(tmp_path: Path) -> None:
    (tmp_path / "party-2.share").write_text("precious")
    (tmp_path / "unrelated").write_text("kept")
    arguments = ("keygen", "--parties", "2", "--profile", "TOY", "--out", tmp_path)
    answer = run_json(*arguments, status=1)
    assert answer["code"] == "E_EXISTS"
    assert "--force" in answer["error"]
    assert sorted(os.listdir(tmp_path)) == ["party-2.share", "unrelated"]
    assert (tmp_path / "party-2.share").read_text() == "precious"
    run_json(*arguments, "--force")
    assert sorted(os.listdir(tmp_path)) == ["party-1.share", "party-2.share", "unrelated"]
    assert run_json("address", tmp_path / "party-2.share", "--verify")["verified"]


def test_keygen_reports_an_unwritable_folder_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    started = time.monotonic()
    for folder in (tmp_path / "file", tmp_path / "file" / "below", "/proc/mpc_fast"):
        assert run_json("keygen", "--out", folder, status=1)["code"] == "E_FOLDER"
    assert time.monotonic() - started < 5  # at S128 the primes alone take longer


@pytest.mark.parametrize("where", ["demo", "keygen"])
@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--threshold", "1"], "--threshold 1"),
        (["--threshold", "0"], "--threshold 0"),
        (["--threshold", "-1"], "--threshold -1"),
        (["--threshold", "4"], "--threshold 4"),
        (["--threshold", "2", "--parties", "1"], "--threshold 2"),
        (["--parties", "17"], "--parties 17"),
        (["--parties", "two"], "--parties"),
        (["--profile", "S256"], "--profile S256"),
        (["--profile", "TOY"], "--profile TOY"),
        (["--profile", ""], "--profile"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_ceremonies_that_cannot_be_are_usage_errors(tmp_path: Path, where: str, options: list[str], word: str) -> None:
    folder = ["--out", str(tmp_path / "new")] if where == "keygen" else []
    answer = run_json(where, *folder, *options, status=2, env={"MPC_FAST_PASSPHRASE": PASSPHRASE})
    assert answer["code"] == "E_USAGE"
    assert word in answer["error"]
    assert os.listdir(tmp_path) == []


# ---- Ctrl-C


def interrupt(
    arguments: Sequence[str | Path], until: Callable[[], bool], delay: float
) -> subprocess.CompletedProcess[str]:
    """Runs a command, and sends SIGINT `delay` seconds after the condition holds."""
    environment = {**os.environ, **UNLOCKED}
    process = subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    deadline = time.monotonic() + 30
    while not until() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out, error)


@pytest.mark.parametrize("delay", [0.0, 0.3, 2.0, 5.0])
def test_ctrl_c_leaves_no_share_files(tmp_path: Path, delay: float) -> None:
    folder = tmp_path / "new"
    done = interrupt(["keygen", "--parties", "6", "--out", folder, "--json"], folder.exists, delay)
    assert done.returncode == 130
    assert json.loads(done.stdout)["code"] == "E_INTERRUPTED"
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.2, 0.3, 0.4])
def test_ctrl_c_near_the_end_leaves_all_files_or_none(tmp_path: Path, delay: float) -> None:
    folder = tmp_path / "new"
    arguments = ["keygen", "--parties", "2", "--profile", "TOY", "--out", folder]
    done = interrupt(arguments, folder.exists, delay)
    files = sorted(os.listdir(folder)) if folder.exists() else []
    assert done.returncode == 130 or (done.returncode, files) == (0, ["party-1.share", "party-2.share"])
    assert files in ([], ["party-1.share", "party-2.share"])
    assert "Traceback" not in done.stderr


def test_ctrl_c_during_the_demo_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = interrupt(["demo"], lambda: True, 2.5)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == []


# ---- doctor, extras, help


def test_doctor_shows_machine_and_build() -> None:
    answer = run_json("doctor", env={})
    assert {"version", "cpu", "cpu_features", "kernel", "threads", "libraries", "python", "extras"} <= set(answer)
    assert {"gmp", "libsecp256k1", "libsodium"} <= set(answer["libraries"])
    assert answer["profiles"] == ["S128", "C112"]
    assert answer["extras"]["wallet"] is True
    assert "libsodium" in run("doctor", env={}).stdout


def test_doctor_says_which_gmp_is_in_use() -> None:
    gmp = run_json("doctor", env={})["gmp"]
    assert set(gmp) == {"version", "path", "build"}
    assert gmp["version"] == _native.library_versions()["gmp"]
    assert "libgmp" in Path(gmp["path"]).name
    if sys.platform == "linux":
        mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()}
        assert gmp["path"] in mapped
    text = run("doctor", env={}).stdout
    assert f"{gmp['version']}, {gmp['path']} ({gmp['build']})" in text
    assert "differ in speed" in text


WITHOUT_WALLET = "import sys; sys.modules.update(dict.fromkeys(['eth_account', 'eth_utils', 'coincurve']))\n"


def run_without_wallet(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """One command where the extra [wallet] is not installed."""
    program = WITHOUT_WALLET + f"sys.argv[1:] = {list(map(str, arguments))!r}\nfrom mpc_fast.cli import main\nmain()"
    environment = {**os.environ, **UNLOCKED}
    return subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, env=environment)


def test_without_the_wallet_extra_it_is_named(keys: tuple[Path, Json], transfer: Path) -> None:
    folder, _ = keys
    for arguments in (
        ["demo", "--profile", "TOY"],
        ["address", folder / "party-1.share"],
        ["sign", *shares(folder, 1, 2, 3), "--tx", transfer],
        ["sign", *shares(folder, 1, 2, 3), "--message", "x"],
        ["verify", "--address", "0x" + "11" * 20, "--message", "x", "--signature", "ab" * 65],
    ):
        done = run_without_wallet(*arguments)
        assert done.returncode == 1
        assert "mpc_fast[wallet]" in done.stderr
        assert "Traceback" not in done.stderr


def test_without_the_wallet_extra_the_rest_works(keys: tuple[Path, Json], tmp_path: Path) -> None:
    folder, made = keys
    done = run_without_wallet("sign", *shares(folder, 1, 2, 3), "--digest", "ab" * 32, "--json")
    answer = json.loads(done.stdout)
    assert answer["address"] is None
    assert Account._recover_hash(answer["digest"], signature=answer["signature"]) == made["address"]
    done = run_without_wallet("keygen", "--parties", "2", "--profile", "TOY", "--out", tmp_path, "--json")
    assert json.loads(done.stdout)["address"] is None
    assert "mpc_fast[wallet]" in done.stderr
    assert run_without_wallet("doctor").returncode == 0


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["keygen"], ["sign"], ["address"], ["pool"], ["--nonsense"]])
def test_usage_errors_exit_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
    assert run_json(*arguments, status=2)["code"] == "E_USAGE"


@pytest.mark.parametrize(
    "name", ["", "demo", "keygen", "address", "sign", "verify", "doctor", "pool", "pool fill", "pool status"]
)
def test_help_is_there(name: str) -> None:
    result = run(*name.split(), "--help")
    assert result.exit_code == 0
    assert "Usage: mpc-fast" in result.stdout


def test_importing_the_command_line_is_quick() -> None:
    program = "import sys, mpc_fast.cli.app; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert not {"eth_account", "coincurve", "numpy", "rich.progress"} & set(done.stdout.split())
