"""Envelopes: every message between parties, signed by its sender (specification 4.0).

An envelope is the msgpack array (version, ssid, protocol id, round, kind, sender, recipient, payload, signature). The
signature is the sender's Ed25519 signature over the m-hash, which covers every other field. Exactly one byte string
encodes an envelope: anything else is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta

from .. import _native
from ..errors import DecodeError, EnvelopeRejected

VERSION: Final = 1
TO_ALL: Final = 0xFFFF
"""Recipient index of a broadcast."""
MAX_PARTIES: Final = 16
USUAL_BYTES: Final = 1 << 19
"""Longest payload but for originals: the second round of 64 presignatures sends 334 805 bytes to each signer."""
MAX_PAYLOAD_BYTES: Final = 1 << 22
"""Longest of all: the originals of a round, of 16 signers who make 64 presignatures."""
MAX_ENVELOPE_BYTES: Final = MAX_PAYLOAD_BYTES + 256

Kind = Literal["bcast", "p2p"]

_U8 = Annotated[int, Meta(ge=0, le=0xFF)]
_U16 = Annotated[int, Meta(ge=0, le=0xFFFF)]
_Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]
_Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
_Payload = Annotated[bytes, Meta(max_length=MAX_PAYLOAD_BYTES)]
_ProtocolId = Annotated[str, Meta(pattern=r"\A[a-z]{1,16}\Z")]


class Slot(NamedTuple):
    """The place of a message in a session: an honest party signs at most one message for each of its slots."""

    ssid: bytes
    round: int
    kind: Kind
    sender: int
    recipient: int


class Envelope(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The fields of a message as they are transmitted. Decoding checks their types and ranges, not the signature."""

    version: _U8
    ssid: _Digest
    protocol: _ProtocolId
    round: _U8
    kind: Kind
    sender: _U16
    recipient: _U16
    payload: _Payload
    signature: _Signature

    @property
    def slot(self) -> Slot:
        return Slot(self.ssid, self.round, self.kind, self.sender, self.recipient)

    def hash(self) -> bytes:
        """The m-hash, 32 bytes: H-256 over every field but the signature."""
        return _native.message_hash(
            self.version,
            self.ssid,
            self.protocol,
            self.round,
            self.kind,
            self.sender,
            self.recipient,
            self.payload,
        )

    def encode(self) -> bytes:
        return _encoder.encode(self)

    @staticmethod
    def decode(data: bytes) -> "Envelope":
        """Raises DecodeError for everything but the encoding of an envelope of this version."""
        if len(data) > MAX_ENVELOPE_BYTES:
            raise DecodeError("envelope: too long")
        try:
            envelope = _decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DecodeError(f"envelope: {error}") from None
        if envelope.version != VERSION:
            raise DecodeError("envelope: version")
        if (envelope.kind == "bcast") != (envelope.recipient == TO_ALL):
            raise DecodeError("envelope: kind and recipient disagree")
        if envelope.encode() != data:
            raise DecodeError("envelope: not canonical")
        return envelope


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Envelope)


@dataclass(frozen=True, slots=True)
class Message:
    """An envelope whose signature is its sender's. Made by ``sign`` and ``verify`` only."""

    envelope: Envelope
    data: bytes
    """The encoded envelope."""
    hash: bytes
    """The m-hash."""

    @property
    def sender(self) -> int:
        return self.envelope.sender

    @property
    def round(self) -> int:
        return self.envelope.round

    @property
    def kind(self) -> Kind:
        return self.envelope.kind

    @property
    def payload(self) -> bytes:
        return self.envelope.payload

    @property
    def slot(self) -> Slot:
        return self.envelope.slot


def sign(
    identity: _native.Identity,
    *,
    ssid: bytes,
    protocol: str,
    round: int,
    sender: int,
    recipient: int | None,
    payload: bytes,
) -> Message:
    """A message in the name of this identity; recipient None makes it a broadcast."""
    kind: Kind = "bcast" if recipient is None else "p2p"
    to = TO_ALL if recipient is None else recipient
    unsigned = Envelope(VERSION, ssid, protocol, round, kind, sender, to, payload, bytes(64))
    digest = unsigned.hash()
    envelope = msgspec.structs.replace(unsigned, signature=identity.sign(digest))
    return Message(envelope, envelope.encode(), digest)


def verify(data: bytes, keys: Mapping[int, bytes]) -> Message:
    """The message behind encoded bytes, if one of these parties (index: identity public key) has signed it.

    The sender is whoever's key verifies: a false sender field fails here. Raises EnvelopeRejected.
    """
    try:
        envelope = Envelope.decode(data)
    except DecodeError as error:
        raise EnvelopeRejected(error.field) from None
    key = keys.get(envelope.sender)
    if key is None:
        raise EnvelopeRejected("envelope: sender is not a party of this session")
    digest = envelope.hash()
    if not _native.verify_signature(key, digest, envelope.signature):
        raise EnvelopeRejected("envelope: signature")
    return Message(envelope, data, digest)
