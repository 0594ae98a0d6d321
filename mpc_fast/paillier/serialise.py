"""Encrypted numbers and public keys as bytes, of which only the canonical form is read, and as JSON. Versioned.

Bytes, integers big endian:

    "MPCFENC" version kind obfuscated ndim exponent dimensions  len(N) N  len(bound) bound  ciphertexts
        7        1     1       1        1    i32    ndim x u64   u16        u16             least significant byte first
    "MPCFPUB" version N
"""

import base64
import binascii
import math
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple

import msgspec

from .. import errors
from .content import Content, in_order, read_block
from .encoding import MAX_EXPONENT, Kind

if TYPE_CHECKING:
    from .keys import PublicKey

_ENCRYPTED: Final = b"MPCFENC"
_PUBLIC_KEY: Final = b"MPCFPUB"
_VERSION: Final = 1
_KINDS: Final[tuple[Kind, ...]] = ("int", "float")
_MAX_DIMENSIONS: Final = 64  # numpy's
_MAX_SIDE: Final = 1 << 32
_Hex = Annotated[str, msgspec.Meta(pattern=r"^[1-9a-f][0-9a-f]*\Z")]
_Shape = Annotated[tuple[Annotated[int, msgspec.Meta(ge=0)], ...], msgspec.Meta(max_length=_MAX_DIMENSIONS)]


class _EncryptedJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["mpc_fast.paillier.encrypted"]
    version: Literal[1]
    n: _Hex
    kind: Kind
    obfuscated: bool
    shape: _Shape
    exponent: int
    bound: _Hex
    ciphertexts: str


class _KeyJson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["mpc_fast.paillier.public_key"]
    version: Literal[1]
    n: _Hex


def to_bytes(content: Content) -> bytes:
    """``content``: in a block of its own, in order."""
    shape = content.at.shape
    flags = (_VERSION, _KINDS.index(content.kind), content.obfuscated, len(shape))
    head = struct.pack(f">BBBBi{len(shape)}Q", *flags, content.exponent, *shape)
    return b"".join((_ENCRYPTED, head, _sized(content.public_key.n), _sized(content.bound), bytes(content.block)))


def from_bytes(data: bytes, public_key: "PublicKey | None" = None) -> Content:
    """Raises DecodeError, ProofError; ValueError where it is encrypted under another key than that."""
    reader = _Reader(data)
    reader.magic(_ENCRYPTED)
    (kind,) = reader.unpack("B", "kind")
    if kind >= len(_KINDS):
        raise errors.DecodeError("kind")
    (obfuscated,) = reader.unpack("B", "obfuscated")
    if obfuscated > 1:
        raise errors.DecodeError("obfuscated")
    (ndim,) = reader.unpack("B", "shape")
    if ndim > _MAX_DIMENSIONS:
        raise errors.DecodeError("shape")
    (exponent,) = reader.unpack("i", "exponent")
    shape = reader.unpack(f"{ndim}Q", "shape")
    key = _key(reader.integer("n"), public_key)
    bound = reader.integer("bound")
    fields = _Fields(_KINDS[kind], obfuscated == 1, shape, exponent, bound)
    return _content(key, fields, reader.rest())


def to_json(content: Content) -> str:
    """``content``: in a block of its own, in order."""
    record = _EncryptedJson(
        type="mpc_fast.paillier.encrypted",
        version=1,
        n=f"{content.public_key.n:x}",
        kind=content.kind,
        obfuscated=content.obfuscated,
        shape=content.at.shape,
        exponent=content.exponent,
        bound=f"{content.bound:x}",
        ciphertexts=base64.b64encode(bytes(content.block)).decode(),
    )
    return msgspec.json.encode(record).decode()


def from_json(text: str | bytes, public_key: "PublicKey | None" = None) -> Content:
    """As from_bytes."""
    record = _json(text, _EncryptedJson)
    try:
        words = base64.b64decode(record.ciphertexts, validate=True)
    except (binascii.Error, ValueError):
        words = b""
    if base64.b64encode(words).decode() != record.ciphertexts:
        raise errors.DecodeError("ciphertexts")
    bound = int(record.bound, 16)
    fields = _Fields(record.kind, record.obfuscated, record.shape, record.exponent, bound)
    return _content(_key(int(record.n, 16), public_key), fields, words)


def key_to_bytes(n: int) -> bytes:
    return _PUBLIC_KEY + bytes([_VERSION]) + n.to_bytes(n.bit_length() // 8, "big")


def key_from_bytes(data: bytes) -> int:
    reader = _Reader(data)
    reader.magic(_PUBLIC_KEY)
    n = reader.rest()
    if not n or n[0] == 0:
        raise errors.DecodeError("n")
    return int.from_bytes(n, "big")


def key_to_json(n: int) -> str:
    return msgspec.json.encode(_KeyJson("mpc_fast.paillier.public_key", 1, f"{n:x}")).decode()


def key_from_json(text: str | bytes) -> int:
    return int(_json(text, _KeyJson).n, 16)


def _sized(number: int) -> bytes:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return struct.pack(">H", len(raw)) + raw


def _json(text: str | bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise errors.DecodeError(str(error)) from None  # "... - at `$.bound`"


class _Fields(NamedTuple):
    kind: Kind
    obfuscated: bool
    shape: tuple[int, ...]
    exponent: int
    bound: int


def _content(key: "PublicKey", fields: _Fields, words: bytes) -> Content:
    if abs(fields.exponent) > MAX_EXPONENT or (fields.kind == "int" and fields.exponent < 0):
        raise errors.DecodeError("exponent")
    if not 0 < fields.bound <= key.max_int:
        raise errors.DecodeError("bound")
    if any(side > _MAX_SIDE for side in fields.shape):
        raise errors.DecodeError("shape")
    if len(words) != math.prod(fields.shape) * key.ciphertext_bytes:
        raise errors.DecodeError("ciphertexts: length")
    block = read_block(key, words, fields.shape)
    try:
        at = in_order(block, fields.shape)
    except ValueError:
        raise errors.DecodeError("shape") from None
    return Content(key, block, at, fields.obfuscated, fields.exponent, fields.bound, fields.kind)


def _key(n: int, public_key: "PublicKey | None") -> "PublicKey":
    if public_key is not None:
        if public_key.n != n:
            raise ValueError("encrypted under another key")
        return public_key
    return _recent_key(n)


@lru_cache(maxsize=8)
def _recent_key(n: int) -> "PublicKey":
    """One for all numbers that arrive one by one."""
    from .keys import PublicKey  # it stands above: keys make encrypted numbers

    return PublicKey(n)


class _Reader:
    """Fields one after the other. Raises DecodeError that names the field."""

    def __init__(self, data: bytes) -> None:
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"bytes, not {type(data).__name__}")
        self._data = memoryview(bytes(data))
        self._at = 0

    def magic(self, magic: bytes) -> None:
        if self._take(len(magic), "format") != magic:
            raise errors.DecodeError("format")
        if self._take(1, "version")[0] != _VERSION:
            raise errors.DecodeError("version", "E_VERSION")

    def unpack(self, layout: str, field: str) -> tuple[int, ...]:
        return struct.unpack(f">{layout}", self._take(struct.calcsize(f">{layout}"), field))

    def integer(self, field: str) -> int:
        (length,) = self.unpack("H", field)
        raw = self._take(length, field)
        if raw[:1] == b"\0":
            raise errors.DecodeError(field)
        return int.from_bytes(raw, "big")

    def rest(self) -> bytes:
        return bytes(self._data[self._at :])

    def _take(self, count: int, field: str) -> bytes:
        taken = bytes(self._data[self._at : self._at + count])
        if len(taken) != count:
            raise errors.DecodeError(field)
        self._at += count
        return taken
