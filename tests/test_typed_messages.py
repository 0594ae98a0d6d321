"""Typed messages: made from messages, by this library, and in no other way."""

import copy
import hashlib
import pickle
from collections.abc import Callable

import pytest

from mpc_fast.errors import ParameterError
from mpc_fast.messages import TypedMessage, check_typed, double_sha256_message, sha256_message


def test_bytes_are_signed_by_their_hash() -> None:
    once = hashlib.sha256(b"x").digest()
    assert (sha256_message(b"x").kind, sha256_message(b"x").digest) == ("sha256", once)
    twice = double_sha256_message(b"x")
    assert (twice.kind, twice.digest) == ("double-sha256", hashlib.sha256(once).digest())


def test_messages_for_ethereum_have_the_digests_that_wallets_sign() -> None:
    pytest.importorskip("eth_account", reason="needs the extra [wallet]")
    from mpc_fast.wallet.ethereum import message_digest, text_message, transaction_digest, transaction_message
    from mpc_fast.wallet.transactions import transaction_from_dict
    from mpc_fast.wallet.typed_data import typed_data_digest, typed_data_message

    transfer = transaction_from_dict({"chainId": 1, "nonce": 0, "gas": 21000, "gasPrice": 1, "to": "0x" + "11" * 20})
    assert transaction_message(transfer).digest == transaction_digest(transfer)
    assert text_message("grüße").digest == message_digest("grüße")
    pay = {
        "types": {"Pay": [{"name": "amount", "type": "uint256"}]},
        "primaryType": "Pay",
        "domain": {"chainId": 1},
        "message": {"amount": 5},
    }
    assert typed_data_message(pay).digest == typed_data_digest(pay)
    kinds = {transaction_message(transfer).kind, text_message("x").kind, typed_data_message(pay).kind}
    assert kinds == {"transaction", "eip191", "eip712"}


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: TypedMessage(),
        lambda: TypedMessage("sha256", bytes(32)),
        lambda: TypedMessage(digest=bytes(32), kind="sha256"),
        lambda: copy.copy(sha256_message(b"x")),
        lambda: copy.deepcopy(sha256_message(b"x")),
        lambda: pickle.dumps(sha256_message(b"x")),
        lambda: type("Mine", (TypedMessage,), {}),
    ],
)
def test_nobody_makes_one_from_a_digest(attempt: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        attempt()


def test_one_does_not_change() -> None:
    message = sha256_message(b"x")
    with pytest.raises(AttributeError):
        message.digest = bytes(32)
    with pytest.raises(AttributeError):
        del message.digest
    with pytest.raises(AttributeError):
        message.more = 1


def test_equality_is_of_kind_and_digest() -> None:
    assert sha256_message(b"x") == sha256_message(b"x")
    assert hash(sha256_message(b"x")) == hash(sha256_message(b"x"))
    assert sha256_message(b"x") != sha256_message(b"y")
    assert sha256_message(hashlib.sha256(b"x").digest()) != double_sha256_message(b"x")
    assert repr(sha256_message(b"x")) == f"<TypedMessage sha256 {hashlib.sha256(b'x').hexdigest()}>"


class Pretender:
    kind = "sha256"
    digest = bytes(32)


@pytest.mark.parametrize("other", [bytes(32), "00" * 32, None, Pretender()])
def test_only_typed_messages_pass(other: object) -> None:
    with pytest.raises(ParameterError, match="TypedMessage"):
        check_typed(other)


@pytest.mark.parametrize("data", ["text", None, bytearray(b"x"), 5])
def test_hashes_are_of_bytes(data: object) -> None:
    with pytest.raises(ParameterError, match="bytes"):
        sha256_message(data)  # type: ignore[arg-type]
