"""What a presignature may sign: messages whose digest this library has computed.

Whoever could choose the 32 bytes that presignatures sign could forge (Groth and Shoup, eprint 2021/1330). So stored
presignatures take no bare digest, but a TypedMessage, which only the functions here and in ``mpc_fast.wallet`` make,
from the message itself. Bare digests are for interactive signing.
"""

import hashlib
from typing import Any, Final, Literal, NoReturn, final

from .errors import ParameterError

__all__ = ["TypedMessage", "double_sha256_message", "sha256_message"]

Kind = Literal["transaction", "eip191", "eip712", "sha256", "double-sha256"]

DIGEST_BYTES: Final = 32


@final
class TypedMessage:
    """A message to be signed: how its digest was made, and the digest. Immutable."""

    __slots__ = ("digest", "kind")

    kind: Kind
    digest: bytes

    def __init__(self, *_: object, **__: object) -> None:
        raise TypeError("typed messages are made from messages: see mpc_fast.messages and mpc_fast.wallet")

    def __init_subclass__(cls, **_: object) -> None:
        raise TypeError("a typed message has no subclasses")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a typed message does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a typed message does not change")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a typed message is not copied; make it from its message")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypedMessage) and (self.kind, self.digest) == (other.kind, other.digest)

    def __hash__(self) -> int:
        return hash((self.kind, self.digest))

    def __repr__(self) -> str:
        return f"<TypedMessage {self.kind} {self.digest.hex()}>"


def sha256_message(data: bytes) -> TypedMessage:
    """Bytes that are signed by their SHA-256."""
    return typed_message("sha256", hashlib.sha256(_plain(data)).digest())


def double_sha256_message(data: bytes) -> TypedMessage:
    """Bytes that are signed by the SHA-256 of their SHA-256, as Bitcoin does."""
    return typed_message("double-sha256", hashlib.sha256(hashlib.sha256(_plain(data)).digest()).digest())


def typed_message(kind: Kind, digest: bytes) -> TypedMessage:
    """For functions of this package that have computed the digest of a message, and for nobody else."""
    assert len(digest) == DIGEST_BYTES
    message = object.__new__(TypedMessage)
    object.__setattr__(message, "kind", kind)
    object.__setattr__(message, "digest", digest)
    return message


def check_typed(message: object) -> TypedMessage:
    """Raises ParameterError for anything else, above all for a bare digest."""
    if type(message) is not TypedMessage:
        text = "message: a TypedMessage is needed (mpc_fast.messages); bare digests are for interactive signing"
        raise ParameterError(text)
    return message


def _plain(data: bytes) -> bytes:
    if not isinstance(data, bytes):
        raise ParameterError(f"message: bytes are needed, not {type(data).__name__}")
    return data
