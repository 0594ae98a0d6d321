"""The command line: sign --presigned and presign status."""

import os
import shutil
from pathlib import Path

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")
pytest.importorskip("coincurve", reason="needs the extra [wallet]")

from command_line import PASSPHRASE, TOY, TRANSFER, run, run_json, shares, write_json
from eth_account import Account
from eth_account.messages import encode_defunct

from mpc_fast.keys import load_share
from mpc_fast.presignatures import PresignatureStore
from mpc_fast.protocols.local import presign


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shares of a 2-of-3 key, and a store with two presignatures of parties 1 and 3; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    run_json("keygen", "--profile", "TOY", "--out", folder / "keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPC_FAST_INSECURE_TEST_PROFILE", "1")
        signers = [load_share(folder / "keys" / f"party-{index}.share", PASSPHRASE) for index in (1, 3)]
        store, access = PresignatureStore.create(folder / "store", PASSPHRASE, state=folder / "state")
        with store:
            for _ in range(2):
                store.add(access, presign(signers)[0])
    return folder


@pytest.fixture
def folder(made: Path) -> "os.PathLike[str]":
    """The keys, and the store as it was: it is put back with its mark after each test."""
    backup = made.parent / "backup"
    shutil.rmtree(backup, ignore_errors=True)
    shutil.copytree(made, backup)
    yield made  # type: ignore[misc]
    shutil.rmtree(made)
    shutil.copytree(backup, made)


def sign(folder: Path, *what: object, signers: tuple[int, ...] = (1, 3)) -> tuple[object, ...]:
    return ("sign", *shares(folder / "keys", *signers), "--presigned", folder / "store", *what)


def test_a_text_is_signed_with_a_presignature(folder: Path) -> None:
    answer = run_json(*sign(folder, "--message", "x"))
    assert Account.recover_message(encode_defunct(text="x"), signature=answer["signature"]) == answer["address"]
    assert [one["fresh"] for one in run_json("presign", "status", "--store", folder / "store")["sets"]] == [1, 1]


def test_a_transaction_is_signed_with_a_presignature(folder: Path, tmp_path: Path) -> None:
    answer = run_json(*sign(folder, "--tx", write_json(tmp_path / "transfer.json", TRANSFER), signers=(3, 1)))
    assert answer["address"] == Account.recover_transaction(answer["raw_transaction"])


def test_when_there_are_no_more_it_is_refused(folder: Path) -> None:
    for text in "ab":
        assert run(*sign(folder, "--message", text)).exit_code == 0
    answer = run_json(*sign(folder, "--message", "c"), status=1)
    assert answer["code"] == "E_STORE_EMPTY"
    assert [one["burnt"] for one in run_json("presign", "status", "--store", folder / "store")["sets"]] == [2, 2]


def test_other_signers_have_none(made: Path) -> None:
    answer = run_json(*sign(made, "--message", "x", signers=(1, 2)), status=1, env=TOY)  # no passphrase is asked for
    assert answer["code"] == "E_STORE_EMPTY"
    assert "party 1" in answer["error"]


def test_a_bare_digest_is_not_signed_with_a_presignature(made: Path) -> None:
    answer = run_json(*sign(made, "--digest", "ab" * 32), status=2)
    assert answer["code"] == "E_USAGE"
    assert run("presign", "status", "--store", made / "store").stdout.count("2 fresh, 0 claimed, 0 burnt") == 2


def test_a_wrong_passphrase_uses_nothing_up(made: Path) -> None:
    assert run(*sign(made, "--message", "x"), env=TOY, input=f"{PASSPHRASE}\nwrong\n").exit_code == 1
    assert [one["fresh"] for one in run_json("presign", "status", "--store", made / "store")["sets"]] == [2, 2]


def test_status_says_what_there_is(made: Path) -> None:
    answer = run_json("presign", "status", "--store", made / "store")
    assert answer["latest"] is True
    assert [(one["party"], one["signers"], one["fresh"]) for one in answer["sets"]] == [(1, [1, 3], 2), (3, [1, 3], 2)]
    result = run("presign", "status", "--store", made / "store")
    assert "party 1, signers 1, 3: 2 fresh, 0 claimed, 0 burnt; the next expires in 23" in result.stdout


def test_a_copy_is_told_from_the_store(made: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(made / "store", tmp_path / "copy")
    mark = next((made / "state").iterdir())
    said = mark.read_bytes()
    mark.unlink()
    try:
        answer = run_json("presign", "status", "--store", copy)
        assert (answer["latest"], [one["fresh"] for one in answer["sets"]]) == (False, [0, 0])
        assert "restored or copied" in run("presign", "status", "--store", copy).stdout
        arguments = ("sign", *shares(made / "keys", 1, 3), "--presigned", copy, "--message", "x")
        assert run_json(*arguments, status=1)["code"] == "E_STORE_EMPTY"
    finally:
        mark.write_bytes(said)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    assert run_json("presign", "status", "--store", tmp_path / "none", status=1)["code"] == "E_STORE_MISSING"
    store, _ = PresignatureStore.create(tmp_path / "store", PASSPHRASE, state=tmp_path / "state")
    store.close()
    assert run("presign", "status", "--store", tmp_path / "store").stdout.endswith("empty\n")
