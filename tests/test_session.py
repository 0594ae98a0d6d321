"""The machine that runs one party: order, loss, equivocation, aborts. With a protocol that needs no cryptography."""

from contextlib import suppress

import pytest
from toy_protocol import Liar, Script, exchange, expected, forge, make_parties, run

from mpc_fast import _native
from mpc_fast.errors import ContextError, EnvelopeRejected, ProtocolAbort
from mpc_fast.protocols.adversary import Adversary
from mpc_fast.protocols.envelope import sign, verify
from mpc_fast.protocols.mailbox import UNPLACED_PER_SENDER
from mpc_fast.protocols.network import Conditions
from mpc_fast.protocols.notice import ABORT_ROUND, decode_notice, encode_notice
from mpc_fast.protocols.session import Waiting


def started(n: int = 3, rounds: int = 0):
    """Parties that have exchanged everything up to a round, and what they have just sent."""
    parties = make_parties(n)
    sent = {i: party.start() for i, party in parties.items()}
    for _ in range(rounds):
        sent = exchange(parties, sent)
    assert {party.round for party in parties.values()} == {rounds}
    return parties, sent


# ---- Getting to the end


@pytest.mark.parametrize("n", [2, 3, 5])
def test_everybody_gets_its_result(n: int) -> None:
    parties = make_parties(n)
    report = run(parties)
    assert report.results == {i: expected(n, i) for i in parties}
    assert not report.failures
    assert not report.rejections
    for party in parties.values():
        assert party.finished
        assert party.ended
        assert party.failure is None
        assert party.waiting_for() is None
        assert party.script.closed


@pytest.mark.parametrize("seed", range(25))
def test_order_duplicates_and_delays_do_not_matter(seed: int) -> None:
    parties = make_parties(4)
    report = run(parties, Conditions(reorder=True, duplicate=0.5, delay=0.3), seed)
    assert report.results == {i: expected(4, i) for i in parties}


def test_a_run_is_determined_by_its_seed() -> None:
    conditions = Conditions(reorder=True, duplicate=0.2, delay=0.2, drop=0.1)
    first, second = (run(make_parties(3), conditions, 7) for _ in range(2))
    assert {i: f.detail for i, f in first.failures.items()} == {i: f.detail for i, f in second.failures.items()}


def test_report_counts_payloads_and_time() -> None:
    report = run(make_parties(3))
    for i in (1, 2, 3):
        assert report.payload_bytes[i] == {0: 2 * 32, 1: 2 * 9, 2: 2 * 96, 3: 2 * 1 + 2 * 6, 4: 2 * 4}
        assert report.cpu_seconds[i] > 0


def test_messages_may_come_before_the_start() -> None:
    parties = make_parties(2)
    early = parties[1].start()
    assert parties[2].receive(early[0].data, 1) == []
    assert parties[2].waiting_for() is None
    answers = parties[2].start()
    assert [verify(m.data, parties[1].members).round for m in answers] == [0, 1]


def test_either_of_two_last_rounds_is_accepted() -> None:
    parties = make_parties(3, {2: Script(last_round=5)})
    assert run(parties, Conditions(reorder=True), 3).results == {i: expected(3, i) for i in parties}


def test_start_and_result_are_for_their_time() -> None:
    parties, _ = started()
    with pytest.raises(RuntimeError, match="not ended"):
        parties[1].result()
    with pytest.raises(RuntimeError, match="before"):
        parties[1].start()


def test_identity_must_be_that_of_the_index() -> None:
    one, other = make_parties(2).values()
    with pytest.raises(ContextError):
        type(one)(one.identity, list(one.members.items()), other.index, Script())


# ---- Waiting


def test_waiting_for_names_round_and_parties() -> None:
    parties, sent = started(3)
    assert parties[1].waiting_for() == Waiting(0, (2, 3))
    parties[1].receive(sent[2][0].data)
    assert parties[1].waiting_for() == Waiting(0, (3,))
    assert str(parties[1].waiting_for()) == "round 0: waiting for party 3"


def test_waiting_for_a_private_message() -> None:
    parties, sent = started(3, 3)
    for message in sent[2]:
        if message.recipient is None:
            parties[1].receive(message.data)
    for message in sent[3]:
        if message.recipient in (None, 1):
            parties[1].receive(message.data)
    assert parties[1].waiting_for() == Waiting(3, (2,))


@pytest.mark.parametrize("silent_from", [0, 1, 2, 3, 4])
def test_silence_is_a_timeout_that_accuses_nobody(silent_from: int) -> None:
    parties = make_parties(3)
    lie = Liar(3, silent_from, lambda draft: None)
    report = run(parties, adversary=lie)
    for i in (1, 2):
        failure = report.failures[i]
        assert (failure.code, failure.culprits, failure.round) == ("TIMEOUT", frozenset(), silent_from)
        assert "party 3" in failure.detail
        assert failure.reported_by == ()
        assert parties[i].script.closed or silent_from == 0


def test_loss_ends_in_timeouts_and_blames_nobody() -> None:
    for seed in range(15):
        report = run(make_parties(3), Conditions(drop=0.15, reorder=True), seed)
        assert all(not failure.culprits for failure in report.failures.values())


def test_cancel_tells_the_others() -> None:
    parties, _ = started(2, 1)
    exchange(parties, {1: parties[1].cancel()})
    assert parties[1].failure is not None
    assert parties[1].failure.code == "CANCELLED"
    assert parties[2].failure is not None
    assert parties[2].failure.reported_by == ((1, "CANCELLED"),)


# ---- Damage in transit: rejected, nobody blamed, the session goes on


def test_damaged_messages_are_rejected_and_the_session_goes_on() -> None:
    parties, sent = started(3)
    for data in (b"", b"junk", sent[2][0].data[:-1], sent[2][0].data + b"\0", bytes(1 << 20)):
        with pytest.raises(EnvelopeRejected):
            parties[1].receive(data)
    for _ in range(5):
        sent = exchange(parties, sent)
    assert all(party.finished for party in parties.values())


def test_misdelivered_messages_are_rejected() -> None:
    parties, sent = started(3, 3)
    stranger = _native.Identity.generate()
    private = next(m for m in sent[2] if m.recipient == 3)
    session = {"ssid": parties[2].ssid, "round": 3, "payload": b""}
    cases = {
        "another party": private.data,
        "of this party itself": sent[1][0].data,
        "not a party": sign(stranger, protocol="talk", sender=4, recipient=None, **session).data,
        "signature": sign(stranger, protocol="talk", sender=2, recipient=None, **session).data,
        "another protocol": sign(parties[2].identity, protocol="other", sender=2, recipient=None, **session).data,
        "no such message": forge(parties[2], 77, b"").data,
    }
    for reason, data in cases.items():
        with pytest.raises(EnvelopeRejected, match=reason):
            parties[1].receive(data)
    with pytest.raises(EnvelopeRejected, match="no such message"):
        parties[1].receive(forge(parties[2], 4, b"", recipient=1).data)
    with pytest.raises(EnvelopeRejected, match="channel"):
        parties[1].receive(sent[2][0].data, 3)
    assert not parties[1].ended
    assert parties[1].waiting_for() == Waiting(3, (2, 3))


def test_few_messages_are_kept_before_the_session_has_a_name_and_replays_do_not_displace_the_newest() -> None:
    parties, sent = started(2)
    for k in range(3 * UNPLACED_PER_SENDER):
        assert parties[1].receive(forge(parties[2], k, b"", ssid=bytes(32)).data) == []
    answers = exchange({2: parties[2]}, {1: sent[1]})
    for out in answers[2]:
        parties[1].receive(out.data)  # round 1 of party 2, before its opening
    parties[1].receive(sent[2][0].data)
    assert parties[1].failure is None
    assert parties[1].round == 2


# ---- Equivocation towards one party


@pytest.mark.parametrize("recipient", [None, 1])
def test_two_messages_for_one_slot_convict_their_sender(recipient: int | None) -> None:
    parties, _ = started(3, 3)
    first, second = (forge(parties[2], 3, text, recipient) for text in (b"one", b"two"))
    assert parties[1].receive(first.data) == []
    [answer] = parties[1].receive(second.data)
    failure = parties[1].failure
    assert failure is not None
    assert (failure.code, failure.culprits) == ("B-EQ", frozenset({2}))
    one, two = (verify(data, parties[1].members) for data in failure.evidence)
    assert one.slot == two.slot
    assert one.hash != two.hash
    assert verify(answer.data, parties[1].members).round == ABORT_ROUND


def test_a_message_that_comes_twice_is_one_message() -> None:
    parties, sent = started(3, 1)
    for _ in range(3):
        assert parties[1].receive(sent[2][0].data) == []
    assert parties[1].failure is None


def test_two_openings_accuse_nobody_because_one_may_be_a_replay() -> None:
    parties, sent = started(3)
    old = forge(parties[2], 0, bytes(32))
    parties[1].receive(sent[2][0].data)
    assert parties[1].receive(old.data) == []  # too late: the first counts
    parties[3].receive(old.data)
    for envelopes in sent.values():
        for out in envelopes:
            for party in parties.values():
                with suppress(EnvelopeRejected):
                    party.receive(out.data)
    first = {i: party.round for i, party in parties.items()}
    assert set(first.values()) == {1}
    for i, j in ((1, 3), (3, 1)):
        with pytest.raises(EnvelopeRejected, match="another name"):
            parties[i].receive(forge(parties[j], 1, b"").data)
        parties[i].expire()
        failure = parties[i].failure
        assert failure is not None
        assert (failure.code, failure.culprits) == ("E_CONTEXT", frozenset())


def test_an_opening_of_the_wrong_length_convicts_its_sender() -> None:
    report = run(make_parties(3), adversary=Liar(2, 0, lambda draft: bytes(31)))
    for i in (1, 3):
        assert (report.failures[i].code, report.failures[i].culprits) == ("B-DEC", {2})


# ---- Sessions of another name


def test_a_message_of_another_session_ends_this_one_only_if_nothing_else_comes() -> None:
    parties, _ = started(3, 1)
    with pytest.raises(EnvelopeRejected, match="another name"):
        parties[1].receive(forge(parties[2], 1, b"", ssid=bytes(32)).data)
    assert parties[1].failure is None
    [answer] = parties[1].expire()
    failure = parties[1].failure
    assert failure is not None
    assert (failure.code, failure.culprits) == ("E_CONTEXT", frozenset())
    assert verify(answer.data, parties[1].members).round == ABORT_ROUND


def test_a_replay_from_an_earlier_session_changes_nothing() -> None:
    parties, _ = started(3)
    old = forge(parties[2], 1, b"", ssid=bytes(32))

    class Replays(Adversary):
        def carry(self, sender: int, recipient: int, data: bytes) -> list[bytes]:
            return [old.data, data] if sender == 2 else [data]

    assert not run(make_parties(3), adversary=Replays()).failures


# ---- Aborts


def test_findings_end_the_session_and_name_the_culprits() -> None:
    found = [(2, "B-ENC0", "psi0"), (3, "B-ENC1", "psi1")]
    parties = make_parties(4, {1: Script(failures=found), 4: Script(failures=found)})
    report = run(parties)
    for i in (1, 4):
        failure = report.failures[i]
        assert (failure.code, failure.culprits, failure.round) == ("B-ENC0", {2, 3}, 3)
        assert [(f.party, f.code) for f in failure.findings] == [(2, "B-ENC0"), (3, "B-ENC1")]
    for i in (2, 3):
        failure = report.failures[i]
        assert (failure.code, failure.culprits) == ("B-ENC0", frozenset())
        assert failure.reported_by == ((1, "B-ENC0"),)
    assert all(party.script.closed for party in parties.values())


def test_a_finding_without_a_party_accuses_nobody() -> None:
    parties = make_parties(2, {i: Script(failures=[(0, "NONCE_SUM", "")]) for i in (1, 2)})
    for failure in run(parties).failures.values():
        assert (failure.code, failure.culprits) == ("NONCE_SUM", frozenset())


def test_own_findings_come_before_what_others_report() -> None:
    parties, sent = started(3)
    for i in (2, 3):
        for j in (1, 2, 3):
            if i != j:
                parties[i].receive(sent[j][0].data)
    early = [
        forge(parties[2], ABORT_ROUND, encode_notice("B-ENC0", [1])),
        forge(parties[3], 1, b"one"),
        forge(parties[3], 1, b"two"),
    ]
    for message in early:
        assert parties[1].receive(message.data) == []
    for i in (2, 3):
        parties[1].receive(sent[i][0].data)
    failure = parties[1].failure
    assert failure is not None
    assert (failure.code, failure.culprits) == ("B-EQ", {3})
    assert failure.reported_by == ((2, "B-ENC0"),)


def test_what_others_accuse_is_not_believed() -> None:
    parties, _ = started(3, 2)
    [told] = parties[1].receive(forge(parties[2], ABORT_ROUND, encode_notice("B-AFF", [3])).data)
    assert decode_notice(verify(told.data, parties[1].members).payload, [1, 2, 3]).accused == []
    failure = parties[1].failure
    assert failure is not None
    assert (failure.code, failure.culprits, failure.reported_by) == ("B-AFF", frozenset(), ((2, "B-AFF"),))
    with pytest.raises(ProtocolAbort, match="unproven"):
        parties[1].result()


def test_an_undecodable_abort_convicts_its_sender() -> None:
    parties, _ = started(3, 2)
    parties[1].receive(forge(parties[2], ABORT_ROUND, b"\x00").data)
    assert parties[1].failure is not None
    assert (parties[1].failure.code, parties[1].failure.culprits) == ("B-DEC", {2})


def test_an_abort_of_the_opening_counts_only_if_nothing_else_comes() -> None:
    parties, sent = started(3)
    replay = forge(parties[2], ABORT_ROUND, encode_notice("CANCELLED", []), ssid=parties[1]._opening.ssid)
    for i in (1, 3):
        assert parties[i].receive(replay.data) == []
        assert parties[i].failure is None
    parties[1].receive(sent[2][0].data)
    parties[1].receive(sent[3][0].data)
    assert parties[1].round == 1
    parties[3].expire()
    failure = parties[3].failure
    assert failure is not None
    assert (failure.code, failure.culprits) == ("CANCELLED", frozenset())


def test_an_ended_session_answers_nothing() -> None:
    parties, sent = started(3, 1)
    assert len(parties[1].expire()) == 1
    assert parties[1].receive(sent[2][0].data) == []
    assert parties[1].receive(b"junk") == []
    assert parties[1].expire() == []
    assert parties[1].cancel() == []


def test_a_refusal_of_the_core_ends_the_session_without_blame() -> None:
    def refuse() -> None:
        _native.pre_session_id("talk", [bytes(32)], "")

    parties = make_parties(2, {1: Script(on_check=refuse)})
    report = run(parties)
    assert report.failures[1].code == "E_DECODE"
    assert not report.failures[1].culprits
    assert report.failures[2].reported_by == ((1, "E_DECODE"),)


def test_an_interruption_ends_the_session_and_is_passed_on() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    parties = make_parties(2, {1: Script(on_check=interrupt)})
    with pytest.raises(KeyboardInterrupt):
        run(parties)
    assert parties[1].failure is not None
    assert parties[1].script.closed
    assert parties[1].receive(b"anything") == []
