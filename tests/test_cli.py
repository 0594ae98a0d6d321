"""The command line: what it prints, its exit statuses, and what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")
pytest.importorskip("coincurve", reason="needs the extra [wallet]")

from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from typer.testing import CliRunner, Result

from mpc_fast.cli.app import app
from mpc_fast.protocols.local import generate_key

TOY = {"MPC_FAST_INSECURE_TEST_PROFILE": "1"}
PASSPHRASE = "correct horse battery staple"
UNLOCKED = {**TOY, "MPC_FAST_PASSPHRASE": PASSPHRASE}

TRANSFER: dict[str, Any] = {
    "chainId": 1,
    "nonce": 7,
    "gas": 21000,
    "maxFeePerGas": 30 * 10**9,
    "maxPriorityFeePerGas": 10**9,
    "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "value": "0xde0b6b3a7640000",
}

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPC_FAST_PASSPHRASE", raising=False)


def run(*arguments: str | Path, env: dict[str, str] = UNLOCKED, input: str | None = None) -> Result:
    """One command in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=env, input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run_json(*arguments: str | Path, status: int = 0, env: dict[str, str] = UNLOCKED) -> Json:
    """One command with --json: exactly one line on stdout, an object."""
    result = run(*arguments, "--json", env=env)
    assert result.exit_code == status, result.output
    assert result.stdout.endswith("\n")
    assert result.stdout.count("\n") == 1
    answer: Json = json.loads(result.stdout)
    if status not in (0, 1) or "error" in answer:
        assert set(answer) == {"error", "code", "culprits"}
    return answer


def command(*arguments: str | Path) -> list[str]:
    """One command in a process of its own."""
    return [sys.executable, "-P", "-m", "mpc_fast.cli", *map(str, arguments)]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Json]:
    """A folder with the shares of a 3-of-5 key, and what keygen said."""
    folder = tmp_path_factory.mktemp("keys") / "new" / "folder"
    answer = run_json("keygen", "--threshold", "3", "--parties", "5", "--profile", "TOY", "--out", folder)
    return folder, answer


@pytest.fixture(scope="module")
def other_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other")
    run_json("keygen", "--profile", "TOY", "--out", folder)
    return folder


def shares(folder: Path, *indices: int) -> list[str]:
    return [part for index in indices for part in ("--share", str(folder / f"party-{index}.share"))]


@pytest.fixture
def transfer(tmp_path: Path) -> Path:
    return write_json(tmp_path / "transfer.json", TRANSFER)


def write_json(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


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


# ---- address


def test_address_without_a_passphrase_is_unverified(keys: tuple[Path, Json]) -> None:
    folder, made = keys
    answer = run_json("address", folder / "party-4.share", env=TOY)
    assert answer == {
        "address": made["address"],
        "public_key": made["public_key"],
        "threshold": 3,
        "parties": 5,
        "verified": False,
    }
    result = run("address", folder / "party-4.share", env=TOY)
    assert made["address"] in result.stdout
    assert "unverified" in result.stdout


def test_address_verify_unlocks_the_share(keys: tuple[Path, Json]) -> None:
    folder, made = keys
    assert run_json("address", folder / "party-4.share", "--verify")["verified"] is True
    result = run("address", folder / "party-4.share", "--verify")
    assert f"{made['address']}  (verified)" in result.stdout
    env = {**TOY, "MPC_FAST_PASSPHRASE": "wrong"}
    assert run_json("address", folder / "party-4.share", "--verify", status=1, env=env)["code"] == "E_SEAL_PASSPHRASE"


def test_address_of_a_forged_header_does_not_verify(keys: tuple[Path, Json], tmp_path: Path) -> None:
    folder, _ = keys
    data = (folder / "party-1.share").read_bytes()
    position = data.index(b"key-")  # the key id, which anybody can change
    forged = tmp_path / "forged.share"
    forged.write_bytes(data[:position] + b"KEY-" + data[position + 4 :])
    assert run_json("address", forged)["verified"] is False
    assert run_json("address", forged, "--verify", status=1)["code"] == "E_SEAL_PASSPHRASE"


@pytest.mark.parametrize(("damage", "code"), [(b"", "E_SEAL_FORMAT"), (b"MPCFAST\0\0\2", "E_SEAL_VERSION")])
def test_address_refuses_what_is_no_share(tmp_path: Path, damage: bytes, code: str) -> None:
    path = tmp_path / "a.share"
    path.write_bytes(damage)
    assert run_json("address", path, status=1)["code"] == code
    assert run_json("address", tmp_path / "absent", status=1)["code"] == "E_SHARE_FILE"


def test_shares_of_a_profile_that_is_not_admitted_are_refused(keys: tuple[Path, Json]) -> None:
    folder, _ = keys
    env = {"MPC_FAST_PASSPHRASE": PASSPHRASE}
    assert run_json("address", folder / "party-1.share", status=1, env=env)["code"] == "E_PROFILE"
    assert run_json("sign", *shares(folder, 1, 2, 3), "--message", "x", status=1, env=env)["code"] == "E_PROFILE"


# ---- sign


@pytest.mark.parametrize("signers", [(1, 2, 3), (5, 3, 1), (2, 4, 5)])
def test_any_three_of_five_sign_a_transaction(
    keys: tuple[Path, Json], transfer: Path, signers: tuple[int, ...]
) -> None:
    folder, made = keys
    answer = run_json("sign", *shares(folder, *signers), "--tx", transfer)
    assert set(answer) == {"address", "signature", "digest", "raw_transaction", "transaction_hash"}
    assert answer["address"] == made["address"] == Account.recover_transaction(answer["raw_transaction"])
    assert len(bytes.fromhex(answer["signature"][2:])) == 65
    assert answer["signature"][-2:] in ("1b", "1c")
    assert Account._recover_hash(answer["digest"], signature=answer["signature"]) == made["address"]
    assert run("verify", "--address", made["address"], "--raw-tx", answer["raw_transaction"]).exit_code == 0


def test_a_text_message_is_signed_as_wallets_do(keys: tuple[Path, Json]) -> None:
    folder, made = keys
    answer = run_json("sign", *shares(folder, 1, 2, 3), "--message", "grüße ✓")
    assert set(answer) == {"address", "signature", "digest"}
    signature = answer["signature"]
    assert Account.recover_message(encode_defunct(text="grüße ✓"), signature=signature) == made["address"]
    verify = ["verify", "--address", made["address"], "--signature", signature, "--message"]
    assert run_json(*verify, "grüße ✓") == {"valid": True, "address": made["address"]}
    assert run_json(*verify, "grüße", status=1) == {"valid": False, "address": made["address"]}


def test_a_typed_message_is_signed_as_wallets_do(keys: tuple[Path, Json], tmp_path: Path) -> None:
    folder, made = keys
    message = {
        "types": {"Pay": [{"name": "to", "type": "address"}, {"name": "amount", "type": "uint256"}]},
        "primaryType": "Pay",
        "domain": {"name": "Treasury", "chainId": 1},
        "message": {"to": "0x" + "11" * 20, "amount": "1000"},
    }
    typed_data = write_json(tmp_path / "pay.json", message)
    answer = run_json("sign", *shares(folder, 1, 2, 3), "--typed-data", typed_data)
    signable = encode_typed_data(full_message=message)
    assert Account.recover_message(signable, signature=answer["signature"]) == made["address"]


def test_a_digest_is_signed(keys: tuple[Path, Json]) -> None:
    folder, made = keys
    for text in ("0x" + "ab" * 32, "AB" * 32):
        answer = run_json("sign", *shares(folder, 3, 4, 5), "--digest", text)
        assert answer["digest"] == "0x" + "ab" * 32
        assert Account._recover_hash(answer["digest"], signature=answer["signature"]) == made["address"]


def test_more_shares_than_needed_are_welcome(keys: tuple[Path, Json]) -> None:
    folder, _ = keys
    assert run("sign", *shares(folder, 1, 2, 3, 4, 5), "--digest", "ab" * 32).exit_code == 0


def test_sign_prints_the_recovered_sender(keys: tuple[Path, Json], transfer: Path) -> None:
    folder, made = keys
    result = run("sign", *shares(folder, 1, 2, 3), "--tx", transfer)
    assert f"recovered sender  {made['address']}" in result.stdout
    assert "raw transaction   0x02" in result.stdout


def test_two_shares_of_three_name_what_is_missing(keys: tuple[Path, Json], transfer: Path) -> None:
    folder, _ = keys
    answer = run_json("sign", *shares(folder, 1, 3), "--tx", transfer, status=1)
    assert answer["code"] == "E_SIGNERS"
    assert "2 of 3 shares given; need 1 more of parties 2, 4, 5" in answer["error"]


def test_the_same_share_twice_is_refused(keys: tuple[Path, Json]) -> None:
    folder, _ = keys
    answer = run_json("sign", *shares(folder, 1, 2, 2), "--digest", "ab" * 32, status=1)
    assert answer["code"] == "E_SIGNERS"
    assert "party 2" in answer["error"]


def test_shares_of_different_keys_are_refused(keys: tuple[Path, Json], other_keys: Path) -> None:
    folder, _ = keys
    mixed = [*shares(folder, 1, 2), *shares(other_keys, 3)]
    assert run_json("sign", *mixed, "--digest", "ab" * 32, status=1)["code"] == "E_CONTEXT"


def test_a_wrong_passphrase_is_refused(keys: tuple[Path, Json]) -> None:
    folder, _ = keys
    env = {**TOY, "MPC_FAST_PASSPHRASE": "wrong"}
    answer = run_json("sign", *shares(folder, 1, 2, 3), "--digest", "ab" * 32, status=1, env=env)
    assert answer["code"] == "E_SEAL_PASSPHRASE"


def test_a_passphrase_is_asked_for_once_unless_it_differs(keys: tuple[Path, Json]) -> None:
    folder, _ = keys
    sign = ("sign", *shares(folder, 1, 2, 3), "--digest", "ab" * 32)
    assert run(*sign, env=TOY, input=f"{PASSPHRASE}\n").exit_code == 0
    assert run(*sign, env=TOY, input="wrong\n").exit_code == 1


def test_shares_may_have_different_passphrases(tmp_path: Path, toy_profile: None) -> None:
    for share in generate_key(2, 2, "TOY", "two-passphrases").shares:
        (tmp_path / f"party-{share.index}.share").write_bytes(share.seal(f"passphrase {share.index}".encode()))
    sign = ("sign", *shares(tmp_path, 1, 2), "--digest", "ab" * 32)
    assert run(*sign, env=TOY, input="passphrase 1\npassphrase 2\n").exit_code == 0
    assert run(*sign, env=TOY, input="passphrase 1\npassphrase 1\n").exit_code == 1


@pytest.mark.parametrize(
    "what",
    [
        [],
        ["--message", "x", "--digest", "ab" * 32],
        ["--digest", ""],
        ["--digest", "ab" * 31],
        ["--digest", "ab" * 33],
        ["--digest", "0x" + "ab" * 31 + "a"],
        ["--digest", "zz" * 32],
    ],
)
def test_sign_wants_one_thing_of_the_right_form(keys: tuple[Path, Json], what: list[str]) -> None:
    folder, _ = keys
    assert run_json("sign", *shares(folder, 1, 2, 3), *what, status=2)["code"] == "E_USAGE"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"nonce": None}, "nonce"),
        ({"nonce": -1}, "nonce"),
        ({"nonce": 2**64}, "nonce"),
        ({"nonce": 2**70}, "nonce"),
        ({"nonce": True}, "nonce"),
        ({"gas": 2**256}, "gas"),
        ({"maxFeePerGas": 2**256}, "maxFeePerGas"),
        ({"value": 1.5}, "value"),
        ({"chainId": "1"}, "chainId"),
        ({"chainId": 0}, "chainId"),
        ({"chainId": True}, "chainId"),
        ({"to": "0x11"}, "to"),
        ({"memo": "x"}, "memo"),
    ],
)
def test_faulty_transactions_are_refused_by_field(
    keys: tuple[Path, Json], tmp_path: Path, change: Json, word: str
) -> None:
    folder, _ = keys
    path = write_json(tmp_path / "tx.json", {**TRANSFER, **change})
    answer = run_json("sign", *shares(folder, 1, 2, 3), "--tx", path, status=1)
    assert answer["code"] == "E_TRANSACTION"
    assert answer["error"].startswith(f"{word}: ")
    assert run_json("demo", "--profile", "TOY", "--tx", path, status=1)["code"] == "E_TRANSACTION"


@pytest.mark.parametrize("option", ["--tx", "--typed-data"])
def test_files_that_cannot_be_read_are_refused(keys: tuple[Path, Json], tmp_path: Path, option: str) -> None:
    folder, _ = keys
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    for name, codes in {"absent": {"E_FILE"}, ".": {"E_FILE"}, "list.json": None, "binary": None}.items():
        answer = run_json("sign", *shares(folder, 1, 2, 3), option, tmp_path / name, status=1)
        assert answer["code"] in (codes or {"E_TRANSACTION", "E_TYPED_DATA"})


# ---- verify


def test_verify_wants_hex_and_an_address() -> None:
    address = "0x" + "11" * 20
    for arguments in (
        ["--address", address],
        ["--address", address, "--raw-tx", "00", "--message", "x", "--signature", "00"],
        ["--address", address, "--message", "x"],
        ["--address", address, "--signature", "00"],
        ["--address", address, "--raw-tx", "0xzz"],
        ["--address", address, "--message", "x", "--signature", "ab" * 64],
        ["--address", "0x11", "--raw-tx", "00"],
        ["--address", "0xcD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "--raw-tx", "00"],
        ["--raw-tx", "00"],
    ):
        assert run_json("verify", *arguments, status=2)["code"] == "E_USAGE"


@pytest.mark.parametrize("raw", ["", "00", "02", "c0", "02c0", "f8", "03c0", "ff" * 100])
def test_what_is_no_transaction_is_invalid(raw: str) -> None:
    address = "0x" + "11" * 20
    assert run_json("verify", "--address", address, "--raw-tx", raw, status=1) == {"valid": False, "address": address}
    result = run("verify", "--address", address, "--raw-tx", raw)
    assert result.exit_code == 1
    assert result.stdout.startswith("invalid: ")


def test_the_signature_of_another_is_invalid() -> None:
    signed = Account.sign_message(encode_defunct(text="x"), bytes(range(1, 33)))
    other = Account.from_key(bytes(range(2, 34))).address
    arguments = ["verify", "--address", other, "--message", "x", "--signature", signed.signature.hex()]
    assert run_json(*arguments, status=1)["valid"] is False
    assert other in run(*arguments).stdout


# ---- doctor, extras, help


def test_doctor_shows_machine_and_build() -> None:
    answer = run_json("doctor", env={})
    assert {"version", "cpu", "cpu_features", "kernel", "threads", "libraries", "python", "extras"} <= set(answer)
    assert {"gmp", "libsecp256k1", "libsodium"} <= set(answer["libraries"])
    assert answer["profiles"] == ["S128", "C112"]
    assert answer["extras"]["wallet"] is True
    assert "libsodium" in run("doctor", env={}).stdout


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


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["keygen"], ["sign"], ["address"], ["--nonsense"]])
def test_usage_errors_exit_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
    assert run_json(*arguments, status=2)["code"] == "E_USAGE"


@pytest.mark.parametrize("name", ["", "demo", "keygen", "address", "sign", "verify", "doctor"])
def test_help_is_there(name: str) -> None:
    result = run(*name.split(), "--help")
    assert result.exit_code == 0
    assert "Usage: mpc-fast" in result.stdout


def test_importing_the_command_line_is_quick() -> None:
    program = "import sys, mpc_fast.cli.app; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert not {"eth_account", "coincurve", "numpy", "rich.progress"} & set(done.stdout.split())


@pytest.mark.long
def test_any_three_of_five_sign_at_full_size(tmp_path: Path) -> None:
    env = {"MPC_FAST_PASSPHRASE": PASSPHRASE}
    made = run_json("keygen", "--threshold", "3", "--parties", "5", "--out", tmp_path, env=env)
    for signers in ((1, 2, 3), (1, 4, 5), (5, 3, 2)):
        answer = run_json("sign", *shares(tmp_path, *signers), "--message", "x", env=env)
        assert Account.recover_message(encode_defunct(text="x"), signature=answer["signature"]) == made["address"]
    answer = run_json("sign", *shares(tmp_path, 2, 4), "--message", "x", status=1, env=env)
    assert "need 1 more of parties 1, 3, 5" in answer["error"]
