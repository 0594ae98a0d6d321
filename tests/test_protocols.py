"""Auxiliary information, key generation and signing with the native core, at TOY size."""

import hashlib
import random
from collections.abc import Callable, Mapping
from functools import cache

import coincurve
import pytest

from mpc_fast import _native
from mpc_fast._native import AuxShare, Identity, KeyShare
from mpc_fast.errors import (
    Cancelled,
    CertificateError,
    ContextError,
    ParameterError,
    ProfileError,
    ProtocolAbort,
    SignersError,
)
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.author import Outgoing, Writer
from mpc_fast.protocols.aux_info import AuxInfo
from mpc_fast.protocols.certificate import Certificate, verify_certificates, verify_key_certificate
from mpc_fast.protocols.envelope import Envelope, Message
from mpc_fast.protocols.keygen import KeyGeneration
from mpc_fast.protocols.local import Ceremony, generate_key, sign_digest
from mpc_fast.protocols.members import canonical_members
from mpc_fast.protocols.network import Conditions, Network, Report
from mpc_fast.protocols.sign import Signing

pytestmark = pytest.mark.usefixtures("toy_profile")

DIGEST = hashlib.sha256(b"message").digest()
ROUGH = Conditions(reorder=True, duplicate=0.3, delay=0.2)


@cache
def ceremony(threshold: int, parties: int) -> Ceremony:
    return generate_key(threshold, parties, "TOY", "test key")


def signing(shares: list[KeyShare], digest: bytes = DIGEST) -> list[Signing]:
    signers = [share.index for share in shares]
    return [Signing(share, signers, digest) for share in shares]


def check_signature(public_key: bytes, digest: bytes, signature: bytes, recovery_id: int) -> None:
    """By an independent library: the key recovers, and s is low."""
    recoverable = signature + bytes([recovery_id])
    recovered = coincurve.PublicKey.from_signature_and_message(recoverable, digest, hasher=None)
    assert recovered.format() == public_key
    assert (
        int.from_bytes(signature[32:], "big") <= 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 // 2
    )
    assert _native.verify_ecdsa(public_key, digest, signature)
    assert _native.recover_ecdsa(digest, signature, recovery_id) == public_key


# ---- Honest parties


@pytest.mark.parametrize("seed", range(8))
def test_any_large_enough_set_signs(seed: int) -> None:
    rng = random.Random(seed)
    parties = rng.randint(2, 5)
    threshold = rng.randint(2, parties)
    shares = ceremony(threshold, parties).shares
    chosen = sorted(rng.sample(shares, rng.randint(threshold, parties)), key=lambda share: share.index)
    digest = rng.randbytes(32)
    report = Network(signing(chosen, digest), conditions=ROUGH, rng=rng).run()
    assert not report.failures
    assert len(set(report.results.values())) == 1
    signature, recovery_id = report.results[chosen[0].index]
    check_signature(shares[0].public_key, digest, signature, recovery_id)


@pytest.mark.parametrize("digest", [bytes(32), b"\xff" * 32, bytes(31) + b"\1"])
def test_extreme_digests(digest: bytes) -> None:
    shares = ceremony(2, 3).shares
    signed = sign_digest([shares[2], shares[0]], digest)
    check_signature(shares[0].public_key, digest, signed.signature, signed.recovery_id)


@pytest.mark.parametrize("seed", range(3))
def test_key_generation_over_a_rough_network(seed: int) -> None:
    rng = random.Random(seed)
    identities = {i.public_key: i for i in (Identity.generate() for _ in range(3))}
    members = canonical_members(identities)
    seats = [(index, identities[key]) for index, key in members]
    aux = Network(
        [AuxInfo(i, "TOY", members, index, _native.generate_primes("TOY")) for index, i in seats],
        conditions=ROUGH,
        rng=rng,
    ).run()
    assert not aux.failures
    report = Network(
        [KeyGeneration(i, members, index, 2, "k", aux.results[index]) for index, i in seats],
        conditions=ROUGH,
        rng=rng,
    ).run()
    assert not report.failures
    signed = sign_digest(list(report.results.values()), DIGEST)
    check_signature(report.results[1].public_key, DIGEST, signed.signature, signed.recovery_id)


def test_all_parties_hold_the_same_record() -> None:
    made = ceremony(2, 3)
    assert [share.index for share in made.shares] == [1, 2, 3]
    for attribute in (
        "public_key",
        "public_shares",
        "chain_code",
        "record_digest",
        "aux_digest",
        "members",
        "certificate",
        "aux_certificate",
        "key_id",
        "epoch",
        "threshold",
        "profile",
    ):
        values = [getattr(share, attribute) for share in made.shares]
        assert values == [values[0]] * 3, attribute
    assert list(made.stages) == ["primes", "aux", "dkg"]
    assert made.stages["dkg"].bytes_sent == dict.fromkeys((1, 2, 3), made.stages["dkg"].bytes_sent[1])


def test_sharing_of_the_work_is_even() -> None:
    stage = sign_digest(ceremony(2, 3).shares[:2], DIGEST).stage
    assert stage.bytes_sent[1] == stage.bytes_sent[2]
    assert min(stage.cpu_seconds.values()) > 0


def test_progress_tells_stages_and_cancels() -> None:
    told: list[str] = []
    generate_key(2, 2, "TOY", "k", lambda text: told.append(text) or True)
    assert any(text.startswith("primes, party 2 of 2: ") for text in told)
    assert {"aux: round 4", "dkg: round 5"} <= set(told)
    for stage in ("primes, party 2", "aux: round 3", "dkg: round 1"):
        with pytest.raises(Cancelled):
            generate_key(2, 2, "TOY", "k", lambda text, stage=stage: not text.startswith(stage))


# ---- Certificates


def test_certificates_show_that_everybody_confirmed() -> None:
    for share in ceremony(2, 3).shares:
        verify_certificates(share)
        verify_certificates(share.public_record())


def is_certificate_of(share: KeyShare, data: bytes) -> bool:
    try:
        verify_key_certificate(data, share.members, share.record_digest)
    except CertificateError:
        return False
    return True


def test_certificates_refuse() -> None:
    shares = ceremony(2, 3).shares
    other = ceremony(3, 4).shares[0]
    share = shares[0]
    good = Certificate.decode(share.certificate)
    first, second, third = good.envelopes

    def variant(**changes: object) -> bytes:
        fields = {name: getattr(good, name) for name in Certificate.__struct_fields__} | changes
        return Certificate(**fields).encode()

    assert is_certificate_of(share, variant())
    wrong = {
        "empty": b"",
        "garbage": b"garbage",
        "tail": share.certificate + b"\0",
        "too long": bytes(1 << 15),
        "aux": share.aux_certificate,
        "another key": other.certificate,
        "order": variant(envelopes=[second, first, third]),
        "doubled": variant(envelopes=[first, first, third]),
        "incomplete": variant(envelopes=[first, second]),
        "ssid": variant(ssid=bytes(32)),
        "protocol": variant(protocol="aux"),
        "keys": variant(identity_keys=good.identity_keys[::-1]),
        "envelope": variant(envelopes=[first[:-1] + bytes([first[-1] ^ 1]), second, third]),
        "of aux": variant(envelopes=Certificate.decode(share.aux_certificate).envelopes),
    }
    for name, data in wrong.items():
        assert not is_certificate_of(share, data), name
    for length in range(len(share.certificate)):
        with pytest.raises(CertificateError):
            Certificate.decode(share.certificate[:length])
    with pytest.raises(CertificateError, match="something else"):
        verify_key_certificate(share.certificate, share.members, bytes(32))
    with pytest.raises(CertificateError, match="other parties"):
        verify_key_certificate(share.certificate, other.members, share.record_digest)


# ---- Refused before anything is sent


def test_signer_sets_are_checked() -> None:
    shares = ceremony(2, 3).shares
    for signers in ([], [1], [1, 1], [1, 4], [0, 1], [2, 3], [1, 1, 2]):
        with pytest.raises(SignersError):
            Signing(shares[0], signers, DIGEST)
    with pytest.raises(SignersError, match="1 of 2"):
        sign_digest(shares[:1], DIGEST)
    with pytest.raises(SignersError, match="twice"):
        sign_digest([shares[0], shares[0]], DIGEST)
    with pytest.raises(SignersError):
        sign_digest([], DIGEST)


def test_shares_of_different_keys_do_not_sign_together() -> None:
    with pytest.raises(ContextError):
        sign_digest([ceremony(2, 3).shares[0], ceremony(2, 2).shares[1]], DIGEST)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_digests_have_32_bytes(length: int) -> None:
    with pytest.raises(ParameterError):
        sign_digest(ceremony(2, 3).shares[:2], bytes(length))


@pytest.mark.parametrize(("threshold", "parties"), [(1, 3), (0, 2), (-1, 2), (4, 3), (2, 17), (1, 1), (2, 1)])
def test_thresholds_are_checked(threshold: int, parties: int) -> None:
    with pytest.raises(ParameterError):
        generate_key(threshold, parties, "TOY", "k")


@pytest.mark.parametrize("key_id", ["", "k" * 65, "schlüssel", "a\nb"])
def test_key_ids_are_checked(key_id: str) -> None:
    with pytest.raises(ParameterError):
        generate_key(2, 2, "TOY", key_id)


def test_unknown_profiles_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProfileError):
        generate_key(2, 2, "S256", "k")
    monkeypatch.delenv("MPC_FAST_INSECURE_TEST_PROFILE")
    with pytest.raises(ProfileError):
        generate_key(2, 2, "TOY", "k")


# ---- A malicious sender


class Mallory(Adversary):
    """Party 2, which changes what it says in one round."""

    def __init__(self, round: int, kind: str, change: Callable[[Draft], bytes]) -> None:
        self.round, self.kind, self.change = round, kind, change

    def speak(self, draft: Draft) -> bytes | None:
        if (draft.sender, draft.round, draft.kind) == (2, self.round, self.kind):
            return self.change(draft)
        return draft.payload


def flipped(at: int) -> Callable[[Draft], bytes]:
    def change(draft: Draft) -> bytes:
        data = bytearray(draft.payload)
        data[at] ^= 1
        return bytes(data)

    return change


def blamed(report: Report) -> set[tuple[str, tuple[int, ...]]]:
    """Codes and culprits that honest parties found themselves; nobody honest may be among the latter."""
    found = {(f.code, tuple(sorted(f.culprits))) for i, f in report.failures.items() if i != 2 and not f.reported_by}
    assert all(f.culprits <= {2} for i, f in report.failures.items() if i != 2)
    return found


def sign_with(mallory: Adversary, parties: int = 3, conditions: Conditions = Conditions()) -> Report:  # noqa: B008
    return Network(signing(ceremony(2, 3).shares[:parties]), adversary=mallory, conditions=conditions).run()


G = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")


def plus_one(r3: bytes) -> bytes:
    """delta_i + 1."""
    return (int.from_bytes(r3[:32], "big") + 1).to_bytes(32, "big") + r3[32:]


def other_s(r3: bytes) -> bytes:
    """S_i + G; S stands behind delta, 32 bytes, and Delta, 33."""
    return r3[:65] + coincurve.PublicKey(r3[65:98]).add(bytes(31) + b"\1").format() + r3[98:]


@pytest.mark.parametrize(
    ("mallory", "outcome"),
    [
        (Mallory(1, "p2p", flipped(-1)), ("B-BENC", (2,))),
        (Mallory(1, "bcast", lambda d: d.payload[:-1]), ("B-DEC", (2,))),
        (Mallory(2, "p2p", flipped(-1)), ("B-BAFF", (2,))),
        (Mallory(2, "bcast", lambda d: G + d.payload[33:]), ("B-ELOG2", (2,))),
        (Mallory(2, "bcast", lambda d: d.payload + b"\0"), ("B-DEC", (2,))),
        (Mallory(2, "bcast", flipped(-1)), ("B-ECHO", (2,))),
        (Mallory(3, "bcast", flipped(-1)), ("B-ECHO", (2,))),
        (Mallory(3, "bcast", lambda d: d.payload[:32] + G + d.payload[65:]), ("B-ELOG3", (2,))),
        (Mallory(5, "bcast", flipped(1)), ("B-ECHO", (2,))),
        (Mallory(5, "bcast", flipped(-1)), ("B-SIGMA", (2,))),
        (Mallory(5, "bcast", flipped(-33)), ("B-CONF", (2,))),
        (Mallory(5, "bcast", flipped(0)), ("B-DEC", (2,))),
        # To party 1 another hash of what party 3 gets: nothing that party 1 could see but in the echo.
        (Mallory(2, "bcast", lambda d: flipped(196 + 64)(d) if d.recipient == 1 else d.payload), ("B-EQ", (2,))),
        # Party 1 sees the sums fail, party 3 does not.
        (Mallory(3, "bcast", lambda d: plus_one(d.payload) if d.recipient == 1 else d.payload), ("B-EQ", (2,))),
    ],
)
def test_signing_finds_the_culprit(mallory: Mallory, outcome: tuple[str, tuple[int, ...]]) -> None:
    report = sign_with(mallory)
    assert not set(report.results) & {1, 3}
    assert blamed(report) == {outcome}


class LateLiar:
    """Signs for party 2: may change R3, and sends R3e with some outcome in the end, or R4 (None) with any signature."""

    def __init__(self, honest: Writer, outcome: int | None, change: Callable[[bytes], bytes]) -> None:
        self.protocol, self.index, self.peers, self.sign = honest.protocol, honest.index, honest.peers, honest.sign
        self.honest, self.outcome, self.change = honest, outcome, change

    def write(
        self, ssid: bytes, round: int, broadcast: bytes, private: Mapping[int, bytes]
    ) -> tuple[Message, list[Outgoing]]:
        if round == 255:
            return self.sign(ssid, round, None, broadcast), []
        if round == 3:
            broadcast = self.change(broadcast)
        if round in (4, 5):
            echo = broadcast[1 : 1 + 32 * (len(self.peers) + 1)]
            if self.outcome is None:
                round, broadcast = 5, bytes(1) + echo + bytes(112)
            else:
                round, broadcast = 4, bytes([self.outcome]) + echo
        return self.honest.write(ssid, round, broadcast, private)


def sign_with_late_liar(outcome: int | None, change: Callable[[bytes], bytes], seed: int | None = None) -> Report:
    parties = signing(ceremony(2, 3).shares)
    parties[1].author = LateLiar(parties[1].author, outcome, change)
    conditions = Conditions(reorder=seed is not None)
    return Network(parties, conditions=conditions, rng=random.Random(seed)).run()


@pytest.mark.parametrize("seed", [None, 1, 2, 3, 4])
@pytest.mark.parametrize(("code", "outcome", "change"), [("NONCE_SUM", 1, plus_one), ("CHI_SUM", 2, other_s)])
def test_a_failed_sum_accuses_nobody(code: str, outcome: int, change: Callable[[bytes], bytes], seed: int) -> None:
    report = sign_with_late_liar(outcome, change, seed)
    for i in (1, 3):
        assert (report.failures[i].code, report.failures[i].culprits) == (code, frozenset())


@pytest.mark.parametrize(("outcome", "change"), [(0, plus_one), (2, plus_one), (0, other_s), (1, other_s)])
def test_an_outcome_that_contradicts_the_sums_convicts(outcome: int, change: Callable[[bytes], bytes]) -> None:
    assert blamed(sign_with_late_liar(outcome, change)) == {("B-CONF", (2,))}


@pytest.mark.parametrize("change", [plus_one, other_s])
def test_a_partial_signature_after_a_failed_sum_convicts(change: Callable[[bytes], bytes]) -> None:
    assert blamed(sign_with_late_liar(None, change)) == {("B-CONF", (2,))}


@pytest.mark.parametrize("outcome", [0, 1, 2])
def test_r3e_after_good_sums_convicts(outcome: int) -> None:
    assert blamed(sign_with_late_liar(outcome, lambda payload: payload)) == {("B-CONF", (2,))}


def test_signers_of_different_digests_find_no_common_session() -> None:
    shares = ceremony(2, 3).shares
    parties = [Signing(shares[0], [1, 2], DIGEST), Signing(shares[1], [1, 2], bytes(32))]
    report = Network(parties).run()
    assert {(f.code, f.culprits) for f in report.failures.values()} == {("E_CONTEXT", frozenset())}


# ---- Key generation with a malicious dealer, or a malicious receiver


@cache
def aux_session(parties: int) -> tuple[list[Identity], list[AuxShare]]:
    """Identities and auxiliary shares in index order."""
    identities = {i.public_key: i for i in (Identity.generate() for _ in range(parties))}
    members = canonical_members(identities)
    seats = [identities[key] for _, key in members]
    report = Network(
        [AuxInfo(i, "TOY", members, index, _native.generate_primes("TOY")) for index, i in enumerate(seats, 1)]
    ).run()
    return seats, [report.results[index] for index, _ in members]


def make_key(adversary: Adversary | None = None, rng: random.Random | None = None) -> Report[KeyShare]:
    """Four parties, threshold 3."""
    seats, aux = aux_session(4)
    members = canonical_members([identity.public_key for identity in seats])
    parties = [
        KeyGeneration(identity, members, index, 3, "k", aux[index - 1]) for index, identity in enumerate(seats, 1)
    ]
    return Network(parties, adversary=adversary, conditions=ROUGH if rng else Conditions(), rng=rng).run()


def only_to(recipient: int, change: Callable[[Draft], bytes]) -> Callable[[Draft], bytes]:
    return lambda draft: change(draft) if draft.recipient == recipient else draft.payload


@pytest.mark.parametrize(
    ("mallory", "outcome"),
    [
        (Mallory(1, "bcast", flipped(3)), ("B-COM", (2,))),
        (Mallory(1, "bcast", lambda d: d.payload[:-1]), ("B-DEC", (2,))),
        (Mallory(1, "bcast", only_to(3, flipped(3))), ("B-EQ", (2,))),
        (Mallory(2, "bcast", flipped(3)), ("B-ECHO", (2,))),
        (Mallory(3, "bcast", flipped(-1)), ("B-COM", (2,))),
        (Mallory(4, "bcast", flipped(-1)), ("B-POK", (2,))),
        (Mallory(4, "p2p", flipped(-1)), ("B-SHARE", (2,))),
        (Mallory(4, "p2p", only_to(3, flipped(-1))), ("B-SHARE", (2,))),
        (Mallory(5, "bcast", flipped(-1)), ("B-CONF", (2,))),
        (Mallory(5, "bcast", lambda d: b"\2" + d.payload[1:]), ("B-DEC", (2,))),
        (Mallory(5, "bcast", lambda d: b"\1\0\0"), ("B-DEC", (2,))),
    ],
)
def test_key_generation_finds_the_culprit(mallory: Mallory, outcome: tuple[str, tuple[int, ...]]) -> None:
    report = make_key(mallory)
    assert not set(report.results) & {1, 3, 4}
    assert blamed(report) == {outcome}


class Complainer(Adversary):
    """Party 2, which complains about a share that is good."""

    def __init__(self, entry: Callable[[dict[tuple[int, int], bytes]], bytes]) -> None:
        self.entry = entry
        self.shares: dict[tuple[int, int], bytes] = {}

    def carry(self, sender: int, recipient: int, data: bytes) -> list[bytes]:
        envelope = Envelope.decode(data)
        if (envelope.round, envelope.kind) == (4, "p2p"):
            self.shares[sender, recipient] = data
        return [data]

    def speak(self, draft: Draft) -> bytes | None:
        if (draft.sender, draft.round) == (2, 5):
            return b"\1\0\1" + self.entry(self.shares)
        return draft.payload


def complaint(dealer: int, y: bytes, envelope: bytes) -> bytes:
    return dealer.to_bytes(2, "big") + y + len(envelope).to_bytes(4, "big") + envelope


ANY_Y = bytes(31) + b"\7"


@pytest.mark.parametrize(
    "entry",
    [
        lambda shares: complaint(3, ANY_Y, shares[3, 2]),
        lambda shares: complaint(3, ANY_Y, shares[3, 1]),
        lambda shares: complaint(3, ANY_Y, shares[1, 2]),
        lambda shares: complaint(3, ANY_Y, shares[2, 3]),
        lambda shares: complaint(2, ANY_Y, shares[2, 3]),
        lambda shares: complaint(9, ANY_Y, shares[3, 2]),
        lambda shares: complaint(0, ANY_Y, shares[3, 2]),
        lambda shares: complaint(3, ANY_Y, b""),
        lambda shares: complaint(3, ANY_Y, shares[3, 2][:-1]),
        lambda shares: complaint(3, bytes(32), shares[3, 2]),
        lambda shares: complaint(3, b"\xff" * 32, shares[3, 2]),
        lambda shares: complaint(3, ANY_Y, shares[3, 2]) + b"\0",
    ],
)
def test_a_false_complaint_convicts_the_complainer(entry: Callable[[dict[tuple[int, int], bytes]], bytes]) -> None:
    report = make_key(Complainer(entry))
    assert not set(report.results) & {1, 3, 4}
    [(code, culprits)] = blamed(report)
    assert culprits == (2,)
    assert code in {"B-SHARE", "B-DEC"}


def test_dealers_and_complainers_are_judged_together() -> None:
    """Party 2 deals a bad share to 3, and complains falsely about 1: both complaints name party 2."""

    class Both(Complainer):
        def speak(self, draft: Draft) -> bytes | None:
            if (draft.sender, draft.round, draft.kind, draft.recipient) == (2, 4, "p2p", 3):
                return bytes(31) + b"\1"
            return super().speak(draft)

    report = make_key(Both(lambda shares: complaint(1, ANY_Y, shares[1, 2])))
    assert blamed(report) == {("B-SHARE", (2,))}


@pytest.mark.parametrize("seed", range(3))
def test_a_bad_share_is_found_over_a_rough_network(seed: int) -> None:
    report = make_key(Mallory(4, "p2p", only_to(4, flipped(0))), random.Random(seed))
    assert blamed(report) == {("B-SHARE", (2,))}


# ---- Auxiliary information


@pytest.mark.parametrize(
    ("mallory", "outcome"),
    [
        (Mallory(1, "bcast", flipped(0)), ("B-COM", (2,))),
        (Mallory(2, "bcast", flipped(0)), ("B-ECHO", (2,))),
        (Mallory(3, "bcast", flipped(-1)), ("B-COM", (2,))),
        (Mallory(4, "bcast", flipped(-2)), ("B-MOD", (2,))),
        (Mallory(4, "p2p", flipped(-1)), ("B-FAC", (2,))),
        (Mallory(5, "bcast", flipped(-1)), ("B-CONF", (2,))),
    ],
)
def test_aux_info_finds_the_culprit(mallory: Mallory, outcome: tuple[str, tuple[int, ...]]) -> None:
    seats, _ = aux_session(4)
    members = canonical_members([identity.public_key for identity in seats])
    parties = [
        AuxInfo(identity, "TOY", members, index, _native.generate_primes("TOY"))
        for index, identity in enumerate(seats, 1)
    ]
    assert blamed(Network(parties, adversary=mallory).run()) == {outcome}


def test_aux_share_and_primes_must_fit() -> None:
    seats, aux = aux_session(4)
    members = canonical_members([identity.public_key for identity in seats])
    with pytest.raises(ContextError):
        KeyGeneration(seats[0], members, 1, 2, "k", aux[1])
    with pytest.raises(ContextError):
        KeyGeneration(seats[1], members, 1, 2, "k", aux[0])
    with pytest.raises(ContextError):
        AuxInfo(seats[0], "TOY", members[::-1], 1, _native.generate_primes("TOY"))
    with pytest.raises(ProfileError):
        AuxInfo(seats[0], "S128", members, 1, _native.generate_primes("TOY"))


def test_primes_serve_once() -> None:
    primes = [_native.generate_primes("TOY") for _ in range(2)]
    generate_key(2, 2, "TOY", "k", primes=primes)
    with pytest.raises(ProtocolAbort) as caught:
        generate_key(2, 2, "TOY", "k", primes=primes)
    assert (caught.value.code, caught.value.culprits) == ("E_MODULUS", frozenset())
