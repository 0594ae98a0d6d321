"""ABORT, the last message of a party that gives a session up (specification 4.0, Appendix A)."""

from collections.abc import Collection
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ..errors import DecodeError
from .envelope import MAX_PARTIES

ABORT_ROUND: Final = 255

_Code = Annotated[str, Meta(pattern=r"\A[A-Z][A-Z0-9_-]{0,31}\Z")]
_Index = Annotated[int, Meta(ge=1, le=0xFFFE)]


class Notice(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The payload of an ABORT: a code and whom the sender accuses. Receivers report it and believe none of it."""

    code: _Code
    accused: Annotated[list[_Index], Meta(max_length=MAX_PARTIES)]
    evidence: Annotated[bytes, Meta(max_length=0)] = b""
    """Evidence objects are not defined yet, so this is empty."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Notice)


def encode_notice(code: str, accused: Collection[int]) -> bytes:
    return _encoder.encode(Notice(code, sorted(accused)))


def decode_notice(payload: bytes, members: Collection[int]) -> Notice:
    """Raises DecodeError unless it is the canonical encoding, with accused members in index order."""
    try:
        notice = _decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError(f"ABORT: {error}") from None
    if notice.accused != sorted(set(notice.accused) & set(members)):
        raise DecodeError("ABORT.accused")
    if _encoder.encode(notice) != payload:
        raise DecodeError("ABORT: not canonical")
    return notice
