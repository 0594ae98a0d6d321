"""Ethereum transactions as strict types: what is outside of the protocol's ranges is refused, with the field's name.

JSON in the usual camelCase; quantities are integers or 0x strings. Nothing here needs an extra but the checksum of
mixed-case addresses.
"""

import json
import re
from collections.abc import Callable
from typing import Any, ClassVar, Final, NoReturn

import msgspec

from .errors import TransactionError

MAX_CHAIN_ID: Final = 2**63 - 37
"""EIP-2294: (2^64 - 1) // 2 - 36."""

MAX_NESTING: Final = 64
"""Lists and objects of JSON within one another."""

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_FIELD_FAULT = re.compile(r"Object.* (missing required|unknown) field `([^`]*)`(?: - at `\$\.?(.*)`)?")
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


class Uint64(int):
    """A quantity below 2^64."""


class Uint256(int):
    """A quantity below 2^256."""


class ChainId(int):
    """A chain id of EIP-155: 1 to 2^63 - 37."""


class Address(bytes):
    """20 bytes; a checksum (EIP-55) is verified when the text has one."""


class Data(bytes):
    """Any bytes."""


class StorageKey(bytes):
    """32 bytes."""


def _quantity(value: object, low: int, high: int) -> int:
    if isinstance(value, str):
        if not _QUANTITY.fullmatch(value):
            raise ValueError("expected an integer or a 0x string of at most 64 digits")
        value = int(value, 16)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"expected an integer or a 0x string, got {_kind(value)}")
    if value < low:
        raise ValueError("negative" if value < 0 else f"must be at least {low}")
    if value > high:
        raise ValueError(f"too large (the limit is {_limit(high)})")
    return value


def _limit(high: int) -> str:
    bits = high.bit_length()
    return f"2^{bits} - 1" if high == 2**bits - 1 else str(high)


def _kind(value: object) -> str:
    names = {bool: "a boolean", float: "a decimal number", type(None): "null", list: "a list", dict: "an object"}
    return names.get(type(value), f"a {type(value).__name__}")


def parse_hex(value: object, length: int | None = None) -> bytes:
    """The bytes of a 0x string, of the given length if one is given. Raises ValueError."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError("expected a 0x string of whole bytes")
    data = bytes.fromhex(value[2:])
    if length is not None and len(data) != length:
        raise ValueError(f"expected {length} bytes, got {len(data)}")
    return data


def parse_address(value: object) -> Address:
    """An address from its text. Raises ValueError, also for a wrong checksum; MissingExtra if it needs one to see."""
    data = parse_hex(value, 20)
    assert isinstance(value, str)
    digits = value[2:]
    if digits not in (digits.lower(), digits.upper()):
        from .ethereum import checksum_address

        if checksum_address(data) != value:
            raise ValueError("wrong checksum (EIP-55): check the address, or write it in lower case")
    return Address(data)


_PARSERS: Final[dict[type, Callable[[object], object]]] = {
    Uint64: lambda value: Uint64(_quantity(value, 0, 2**64 - 1)),
    Uint256: lambda value: Uint256(_quantity(value, 0, 2**256 - 1)),
    ChainId: lambda value: ChainId(_quantity(value, 1, MAX_CHAIN_ID)),
    Address: parse_address,
    Data: lambda value: Data(parse_hex(value)),
    StorageKey: lambda value: StorageKey(parse_hex(value, 32)),
}


def _parse_field(kind: type, value: Any) -> Any:
    return _PARSERS[kind](value)


class AccessEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """An address and the storage keys that a transaction announces to touch (EIP-2930)."""

    address: Address
    storage_keys: tuple[StorageKey, ...]


class _Transaction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    type_id: ClassVar[int]

    chain_id: ChainId
    nonce: Uint64
    gas: Uint256
    to: Address | None = None
    value: Uint256 = Uint256(0)
    data: Data = Data(b"")


class LegacyTransaction(_Transaction, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A transaction with replay protection by EIP-155."""

    type_id = 0

    gas_price: Uint256


class AccessListTransaction(_Transaction, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A transaction of type 1 (EIP-2930)."""

    type_id = 1

    gas_price: Uint256
    access_list: tuple[AccessEntry, ...] = ()


class DynamicFeeTransaction(_Transaction, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A transaction of type 2 (EIP-1559)."""

    type_id = 2

    max_priority_fee_per_gas: Uint256
    max_fee_per_gas: Uint256
    access_list: tuple[AccessEntry, ...] = ()


Transaction = LegacyTransaction | AccessListTransaction | DynamicFeeTransaction

_BY_TYPE: Final[dict[int, type[Transaction]]] = {
    kind.type_id: kind for kind in (LegacyTransaction, AccessListTransaction, DynamicFeeTransaction)
}


def parse_json(text: bytes, refuse: Callable[[str], Exception]) -> Any:
    """JSON without repeated names, NaN or infinities. `refuse` makes the error to raise from a text."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise ValueError(f"{next(name for name in names if names.count(name) > 1)}: given more than once")
        return dict(pairs)

    def no_constant(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON")

    try:
        decoded = text.decode("utf-8")
        _check_nesting(decoded)
        value = json.loads(decoded, object_pairs_hook=unique, parse_constant=no_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # escapes can spell texts that UTF-8 cannot
        return value
    except UnicodeError:
        raise refuse("not JSON: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise refuse(f"not JSON: {error}") from None
    except ValueError as error:
        raise refuse(str(error)) from None


def _check_nesting(text: str) -> None:
    # json recurses, and libraries raise the recursion limit beyond what the stack holds.
    depth = 0
    for bracket in re.findall(r"[\[{\]}]", _JSON_TEXT.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_NESTING:
            raise ValueError("nested too deeply")


def parse_transaction(text: bytes) -> Transaction:
    """A transaction from its JSON. Raises TransactionError."""
    return transaction_from_dict(parse_json(text, TransactionError))


def transaction_from_dict(fields: object) -> Transaction:
    """A transaction of the type that `type` says or, without it, the fee fields. Raises TransactionError."""
    if not isinstance(fields, dict):
        raise TransactionError(f"expected an object with the fields of a transaction, got {_kind(fields)}")
    kind = _transaction_type(fields)
    try:
        transaction: Transaction = msgspec.convert(
            {name: value for name, value in fields.items() if name != "type"}, kind, dec_hook=_parse_field
        )
    except msgspec.ValidationError as error:
        raise TransactionError(_readable(str(error))) from None
    if transaction.to is None and not transaction.data:
        raise TransactionError("to: missing (only a contract creation has none, and that needs data)")
    return transaction


def _transaction_type(fields: dict[str, object]) -> type[Transaction]:
    if "type" in fields:
        try:
            return _BY_TYPE[_quantity(fields["type"], 0, 255)]
        except KeyError:
            raise TransactionError("type: only 0 (legacy), 1 (EIP-2930) and 2 (EIP-1559) are supported") from None
        except ValueError as error:
            raise TransactionError(f"type: {error}") from None
    if "maxFeePerGas" in fields or "maxPriorityFeePerGas" in fields:
        return DynamicFeeTransaction
    if "gasPrice" not in fields:
        raise TransactionError("maxFeePerGas and maxPriorityFeePerGas (or gasPrice): missing")
    return AccessListTransaction if "accessList" in fields else LegacyTransaction


def _readable(message: str) -> str:
    """msgspec's message with the field first; of a missing or unknown field, it has the name within the fault."""
    if match := _FIELD_FAULT.fullmatch(message):
        fault, name, where = match.groups()
        return f"{where + '.' if where else ''}{name}: {'missing' if fault == 'missing required' else 'unknown field'}"
    fault, _, where = message.rpartition(" - at `$")
    return f"{where.strip('`').lstrip('.')}: {fault}" if fault else message
