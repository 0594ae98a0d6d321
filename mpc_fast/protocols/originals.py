"""After echoes differed: everybody shows the signed envelopes behind its echo vector (specification 4.0).

Two envelopes of one slot that say different things convict their sender (B-EQ, transferable). A party whose vector
names an envelope that it cannot show convicts itself (B-ECHO, not transferable). Otherwise the transport is at fault.

The envelopes that carried the vectors are shown as well. So a party that was sent another vector than its
neighbour is found out like any other equivocator, also by those who saw no difference themselves.

Limits: silence convicts nobody, so whoever lies in its echo and never shows its originals causes a timeout, no more.
The same happens if different parties are asked for the originals of different rounds. A party that was asked before it
had all echoes knows no vectors: it can find B-EQ, but not B-ECHO.
"""

import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..errors import DecodeError, EnvelopeRejected, Finding
from .envelope import MAX_PARTIES, Envelope, Message, Slot, verify

ORIGINALS: Final = 100
"""The exchange about round r is round 100 + r."""
HASH_BYTES: Final = 32
_MAX_ENVELOPES: Final = 4 * MAX_PARTIES


def encode_originals(messages: Sequence[Message]) -> bytes:
    """count u16, then each envelope behind its length u32 (Appendix A)."""
    parts = [struct.pack(">I", len(message.data)) + message.data for message in messages]
    return struct.pack(">H", len(parts)) + b"".join(parts)


def decode_originals(payload: bytes) -> list[bytes]:
    """The encoded envelopes, not yet verified. Raises DecodeError."""
    if len(payload) < 2:
        raise DecodeError("originals.count")
    count = int.from_bytes(payload[:2], "big")
    if count > _MAX_ENVELOPES:
        raise DecodeError("originals.count")
    out, at = [], 2
    for _ in range(count):
        start = at + 4
        at = start + int.from_bytes(payload[at:start], "big")
        if at > len(payload):
            raise DecodeError("originals.envelope: length")
        out.append(payload[start:at])
    if at != len(payload):
        raise DecodeError("originals: bytes behind the last envelope")
    return out


@dataclass(frozen=True, slots=True)
class Dispute:
    """What an exchange is about, as one party sees it."""

    ssid: bytes
    protocol: str
    round: int
    carriers: Collection[int]
    """Rounds whose broadcasts carry echo vectors of ``round``."""
    keys: Mapping[int, bytes]
    """Identity keys of the parties by index, in index order."""
    held: Sequence[Message]
    """This party's own originals."""
    vectors: Mapping[int, bytes]
    """Echo vectors by party, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: list[Finding]
    evidence: list[bytes]
    """Two encoded envelopes for each B-EQ."""


def judge(dispute: Dispute, shown: Mapping[int, bytes]) -> Verdict:
    """Who is at fault, given the payloads of the exchange by party; an empty verdict blames the transport.

    B-EQ stands first, then a malformed payload (B-DEC) and B-ECHO; one code for each party, parties in index order.
    """
    seen: dict[Slot, dict[bytes, Message]] = {}
    for message in dispute.held:
        seen.setdefault(message.slot, {})[message.hash] = message
    others: list[Finding] = []
    for party in sorted(shown):
        try:
            messages = _admissible(dispute, decode_originals(shown[party]))
        except DecodeError as error:
            others.append(Finding(party, "B-DEC", error.field))
            continue
        for message in messages:
            seen.setdefault(message.slot, {})[message.hash] = message
        missing = _unbacked(dispute, party, messages)
        if missing is not None:
            others.append(Finding(party, "B-ECHO", f"shows no envelope of party {missing} for its echo"))
    equivocations: dict[int, list[Message]] = {}
    for slot in sorted(seen, key=lambda slot: (slot.sender, slot.round)):
        if len(seen[slot]) > 1:
            equivocations.setdefault(slot.sender, list(seen[slot].values())[:2])
    findings = [
        Finding(party, "B-EQ", f"signed two different broadcasts of round {pair[0].round}")
        for party, pair in equivocations.items()
    ]
    findings += [finding for finding in others if finding.party not in equivocations]
    return Verdict(findings, [message.data for pair in equivocations.values() for message in pair])


def _admissible(dispute: Dispute, envelopes: Sequence[bytes]) -> list[Message]:
    """The validly signed broadcasts of the disputed round and its carriers; the rest proves nothing."""
    out = []
    for data in envelopes:
        try:
            message = verify(data, dispute.keys)
        except EnvelopeRejected:
            continue
        if _belongs(dispute, message.envelope):
            out.append(message)
    return out


def _belongs(dispute: Dispute, envelope: Envelope) -> bool:
    return (
        envelope.ssid == dispute.ssid
        and envelope.protocol == dispute.protocol
        and envelope.kind == "bcast"
        and (envelope.round == dispute.round or envelope.round in dispute.carriers)
    )


def _unbacked(dispute: Dispute, party: int, messages: Sequence[Message]) -> int | None:
    """The first sender for which this party's vector has an entry that it cannot show, if its vector is known."""
    vector = dispute.vectors.get(party)
    if vector is None:
        return None
    shown = {(message.sender, message.hash) for message in messages if message.round == dispute.round}
    for position, sender in enumerate(dispute.keys):
        entry = vector[position * HASH_BYTES : (position + 1) * HASH_BYTES]
        if (sender, entry) not in shown:
            return sender
    return None
