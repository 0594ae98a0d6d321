"""Transactions, messages and addresses, with eth-account as the oracle."""

import json
import random
from typing import Any

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")
coincurve = pytest.importorskip("coincurve", reason="needs the extra [wallet]")

from eth_account import Account  # noqa: E402
from eth_account.messages import encode_defunct  # noqa: E402
from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from mpc_fast.errors import MpcError  # noqa: E402
from mpc_fast.wallet.errors import SignatureError, TransactionError  # noqa: E402
from mpc_fast.wallet.ethereum import (  # noqa: E402
    CURVE_ORDER,
    address_of,
    assemble,
    ethereum_signature,
    finish_transaction,
    message_digest,
    recover_digest,
    recover_message,
    recover_transaction,
    transaction_digest,
)
from mpc_fast.wallet.transactions import MAX_CHAIN_ID, parse_transaction, transaction_from_dict  # noqa: E402

KEY = coincurve.PrivateKey(bytes(range(1, 33)))
ACCOUNT = Account.from_key(KEY.secret)

BASE: dict[str, Any] = {"chainId": 1, "nonce": 2, "gas": 21000, "to": "0x" + "11" * 20, "value": 5, "data": "0x00ff"}
ACCESS_LIST = [{"address": "0x" + "22" * 20, "storageKeys": ["0x" + "00" * 31 + "07", "0x" + "ff" * 32]}]
LEGACY = {**BASE, "gasPrice": 7}
ACCESS = {**LEGACY, "accessList": ACCESS_LIST}
DYNAMIC = {**BASE, "maxFeePerGas": 9, "maxPriorityFeePerGas": 1}


def sign(digest: bytes) -> tuple[bytes, int]:
    """r || s and the recovery id, as the core gives them. Deterministic (RFC 6979), as eth-account is."""
    signature = KEY.sign_recoverable(digest, hasher=None)
    return signature[:64], signature[64]


def parse(fields: object) -> Any:
    return parse_transaction(json.dumps(fields).encode())


# ---- Transactions


@pytest.mark.parametrize(
    "fields",
    [
        LEGACY,
        ACCESS,
        {**LEGACY, "accessList": []},
        DYNAMIC,
        {**DYNAMIC, "accessList": ACCESS_LIST},
        {**DYNAMIC, "nonce": 2**64 - 1, "gas": 2**256 - 1, "value": 2**256 - 1, "maxFeePerGas": 2**256 - 1},
        {**DYNAMIC, "nonce": 0, "value": 0, "gas": 0, "data": "0x"},
        {**LEGACY, "chainId": MAX_CHAIN_ID},
    ],
)
def test_raw_transactions_equal_those_of_eth_account(fields: dict[str, Any]) -> None:
    transaction = parse(fields)
    signed = finish_transaction(transaction, *sign(transaction_digest(transaction)), ACCOUNT.address)
    expected = Account.sign_transaction(fields, KEY.secret)
    assert signed.raw == expected.raw_transaction
    assert signed.hash == expected.hash
    assert signed.sender == ACCOUNT.address == recover_transaction(signed.raw)


@settings(deadline=None, max_examples=50)
@given(
    kind=st.sampled_from([0, 1, 2]),
    chain=st.integers(1, MAX_CHAIN_ID),
    nonce=st.integers(0, 2**64 - 1),
    amounts=st.tuples(*[st.integers(0, 2**256 - 1)] * 4),
    to=st.none() | st.binary(min_size=20, max_size=20),
    data=st.binary(min_size=1, max_size=100),
)
def test_random_transactions_equal_those_of_eth_account(
    kind: int, chain: int, nonce: int, amounts: tuple[int, int, int, int], to: bytes | None, data: bytes
) -> None:
    gas, value, fee, tip = amounts
    fields = {"chainId": chain, "nonce": nonce, "gas": gas, "value": value, "data": "0x" + data.hex()}
    fields |= {"maxFeePerGas": fee, "maxPriorityFeePerGas": tip} if kind == 2 else {"gasPrice": fee}
    if to is not None:
        fields["to"] = "0x" + to.hex()
    if kind == 1:
        fields["accessList"] = ACCESS_LIST
    transaction = parse(fields)
    raw = assemble(transaction, *sign(transaction_digest(transaction)))
    oracle = dict(fields) if to is None else {**fields, "to": to}
    assert raw == Account.sign_transaction(oracle, KEY.secret).raw_transaction


def test_quantities_may_be_0x_strings() -> None:
    assert parse({**DYNAMIC, "chainId": "0x1", "nonce": "0x02", "value": "0x5", "type": "0x2"}) == parse(DYNAMIC)


def test_type_selects_the_transaction_and_refuses_what_does_not_belong_to_it() -> None:
    assert parse({**LEGACY, "type": 0}) == parse(LEGACY)
    assert parse({**LEGACY, "type": 1}).type_id == 1
    for fields, field in [
        ({**DYNAMIC, "type": 1}, "maxFeePerGas"),
        ({**ACCESS, "type": 0}, "accessList"),
        ({**LEGACY, "type": 2}, "gasPrice"),
        ({**DYNAMIC, "type": 3}, "type"),
        ({**DYNAMIC, "type": "2"}, "type"),
        ({**DYNAMIC, "type": None}, "type"),
    ]:
        with pytest.raises(TransactionError, match=f"^E_TRANSACTION: {field}: "):
            parse(fields)


QUANTITIES = ["nonce", "gas", "value", "maxFeePerGas", "maxPriorityFeePerGas", "chainId"]


@pytest.mark.parametrize("field", QUANTITIES)
@pytest.mark.parametrize("value", [-1, True, 1.0, 1e3, None, [], {}, "", "1", "0x", "0xg", "-0x1", "0x1_0", " 0x1"])
def test_quantities_of_other_types_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(TransactionError, match=f"^E_TRANSACTION: {field}: "):
        parse({**DYNAMIC, field: value})


@pytest.mark.parametrize(
    ("field", "limit"), [(name, {"nonce": 2**64, "chainId": MAX_CHAIN_ID + 1}.get(name, 2**256)) for name in QUANTITIES]
)
def test_quantities_beyond_their_range_are_refused_by_name(field: str, limit: int) -> None:
    assert parse({**DYNAMIC, field: limit - 1})
    for value in (limit, hex(limit), limit**3):
        with pytest.raises(TransactionError, match=f"^E_TRANSACTION: {field}: "):
            parse({**DYNAMIC, field: value})


def test_gas_price_beyond_its_range_is_refused() -> None:
    with pytest.raises(TransactionError, match="gasPrice: too large"):
        parse({**LEGACY, "gasPrice": 2**256})


def test_chain_id_zero_is_refused() -> None:
    with pytest.raises(TransactionError, match="chainId: must be at least 1"):
        parse({**DYNAMIC, "chainId": 0})


@pytest.mark.parametrize("field", ["chainId", "nonce", "gas", "maxFeePerGas", "maxPriorityFeePerGas"])
def test_missing_fields_are_named(field: str) -> None:
    with pytest.raises(TransactionError, match=f"^E_TRANSACTION: {field}: missing"):
        parse({name: value for name, value in DYNAMIC.items() if name != field})


def test_missing_fees_are_named() -> None:
    with pytest.raises(TransactionError, match="maxFeePerGas"):
        parse(BASE)


@pytest.mark.parametrize("field", ["foo", "from", "gasLimit", "chain_id", "v", "Nonce", "gasPrice"])
def test_unknown_fields_are_named(field: str) -> None:
    with pytest.raises(TransactionError, match=f"^E_TRANSACTION: {field}: unknown field"):
        parse({**DYNAMIC, field: 1})


@pytest.mark.parametrize(
    "to",
    ["0x11", "0x" + "11" * 21, "11" * 20, "", 5, [], True, "vitalik.eth", "0x52908400098527886E0F7030069857D2E4169Ee7"],
)
def test_malformed_recipients_are_refused(to: object) -> None:
    with pytest.raises(TransactionError, match=r"^E_TRANSACTION: to: "):
        parse({**DYNAMIC, "to": to})


def test_a_checksummed_recipient_is_accepted() -> None:
    assert parse({**DYNAMIC, "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}).to.hex().startswith("5aaeb605")


def test_a_contract_creation_needs_data() -> None:
    creation = {name: value for name, value in DYNAMIC.items() if name != "to"}
    assert parse(creation).to is None
    assert parse({**creation, "to": None}).to is None
    for data in ({"data": "0x"}, {}):
        with pytest.raises(TransactionError, match=r"^E_TRANSACTION: to: missing"):
            parse({name: value for name, value in creation.items() if name != "data"} | data)


@pytest.mark.parametrize("data", ["0x1", "00ff", "0xzz", 255, None, []])
def test_malformed_data_is_refused(data: object) -> None:
    with pytest.raises(TransactionError, match=r"^E_TRANSACTION: data: "):
        parse({**DYNAMIC, "data": data})


@pytest.mark.parametrize(
    ("access_list", "where"),
    [
        ({}, "accessList"),
        ([{}], r"accessList\[0\].address"),
        ([{"address": "0x" + "22" * 20}], r"accessList\[0\].storageKeys"),
        ([{"address": "0x22", "storageKeys": []}], r"accessList\[0\].address"),
        ([*ACCESS_LIST, {"address": "0x" + "22" * 20, "storageKeys": ["0x01"]}], r"accessList\[1\].storageKeys\[0\]"),
        ([{**ACCESS_LIST[0], "extra": 1}], r"accessList\[0\].extra"),
    ],
)
def test_malformed_access_lists_are_refused(access_list: object, where: str) -> None:
    with pytest.raises(TransactionError, match=f"^E_TRANSACTION: {where}: "):
        parse({**DYNAMIC, "accessList": access_list})


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"1", b"null", b"\xff", b'{"nonce": NaN}', b'{"a": 1, "a": 1}', b"[" * 100_000, b"1" * 5000],
)
def test_what_is_no_transaction_object_is_refused(text: bytes) -> None:
    with pytest.raises(TransactionError):
        parse_transaction(text)


def test_a_field_given_twice_is_refused() -> None:
    text = json.dumps(DYNAMIC).replace('"nonce": 2', '"nonce": 2, "nonce": 3')
    with pytest.raises(TransactionError, match="nonce: given more than once"):
        parse_transaction(text.encode())


def test_a_signature_of_another_key_is_not_given_out() -> None:
    transaction = parse(DYNAMIC)
    signature, recovery_id = sign(transaction_digest(transaction))
    with pytest.raises(SignatureError):
        finish_transaction(transaction, signature, recovery_id ^ 1, ACCOUNT.address)
    with pytest.raises(SignatureError):
        finish_transaction(transaction, signature, recovery_id, "0x" + "00" * 20)


@pytest.mark.parametrize("recovery_id", [2, 3])
def test_recovery_ids_without_an_ethereum_form_are_refused(recovery_id: int) -> None:
    with pytest.raises(SignatureError, match="sign again"):
        ethereum_signature(bytes(64), recovery_id)


# ---- Raw transactions of others

RAW = [Account.sign_transaction(fields, KEY.secret).raw_transaction for fields in (LEGACY, ACCESS, DYNAMIC)]


@pytest.mark.parametrize("raw", RAW)
def test_no_damaged_raw_transaction_recovers_to_its_sender(raw: bytes) -> None:
    generator = random.Random(1)
    damaged = [raw[:length] for length in range(len(raw))] + [raw + b"\0"]
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        damaged.append(bytes(flipped))
    damaged += [generator.randbytes(generator.randrange(60)) for _ in range(500)]
    for data in damaged:
        try:
            sender = recover_transaction(data)
        except MpcError:
            continue
        assert sender != ACCOUNT.address


def test_raw_transactions_that_nodes_refuse_are_refused() -> None:
    transaction = parse(DYNAMIC)
    signature, recovery_id = sign(transaction_digest(transaction))
    high = signature[:32] + (CURVE_ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    with pytest.raises(SignatureError, match="EIP-2"):
        recover_transaction(assemble(transaction, high, 1 - recovery_id))
    from eth_account._utils.legacy_transactions import encode_transaction

    from mpc_fast.wallet.ethereum import _unsigned

    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    with pytest.raises(SignatureError, match="v is out of range"):
        recover_transaction(bytes(encode_transaction(_unsigned(transaction), (27 + recovery_id, r, s))))


# ---- Messages and addresses


@pytest.mark.parametrize("text", ["", "hello", "grüße ✓", "a" * 1000])
def test_text_messages_equal_those_of_eth_account(text: str) -> None:
    expected = Account.sign_message(encode_defunct(text=text), KEY.secret)
    digest = message_digest(text)
    assert digest == expected.message_hash
    signature = ethereum_signature(*sign(digest))
    assert signature == expected.signature
    assert recover_message(text, signature) == ACCOUNT.address
    assert recover_message(text + "!", signature) != ACCOUNT.address


def test_address_is_that_of_eth_account() -> None:
    assert address_of(KEY.public_key.format()) == ACCOUNT.address


def test_signatures_out_of_range_are_refused() -> None:
    digest = message_digest("hello")
    good = ethereum_signature(*sign(digest))
    r, s = good[:32], int.from_bytes(good[32:64], "big")
    bad = [
        good[:64],
        good + b"\0",
        good[:64] + b"\0",
        good[:64] + b"\x1d",
        bytes(32) + good[32:],
        r + bytes(32) + good[64:],
        CURVE_ORDER.to_bytes(32, "big") + good[32:],
        r + (CURVE_ORDER - s).to_bytes(32, "big") + bytes([55 - good[64]]),
    ]
    for signature in bad:
        with pytest.raises(SignatureError):
            recover_digest(digest, signature)


def test_transaction_from_dict_takes_the_same_fields() -> None:
    assert transaction_from_dict(DYNAMIC) == parse(DYNAMIC)
