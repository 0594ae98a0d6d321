"""Messages that only troubled sessions have, every field changed: COMPLAINT, originals, ABORT. (R3e: mutation_run.py.)

As in a mutation run: changed before signing, their sender is to blame; changed in transit, they are refused.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from messages import Field, complaint_fields, originals_fields
from parties import make_key, run
from wrong_values import VALUES, Moduli, Way, wrong_value

from mpc_fast.errors import DecodeError, EnvelopeRejected, ProtocolAbort
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.author import Author, Outgoing
from mpc_fast.protocols.envelope import Envelope
from mpc_fast.protocols.network import Report
from mpc_fast.protocols.notice import ABORT_ROUND, decode_notice, encode_notice
from mpc_fast.protocols.originals import ORIGINALS
from mpc_fast.reference import wire
from mpc_fast.reference.curve import q

pytestmark = pytest.mark.usefixtures("toy_profile")

DEALER, CULPRIT, HONEST = 1, 2, 3
NO_MODULI = Moduli({})

Fields = Callable[[bytes], list[Field]]


class Changes(Adversary):
    """Changes one field of one message of a sender, before signing or on its way to one recipient."""

    def __init__(self, place: tuple[int, int], table: Fields, at: int, way: Way, transit_to: int | None) -> None:
        self.place = place
        self.table, self.at, self.way = table, at, way
        self.transit_to = transit_to
        self.target: Field | None = None
        self._said: dict[bytes, bytes] = {}

    def changed(self, payload: bytes) -> bytes:
        if payload not in self._said:
            self.target = self.table(payload)[self.at]
            rng = random.Random(f"{self.at} {self.way}")
            value = wrong_value(self.target, self.way, self.target.of(payload), NO_MODULI, rng)
            self._said[payload] = self.target.replaced(payload, value)
        return self._said[payload]

    def speak(self, draft: Draft) -> bytes | None:
        if self.transit_to is None and (draft.sender, draft.round, draft.kind) == (*self.place, "bcast"):
            return self.changed(draft.payload)
        return draft.payload

    def carry(self, sender: int, recipient: int, data: bytes) -> Sequence[bytes]:
        envelope = Envelope.decode(data)
        if recipient != self.transit_to or (sender, envelope.round, envelope.kind) != (*self.place, "bcast"):
            return [data]
        return [msgspec.structs.replace(envelope, payload=self.changed(envelope.payload)).encode()]


def dkg_session(adversary: Adversary) -> Report[Any]:
    key = make_key("TOY", 2, 3)
    return run(key.group.dkg_parties(2, key.aux), adversary=adversary)


def cases(kinds: Sequence[Field]) -> list[tuple[int, str, Way]]:
    return [(at, field.name, way) for at, field in enumerate(kinds) for way in VALUES[field.kind]]


def label(value: object) -> str:
    return value.name if isinstance(value, Way) else str(value)


def finding_code(report: Report[Any], party: int, culprit: int) -> str | None:
    found = [finding.code for finding in report.failures[party].findings if finding.party == culprit]
    return found[0] if found else None


# ---- COMPLAINT: party 1 sends party 2 a wrong share, and party 2 complains


class Complaint(Changes):
    def speak(self, draft: Draft) -> bytes | None:
        if (draft.sender, draft.kind, draft.recipient) == (DEALER, "p2p", CULPRIT):
            return wire.scalar((int.from_bytes(draft.payload, "big") + 1) % q)
        return super().speak(draft)


COMPLAINT_CASES = cases(complaint_fields(b"\1\0\1" + bytes(38)))


@pytest.mark.parametrize(("at", "name", "way"), COMPLAINT_CASES, ids=label)
def test_a_changed_complaint_convicts_whoever_signed_it(at: int, name: str, way: Way) -> None:
    """Here dealer and complainer are both malicious, and party 3 has to find the complainer."""
    complaint = Complaint((CULPRIT, 5), complaint_fields, at, way, None)
    report = dkg_session(complaint)
    assert complaint.target is not None
    assert complaint.target.name == name
    expected = complaint.target.undecodable if way.undecodable else complaint.target.code
    assert report.failures[HONEST].culprits == {CULPRIT}
    assert finding_code(report, HONEST, CULPRIT) == expected


@pytest.mark.parametrize(("at", "name", "way"), COMPLAINT_CASES[::3], ids=label)
def test_a_complaint_that_changes_in_transit_is_refused(at: int, name: str, way: Way) -> None:
    """The complainer is honest here and names the dealer; party 3 waits for the complaint in vain."""
    report = dkg_session(Complaint((CULPRIT, 5), complaint_fields, at, way, HONEST))
    assert {(one.sender, one.recipient) for one in report.rejections} == {(CULPRIT, HONEST)}
    assert (report.failures[CULPRIT].code, report.failures[CULPRIT].culprits) == ("B-SHARE", frozenset({DEALER}))
    assert report.failures[HONEST].culprits == frozenset()


# ---- Originals: party 2 lies in its echo of V1, and shows something else than its originals


class FalseEcho(Changes):
    def speak(self, draft: Draft) -> bytes | None:
        if (draft.sender, draft.round) == (CULPRIT, 2):
            return bytes(32) + draft.payload[32:]
        return super().speak(draft)


def six_originals() -> list[Field]:
    """Three commitments and three echoes."""
    return originals_fields(b"\0\6" + 6 * bytes(4))


@pytest.mark.parametrize(("at", "name", "way"), cases(six_originals()), ids=label)
def test_changed_originals_do_not_save_their_sender(at: int, name: str, way: Way) -> None:
    adversary = FalseEcho((CULPRIT, ORIGINALS + 1), originals_fields, at, way, None)
    report = dkg_session(adversary)
    assert adversary.target is not None
    assert adversary.target.name == name
    for i in (1, 3):
        assert report.failures[i].culprits == {CULPRIT}
        assert finding_code(report, i, CULPRIT) == adversary.target.code


@pytest.mark.parametrize(("at", "name", "way"), cases(six_originals())[::4], ids=label)
def test_originals_that_change_in_transit_are_refused(at: int, name: str, way: Way) -> None:
    """Of an honest party. The other one judges by what it has got, and does not name the sender."""
    report = dkg_session(FalseEcho((DEALER, ORIGINALS + 1), originals_fields, at, way, HONEST))
    assert {(one.sender, one.recipient) for one in report.rejections} == {(DEALER, HONEST)}
    for i in (DEALER, HONEST):
        assert (report.failures[i].code, report.failures[i].culprits) == ("B-ECHO", frozenset({CULPRIT}))


# ---- ABORT


def session_with_abort() -> tuple[Author, Callable[[bytes], ProtocolAbort | None], bytes, bytes]:
    """Party 2's author, a way to give an envelope to party 1, party 2's ABORT, and the session's name."""
    key = make_key("TOY", 2, 3)
    parties = {party.index: party for party in key.group.dkg_parties(2, key.aux)}
    opened: dict[int, list[Outgoing]] = {i: party.start() for i, party in parties.items()}
    for sender, sent in opened.items():
        for i, party in parties.items():
            if i != sender:
                party.receive(sent[0].data, sender)
    [abort] = parties[CULPRIT].cancel()
    author = Author(key.group.identities[CULPRIT], "dkg", CULPRIT, (1, 3))

    def give(data: bytes) -> ProtocolAbort | None:
        parties[1].receive(data, CULPRIT)
        return parties[1].failure

    return author, give, abort.data, Envelope.decode(abort.data).ssid


ABORT = encode_notice("CANCELLED", [])


@pytest.mark.parametrize("bit", range(8 * len(ABORT)))
def test_a_changed_abort_is_reported_or_convicts_its_sender(bit: int) -> None:
    author, give, data, ssid = session_with_abort()
    payload = bytearray(ABORT)
    payload[bit >> 3] ^= 1 << (bit & 7)
    assert Envelope.decode(data).payload == ABORT
    failure = give(author.sign(ssid, ABORT_ROUND, None, bytes(payload)).data)
    assert failure is not None
    try:
        notice = decode_notice(bytes(payload), [1, 2, 3])
    except DecodeError:
        assert (failure.code, failure.culprits) == ("B-DEC", frozenset({CULPRIT}))
    else:
        assert (failure.code, failure.culprits) == (notice.code, frozenset())
        assert failure.reported_by == ((CULPRIT, notice.code),)


@pytest.mark.parametrize("accused", [[1], [3], [1, 3], [1, 2, 3]])
def test_an_abort_that_accuses_honest_parties_is_not_believed(accused: list[int]) -> None:
    author, give, _, ssid = session_with_abort()
    failure = give(author.sign(ssid, ABORT_ROUND, None, encode_notice("B-EQ", accused)).data)
    assert failure is not None
    assert (failure.code, failure.culprits) == ("B-EQ", frozenset())


@pytest.mark.parametrize("bit", range(0, 8 * len(ABORT), 5))
def test_an_abort_that_changes_in_transit_is_refused(bit: int) -> None:
    _, give, data, _ = session_with_abort()
    payload = bytearray(ABORT)
    payload[bit >> 3] ^= 1 << (bit & 7)
    damaged = msgspec.structs.replace(Envelope.decode(data), payload=bytes(payload)).encode()
    with pytest.raises(EnvelopeRejected):
        give(damaged)
    assert give(data) is not None
