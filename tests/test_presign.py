"""Presigning for messages that come later: its results, its certificate, and cheating in R3e."""

import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from parties import make_key, results, run
from presignatures import presignature, toy_key
from verdicts import CULPRIT, assert_named, assert_nobody_named

from mpc_fast._native import Identity, NativeError, PresignRun, StoreKey
from mpc_fast.errors import CertificateError, EnvelopeRejected, ParameterError, SignersError
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.certificate import Certificate, verify_presign_certificate
from mpc_fast.protocols.envelope import MAX_PARTIES, MAX_PAYLOAD_BYTES, USUAL_BYTES, sign
from mpc_fast.protocols.exchange import Exchange
from mpc_fast.protocols.mailbox import Mailbox
from mpc_fast.protocols.members import Member
from mpc_fast.protocols.network import Report
from mpc_fast.protocols.originals import ORIGINALS
from mpc_fast.protocols.presign import MOST, Presigning, schedule
from mpc_fast.reference import curve, digests
from mpc_fast.reference import transcript as tr
from mpc_fast.reference.curve import q
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")

R3, R3E = 3, 4


def members(signers: tuple[int, ...]) -> list[Member]:
    return [(index, key) for index, key in toy_key().shares[1].members if index in signers]


@pytest.mark.parametrize("signers", [(1, 2), (1, 3), (1, 2, 3)])
def test_all_signers_get_their_parts_of_one_presignature(signers: tuple[int, ...]) -> None:
    parts = presignature(signers)
    key = toy_key().shares[1]
    for name in ("id", "ssid", "tr", "certificate"):
        assert len({getattr(one, name) for one in parts.values()}) == 1
    for index, one in parts.items():
        assert (one.index, one.signers, one.path) == (index, list(signers), [])
        assert (one.profile, one.key_id, one.epoch) == ("TOY", key.key_id, key.epoch)
        assert (one.public_key, one.aux_digest) == (key.public_key, key.aux_digest)
        assert repr(one) == "<Presignature>"
        one.check_share(toy_key().shares[index])


def test_the_certificate_shows_that_all_agreed() -> None:
    one = presignature((1, 3))[1]
    verify_presign_certificate(one.certificate, members((1, 3)), one.ssid)
    with pytest.raises(CertificateError, match="another session"):
        verify_presign_certificate(one.certificate, members((1, 3)), bytes(32))
    with pytest.raises(CertificateError, match="other parties"):
        verify_presign_certificate(one.certificate, members((1, 2)), one.ssid)
    certificate = Certificate.decode(one.certificate)
    for change in (
        Certificate(1, "dkg", certificate.ssid, certificate.identity_keys, certificate.envelopes),
        Certificate(1, "presign", certificate.ssid, certificate.identity_keys, certificate.envelopes[::-1]),
    ):
        with pytest.raises(CertificateError):
            verify_presign_certificate(change.encode(), members((1, 3)), one.ssid)


@pytest.mark.parametrize(("mode", "count"), [(0, 1), (1, 1), (1, 64)])
def test_the_session_is_named_as_the_twin_names_it(mode: int, count: int) -> None:
    share, values, signers = toy_key().shares[1], [bytes([i]) * 32 for i in (1, 2)], (1, 2)
    pids = {index: tr.pid(key) for index, key in share.members}
    opening = digests.pre_session_id("presign", [pids[i] for i in signers], share.key_id)
    fields = tr.Session(
        "presign",
        TOY,
        digests.sid(opening, values),
        list(pids.items()),
        threshold=2,
        key_id=share.key_id,
        epoch=0,
        public_key=curve.decode(share.public_key),
        public_shares=[curve.decode(point) for point in share.public_shares],
        chain_code=share.chain_code,
        aux_digest=share.aux_digest,
        signers=signers,
        path=(),
        child_key=curve.decode(share.public_key),
        proof_mode=mode,
        presignatures=count,
    )
    assert PresignRun(share, signers, values, mode, count).ssid == tr.ssid(fields)


def test_two_sessions_have_nothing_in_common() -> None:
    one, other = presignature()[1], presignature()[1]
    for name in ("id", "ssid", "tr"):
        assert getattr(one, name) != getattr(other, name)


def test_a_presignature_expires() -> None:
    before = int(time.time())
    assert before + 24 * 3600 <= presignature()[1].expiry <= int(time.time()) + 24 * 3600
    assert presignature(lifetime=60)[1].expiry <= int(time.time()) + 60


@pytest.mark.parametrize("lifetime", [0, -1, 10**9])
def test_a_lifetime_out_of_range_is_refused(lifetime: int) -> None:
    with pytest.raises(ParameterError, match="lifetime"):
        Presigning(toy_key().shares[1], [1, 2], lifetime=lifetime)


@pytest.mark.parametrize("signers", [[1], [1, 1], [1, 4], [2, 3]])
def test_signers_that_cannot_sign_are_refused(signers: list[int]) -> None:
    with pytest.raises(SignersError):
        Presigning(toy_key().shares[1], signers)


def test_a_presignature_is_sealed_once() -> None:
    one = presignature()[1]
    key = StoreKey.generate()
    one.seal(key, 1)
    with pytest.raises(NativeError) as caught:
        one.seal(key, 1)
    assert caught.value.code == "E_PRESIGNATURE_USED"


def test_presignatures_do_not_serve_another_key() -> None:
    with pytest.raises(NativeError, match="another"):
        presignature()[1].check_share(make_key("TOY", 2, 2).shares[1])


# ---- Many in one session


@pytest.mark.parametrize(("profile", "parties"), [("TOY", 3), ("S128", 2)])
def test_a_session_makes_as_many_as_it_may(profile: str, parties: int) -> None:
    shares = make_key(profile, 2, parties).shares
    parts = results(run([Presigning(shares[index], list(shares), count=MOST) for index in shares]))
    for index, of_party in parts.items():
        assert [one.id for one in of_party] == [one.id for one in parts[1]]
        assert {one.index for one in of_party} == {index}
    assert len({one.id for one in parts[1]}) == MOST


@pytest.mark.parametrize("number", [1, 2, 3])
def test_originals_of_the_largest_session_fit_into_one_message(number: int) -> None:
    keys = {index: bytes(32) for index in range(1, MAX_PARTIES + 1)}
    exchange = Exchange("presign", 1, keys, schedule(MOST), Mailbox(1, list(keys)))
    assert exchange.limit(ORIGINALS + number) <= MAX_PAYLOAD_BYTES


@pytest.mark.parametrize("number", [2, 3])
def test_an_equivocator_is_convicted_by_originals_of_any_size(number: int) -> None:
    class Equivocator(Adversary):
        """Party 3 is told of another echo of the round before."""

        def speak(self, draft: Draft) -> bytes | None:
            to_3 = (draft.sender, draft.round, draft.kind, draft.recipient) == (CULPRIT, number, "bcast", 3)
            return draft.payload[:-1] + bytes([draft.payload[-1] ^ 1]) if to_3 else draft.payload

    shares = toy_key().shares
    report = run([Presigning(shares[i], [1, 2, 3], count=MOST) for i in (1, 2, 3)], adversary=Equivocator())
    assert_named(report, "B-EQ")


@pytest.mark.parametrize(("number", "kind"), [(1, "bcast"), (2, "bcast"), (3, "bcast"), (1, "p2p"), (2, "p2p")])
def test_a_message_that_is_too_long_is_b_dec(number: int, kind: str) -> None:
    class Talker(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            is_it = (draft.sender, draft.round, draft.kind) == (CULPRIT, number, kind)
            return draft.payload + bytes(USUAL_BYTES) if is_it else draft.payload

    report = presign_against(Talker())
    assert_named(report, "B-DEC")
    assert "too long" in str(report.failures[1])


def test_originals_do_not_come_before_the_session() -> None:
    mail = Mailbox(1, [1, 2])
    identity = Identity.generate()
    for length, accepted in ((USUAL_BYTES, True), (USUAL_BYTES + 1, False)):
        fields = {"ssid": bytes(32), "protocol": "presign", "round": 1, "sender": 2, "recipient": None}
        message = sign(identity, **fields, payload=bytes(length))
        with nullcontext() if accepted else pytest.raises(EnvelopeRejected):
            mail.set_aside(message)


# ---- Cheating


class Cheat(Adversary):
    """The culprit's message of a round, changed."""

    def __init__(self, number: int, change: Callable[[bytes], bytes | None]) -> None:
        self.number = number
        self.change = change

    def speak(self, draft: Draft) -> bytes | None:
        if (draft.sender, draft.round, draft.kind) == (CULPRIT, self.number, "bcast"):
            return self.change(draft.payload)
        return draft.payload


def presign_against(adversary: Adversary, signers: tuple[int, ...] = (1, 2)) -> Report[object]:
    return run([Presigning(toy_key().shares[index], signers) for index in signers], adversary=adversary)


@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3)])
@pytest.mark.parametrize("outcome", [1, 2])
def test_an_outcome_that_contradicts_r3_is_b_conf(outcome: int, signers: tuple[int, ...]) -> None:
    assert_named(presign_against(Cheat(R3E, lambda said: bytes([outcome]) + said[1:]), signers), "B-CONF")


@pytest.mark.parametrize(
    "change", [lambda said: said[:-1], lambda said: said + b"\0", lambda said: b"\3" + said[1:], lambda said: b""]
)
def test_a_malformed_r3e_is_b_dec(change: Callable[[bytes], bytes]) -> None:
    assert_named(presign_against(Cheat(R3E, change)), "B-DEC")


@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3)])
def test_a_false_echo_in_r3e_gives_no_presignature(signers: tuple[int, ...]) -> None:
    report = presign_against(Cheat(R3E, lambda said: said[:-1] + bytes([said[-1] ^ 1])), signers)
    assert 1 not in report.results
    assert report.failures[1].culprits <= {CULPRIT}


@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3)])
def test_a_wrong_delta_is_nonce_sum_for_all(signers: tuple[int, ...]) -> None:
    def wrong(said: bytes) -> bytes:
        return ((int.from_bytes(said[:32], "big") + 1) % q).to_bytes(32, "big") + said[32:]

    assert_nobody_named(presign_against(Cheat(R3, wrong), signers), "NONCE_SUM")


def test_without_the_word_of_all_there_is_no_presignature() -> None:
    report = presign_against(Cheat(R3E, lambda said: None), (1, 2, 3))
    assert_nobody_named(report, "TIMEOUT")
    assert not set(report.results) - {CULPRIT}


def test_presignatures_of_honest_sessions_are_results() -> None:
    shares = toy_key().shares
    assert set(results(run([Presigning(shares[index], [2, 3]) for index in (2, 3)]))) == {2, 3}
