"""Typed messages (EIP-712): digests as eth-account's, and nothing that does not fit its declared type."""

import copy
import json
from typing import Any

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")

from eth_account import Account
from eth_account.messages import encode_typed_data

from mpc_fast.wallet.errors import TypedDataError
from mpc_fast.wallet.typed_data import parse_typed_data, typed_data_digest

# The example of the standard, whose digest it states.
MAIL: dict[str, Any] = {
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"},
            {"name": "verifyingContract", "type": "address"},
        ],
        "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
        "Mail": [
            {"name": "from", "type": "Person"},
            {"name": "to", "type": "Person"},
            {"name": "contents", "type": "string"},
        ],
    },
    "primaryType": "Mail",
    "domain": {
        "name": "Ether Mail",
        "version": "1",
        "chainId": 1,
        "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
    },
    "message": {
        "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
        "contents": "Hello, Bob!",
    },
}
MAIL_DIGEST = "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"


def rich_message() -> dict[str, Any]:
    """A message with every kind of type."""
    message = copy.deepcopy(MAIL)
    kinds = {"a": "bytes", "b": "int8[2][]", "c": "bytes4[]", "d": "bool", "e": "uint256", "f": "Person[]"}
    message["types"]["Mail"] += [{"name": name, "type": kind} for name, kind in kinds.items()]
    message["message"] |= {"a": "0x", "b": [[-1, "-128"], [127, "0x1"]], "c": ["0x01020304"], "d": False, "e": "0xff"}
    message["message"]["f"] = [MAIL["message"]["to"]]
    return message


def test_typed_digest_is_that_of_the_standard() -> None:
    assert typed_data_digest(parse_typed_data(json.dumps(MAIL).encode())).hex() == MAIL_DIGEST


def test_typed_digest_equals_that_of_eth_account() -> None:
    message = rich_message()
    expected = Account.sign_message(encode_typed_data(full_message=message), bytes(range(1, 33))).message_hash
    assert typed_data_digest(message) == expected


def test_types_that_are_not_used_do_not_matter() -> None:
    message = rich_message()
    digest = typed_data_digest(message)
    message["types"]["Unused"] = [{"name": "x", "type": "uint8"}]
    del message["types"]["EIP712Domain"]
    assert typed_data_digest(message) == digest


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("message.d", "false"),
        ("message.d", 0),
        ("message.a", -1),
        ("message.a", "text"),
        ("message.b", [[1]]),
        ("message.b", [[1, 128]]),
        ("message.b", 1),
        ("message.c", ["0x0102"]),
        ("message.e", -1),
        ("message.e", 2**256),
        ("message.e", True),
        ("message.e", 1.0),
        ("message.e", "1 "),
        ("message.contents", None),
        ("message.contents", 3),
        ("message.contents", "\ud800"),
        ("message.from", None),
        ("message.from.wallet", "0x11"),
        ("message.from.wallet", "0xcD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"),
        ("message.from.extra", 1),
        ("message.f", {}),
        ("message.extra", 1),
        ("domain.extra", 1),
        ("domain.chainId", "x"),
        ("domain.salt", "0x" + "00" * 32),
        ("domain", {}),
        ("primaryType", "Letter"),
        ("primaryType", 3),
        ("types.Person", [{"name": "name", "type": "uint7"}]),
        ("types.Person", [{"name": "name", "type": "Unknown"}]),
        ("types.Person", [{"name": "name", "type": "string"}, {"name": "name", "type": "string"}]),
        ("types.Person", [{"name": "mail", "type": "Mail"}]),
        ("types.Person", [{"name": "x y", "type": "string"}]),
        ("types.Person", "string"),
        ("types.uint8", []),
        ("types.EIP712Domain", [{"name": "name", "type": "string"}]),
        ("extra", 1),
    ],
)
def test_typed_messages_that_do_not_fit_their_types_are_refused(path: str, value: object) -> None:
    message = rich_message()
    target = message
    *parents, name = path.split(".")
    for parent in parents:
        target = target[parent]
    target[name] = value
    with pytest.raises(TypedDataError):
        parse_typed_data(json.dumps(message).encode())


@pytest.mark.parametrize("path", ["message.e", "message.from.name", "domain.name", "primaryType", "types", "domain"])
def test_typed_messages_with_missing_parts_are_refused(path: str) -> None:
    message = rich_message()
    target = message
    *parents, name = path.split(".")
    for parent in parents:
        target = target[parent]
    del target[name]
    with pytest.raises(TypedDataError):
        parse_typed_data(json.dumps(message).encode())


def test_a_typed_message_nested_without_end_is_refused() -> None:
    message = copy.deepcopy(MAIL)
    message["types"]["Person"].append({"name": "friends", "type": "Person[]"})
    deepest = message["message"]["from"]
    for _ in range(40):
        deepest["friends"] = [{"name": "x", "wallet": "0x" + "11" * 20}]
        deepest = deepest["friends"][0]
    deepest["friends"] = []
    message["message"]["to"]["friends"] = []
    with pytest.raises(TypedDataError, match="nested too deeply"):
        parse_typed_data(json.dumps(message).encode())
