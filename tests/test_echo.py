"""Broadcasts that were not the same for all: echoes, the exchange of originals, and who is to blame."""

from collections.abc import Callable

import pytest
from toy_protocol import Liar, Talk, exchange, forge, make_parties, run

from mpc_fast.protocols.adversary import Adversary, Draft, MaliciousAuthor
from mpc_fast.protocols.author import Outgoing
from mpc_fast.protocols.envelope import verify
from mpc_fast.protocols.network import Conditions, Report
from mpc_fast.protocols.notice import encode_notice
from mpc_fast.protocols.originals import ORIGINALS, decode_originals, encode_originals

CULPRIT = 2
HONEST = (1, 3, 4)


def outcomes(report: Report) -> set[tuple[str, frozenset[int]]]:
    """Codes and culprits of the honest parties."""
    return {(report.failures[i].code, report.failures[i].culprits) for i in HONEST}


def run_liar(round: int, lie: Callable[[Draft], bytes | None], seed: int = 0) -> tuple[Report, dict[int, Talk]]:
    parties = make_parties(4)
    conditions = Conditions(reorder=seed > 0)
    return run(parties, conditions, seed, Liar(CULPRIT, round, lie)), parties


@pytest.mark.parametrize("seed", range(10))
def test_different_broadcasts_convict_their_sender_everywhere(seed: int) -> None:
    report, parties = run_liar(1, lambda d: b"other" if d.recipient == 3 else d.payload, seed)
    assert outcomes(report) == {("B-EQ", frozenset({CULPRIT}))} or seed > 0
    for i in HONEST:
        failure = report.failures[i]
        assert failure.culprits <= {CULPRIT}
        if failure.culprits:
            one, two = (verify(data, parties[i].members) for data in failure.evidence)
            assert one.slot == two.slot
            assert one.hash != two.hash
        assert parties[i].script.closed


def test_nothing_of_the_next_round_leaves_after_a_mismatch() -> None:
    sent: set[int] = set()

    class Listener(Liar):
        def carry(self, sender: int, recipient: int, data: bytes) -> list[bytes]:
            sent.add(verify(data, parties[1].members).round)
            return [data]

    parties = make_parties(4)
    run(parties, adversary=Listener(CULPRIT, 1, lambda d: b"other" if d.recipient == 3 else d.payload))
    assert sent == {0, 1, 2, ORIGINALS + 1, 255}


def test_a_false_vector_convicts_its_sender() -> None:
    report, _ = run_liar(2, lambda d: bytes(32) + d.payload[32:])
    assert outcomes(report) == {("B-ECHO", frozenset({CULPRIT}))}


def test_a_false_entry_for_oneself_convicts_too() -> None:
    at = 32 * (CULPRIT - 1)
    report, _ = run_liar(2, lambda d: d.payload[:at] + bytes(32) + d.payload[at + 32 :])
    assert outcomes(report) == {("B-ECHO", frozenset({CULPRIT}))}


@pytest.mark.parametrize("seed", range(10))
def test_a_false_vector_for_one_party_is_an_equivocation_like_others(seed: int) -> None:
    report, _ = run_liar(2, lambda d: bytes(128) if d.recipient == 3 else d.payload, seed)
    assert outcomes(report) == {("B-EQ", frozenset({CULPRIT}))} or seed > 0
    assert all(report.failures[i].culprits <= {CULPRIT} for i in HONEST)


@pytest.mark.parametrize("length", [0, 31, 127, 129, 160])
def test_a_vector_of_the_wrong_length_convicts_its_sender(length: int) -> None:
    report, _ = run_liar(2, lambda d: bytes(length))
    assert outcomes(report) == {("B-DEC", frozenset({CULPRIT}))}


class Crook(Adversary):
    """Equivocates in round 1, then shows something else than its originals."""

    def __init__(self, show: Callable[[bytes], bytes | None]) -> None:
        self.show = show

    def speak(self, draft: Draft) -> bytes | None:
        if draft.sender == CULPRIT and draft.round == 1 and draft.recipient == 3:
            return b"other"
        if draft.sender == CULPRIT and draft.round == ORIGINALS + 1:
            return self.show(draft.payload)
        return draft.payload


@pytest.mark.parametrize(
    "show",
    [
        lambda payload: None,
        lambda payload: b"",
        lambda payload: b"\0\0",
        lambda payload: payload[:-1],
        lambda payload: payload + b"\0",
        lambda payload: b"\0\1" + (4).to_bytes(4, "big") + b"junk",
    ],
)
def test_what_the_equivocator_shows_does_not_save_it(show: Callable[[bytes], bytes | None]) -> None:
    report = run(make_parties(4), adversary=Crook(show))
    assert outcomes(report) == {("B-EQ", frozenset({CULPRIT}))}


def test_malformed_originals_convict_their_sender() -> None:
    class Disputer(Liar):
        def speak(self, draft: Draft) -> bytes | None:
            if draft.sender == CULPRIT and draft.round == ORIGINALS + 1:
                return draft.payload + b"\0"
            return super().speak(draft)

    report = run(make_parties(4), adversary=Disputer(CULPRIT, 2, lambda d: bytes(128)))
    assert outcomes(report) == {("B-DEC", frozenset({CULPRIT}))}


def test_envelopes_of_other_rounds_and_sessions_prove_nothing() -> None:
    parties = make_parties(4)
    sent = {i: party.start() for i, party in parties.items()}
    for _ in range(2):
        sent = exchange(parties, sent)
    party = parties[3]
    members = party.members
    foreign = forge(parties[1], 1, b"of another session", ssid=bytes(32))
    later = forge(parties[1], 4, b"of another round")
    [reply] = party.receive(forge(parties[2], ORIGINALS + 1, encode_originals([foreign, later])).data)
    shown = verify(reply.data, members)
    assert shown.round == ORIGINALS + 1
    for i in (1, 4):
        party.receive(forge(parties[i], ORIGINALS + 1, shown.payload).data)
    assert party.failure is not None
    assert (party.failure.code, party.failure.culprits) == ("E_TRANSPORT", frozenset())


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_a_dispute_without_a_cause_blames_nobody(after: int) -> None:
    """One party shows its originals although all echoes agree: everybody joins, and nothing comes of it."""
    parties = make_parties(4)
    sent = {i: party.start() for i, party in parties.items()}
    for _ in range(after):
        sent = exchange(parties, sent)
    disputer = parties[CULPRIT]
    dispute = Outgoing(None, forge(disputer, ORIGINALS + 1, encode_originals([])).data)
    sent[CULPRIT] = [*sent[CULPRIT], dispute] if after == 1 else [dispute]
    for _ in range(4):
        sent = exchange(parties, sent)
    for i in HONEST:
        failure = parties[i].failure
        assert failure is not None
        vector_is_known = after > 2
        assert failure.culprits == ({CULPRIT} if vector_is_known else frozenset())
        assert failure.code == ("B-ECHO" if vector_is_known else "E_TRANSPORT")


def test_a_party_with_a_result_still_shows_its_originals_once() -> None:
    parties = make_parties(3)
    run(parties)
    request = forge(parties[2], ORIGINALS + 1, encode_originals([]))
    assert parties[1].receive(forge(parties[2], 1, b"anything").data) == []
    assert parties[1].receive(forge(parties[2], ORIGINALS + 1, b"", ssid=bytes(32)).data) == []
    [answer] = parties[1].receive(request.data)
    shown = verify(answer.data, parties[1].members)
    assert shown.round == ORIGINALS + 1
    assert len(decode_originals(shown.payload)) == 6
    assert parties[1].receive(request.data) == []
    assert parties[1].finished
    assert parties[1].failure is None


def test_originals_come_with_the_envelopes_that_carried_the_vectors() -> None:
    shown: list[bytes] = []

    class Listener(Liar):
        def speak(self, draft: Draft) -> bytes | None:
            if draft.round == ORIGINALS + 1 and draft.sender == 1:
                shown[:] = decode_originals(draft.payload)
            return super().speak(draft)

    parties = make_parties(4)
    run(parties, adversary=Listener(CULPRIT, 1, lambda d: b"other" if d.recipient == 3 else d.payload))
    rounds = [verify(data, parties[1].members).round for data in shown]
    assert rounds == [1] * 4 + [2] * 4


def test_an_exchange_that_does_not_end_is_judged_by_what_is_there() -> None:
    report = run(make_parties(4), adversary=Crook(lambda payload: None))
    assert outcomes(report) == {("B-EQ", frozenset({CULPRIT}))}
    silent = run(make_parties(4), adversary=Disappearing())
    assert outcomes(silent) == {("TIMEOUT", frozenset())}


class Disappearing(Adversary):
    """Claims another view in its echo, and is never heard again. Its echo stays unexplained, which is no proof."""

    def speak(self, draft: Draft) -> bytes | None:
        if draft.sender != CULPRIT or draft.round < 2:
            return draft.payload
        return bytes(128) if draft.round == 2 else None


def test_an_abort_does_not_cut_an_exchange_short() -> None:
    """Otherwise the equivocator could, before the others have shown what convicts it."""
    parties = make_parties(4)
    lie = Liar(CULPRIT, 1, lambda d: b"other" if d.recipient == 3 else d.payload)
    sent = {i: party.start() for i, party in parties.items()}
    parties[CULPRIT].author = MaliciousAuthor(parties[CULPRIT].author, lie)
    for _ in range(2):
        sent = exchange(parties, sent)
    shown = exchange(parties, sent)
    abort = Outgoing(None, forge(parties[CULPRIT], 255, encode_notice("TIMEOUT", [])).data)
    exchange(parties, {CULPRIT: [abort]})
    assert not any(parties[i].ended for i in HONEST)
    exchange(parties, {i: shown[i] for i in HONEST})
    for i in HONEST:
        failure = parties[i].failure
        assert failure is not None
        assert (failure.code, failure.culprits) == ("B-EQ", {CULPRIT})
        assert failure.reported_by == ((CULPRIT, "TIMEOUT"),)
