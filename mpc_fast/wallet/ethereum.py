"""Addresses, signing digests and signed transactions of Ethereum, by eth-account.

Needs the extra [wallet]. eth-account hashes, encodes and recovers; the ranges of the fields are the business of
`transactions`.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from .. import _native
from ..messages import TypedMessage, typed_message
from .errors import MissingExtra, SignatureError, TransactionError
from .transactions import DynamicFeeTransaction, LegacyTransaction, Transaction

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage

CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def require_wallet() -> None:
    """Raises MissingExtra unless the extra [wallet] is installed."""
    for module in ("eth_account", "coincurve"):
        if find_spec(module) is None:
            raise MissingExtra("wallet", module)


def checksum_address(address: bytes) -> str:
    """The text of a 20-byte address, with the checksum of EIP-55."""
    require_wallet()
    from eth_utils.address import to_checksum_address

    return str(to_checksum_address(address))


def address_of(public_key: bytes) -> str:
    """The address of a compressed public key, with its checksum."""
    return checksum_address(_keccak(_native.uncompressed(public_key))[12:])


def _keccak(data: bytes) -> bytes:
    require_wallet()
    from eth_utils.crypto import keccak

    return bytes(keccak(data))


def message_digest(text: str) -> bytes:
    """What is signed for a text message (EIP-191, version E: personal_sign)."""
    require_wallet()
    from eth_account.messages import encode_defunct

    return signable_digest(encode_defunct(text=text))


def text_message(text: str) -> TypedMessage:
    """A text message (EIP-191) that a presignature may sign."""
    return typed_message("eip191", message_digest(text))


def signable_digest(message: "SignableMessage") -> bytes:
    """keccak(0x19 || version || header || body), EIP-191."""
    return _keccak(b"\x19" + message.version + message.header + message.body)


def _rpc_fields(transaction: Transaction) -> dict[str, Any]:
    """The transaction as eth-account takes it."""
    fields: dict[str, Any] = {
        "chainId": int(transaction.chain_id),
        "nonce": int(transaction.nonce),
        "gas": int(transaction.gas),
        "to": bytes(transaction.to or b""),
        "value": int(transaction.value),
        "data": bytes(transaction.data),
    }
    if isinstance(transaction, DynamicFeeTransaction):
        fields["maxPriorityFeePerGas"] = int(transaction.max_priority_fee_per_gas)
        fields["maxFeePerGas"] = int(transaction.max_fee_per_gas)
    else:
        fields["gasPrice"] = int(transaction.gas_price)
    if not isinstance(transaction, LegacyTransaction):
        fields["type"] = transaction.type_id
        fields["accessList"] = [
            {"address": bytes(entry.address), "storageKeys": ["0x" + key.hex() for key in entry.storage_keys]}
            for entry in transaction.access_list
        ]
    return fields


def _unsigned(transaction: Transaction) -> Any:
    require_wallet()
    from eth_account._utils.legacy_transactions import serializable_unsigned_transaction_from_dict

    return serializable_unsigned_transaction_from_dict(_rpc_fields(transaction))


def transaction_digest(transaction: Transaction) -> bytes:
    """What is signed for a transaction."""
    return bytes(_unsigned(transaction).hash())


def transaction_message(transaction: Transaction) -> TypedMessage:
    """A transaction that a presignature may sign."""
    return typed_message("transaction", transaction_digest(transaction))


@dataclass(frozen=True)
class SignedTransaction:
    """A transaction as nodes take it, and who eth-account says has signed it."""

    raw: bytes
    hash: bytes
    sender: str


def assemble(transaction: Transaction, signature: bytes, recovery_id: int) -> bytes:
    """The raw signed transaction from r || s and the recovery id."""
    from eth_account._utils.legacy_transactions import encode_transaction

    parity = _parity(recovery_id)
    # EIP-155: v = 35 + 2 chainId + parity. Typed transactions carry the parity itself.
    v = 35 + 2 * transaction.chain_id + parity if isinstance(transaction, LegacyTransaction) else parity
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return bytes(encode_transaction(_unsigned(transaction), vrs=(v, r, s)))


def finish_transaction(transaction: Transaction, signature: bytes, recovery_id: int, address: str) -> SignedTransaction:
    """Assembles the raw transaction and gives it out only if eth-account recovers `address` from its bytes."""
    from eth_account import Account

    raw = assemble(transaction, signature, recovery_id)
    sender = str(Account.recover_transaction(raw))
    if sender != address:
        raise SignatureError(f"the raw transaction recovers to {sender}, not to {address}")
    return SignedTransaction(raw, _keccak(raw), sender)


def ethereum_signature(signature: bytes, recovery_id: int) -> bytes:
    """r || s || v of 65 bytes, v = 27 or 28."""
    return signature + bytes([27 + _parity(recovery_id)])


def _parity(recovery_id: int) -> int:
    # Ids 2 and 3 (r + q is the nonce point's x) have probability 2^-127 and no place in Ethereum's encodings.
    if recovery_id not in (0, 1):
        raise SignatureError("this signature has no Ethereum form; sign again")
    return recovery_id


def recover_transaction(raw: bytes) -> str:
    """The sender of a raw transaction of type 0, 1 or 2 that nodes would accept the signature of.

    Raises TransactionError for bytes that are none, SignatureError for a signature that is not valid.
    """
    require_wallet()
    from eth_account import Account
    from eth_account._utils.legacy_transactions import Transaction as RawLegacyTransaction
    from eth_account.typed_transactions.typed_transaction import TypedTransaction
    from eth_keys import exceptions as key_errors
    from eth_utils.exceptions import ValidationError
    from hexbytes import HexBytes
    from rlp.exceptions import RLPException  # type: ignore[import-untyped]

    is_typed = raw[:1] in (b"\x01", b"\x02")
    if not is_typed and raw[:1] <= b"\x7f":
        raise TransactionError("not a raw transaction of type 0, 1 or 2")
    try:
        if is_typed:
            v, r, s = TypedTransaction.from_bytes(HexBytes(raw)).vrs()
        else:
            decoded = RawLegacyTransaction.from_bytes(raw)
            v, r, s = decoded.v, decoded.r, decoded.s
    except (RLPException, ValidationError, ValueError, TypeError) as error:
        raise TransactionError(f"not a raw transaction: {error}") from None
    _check_signature_values(r, s, v in (0, 1) if is_typed else v in (27, 28) or v >= 35)
    try:
        return str(Account.recover_transaction(raw))
    except (key_errors.BadSignature, ValidationError) as error:
        raise SignatureError(f"no key recovers from the signature: {error}") from None


def recover_message(text: str, signature: bytes) -> str:
    """The address that signed a text message, from r || s || v of 65 bytes. Raises SignatureError."""
    return recover_digest(message_digest(text), signature)


def recover_digest(digest: bytes, signature: bytes) -> str:
    """The address that signed a digest, from r || s || v of 65 bytes, v = 27 or 28, low s. Raises SignatureError."""
    require_wallet()
    if len(signature) != 65:
        raise SignatureError(f"a signature has 65 bytes, not {len(signature)}")
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    _check_signature_values(r, s, v in (27, 28))
    try:
        return address_of(_native.recover_ecdsa(digest, signature[:64], v - 27))
    except _native.NativeError:
        raise SignatureError("no key recovers from the signature") from None


def _check_signature_values(r: int, s: int, v_fits: bool) -> None:
    if not v_fits:
        raise SignatureError("v is out of range")
    if not (0 < r < CURVE_ORDER and 0 < s < CURVE_ORDER):
        raise SignatureError("r or s is out of range")
    if s > CURVE_ORDER // 2:
        raise SignatureError("s is in the upper half of its range (EIP-2)")
