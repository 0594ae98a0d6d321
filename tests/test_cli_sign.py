"""The command line: address, sign, verify."""

from pathlib import Path

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")
pytest.importorskip("coincurve", reason="needs the extra [wallet]")

from command_line import PASSPHRASE, TOY, TRANSFER, Json, run, run_json, shares, write_json
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data

from mpc_fast.errors import ProtocolAbort
from mpc_fast.protocols.local import generate_key


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPC_FAST_PASSPHRASE", raising=False)


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


@pytest.fixture
def transfer(tmp_path: Path) -> Path:
    return write_json(tmp_path / "transfer.json", TRANSFER)


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


def test_an_abort_names_its_culprits(keys: tuple[Path, Json], monkeypatch: pytest.MonkeyPatch) -> None:
    def cheated(*_: object) -> None:
        raise ProtocolAbort("B-SIGMA", "partial signature", culprits=[3, 2])

    monkeypatch.setattr("mpc_fast.protocols.local.sign_digest", cheated)
    arguments = ("sign", *shares(keys[0], 1, 2, 3), "--digest", "ab" * 32)
    answer = run_json(*arguments, status=1)
    assert (answer["code"], answer["culprits"]) == ("B-SIGMA", [2, 3])
    assert "culprits: party 2, party 3" in run(*arguments).stderr


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


@pytest.mark.long
def test_any_three_of_five_sign_at_full_size(tmp_path: Path) -> None:
    env = {"MPC_FAST_PASSPHRASE": PASSPHRASE}
    made = run_json("keygen", "--threshold", "3", "--parties", "5", "--out", tmp_path, env=env)
    for signers in ((1, 2, 3), (1, 4, 5), (5, 3, 2)):
        answer = run_json("sign", *shares(tmp_path, *signers), "--message", "x", env=env)
        assert Account.recover_message(encode_defunct(text="x"), signature=answer["signature"]) == made["address"]
    answer = run_json("sign", *shares(tmp_path, 2, 4), "--message", "x", status=1, env=env)
    assert "need 1 more of parties 1, 3, 5" in answer["error"]
