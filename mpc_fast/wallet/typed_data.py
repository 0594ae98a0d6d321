"""Typed messages of EIP-712, taken strictly.

eth-account's encoder converts what does not fit (a negative number for `bytes` becomes 0, the text "false" becomes a
boolean) and drops fields that it does not know. What a signer has been shown would then not be what is signed, so
everything is compared with its declared type before the encoder sees it.
"""

import re
from typing import Any, Final

from ..messages import TypedMessage, typed_message
from .errors import TypedDataError
from .ethereum import require_wallet, signable_digest
from .transactions import parse_address, parse_hex, parse_json

MAX_DEPTH: Final = 32
MAX_TYPE_LENGTH: Final = 128

DOMAIN_TYPES: Final = {
    "name": "string",
    "version": "string",
    "chainId": "uint256",
    "verifyingContract": "address",
    "salt": "bytes32",
}

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ARRAY = re.compile(r"(.+)\[([1-9][0-9]*|)\]")
_INTEGER = re.compile(r"(u?)int([1-9][0-9]*)")
_BYTES = re.compile(r"bytes([1-9][0-9]?)")
_INTEGER_TEXT = re.compile(r"-?[0-9]{1,78}|0x[0-9a-fA-F]{1,64}")

Types = dict[str, dict[str, str]]
"""Struct name -> field name -> type, in the order of declaration."""


def parse_typed_data(text: bytes) -> dict[str, Any]:
    """A typed message from its JSON, checked. Raises TypedDataError."""
    message = parse_json(text, TypedDataError)
    _check_typed_data(message)
    assert isinstance(message, dict)
    return message


def typed_data_digest(message: dict[str, Any]) -> bytes:
    """What is signed for a typed message."""
    require_wallet()
    from eth_account.messages import encode_typed_data

    types = _check_typed_data(message)
    used = {
        name: [{"name": field, "type": kind} for field, kind in types[name].items()]
        for name in _reachable(message["primaryType"], types)
    }
    return signable_digest(encode_typed_data(message["domain"], used, message["message"]))


def typed_data_message(message: dict[str, Any]) -> TypedMessage:
    """A typed message that a presignature may sign."""
    return typed_message("eip712", typed_data_digest(message))


def _check_typed_data(message: object) -> Types:
    if not isinstance(message, dict):
        raise TypedDataError("expected an object")
    parts = {"types", "primaryType", "domain", "message"}
    for name in sorted(parts ^ set(message)):
        raise TypedDataError(f"{name}: {'missing' if name in parts else 'unknown field'}")
    types = _read_types(message["types"])
    domain = message["domain"]
    if not isinstance(domain, dict) or not domain:
        raise TypedDataError("domain: expected an object that is not empty")
    for name in domain:
        if name not in DOMAIN_TYPES:
            raise TypedDataError(f"domain.{name}: unknown field")
    domain_type = {name: kind for name, kind in DOMAIN_TYPES.items() if name in domain}
    declared = types.pop("EIP712Domain", domain_type)
    if list(declared.items()) != list(domain_type.items()):
        raise TypedDataError("types.EIP712Domain: does not declare the fields of domain in the standard's order")
    primary = message["primaryType"]
    if not isinstance(primary, str) or primary not in types:
        raise TypedDataError("primaryType: not declared in types")
    for name in _reachable(primary, types):
        if primary in (_core(kind) for kind in types[name].values()):
            raise TypedDataError(f"types.{name}: contains the primary type, which is not supported")
    _check_struct("domain", domain, "EIP712Domain", {"EIP712Domain": domain_type}, 0)
    _check_struct("message", message["message"], primary, types, 0)
    return types


def _read_types(declared: object) -> Types:
    if not isinstance(declared, dict):
        raise TypedDataError("types: expected an object")
    types: Types = {}
    for name, fields in declared.items():
        where = f"types.{name}"
        # eth-account takes uint and int for atomic types although the standard's encoding has no such names.
        if not _IDENTIFIER.fullmatch(name) or _is_atomic(name) or name in ("uint", "int"):
            raise TypedDataError(f"{where}: no name for a type")
        if not isinstance(fields, list):
            raise TypedDataError(f"{where}: expected a list of fields")
        types[name] = {}
        for field in fields:
            if not isinstance(field, dict) or set(field) != {"name", "type"}:
                raise TypedDataError(f"{where}: expected fields of the form {{name, type}}")
            field_name, kind = field["name"], field["type"]
            if not isinstance(field_name, str) or not _IDENTIFIER.fullmatch(field_name) or field_name in types[name]:
                raise TypedDataError(f"{where}: a field's name is missing, malformed or repeated")
            if not isinstance(kind, str) or len(kind) > MAX_TYPE_LENGTH or _core(kind) == "EIP712Domain":
                raise TypedDataError(f"{where}.{field_name}: no type for a field")
            if not (_is_atomic(_core(kind)) or _core(kind) in declared):
                raise TypedDataError(f"{where}.{field_name}: unknown type {kind!r}")
            types[name][field_name] = kind
    return types


def _core(kind: str) -> str:
    """The type of the innermost items: Person[3][] -> Person."""
    while match := _ARRAY.fullmatch(kind):
        kind = match[1]
    return kind


def _is_atomic(kind: str) -> bool:
    if match := _INTEGER.fullmatch(kind):
        bits = int(match[2])
        return bits <= 256 and bits % 8 == 0
    if match := _BYTES.fullmatch(kind):
        return int(match[1]) <= 32
    return kind in ("bool", "address", "string", "bytes")


def _reachable(primary: str, types: Types) -> list[str]:
    found = [primary]
    for name in found:  # grows while it is walked
        found += [core for core in map(_core, types[name].values()) if core in types and core not in found]
    return found


def _check_struct(where: str, value: object, name: str, types: Types, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise TypedDataError(f"{where}: nested too deeply")
    if not isinstance(value, dict):
        raise TypedDataError(f"{where}: expected an object ({name})")
    fields = types[name]
    for field in value:
        if field not in fields:
            raise TypedDataError(f"{where}.{field}: unknown field")
    for field, kind in fields.items():
        if field not in value:
            raise TypedDataError(f"{where}.{field}: missing")
        _check_value(f"{where}.{field}", value[field], kind, types, depth + 1)


def _check_value(where: str, value: object, kind: str, types: Types, depth: int) -> None:
    if match := _ARRAY.fullmatch(kind):
        if not isinstance(value, list):
            raise TypedDataError(f"{where}: expected a list ({kind})")
        if match[2] and len(value) != int(match[2]):
            raise TypedDataError(f"{where}: expected {match[2]} items, got {len(value)}")
        for index, item in enumerate(value):
            _check_value(f"{where}[{index}]", item, match[1], types, depth)
    elif kind in types:
        _check_struct(where, value, kind, types, depth)
    else:
        try:
            _check_atomic(value, kind)
        except ValueError as error:
            raise TypedDataError(f"{where}: {error}") from None


def _check_atomic(value: object, kind: str) -> None:
    if match := _INTEGER.fullmatch(kind):
        _check_integer(value, kind, int(match[2]), is_signed=not match[1])
    elif match := _BYTES.fullmatch(kind):
        parse_hex(value, int(match[1]))
    elif kind == "bytes":
        parse_hex(value)
    elif kind == "address":
        parse_address(value)
    elif kind == "bool" and not isinstance(value, bool):
        raise ValueError("expected true or false")
    elif kind == "string":
        if not isinstance(value, str):
            raise ValueError("expected a text")
        value.encode()  # lone surrogates have no UTF-8 form


def _check_integer(value: object, kind: str, bits: int, *, is_signed: bool) -> None:
    if isinstance(value, str) and _INTEGER_TEXT.fullmatch(value):
        value = int(value, 16 if value.startswith("0x") else 10)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"expected an integer ({kind}), or its decimal or 0x text")
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed else (0, 2**bits - 1)
    if not low <= value <= high:
        raise ValueError(f"out of range for {kind}")
