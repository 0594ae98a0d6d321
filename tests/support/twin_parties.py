"""Parties that run on the readable twin, not on the core: honest as they stand, malicious where a test overrides them.

Each is a protocol for the ordinary session machine and meets native parties in the same session. Values are attributes,
messages are made in methods of their own, and everything later follows from what was said before, so a test changes one
value or one method, and the rest is proven again for what was changed. The twin checks nothing of what others send.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from parties import DIGEST, KEY_ID, Group

from mpc_fast.protocols import aux_info, keygen, sign
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.steps import Received, Round, Schedule, Step
from mpc_fast.reference import aff_g, curve, digests, elog, enc_elg, fac, mod, params, pedersen, prm, sch, wire
from mpc_fast.reference import transcript as tr
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, O, Point, bal, q
from mpc_fast.reference.paillier import PaillierKey, PaillierSecret
from mpc_fast.reference.pedersen import PedersenParams
from mpc_fast.reference.rng import Rng, SystemRng
from mpc_fast.reference.wire import Reader

Steps = Generator[Step, Received, Any]


class Twin:
    """What all twins have: a seat among the members, randomness, the name of the session."""

    protocol: str
    schedule: Schedule
    key_id: str | None = KEY_ID

    def __init__(self, group: Group, index: int, parties: Sequence[int], rng: Rng | None = None) -> None:
        self.group = group
        self.index = index
        self.parties = tuple(parties)
        self.rng: Rng = rng or SystemRng()
        self.profile = params.profile(group.profile)
        self.pids = {i: tr.pid(key) for i, key in group.members}
        self.ssid = bytes(32)
        self.rid = bytes(32)

    @property
    def peers(self) -> list[int]:
        return [i for i in self.parties if i != self.index]

    def session_fields(self) -> dict[str, Any]:
        """What the session's name is made of, besides protocol, profile, sid and participants."""
        return {}

    def party(self) -> Party[Any]:
        """Behind the ordinary session machine."""
        keys = dict(self.group.members)
        return Party(
            protocol=self.protocol,
            schedule=self.schedule,
            identity=self.group.identities[self.index],
            members=[(i, keys[i]) for i in self.parties],
            index=self.index,
            key_id=self.key_id,
            begin=self.begin,
        )

    def begin(self, values: list[bytes]) -> tuple[bytes, Any]:
        pre = digests.pre_session_id(self.protocol, [self.pids[i] for i in self.parties], self.key_id)
        fields: dict[str, Any] = {
            "protocol": self.protocol,
            "profile": self.profile,
            "sid": digests.sid(pre, values),
            "participants": list(self.pids.items()),
        }
        self.ssid = tr.ssid(tr.Session(**fields | self.session_fields()))
        return self.ssid, self.rounds()

    def rounds(self) -> Steps:
        raise NotImplementedError

    def context(self, round: int, slot: str, verifier: int | None = None, **more: Any) -> Context:
        to = None if verifier is None else self.pids[verifier]
        return Context(self.profile, self.ssid, round, self.pids[self.index], to, slot, **more)


# ---- Auxiliary information


class TwinAux(Twin):
    protocol = "aux"
    schedule = aux_info.SCHEDULE
    key_id = None

    def __init__(self, group: Group, index: int, rng: Rng | None = None) -> None:
        super().__init__(group, index, group.indices, rng)
        own = group.primes(index)
        self.paillier = PaillierSecret(own.p, own.q)
        self.setup, self.trapdoor = pedersen.setup(own.hat_p, own.hat_q, self.rng)
        self.n = self.paillier.key.n  # as published, like self.setup
        self.rid_part, self.u = self.rng.read(32), self.rng.read(32)
        self.prm_proof = b""
        self.setups: dict[int, PedersenParams] = {}
        self.entries: list[tr.AuxEntry] = []

    def rounds(self) -> Steps:
        self.prm_proof = self.prm()
        a1 = yield Round(1, self.a1())
        yield Round(2, a1.hashes)
        a2 = yield Round(3, self.a2())
        self.learn(a2.broadcast)
        yield Round(4, self.a3(), {j: self.a3_private(j) for j in self.peers})
        yield Round(5, self.a4())

    def prm(self) -> bytes:
        setup = self.setup
        statement = prm.Statement(setup.nh, setup.s, setup.t)
        witness = prm.Witness(self.trapdoor.lam, self.trapdoor.phi)
        return prm.prove(self.context(1, "prm"), statement, witness, self.rng).encode(self.profile)

    def a1(self) -> bytes:
        setup = self.setup
        moduli = (self.n, setup.nh, setup.s, setup.t)
        return digests.aux_commitment(
            self.profile, self.ssid, self.pids[self.index], *moduli, self.prm_proof, self.rid_part, self.u
        )

    def a2(self) -> bytes:
        p, setup = self.profile, self.setup
        values = [wire.nat(value, p.nh_bytes) for value in (setup.nh, setup.s, setup.t)]
        return b"".join([wire.nat(self.n, p.n_bytes), *values, self.prm_proof, self.rid_part, self.u])

    def learn(self, a2: Mapping[int, bytes]) -> None:
        self.setups, self.entries = {}, []
        rids = []
        for i, payload in a2.items():
            entry = read_a2(self.profile, payload)
            self.setups[i] = entry[1]
            self.entries.append(tr.AuxEntry(i, self.pids[i], entry[0], entry[1].nh, entry[1].s, entry[1].t))
            rids.append(payload[-64:-32])
        self.rid = tr.rid(self.ssid, rids)

    def a3(self) -> bytes:
        context = self.context(4, "mod", rid=self.rid)
        witness = mod.Witness(self.paillier.p, self.paillier.q)
        return mod.prove(context, mod.Statement(self.n), witness, self.rng).encode(self.profile)

    def a3_private(self, j: int) -> bytes:
        context = self.context(4, "fac", j, rid=self.rid)
        witness = fac.Witness(self.paillier.p, self.paillier.q)
        return fac.prove(context, fac.Statement(self.n), witness, self.setups[j], self.rng).encode(self.profile)

    def a4(self) -> bytes:
        return digests.aux_confirmation(self.ssid, tr.aux_digest(self.profile, self.entries))


def read_a2(profile: params.Profile, payload: bytes) -> tuple[int, PedersenParams]:
    """(N, (Nh, s, t))"""
    reader = Reader(payload)
    n = reader.nat(profile.n_bytes)
    return n, PedersenParams(*(reader.nat(profile.nh_bytes) for _ in range(3)))


# ---- Key generation


class TwinDealer(Twin):
    protocol = "dkg"
    schedule = keygen.SCHEDULE

    def __init__(self, group: Group, index: int, threshold: int, aux_digest: bytes, rng: Rng | None = None) -> None:
        super().__init__(group, index, group.indices, rng)
        self.threshold = threshold
        self.aux_digest = aux_digest
        self.coefficients = [self.rng.nonzero_scalar() for _ in range(threshold)]
        self.nonces = [sch.commit(self.rng) for _ in range(threshold)]
        self.y = {j: self.rng.nonzero_scalar() for j in self.peers}
        self.rid_part, self.chain_part, self.u = (self.rng.read(32) for _ in range(3))
        self.openings: dict[int, bytes] = {}
        self.x = 0
        self.public_key, self.public_shares = O, [O]
        self.chain_code = bytes(32)

    def session_fields(self) -> dict[str, Any]:
        return {"threshold": self.threshold, "key_id": self.key_id, "epoch": 0, "aux_digest": self.aux_digest}

    def rounds(self) -> Steps:
        v1 = yield Round(1, self.v1())
        yield Round(2, v1.hashes)
        v2 = yield Round(3, self.v2())
        self.openings = v2.broadcast
        self.rid = tr.rid(self.ssid, [payload[-96:-64] for payload in v2.broadcast.values()])
        v3 = yield Round(4, self.v3(), {j: self.v3_private(j) for j in self.peers})
        self.derive(v3.private)
        yield Round(5, self.v4(v3))
        return self

    def cap_s(self) -> list[Point]:
        return [a * G for a in self.coefficients]

    def cap_a(self) -> list[Point]:
        return [nonce.cap_a for nonce in self.nonces]

    def cap_y(self) -> list[Point]:
        return [self.y[j] * G for j in self.peers]

    def v1(self) -> bytes:
        points = (self.cap_s(), self.cap_a(), self.cap_y())
        strings = (self.rid_part, self.chain_part, self.u)
        return digests.vss_commitment(self.ssid, self.pids[self.index], *points, *strings)

    def v2(self) -> bytes:
        points = [curve.encode(point) for point in (*self.cap_s(), *self.cap_a(), *self.cap_y())]
        count = len(self.cap_s()).to_bytes(2, "big")
        return b"".join([count, *points, self.rid_part, self.chain_part, self.u])

    def v3(self) -> bytes:
        responses = []
        for k, (a_k, nonce) in enumerate(zip(self.coefficients, self.nonces, strict=True)):
            context = self.context(4, "coeff", index=k, rid=self.rid)
            responses.append(wire.scalar(sch.respond(context, sch.Statement(a_k * G), sch.Witness(a_k), nonce).z))
        return b"".join(responses)

    def evaluate(self, x: int) -> int:
        return sum(a * pow(x, k, q) for k, a in enumerate(self.coefficients)) % q

    def shared(self, j: int) -> Point:
        """y_ij Y_ji"""
        payload = self.openings[j]
        count = int.from_bytes(payload[:2], "big")
        place = [i for i in self.parties if i != j].index(self.index)
        at = 2 + 33 * (2 * count + place)
        return self.y[j] * curve.decode(payload[at : at + 33])

    def v3_private(self, j: int) -> bytes:
        rho = tr.mask(self.ssid, self.rid, self.index, j, self.shared(j))
        return wire.scalar((self.evaluate(j) + rho) % q)

    def derive(self, masked: Mapping[int, bytes]) -> None:
        """x_i = sum_j s_ji and the public record."""
        self.x = self.evaluate(self.index)
        for j, payload in masked.items():
            self.x += int.from_bytes(payload, "big") - tr.mask(self.ssid, self.rid, j, self.index, self.shared(j))
        self.x %= q
        dealt = {j: self.dealt(payload) for j, payload in self.openings.items()}
        self.public_key = sum_points([points[0] for points in dealt.values()])
        self.public_shares = [
            sum_points([i**k * point for points in dealt.values() for k, point in enumerate(points)])
            for i in self.parties
        ]
        self.chain_code = digests.chain_code(self.ssid, [payload[-64:-32] for payload in self.openings.values()])

    def dealt(self, opening: bytes) -> list[Point]:
        """S_jk of a V2."""
        return [curve.decode(opening[2 + 33 * k : 35 + 33 * k]) for k in range(self.threshold)]

    def record_digest(self) -> bytes:
        return digests.key_record(
            self.profile,
            self.key_id or "",
            0,
            self.threshold,
            list(self.pids.items()),
            self.public_key,
            self.public_shares,
            self.chain_code,
            self.aux_digest,
        )

    def v4(self, v3: Received) -> bytes:
        return b"\0" + digests.confirmation(self.ssid, bytes(32), self.record_digest())


def sum_points(points: Sequence[Point]) -> Point:
    total = O
    for point in points:
        total = total + point
    return total


# ---- Signing


class TwinSigner(Twin):
    protocol = "sign"
    schedule = sign.SCHEDULE

    def __init__(
        self,
        dealer: TwinDealer,
        setups: Mapping[int, PedersenParams],
        signers: Sequence[int],
        digest: bytes = DIGEST,
        rng: Rng | None = None,
    ) -> None:
        """dealer: this party after key generation; setups: (Nh, s, t) of all parties."""
        super().__init__(dealer.group, dealer.index, signers, rng)
        self.key, self.setups, self.digest = dealer, setups, digest
        own = dealer.group.primes(self.index)
        self.paillier = PaillierSecret(own.p, own.q)
        self.keys = {i: PaillierKey(n) for i, (n, _) in dealer.group.moduli.items()}
        self.w = lagrange(signers, self.index) * dealer.x % q
        rng = self.rng
        self.k, self.gamma, self.a, self.b, self.y = (rng.nonzero_scalar() for _ in range(5))
        self.rho, self.nu = rng.unit(self.n1.n), rng.unit(self.n1.n)
        # Plaintexts of K and G.
        self.k_int, self.gamma_int = bal(self.k), bal(self.gamma)
        # By branch (False: nonce, True: chi) and recipient: the mask y, the nonces rho of D and rho_y of F.
        self.masks = {
            (hat, j): (rng.signed(1 << self.profile.lp), rng.unit(self.keys[j].n), rng.unit(self.n1.n))
            for j in self.peers
            for hat in (False, True)
        }
        self.mta: dict[tuple[bool, int], tuple[int, int]] = {}
        self.r1_of: dict[int, list[Any]] = {}
        self.gammas: dict[int, Point] = {}
        self.d_of: dict[int, tuple[int, int]] = {}
        self.deltas: dict[int, tuple[int, Point, Point]] = {}
        self.echoes: list[bytes] = []

    @property
    def n1(self) -> PaillierKey:
        return self.keys[self.index]

    def session_fields(self) -> dict[str, Any]:
        return {
            "threshold": self.key.threshold,
            "key_id": self.key_id,
            "epoch": 0,
            "public_key": self.key.public_key,
            "public_shares": self.key.public_shares,
            "chain_code": self.key.chain_code,
            "aux_digest": self.key.aux_digest,
            "signers": self.parties,
            "path": (),
            "child_key": self.key.public_key,
            "proof_mode": 0,
            "presignatures": 1,
            "digest": self.digest,
        }

    def rounds(self) -> Steps:
        r1 = yield Round(1, self.r1(), {j: self.r1_private(j) for j in self.peers})
        self.echoes.append(r1.hashes)
        for j, payload in r1.broadcast.items():
            reader = Reader(payload)
            self.r1_of[j] = [reader.nat(self.profile.n2_bytes) for _ in "KG"] + [reader.point() for _ in range(5)]
        self.mta = {(hat, j): self.affine(j, hat) for j in self.peers for hat in (False, True)}
        r2 = yield Round(2, self.r2(), {j: self.r2_private(j) for j in self.peers})
        self.echoes.append(r2.hashes)
        for j, payload in r2.broadcast.items():
            self.gammas[j] = curve.decode(payload[:33])
        for j, payload in r2.private.items():
            reader = Reader(payload)
            d, _, hat_d, _ = (reader.nat(self.profile.n2_bytes) for _ in range(4))
            self.d_of[j] = (d, hat_d)
        r3 = yield Round(3, self.r3())
        self.echoes.append(r3.hashes)
        for j, payload in r3.broadcast.items():
            reader = Reader(payload)
            self.deltas[j] = (reader.scalar(), reader.point(), reader.point())
        yield Round(5, self.r4(), accepts=(5, 4))
        return self

    # R1

    def cap_k(self) -> int:
        return self.n1.encrypt(self.k_int, self.rho)

    def cap_g(self) -> int:
        return self.n1.encrypt(self.gamma_int, self.nu)

    def points(self) -> list[Point]:
        """Y, A1, A2, B1, B2"""
        cap_y = self.y * G
        cap_a = [self.a * G, self.a * cap_y + self.k_int * G]
        return [cap_y, *cap_a, self.b * G, self.b * cap_y + self.gamma_int * G]

    def r1(self) -> bytes:
        ciphertexts = [wire.nat(c, self.profile.n2_bytes) for c in (self.cap_k(), self.cap_g())]
        return b"".join([*ciphertexts, *(curve.encode(point) for point in self.points())])

    def r1_private(self, j: int) -> bytes:
        return self.psi(j, 0) + self.psi(j, 1)

    def psi(self, j: int, number: int) -> bytes:
        """psi0, psi1 for recipient j."""
        return self.enc_elg(self.psi_context(j, number), self.psi_statement(number), number, self.setups[j])

    def psi_context(self, j: int, number: int) -> Context:
        return self.context(1, f"psi{number}", j)

    def psi_statement(self, number: int) -> enc_elg.Statement:
        cap_y, *rest = self.points()
        ciphertext = self.cap_g() if number else self.cap_k()
        return enc_elg.Statement(self.n1, ciphertext, cap_y, *rest[2 * number : 2 * number + 2])

    def enc_elg(self, context: Context, statement: enc_elg.Statement, number: int, setup: PedersenParams) -> bytes:
        values = (self.gamma_int, self.nu, self.b) if number else (self.k_int, self.rho, self.a)
        return enc_elg.prove(context, statement, enc_elg.Witness(*values), setup, self.rng).encode(self.profile)

    # R2

    def affine_x(self, hat: bool) -> int:
        """gamma, or w in the chi branch: what K_j is multiplied with."""
        return bal(self.w if hat else self.gamma)

    def affine_point(self, hat: bool) -> Point:
        return self.w * G if hat else self.gamma * G

    def affine(self, j: int, hat: bool) -> tuple[int, int]:
        """D_ji, F_ji"""
        y, rho, rho_y = self.masks[hat, j]
        n0 = self.keys[j]
        return n0.add(n0.mul(self.affine_x(hat), self.r1_of[j][0]), n0.encrypt(y, rho)), self.n1.encrypt(y, rho_y)

    def affine_context(self, j: int, hat: bool) -> Context:
        return self.context(2, "psi-hat" if hat else "psi", j)

    def affine_proof(self, j: int, hat: bool) -> bytes:
        d, f = self.mta[hat, j]
        statement = aff_g.Statement(self.keys[j], self.n1, self.r1_of[j][0], d, f, self.affine_point(hat))
        return self.aff_g(self.affine_context(j, hat), statement, j, hat)

    def aff_g(self, context: Context, statement: aff_g.Statement, j: int, hat: bool) -> bytes:
        witness = aff_g.Witness(self.affine_x(hat), *self.masks[hat, j])
        return aff_g.prove(context, statement, witness, self.setups[j], self.rng).encode(self.profile)

    def r2_private(self, j: int) -> bytes:
        ciphertexts = [wire.nat(c, self.profile.n2_bytes) for hat in (False, True) for c in self.mta[hat, j]]
        return b"".join([*ciphertexts, self.affine_proof(j, False), self.affine_proof(j, True)])

    def cap_gamma(self) -> Point:
        return self.gamma * G

    def r2(self) -> bytes:
        cap_y, _, _, b1, b2 = self.points()
        statement = elog.Statement(b1, b2, cap_y, self.cap_gamma(), G)
        proof = elog.prove(self.context(2, "elog-gamma"), statement, elog.Witness(self.gamma, self.b), self.rng)
        hashes = [self.hash(j, hat) for j in self.peers for hat in (False, True)]
        return b"".join([curve.encode(self.cap_gamma()), proof.encode(self.profile), *hashes, self.echoes[0]])

    def hash(self, j: int, hat: bool) -> bytes:
        """h_ij"""
        branch = "mta-x" if hat else "mta-n"
        return digests.mta_hash(self.profile, branch, self.ssid, self.index, j, *self.mta[hat, j])

    # R3

    def share(self, hat: bool) -> int:
        """delta_i, or chi_i in the chi branch."""
        total = (self.w if hat else self.gamma) * self.k
        for j, ciphertexts in self.d_of.items():
            total += self.paillier.decrypt(ciphertexts[hat]) - self.masks[hat, j][0]
        return total % q

    def big_gamma(self) -> Point:
        return sum_points(list(self.gammas.values()))

    def delta(self) -> int:
        return self.share(False)

    def cap_delta(self) -> Point:
        return self.k * self.big_gamma()

    def cap_s(self) -> Point:
        return self.share(True) * self.big_gamma()

    def r3(self) -> bytes:
        cap_y, a1, a2, _, _ = self.points()
        statement = elog.Statement(a1, a2, cap_y, self.cap_delta(), self.big_gamma())
        proof = elog.prove(self.context(3, "elog-k"), statement, elog.Witness(self.k, self.a), self.rng)
        points = curve.encode(self.cap_delta()) + curve.encode(self.cap_s())
        return wire.scalar(self.delta()) + points + proof.encode(self.profile) + self.echoes[1]

    # R4

    def zeta_and_r(self) -> tuple[int, int]:
        path: tuple[int, ...] = ()
        place = (self.big_gamma(), self.key.public_key, path, self.parties, self.digest)
        zeta = tr.rerand(self.ssid, self.presignature_id(), *place)
        return zeta, (zeta * self.big_gamma()).x % q

    def presignature_id(self) -> bytes:
        return digests.presignature_id(self.ssid, 1)

    def transcript(self) -> bytes:
        blocks = [[echo[at : at + 32] for at in range(0, len(echo), 32)] for echo in self.echoes]
        return digests.presign_transcript(self.ssid, blocks)

    def sigma(self) -> int:
        """zeta^-1 (k~ m + r chi~)"""
        zeta, r = self.zeta_and_r()
        total = sum(delta for delta, _, _ in self.deltas.values())
        m = int.from_bytes(self.digest, "big")
        return (self.k * m + r * self.share(True)) * pow(total * zeta, -1, q) % q

    def r4(self) -> bytes:
        parts = (self.presignature_id(), self.digest, self.transcript(), wire.scalar(self.sigma()))
        return b"\0" + self.echoes[2] + b"".join(parts)


def lagrange(signers: Sequence[int], i: int) -> int:
    """lam_i^S = prod_{m in S, m != i} I_m / (I_m - I_i)"""
    value = 1
    for m in signers:
        if m != i:
            value = value * m * pow(m - i, -1, q) % q
    return value
