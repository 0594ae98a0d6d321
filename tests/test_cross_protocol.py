"""Whole sessions of native parties, read by the twin: every message decoded by the specification's wire schema
(Appendix A), every hash and every proof verified from public data, every secret relation checked with the known keys.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import coincurve
import pytest
from keys import PROFILES, primes
from sessions import KEY_ID, Key, Session, Signing, make_key, sign

from mpc_fast.reference import aff_g, curve, digests, elog, enc_elg, fac, mod, prm, sch
from mpc_fast.reference import transcript as tr
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, O, Point, q
from mpc_fast.reference.errors import ProofError
from mpc_fast.reference.paillier import PaillierKey, PaillierSecret, check_moduli
from mpc_fast.reference.params import Profile
from mpc_fast.reference.pedersen import PedersenParams
from mpc_fast.reference.rng import SeededRng, SystemRng
from mpc_fast.reference.wire import Reader, magnitude_bytes

pytestmark = pytest.mark.usefixtures("toy_profile")

DIGEST = bytes(range(32))


def signed_bytes(bits: int) -> int:
    return 1 + magnitude_bytes(bits)


def enc_elg_bytes(p: Profile) -> int:
    responses = signed_bytes(p.x_bits) + p.n_bytes + signed_bytes(p.mask_bits) + 32
    return 2 * p.nh_bytes + p.n2_bytes + 2 * 33 + responses


def aff_g_bytes(p: Profile) -> int:
    responses = signed_bytes(p.x_bits) + signed_bytes(p.y_bits) + 2 * signed_bytes(p.mask_bits) + 2 * p.n_bytes
    return 2 * p.n2_bytes + 33 + 4 * p.nh_bytes + responses


def test_lengths_of_appendix_a() -> None:
    s128 = PROFILES["S128"]
    assert (enc_elg_bytes(s128), aff_g_bytes(s128)) == (2596, 5157)


# ---- Auxiliary information (4.2)


@dataclass(frozen=True)
class Opening:
    """A2."""

    n: int
    nh: int
    s: int
    t: int
    prm: bytes
    rid: bytes
    u: bytes

    @property
    def setup(self) -> PedersenParams:
        return PedersenParams(self.nh, self.s, self.t)


def read_a2(p: Profile, payload: bytes) -> Opening:
    reader = Reader(payload)
    n, nh = reader.nat(p.n_bytes), reader.nat(p.nh_bytes)
    s, t = reader.nat(p.nh_bytes, nh), reader.nat(p.nh_bytes, nh)
    opening = Opening(n, nh, s, t, reader.take(p.m_prm // 8 + p.m_prm * p.nh_bytes), reader.take(32), reader.take(32))
    reader.end()
    return opening


def openings(key: Key) -> dict[int, Opening]:
    p = PROFILES[key.profile]
    return {i: read_a2(p, payload) for i, payload in key.aux.broadcast[3].items()}


def aux_digest(key: Key) -> bytes:
    rows = [tr.AuxEntry(i, key.aux.pid(i), o.n, o.nh, o.s, o.t) for i, o in openings(key).items()]
    return tr.aux_digest(PROFILES[key.profile], rows)


def agreed_sid(protocol: str, pids: list[bytes], key_id: str | None, values: list[bytes]) -> bytes:
    return digests.sid(digests.pre_session_id(protocol, pids, key_id), values)


def verify_aux(key: Key) -> None:
    p, session, opened = PROFILES[key.profile], key.aux, openings(key)
    sid = agreed_sid("aux", [pid for _, pid in session.members], None, session.sid_values)
    assert session.ssid == tr.ssid(tr.Session("aux", p, sid, session.members))
    check_moduli([o.n for o in opened.values()], [o.nh for o in opened.values()], p)
    for i, o in opened.items():
        own, pid = primes(key.profile, i), session.pid(i)
        assert (o.n, o.nh) == (own.p * own.q, own.hat_p * own.hat_q)
        committed = digests.aux_commitment(p, session.ssid, pid, o.n, o.nh, o.s, o.t, o.prm, o.rid, o.u)
        assert session.broadcast[1][i] == committed
        place = Context(p, session.ssid, 1, pid, None, "prm")
        prm.verify(place, prm.Statement(o.nh, o.s, o.t), prm.Proof.decode(o.prm, p))
    rid = tr.rid(session.ssid, [o.rid for _, o in sorted(opened.items())])
    for i, o in opened.items():
        place = Context(p, session.ssid, 4, session.pid(i), None, "mod", rid=rid)
        mod.verify(place, mod.Statement(o.n), mod.Proof.decode(session.broadcast[4][i], p), SystemRng())
        for j, payload in session.private[4][i].items():
            place = Context(p, session.ssid, 4, session.pid(i), session.pid(j), "fac", rid=rid)
            fac.verify(place, fac.Statement(o.n), fac.Proof.decode(payload, p), opened[j].setup)
    assert set(session.broadcast[5].values()) == {digests.aux_confirmation(session.ssid, aux_digest(key))}
    assert {share.aux_digest for share in key.shares} == {aux_digest(key)}


# ---- Key generation (4.1)


class TwinDealer:
    """A party of the DKG in the twin: draws what the native party of the same seed draws, in its order."""

    def __init__(self, key: Key, index: int, rng: SeededRng) -> None:
        session = key.dkg
        others = [j for j, _ in session.members if j != index]
        self.index, self.session = index, session
        self.coefficients: list[int] = []
        self.nonces: list[sch.Nonce] = []
        for _ in range(key.threshold):
            self.coefficients.append(rng.nonzero_scalar())
            self.nonces.append(sch.commit(rng))
        self.y = {j: rng.nonzero_scalar() for j in others}
        self.rid, self.chain_code, self.u = rng.read(32), rng.read(32), rng.read(32)
        self.cap_s = [a * G for a in self.coefficients]
        self.cap_y = {j: y * G for j, y in self.y.items()}

    def v1(self) -> bytes:
        session = self.session
        points = (self.cap_s, [nonce.cap_a for nonce in self.nonces], list(self.cap_y.values()))
        return digests.vss_commitment(session.ssid, session.pid(self.index), *points, self.rid, self.chain_code, self.u)

    def v2(self) -> bytes:
        points = [*self.cap_s, *(nonce.cap_a for nonce in self.nonces), *self.cap_y.values()]
        encoded = b"".join(curve.encode(point) for point in points)
        return len(self.cap_s).to_bytes(2, "big") + encoded + self.rid + self.chain_code + self.u

    def v3(self, p: Profile, rid: bytes) -> bytes:
        session, out = self.session, b""
        for k, (a, nonce) in enumerate(zip(self.coefficients, self.nonces, strict=True)):
            place = Context(p, session.ssid, 4, session.pid(self.index), None, "coeff", k, rid)
            out += sch.respond(place, sch.Statement(a * G), sch.Witness(a), nonce).z.to_bytes(32, "big")
        return out

    def share(self, receiver: int) -> int:
        return sum(a * pow(receiver, k, q) for k, a in enumerate(self.coefficients)) % q

    def masked_share(self, receiver: "TwinDealer", rid: bytes) -> bytes:
        """c = f(I_j) + rho_ij, the mask from the Diffie-Hellman point of the pair."""
        shared = self.y[receiver.index] * receiver.cap_y[self.index]
        mask = tr.mask(self.session.ssid, rid, self.index, receiver.index, shared)
        return ((self.share(receiver.index) + mask) % q).to_bytes(32, "big")


def dkg_session_id(key: Key) -> bytes:
    p, session = PROFILES[key.profile], key.dkg
    sid = agreed_sid("dkg", [pid for _, pid in session.members], KEY_ID, session.sid_values)
    fields = tr.Session("dkg", p, sid, session.members, threshold=key.threshold, key_id=KEY_ID, epoch=0)
    return tr.ssid(replace(fields, aux_digest=aux_digest(key)))


def replay_dkg(key: Key) -> None:
    """Makes all messages of the session again, from the seed."""
    p, session = PROFILES[key.profile], key.dkg
    assert session.ssid == dkg_session_id(key)
    rng = SeededRng(key.dkg_seed)
    dealers = {i: TwinDealer(key, i, rng) for i, _ in session.members}
    assert session.broadcast[1] == {i: dealer.v1() for i, dealer in dealers.items()}
    assert session.broadcast[3] == {i: dealer.v2() for i, dealer in dealers.items()}
    rid = tr.rid(session.ssid, [dealer.rid for dealer in dealers.values()])
    assert session.broadcast[4] == {i: dealer.v3(p, rid) for i, dealer in dealers.items()}
    for i, dealer in dealers.items():
        assert session.private[4][i] == {j: dealer.masked_share(dealers[j], rid) for j in dealers if j != i}
    shares = {j: sum(dealer.share(j) for dealer in dealers.values()) % q for j in dealers}
    public_key = sum(dealer.coefficients[0] for dealer in dealers.values()) * G
    public_shares = [x * G for x in shares.values()]
    chain_code = digests.chain_code(session.ssid, [dealer.chain_code for dealer in dealers.values()])
    record = digests.key_record(
        p, KEY_ID, 0, key.threshold, session.members, public_key, public_shares, chain_code, aux_digest(key)
    )
    confirmed = b"\0" + digests.confirmation(session.ssid, bytes(32), record)
    assert set(session.broadcast[5].values()) == {confirmed}
    for share in key.shares:
        assert share.public_key == curve.encode(public_key)
        assert share.public_shares == [curve.encode(point) for point in public_shares]
        assert share.chain_code == chain_code
        assert share.record_digest == record


def verify_dkg(key: Key) -> None:
    """What an outsider can check of the same messages."""
    p, session = PROFILES[key.profile], key.dkg
    parts, first = {}, {}
    for i, payload in session.broadcast[3].items():
        reader = Reader(payload)
        assert int.from_bytes(reader.take(2), "big") == key.threshold
        cap_s = [reader.point() for _ in range(key.threshold)]
        cap_a = [reader.point() for _ in range(key.threshold)]
        cap_y = [reader.point() for _ in session.members[1:]]
        parts[i], chain_code, u = reader.take(32), reader.take(32), reader.take(32)
        reader.end()
        first[i] = (cap_s, cap_a)
        opened = (cap_s, cap_a, cap_y, parts[i], chain_code, u)
        assert session.broadcast[1][i] == digests.vss_commitment(session.ssid, session.pid(i), *opened)
    rid = tr.rid(session.ssid, [parts[i] for i, _ in session.members])
    for i, payload in session.broadcast[4].items():
        reader = Reader(payload)
        for k, (cap_s_k, cap_a_k) in enumerate(zip(*first[i], strict=True)):
            place = Context(p, session.ssid, 4, session.pid(i), None, "coeff", k, rid)
            sch.verify(place, sch.Statement(cap_s_k), sch.Proof(cap_a_k, reader.scalar()))
        reader.end()
    total = sum((cap_s[0] for cap_s, _ in first.values()), O)
    assert {share.public_key for share in key.shares} == {curve.encode(total)}


# ---- Signing (4.5 to 4.7)


@dataclass(frozen=True)
class R1:
    cap_k: int
    cap_g: int
    cap_y: Point
    a1: Point
    a2: Point
    b1: Point
    b2: Point


@dataclass(frozen=True)
class R2:
    gamma: Point
    elog: elog.Proof
    hashes: dict[int, tuple[bytes, bytes]]
    echo: bytes


@dataclass(frozen=True)
class Mta:
    """One branch of R2's private part."""

    cap_d: int
    cap_f: int
    proof: aff_g.Proof


@dataclass(frozen=True)
class R3:
    delta: int
    cap_delta: Point
    cap_s: Point
    elog: elog.Proof
    echo: bytes


class Reading:
    """A signing session as the twin reads it."""

    def __init__(self, key: Key, session: Signing) -> None:
        self.key, self.session, self.profile = key, session, PROFILES[key.profile]
        self.signers = session.signers
        opened = openings(key)
        self.paillier = {i: PaillierKey(opened[i].n) for i in self.signers}
        self.setup = {i: opened[i].setup for i in self.signers}
        share = key.shares[0]
        self.public_key = curve.decode(share.public_key)
        self.public_shares = [curve.decode(point) for point in share.public_shares]
        self.cap_w = {i: lagrange(self.signers, i) * self.public_shares[i - 1] for i in self.signers}
        self.r1 = {i: self._read_r1(session.broadcast[1][i]) for i in self.signers}
        self.r2 = {i: self._read_r2(i, session.broadcast[2][i]) for i in self.signers}
        self.mta = {
            (i, j): self._read_r2_private(payload) for i in self.signers for j, payload in session.private[2][i].items()
        }
        self.r3 = {i: self._read_r3(session.broadcast[3][i]) for i in self.signers}
        self.gamma = sum((r2.gamma for r2 in self.r2.values()), O)

    def _read_r1(self, payload: bytes) -> R1:
        p, reader = self.profile, Reader(payload)
        out = R1(reader.nat(p.n2_bytes), reader.nat(p.n2_bytes), *(reader.point() for _ in range(5)))
        reader.end()
        return out

    def _read_r2(self, sender: int, payload: bytes) -> R2:
        p, reader = self.profile, Reader(payload)
        gamma, proof = reader.point(), elog.Proof.decode(reader.take(163), p)
        hashes = {j: (reader.take(32), reader.take(32)) for j in self.signers if j != sender}
        out = R2(gamma, proof, hashes, reader.take(32 * len(self.signers)))
        reader.end()
        return out

    def _read_r2_private(self, payload: bytes) -> tuple[Mta, Mta]:
        """The branches of gamma and of w."""
        p, reader = self.profile, Reader(payload)
        d, f, hat_d, hat_f = (reader.nat(p.n2_bytes) for _ in range(4))
        proof, hat = (aff_g.Proof.decode(reader.take(aff_g_bytes(p)), p) for _ in range(2))
        reader.end()
        return Mta(d, f, proof), Mta(hat_d, hat_f, hat)

    def _read_r3(self, payload: bytes) -> R3:
        reader = Reader(payload)
        delta, cap_delta, cap_s = reader.scalar(), reader.point(), reader.point()
        proof = elog.Proof.decode(reader.take(163), self.profile)
        out = R3(delta, cap_delta, cap_s, proof, reader.take(32 * len(self.signers)))
        reader.end()
        return out

    def place(self, round_: int, prover: int, verifier: int | None, slot: str) -> Context:
        pid = None if verifier is None else self.session.pid(verifier)
        return Context(self.profile, self.session.ssid, round_, self.session.pid(prover), pid, slot)

    def check_session_id(self) -> None:
        session, share = self.session, self.key.shares[0]
        pids = [session.pid(i) for i in self.signers]
        sid = agreed_sid("sign", pids, KEY_ID, session.sid_values)
        fields = tr.Session(
            "sign",
            self.profile,
            sid,
            session.members,
            threshold=self.key.threshold,
            key_id=KEY_ID,
            epoch=0,
            public_key=self.public_key,
            public_shares=self.public_shares,
            chain_code=share.chain_code,
            aux_digest=aux_digest(self.key),
            signers=self.signers,
            path=(),
            child_key=self.public_key,
            proof_mode=0,
            presignatures=1,
            digest=DIGEST,
        )
        assert session.ssid == tr.ssid(fields)

    def verify_round1(self) -> None:
        size = enc_elg_bytes(self.profile)
        for i, r1 in self.r1.items():
            key = self.paillier[i]
            psi0 = enc_elg.Statement(key, r1.cap_k, r1.cap_y, r1.a1, r1.a2)
            psi1 = enc_elg.Statement(key, r1.cap_g, r1.cap_y, r1.b1, r1.b2)
            for j, payload in self.session.private[1][i].items():
                assert len(payload) == 2 * size
                for slot, st, data in (("psi0", psi0, payload[:size]), ("psi1", psi1, payload[size:])):
                    proof = enc_elg.Proof.decode(data, self.profile)
                    enc_elg.verify(self.place(1, i, j, slot), st, proof, self.setup[j])

    def verify_round2(self) -> None:
        echo = b"".join(self.session.echo(1))
        for i, r2 in self.r2.items():
            r1 = self.r1[i]
            assert r2.echo == echo
            st = elog.Statement(r1.b1, r1.b2, r1.cap_y, r2.gamma, G)
            elog.verify(self.place(2, i, None, "elog-gamma"), st, r2.elog)
        for (i, j), branches in self.mta.items():
            points = (self.r2[i].gamma, self.cap_w[i])
            for mta, slot, label, x, h in zip(
                branches, ("psi", "psi-hat"), ("mta-n", "mta-x"), points, self.r2[i].hashes[j], strict=True
            ):
                assert h == digests.mta_hash(self.profile, label, self.session.ssid, i, j, mta.cap_d, mta.cap_f)
                keys = (self.paillier[j], self.paillier[i])
                mta_st = aff_g.Statement(*keys, self.r1[j].cap_k, mta.cap_d, mta.cap_f, x)
                aff_g.verify(self.place(2, i, j, slot), mta_st, mta.proof, self.setup[j])

    def verify_round3(self) -> None:
        echo = b"".join(self.session.echo(2))
        for i, r3 in self.r3.items():
            r1 = self.r1[i]
            assert r3.echo == echo
            st = elog.Statement(r1.a1, r1.a2, r1.cap_y, r3.cap_delta, self.gamma)
            elog.verify(self.place(3, i, None, "elog-k"), st, r3.elog)
        # (N), (X)
        assert self.delta * G == sum((r3.cap_delta for r3 in self.r3.values()), O)
        assert self.delta * self.public_key == sum((r3.cap_s for r3 in self.r3.values()), O)

    @property
    def delta(self) -> int:
        return sum(r3.delta for r3 in self.r3.values()) % q

    def check_shares_by_decryption(self) -> None:
        """With all Paillier keys: k, gamma and the masks behind the ciphertexts, and what follows from them."""
        secrets = {
            i: PaillierSecret(primes(self.key.profile, i).p, primes(self.key.profile, i).q) for i in self.signers
        }
        k = {i: secrets[i].decrypt(self.r1[i].cap_k) for i in self.signers}
        gamma = {i: secrets[i].decrypt(self.r1[i].cap_g) for i in self.signers}
        bound = 2 ** (self.profile.l - 1)
        for i in self.signers:
            assert abs(k[i]) <= bound
            assert abs(gamma[i]) <= bound
            assert gamma[i] * G == self.r2[i].gamma
            assert k[i] * self.gamma == self.r3[i].cap_delta
            others = [j for j in self.signers if j != i]
            delta, chi_in_exponent = gamma[i] * k[i], k[i] * self.cap_w[i]
            for j in others:
                received, sent = self.mta[j, i], self.mta[i, j]
                alpha, hat_alpha = (secrets[i].decrypt(mta.cap_d) for mta in received)
                u, hat_u = (secrets[i].decrypt(mta.cap_f) for mta in sent)
                assert max(abs(u), abs(hat_u)) <= 2**self.profile.lp
                # alpha = gamma_j k_i + u_ji over the integers
                assert alpha == gamma[j] * k[i] + secrets[j].decrypt(received[0].cap_f)
                delta += alpha - u
                chi_in_exponent += (hat_alpha - hat_u) * G
            assert self.r3[i].delta == delta % q
            # S_i = chi_i Gamma, and Gamma = gamma G
            assert self.r3[i].cap_s == sum(gamma.values()) * chi_in_exponent

    def verify_partial_signatures(self) -> None:
        session = self.session
        id_ = digests.presignature_id(session.ssid, 1)
        transcript = digests.presign_transcript(session.ssid, [session.echo(r) for r in (1, 2, 3)])
        zeta = tr.rerand(session.ssid, id_, self.gamma, self.public_key, (), self.signers, DIGEST)
        cap_r = zeta * self.gamma
        r, m, inverse = cap_r.x % q, int.from_bytes(DIGEST, "big") % q, pow(self.delta, -1, q)
        total = 0
        for i, payload in session.broadcast[5].items():
            reader = Reader(payload)
            assert reader.take(1) == b"\0"
            assert reader.take(32 * len(self.signers)) == b"".join(session.echo(3))
            assert (reader.take(16), reader.take(32), reader.take(32)) == (id_, DIGEST, transcript)
            sigma = reader.scalar()
            reader.end()
            # sigma_j R = m D~_j + r S~_j
            right = (m * inverse) * self.r3[i].cap_delta + (r * inverse) * self.r3[i].cap_s
            assert sigma * cap_r == right
            total += sigma
        s = total % q
        high = s > (q - 1) // 2
        signature = r.to_bytes(32, "big") + (q - s if high else s).to_bytes(32, "big")
        recovery_id = (cap_r.y & 1) ^ high | 2 * (cap_r.x >= q)
        assert session.signature == (signature, recovery_id)
        recoverable = signature + bytes([recovery_id])
        recovered = coincurve.PublicKey.from_signature_and_message(recoverable, DIGEST, hasher=None)
        assert recovered.format() == curve.encode(self.public_key)


def lagrange(signers: list[int], i: int) -> int:
    out = 1
    for m in signers:
        if m != i:
            out = out * m * pow(m - i, -1, q) % q
    return out


# ---- The tests


@cache
def toy_key(threshold: int, parties: int) -> Key:
    return make_key("TOY", threshold, parties)


@cache
def toy_signing(threshold: int, parties: int, *signers: int) -> Reading:
    key = toy_key(threshold, parties)
    return Reading(key, sign(key, list(signers), DIGEST))


@cache
def large_reading() -> Reading:
    key = make_key("S128", 2, 2)
    return Reading(key, sign(key, [1, 2], DIGEST))


CHECKS: list[Callable[[Reading], None]] = [
    Reading.check_session_id,
    Reading.verify_round1,
    Reading.verify_round2,
    Reading.verify_round3,
    Reading.check_shares_by_decryption,
    Reading.verify_partial_signatures,
]
EACH_CHECK = pytest.mark.parametrize("check", CHECKS, ids=[check.__name__ for check in CHECKS])
TOY_SESSIONS = [(2, 2, 1, 2), (2, 3, 1, 3), (3, 3, 1, 2, 3), (2, 4, 1, 3, 4)]


@pytest.mark.parametrize(("threshold", "parties"), [(2, 2), (2, 3), (3, 3), (4, 5)])
def test_auxiliary_information(threshold: int, parties: int) -> None:
    verify_aux(toy_key(threshold, parties))


@pytest.mark.parametrize(("threshold", "parties"), [(2, 2), (2, 3), (3, 3), (4, 5)])
def test_key_generation(threshold: int, parties: int) -> None:
    key = toy_key(threshold, parties)
    verify_dkg(key)
    replay_dkg(key)


@EACH_CHECK
@pytest.mark.parametrize("session", TOY_SESSIONS)
def test_signing(session: tuple[int, ...], check: Callable[[Reading], None]) -> None:
    check(toy_signing(*session))


@pytest.mark.parametrize("check", [check for check in CHECKS if check is not Reading.check_shares_by_decryption])
def test_signing_at_full_size(check: Callable[[Reading], None]) -> None:
    check(large_reading())


def test_key_generation_at_full_size() -> None:
    verify_dkg(large_reading().key)
    replay_dkg(large_reading().key)


@pytest.mark.long
def test_auxiliary_information_and_shares_at_full_size() -> None:
    verify_aux(large_reading().key)
    large_reading().check_shares_by_decryption()


def test_proofs_of_one_slot_do_not_fit_another() -> None:
    """The sessions above would also pass if contexts were ignored: so exchange slots, ends, and recipients."""
    reading = toy_signing(3, 3, 1, 2, 3)
    r1, size = reading.r1[1], enc_elg_bytes(reading.profile)
    st = enc_elg.Statement(reading.paillier[1], r1.cap_k, r1.cap_y, r1.a1, r1.a2)
    proof = enc_elg.Proof.decode(reading.session.private[1][1][2][:size], reading.profile)
    enc_elg.verify(reading.place(1, 1, 2, "psi0"), st, proof, reading.setup[2])
    for place, setup in [
        (reading.place(1, 1, 2, "psi1"), 2),
        (reading.place(1, 1, 3, "psi0"), 2),
        (reading.place(1, 2, 2, "psi0"), 2),
        (reading.place(2, 1, 2, "psi0"), 2),
        (reading.place(1, 1, 3, "psi0"), 3),
    ]:
        with pytest.raises(ProofError):
            enc_elg.verify(place, st, proof, reading.setup[setup])


# ---- Frozen: SHA-256 of every byte of a session (aux, dkg, sign). The seeds fix them; any other encoding, order of
# draws or hash shows here.

FROZEN: dict[str, list[str]] = {
    "TOY": [
        "7779dbc7ed17f3dadfbfe4cf42fb4f4fd8089de68b2510b7bc6e51103e4a8f59",
        "c3f2b1a0187ddc8cc88a5f807d244e327c136bf894a5e635568ebe408b1d91bf",
        "25dba7f574c2e558df74f1225ea144e0fac4878fd745c41e3603f8dbdf710f38",
    ],
    "S128": [
        "d06a9eae890b008be6fd68b781c6a20983b36aec039b600cb4faf5fd1d39582d",
        "995cb7f216a77133407cc5bfe97dce42990eed8f5a91a79dbb195619268521c3",
        "cf1bdd756de5601b11f436ac71a985fa53e26870531434aa095dede6371f0206",
    ],
}


def frozen_sessions(reading: Reading) -> list[str]:
    sessions: list[Session] = [reading.key.aux, reading.key.dkg, reading.session]
    return [session.digest() for session in sessions]


def test_sessions_are_frozen() -> None:
    assert frozen_sessions(toy_signing(2, 3, 1, 3)) == FROZEN["TOY"]
    assert frozen_sessions(large_reading()) == FROZEN["S128"]
