"""Signing from stored presignatures: one round, and the rows of 7.3 about R4."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from parties import make_key, results, run
from presignatures import MESSAGE, OTHER, PASSPHRASE, claim_for_all, fill, presignature, toy_key
from verdicts import CULPRIT, Recorder, assert_named, assert_nobody_named

from mpc_fast._native import ClaimedPresignature, NativeError, recover_ecdsa, verify_ecdsa
from mpc_fast.errors import (
    ContextError,
    EnvelopeRejected,
    MpcError,
    ParameterError,
    ProtocolAbort,
    SignersError,
)
from mpc_fast.messages import TypedMessage, double_sha256_message
from mpc_fast.presignatures import PresignatureStore, StoreAccess, StoreError
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.combine import combine
from mpc_fast.protocols.envelope import Envelope
from mpc_fast.protocols.local import presign, sign_presigned
from mpc_fast.protocols.network import Conditions, Report
from mpc_fast.protocols.presign import Presigning
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.sign import Signature
from mpc_fast.protocols.sign_presigned import PresignedSigning, read_r4
from mpc_fast.reference import curve, digests
from mpc_fast.reference import transcript as tr
from mpc_fast.reference.curve import q

R4 = 5
ALL = (1, 2, 3)

Claimed = dict[int, ClaimedPresignature]
Claim = Callable[..., Claimed]


@pytest.fixture(autouse=True)
def toy(toy_profile: None) -> None:
    pass


@pytest.fixture
def opened(toy_profile: None, tmp_path: Path) -> Iterator[tuple[PresignatureStore, StoreAccess]]:
    store, access = PresignatureStore.create(tmp_path / "store", PASSPHRASE, state=tmp_path / "state")
    with store:
        yield store, access


@pytest.fixture
def claim(opened: tuple[PresignatureStore, StoreAccess]) -> Claim:
    """A new presignature of the signers, claimed for all of them."""

    def new(signers: tuple[int, ...] = ALL, message: TypedMessage = MESSAGE) -> Claimed:
        fill(*opened, 1, signers)
        return claim_for_all(*opened, signers, message)

    return new


def parties(claimed: Claimed) -> list[Party[Signature]]:
    return [PresignedSigning(toy_key().shares[index], one) for index, one in claimed.items()]


@pytest.mark.parametrize("signers", [(1, 2), (3, 1), (1, 2, 3)])
@pytest.mark.parametrize("conditions", [Conditions(), Conditions(reorder=True, duplicate=0.5, delay=0.3)])
def test_all_signers_get_one_signature_of_the_message(
    claim: Claim, signers: tuple[int, ...], conditions: Conditions
) -> None:
    report = run(parties(claim(tuple(sorted(signers)))), conditions=conditions)
    assert not report.failures
    assert len(set(report.results.values())) == 1
    signature, recovery_id = report.results[1]
    key = toy_key().shares[1].public_key
    assert verify_ecdsa(key, MESSAGE.digest, signature)  # low s only
    assert recover_ecdsa(MESSAGE.digest, signature, recovery_id) == key


def test_it_takes_one_message_of_each_signer(claim: Claim) -> None:
    recorder = Recorder()
    report = run(parties(claim((1, 2))), adversary=recorder)
    assert set(recorder.sent) == {(R4, "bcast", 1, 2), (R4, "bcast", 2, 1)}
    assert report.payload_bytes == {1: {R4: 112}, 2: {R4: 112}}


def test_the_session_is_named_after_presignature_and_message(claim: Claim) -> None:
    one, other = claim((1, 2)), claim((1, 2), OTHER)
    assert len({claimed.ssid for claimed in one.values()}) == 1
    assert one[1].ssid != other[1].ssid
    party = PresignedSigning(toy_key().shares[1], one[1])
    assert party.ssid == one[1].ssid


def test_a_claimed_presignature_signs_once(claim: Claim) -> None:
    claimed = claim((1, 2))
    assert not run(parties(claimed)).failures
    again = PresignedSigning(toy_key().shares[1], claimed[1])
    again.start()
    with pytest.raises(ProtocolAbort) as caught:
        again.result()
    assert caught.value.code == "E_PRESIGNATURE_USED"
    with pytest.raises(NativeError, match="signed already"):
        claimed[1].round5()


def test_shares_and_presignatures_belong_together(claim: Claim) -> None:
    claimed = claim((1, 2))
    with pytest.raises(ContextError):
        PresignedSigning(toy_key().shares[2], claimed[1])
    with pytest.raises(SignersError):
        PresignedSigning(make_key("TOY", 3, 3).shares[1], claimed[1])


def test_the_twin_finds_the_same_presignature_and_the_partial_signatures_right(
    opened: tuple[PresignatureStore, StoreAccess],
) -> None:
    """From the messages of presigning alone, as anybody can who saw them."""
    store, access = opened
    shares, signers, recorder = toy_key().shares, (1, 2), Recorder()
    parts = results(run([Presigning(shares[i], signers) for i in signers], adversary=recorder))
    [part] = parts[1]
    identifier, ssid, child_key = part.id, part.ssid, curve.decode(part.public_key)
    said = {(number, i): recorder.sent[number, "bcast", i, 3 - i] for number in (2, 3, 4) for i in signers}
    echoes = [said[2, 1][-64:], said[3, 1][-64:], said[4, 1][1:]]
    assert part.tr == digests.presign_transcript(ssid, [[echo[:32], echo[32:]] for echo in echoes])
    assert identifier == digests.presignature_id(ssid, 1)

    gamma = curve.decode(said[2, 1][:33]) + curve.decode(said[2, 2][:33])
    inverse = pow(sum(int.from_bytes(said[3, i][:32], "big") for i in signers), -1, q)
    zeta = tr.rerand(ssid, identifier, gamma, child_key, [], signers, MESSAGE.digest)
    m = int.from_bytes(MESSAGE.digest, "big")
    cap_r = zeta * gamma
    for i in signers:
        store.add(access, parts[i])
        claimed = store.claim(access, shares[i], identifier, MESSAGE)
        assert claimed.ssid == tr.h256("sign", tr.octets(ssid), tr.octets(identifier), tr.octets(MESSAGE.digest))
        r4 = claimed.round5()
        assert r4[:-32] == identifier + MESSAGE.digest + part.tr
        cap_delta, cap_s = inverse * curve.decode(said[3, i][32:65]), inverse * curve.decode(said[3, i][65:98])
        assert int.from_bytes(r4[-32:], "big") * cap_r == m % q * cap_delta + cap_r.x % q * cap_s


# ---- 7.3


class Cheat(Adversary):
    """The culprit's R4, changed."""

    def __init__(self, change: Callable[[bytes], bytes | None]) -> None:
        self.change = change

    def speak(self, draft: Draft) -> bytes | None:
        return self.change(draft.payload) if draft.sender == CULPRIT and draft.round == R4 else draft.payload


def sign_against(change: Callable[[bytes], bytes | None], claimed: Claimed) -> Report[Signature]:
    return run(parties(claimed), adversary=Cheat(change))


@pytest.mark.parametrize("signers", [(1, 2), ALL])
@pytest.mark.parametrize("offset", [1, q - 1])
def test_another_partial_signature_is_b_sigma(claim: Claim, signers: tuple[int, ...], offset: int) -> None:
    def wrong(r4: bytes) -> bytes:
        return r4[:-32] + ((int.from_bytes(r4[-32:], "big") + offset) % q).to_bytes(32, "big")

    assert_named(sign_against(wrong, claim(signers)), "B-SIGMA")


def test_a_partial_signature_of_another_message_is_b_sigma(
    opened: tuple[PresignatureStore, StoreAccess], tmp_path: Path
) -> None:
    """What the culprit's part of the same presignature gives for another message, under the name of this one.

    It has put back both its store and the mark, which nobody can see, to sign twice.
    """
    store, access = opened
    shares, parts = toy_key().shares, presignature(ALL)
    identifier = parts[1].id
    store.add(access, [parts[1], parts[3]])
    own, own_access = PresignatureStore.create(tmp_path / "own", PASSPHRASE, state=tmp_path / "own-state")
    with own:
        own.add(own_access, [parts[CULPRIT]])
        again = shutil.copytree(own.folder, tmp_path / "again")
        [mark] = (tmp_path / "own-state").iterdir()
        said = mark.read_bytes()
        claimed = {CULPRIT: own.claim(own_access, shares[CULPRIT], identifier, MESSAGE)}
        mark.write_bytes(said)
    with PresignatureStore.open(again) as copy:
        foreign = copy.claim(own_access, shares[CULPRIT], identifier, OTHER).round5()
    claimed |= {index: store.claim(access, shares[index], identifier, MESSAGE) for index in (1, 3)}
    claimed = dict(sorted(claimed.items()))
    assert_named(sign_against(lambda r4: r4[:-32] + foreign[-32:], claimed), "B-SIGMA")


@pytest.mark.parametrize(("field", "at"), [("id", 0), ("digest", 16), ("tr", 48)])
def test_another_name_in_r4_is_b_conf(claim: Claim, field: str, at: int) -> None:
    assert_named(sign_against(lambda r4: r4[:at] + bytes([r4[at] ^ 1]) + r4[at + 1 :], claim()), "B-CONF")


@pytest.mark.parametrize(
    "change",
    [lambda r4: r4[:-1], lambda r4: r4 + b"\0", lambda r4: b"", lambda r4: r4[:-32] + q.to_bytes(32, "big")],
)
def test_a_malformed_r4_is_b_dec(claim: Claim, change: Callable[[bytes], bytes]) -> None:
    assert_named(sign_against(change, claim()), "B-DEC")


def test_a_presignature_that_is_used_again_is_b_conf(claim: Claim) -> None:
    """The R4 of an earlier session, signed anew for this one."""
    earlier = Recorder()
    assert not run(parties(claim()), adversary=earlier).failures
    old = earlier.sent[R4, "bcast", CULPRIT, 1]
    assert_named(sign_against(lambda r4: old, claim()), "B-CONF")


def test_two_partial_signatures_in_one_session_are_b_eq(claim: Claim) -> None:
    claimed = claim()
    one, culprit, _ = parties(claimed)
    one.start()
    [sent] = culprit.start()
    assert one.receive(sent.data) == []
    other = culprit.author.sign(claimed[1].ssid, R4, None, bytes(112))
    one.receive(other.data)
    failure = one.failure
    assert failure is not None
    assert (failure.code, failure.culprits) == ("B-EQ", {CULPRIT})
    assert failure.evidence == (sent.data, other.data)


def test_a_signer_of_another_message_is_in_another_session(
    opened: tuple[PresignatureStore, StoreAccess],
) -> None:
    """It cannot be blamed for what it was asked to sign; but its digest burns the presignature."""
    store, access = opened
    [identifier] = fill(store, access, 1, (1, 2))
    shares = toy_key().shares
    one, other = parties(
        {
            1: store.claim(access, shares[1], identifier, MESSAGE),
            2: store.claim(access, shares[2], identifier, OTHER),
        }
    )
    one.start()
    [sent] = other.start()
    with pytest.raises(EnvelopeRejected, match="another name"):
        one.receive(sent.data)
    one.expire()
    failure = one.failure
    assert failure is not None
    assert (failure.code, failure.culprits) == ("E_CONTEXT", frozenset())
    use = read_r4(sent.data, one.members)
    assert use == (identifier, OTHER.digest)
    assert store.see(access, *use)
    assert [one.burnt for one in store.status().sets] == [1, 0]
    with pytest.raises(StoreError):
        store.claim(access, shares[1], identifier, MESSAGE)


def test_only_an_r4_names_what_it_signs(claim: Claim) -> None:
    party, other = parties(claim((1, 2)))
    [sent] = party.start()
    use = read_r4(sent.data, other.members)
    assert use is not None
    assert use.digest == MESSAGE.digest
    [notice] = other.cancel()
    assert read_r4(notice.data, party.members) is None
    with pytest.raises(EnvelopeRejected):
        read_r4(sent.data, {2: party.members[2]})


def test_no_partial_signature_accuses_nobody(claim: Claim) -> None:
    assert_nobody_named(sign_against(lambda r4: None, claim()), "TIMEOUT")


# ---- By somebody who is no signer


def r4_of_all(claimed: Claimed) -> list[bytes]:
    return [sent.data for party in parties(claimed) for sent in party.start()]


def test_a_coordinator_combines(claim: Claim) -> None:
    claimed, share = claim(), toy_key().shares[1]
    with pytest.raises(NativeError) as caught:
        claimed[1].public_values()  # R is unknown until the presignature is used
    assert caught.value.code == "E_ORDER"
    envelopes = r4_of_all(claimed)
    values = claimed[1].public_values()
    signature, recovery_id = combine(values, share.members, share.public_key, MESSAGE, envelopes)
    assert recover_ecdsa(MESSAGE.digest, signature, recovery_id) == share.public_key
    with pytest.raises(ContextError, match="party 3"):
        combine(values, share.members, share.public_key, MESSAGE, envelopes[:2])
    with pytest.raises(EnvelopeRejected, match="no R4 of this session"):
        combine(values, share.members, share.public_key, OTHER, envelopes)
    with pytest.raises(EnvelopeRejected):
        combine(values, share.members, share.public_key, MESSAGE, [*envelopes[:2], envelopes[2][:-1] + b"\0"])
    other = make_key("TOY", 3, 3).shares[1]
    with pytest.raises(ContextError, match="another key"):
        combine(values, other.members, other.public_key, MESSAGE, envelopes)
    with pytest.raises(ParameterError):
        combine(values, share.members, share.public_key, MESSAGE.digest, envelopes)  # type: ignore[arg-type]
    for wrong in (b"", values[:-1], values + b"\0", values[:-33] + values[-66:-33]):
        with pytest.raises(MpcError, match="values: "):
            combine(wrong, share.members, share.public_key, MESSAGE, envelopes)


def test_a_coordinator_names_who_cheats(claim: Claim) -> None:
    claimed, share = claim(), toy_key().shares[1]
    started = parties(claimed)
    r4 = {party.index: party.start()[0].data for party in started}
    cheat = started[CULPRIT - 1]
    for change, code in ((lambda said: said[:-1] + bytes([said[-1] ^ 1]), "B-SIGMA"), (lambda said: said[1:], "B-DEC")):
        payload = change(Envelope.decode(r4[CULPRIT]).payload)
        forged = cheat.author.sign(claimed[1].ssid, R4, None, payload).data
        with pytest.raises(ProtocolAbort) as caught:
            combine(claimed[3].public_values(), share.members, share.public_key, MESSAGE, [r4[1], forged, r4[3]])
        assert (caught.value.code, caught.value.culprits) == (code, {CULPRIT})


# ---- All on one machine


def test_shares_on_one_machine_sign_from_one_store(opened: tuple[PresignatureStore, StoreAccess]) -> None:
    store, access = opened
    shares = [toy_key().shares[index] for index in (3, 1)]
    parts, _ = presign(shares)
    store.add(access, parts)
    message = double_sha256_message(b"payment")
    signed = sign_presigned(shares, store, access, message)
    assert verify_ecdsa(shares[0].public_key, message.digest, signed.signature)
    assert [(one.fresh, one.claimed, one.burnt) for one in store.status().sets] == [(0, 0, 1), (0, 0, 1)]
    with pytest.raises(StoreError) as caught:
        sign_presigned(shares, store, access, message)
    assert caught.value.code == "E_STORE_EMPTY"
