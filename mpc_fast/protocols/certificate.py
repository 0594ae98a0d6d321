"""Certificates: the signed confirmations of all parties, which show to anybody that they agreed on a record.

For a key these are the V4 envelopes, for auxiliary information the A4 envelopes (specification 4.0 and 4.2), for a
presignature the R3e envelopes of its signers (4.5).
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from .. import _native
from ..errors import CertificateError, EnvelopeRejected
from .envelope import MAX_PARTIES, Message, verify
from .members import Member

CONFIRMATION_ROUND: Final = 5
OUTCOME_ROUND: Final = 4
MAX_CERTIFICATE_BYTES: Final = 16 * 1024
_VERSION: Final = 1

Subject = Literal["aux", "dkg", "presign"]

_Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
_Envelope = Annotated[bytes, Meta(max_length=1024)]


class Certificate(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Identity keys and confirmations of all parties in index order."""

    version: Literal[1]
    protocol: Subject
    ssid: _Key
    identity_keys: Annotated[list[_Key], Meta(min_length=2, max_length=MAX_PARTIES)]
    envelopes: Annotated[list[_Envelope], Meta(min_length=2, max_length=MAX_PARTIES)]

    def encode(self) -> bytes:
        return _encoder.encode(self)

    @staticmethod
    def decode(data: bytes) -> "Certificate":
        """Raises CertificateError for everything but the encoding of a certificate of this version."""
        if len(data) > MAX_CERTIFICATE_BYTES:
            raise CertificateError("too long")
        try:
            certificate = _decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CertificateError(str(error)) from None
        if certificate.encode() != data:
            raise CertificateError("not canonical")
        return certificate


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Certificate)


def make_certificate(
    protocol: Subject, ssid: bytes, members: Sequence[Member], envelopes: Mapping[int, bytes]
) -> bytes:
    """From the encoded confirmation of each party by index."""
    keys = [key for _, key in members]
    return Certificate(_VERSION, protocol, ssid, keys, [envelopes[index] for index, _ in members]).encode()


def verify_aux_certificate(data: bytes, members: Sequence[Member], aux_digest: bytes) -> None:
    """That all members confirmed these auxiliary parameters. Raises CertificateError."""
    certificate = Certificate.decode(data)
    # 4.2, A4: H-256(TE("confirm-aux", ssid, aux digest))
    _verify(certificate, "aux", members, _h256("confirm-aux", certificate.ssid, aux_digest))


def verify_key_certificate(data: bytes, members: Sequence[Member], record_digest: bytes) -> None:
    """That all members confirmed this record of a new key. Raises CertificateError."""
    certificate = Certificate.decode(data)
    # 4.0, V4: 0x00, H-256(TE("confirm", ssid, base digest, result digest)); a new key has no base
    confirmed = b"\0" + _h256("confirm", certificate.ssid, bytes(32), record_digest)
    _verify(certificate, "dkg", members, confirmed)


def verify_certificates(record: _native.KeyShare | _native.PublicRecord) -> None:
    """That all members confirmed the key record and its auxiliary parameters. Raises CertificateError."""
    members = tuple(record.members)
    _verify_both(record.aux_certificate, record.aux_digest, record.certificate, record.record_digest, members)


@lru_cache(maxsize=64)  # asked for again with every session of a share; what has passed once passes again
def _verify_both(
    aux_certificate: bytes, aux_digest: bytes, certificate: bytes, record_digest: bytes, members: tuple[Member, ...]
) -> None:
    verify_aux_certificate(aux_certificate, members, aux_digest)
    verify_key_certificate(certificate, members, record_digest)


def verify_presign_certificate(data: bytes, signers: Sequence[Member], ssid: bytes) -> None:
    """That all signers of a session found its sums right, having seen the same R3 messages. Raises CertificateError."""
    certificate = Certificate.decode(data)
    if certificate.ssid != ssid:
        raise CertificateError("of another session")
    said = {message.payload for message in _messages(certificate, "presign", signers, OUTCOME_ROUND)}
    if len(said) != 1 or said.pop()[:1] != b"\0":
        raise CertificateError("the signers do not agree that their sums are right")


def adopt(share: _native.KeyShare, certificate: bytes) -> _native.KeyShare:
    """A share whose session did not end well here, with the certificate that another party holds: usable from now on.

    Raises CertificateError unless all members, this one included, confirmed just this record.
    """
    verify_key_certificate(certificate, share.members, share.record_digest)
    adopted = share.certified(certificate)
    verify_certificates(adopted)
    return adopted


def _verify(certificate: Certificate, protocol: Subject, members: Sequence[Member], payload: bytes) -> None:
    for message in _messages(certificate, protocol, members, CONFIRMATION_ROUND):
        if message.payload != payload:
            raise CertificateError(f"party {message.sender}: confirmed something else")


def _messages(certificate: Certificate, protocol: Subject, members: Sequence[Member], round: int) -> list[Message]:
    """The broadcasts of just these members, of this round of the certificate's session."""
    keys = dict(members)
    if certificate.protocol != protocol:
        raise CertificateError("certifies something else")
    if certificate.identity_keys != list(keys.values()) or len(certificate.envelopes) != len(keys):
        raise CertificateError("of other parties")
    messages = []
    for index, data in zip(keys, certificate.envelopes, strict=True):
        try:
            message = verify(data, {index: keys[index]})
        except EnvelopeRejected as error:
            raise CertificateError(f"party {index}: {error.reason}") from None
        slot = (certificate.ssid, round, "bcast", index)
        if message.slot[:4] != slot or message.envelope.protocol != protocol:
            raise CertificateError(f"party {index}: not a confirmation of that session")
        messages.append(message)
    return messages


def _h256(label: str, *values: bytes) -> bytes:
    """H-256(TE(label, bytes...)), specification 2.1."""
    items = [(1, label.encode("ascii")), *((2, value) for value in values)]
    encoded = b"".join(bytes([tag]) + len(value).to_bytes(8, "big") + value for tag, value in items)
    seed = hashlib.blake2b(encoded).digest()
    return hashlib.blake2b(bytes(8), key=seed).digest()[:32]
