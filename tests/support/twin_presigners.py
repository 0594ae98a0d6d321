"""Signers of mode 1 on the readable twin: P presignatures, one BENC(2P, 1), one BAFF-A1(P) for each counterparty.

As in twin_parties: values are attributes, messages are made in methods, and what follows is proven for what was
changed. Everything is drawn in the order of the core, so equal seeds give equal bytes. u = 1 .. P stands at u - 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parties import DIGEST
from twin_parties import Steps, Twin, TwinDealer, lagrange, sum_points

from mpc_fast.protocols import presign, sign
from mpc_fast.protocols.steps import Round, Schedule
from mpc_fast.reference import baff_a1, benc, curve, digests, elog, wire
from mpc_fast.reference import transcript as tr
from mpc_fast.reference.batch import Session
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, Point, bal, q
from mpc_fast.reference.paillier import PaillierKey, PaillierSecret
from mpc_fast.reference.pedersen import PedersenParams, VectorParams
from mpc_fast.reference.rng import Rng
from mpc_fast.reference.wire import Reader

Messages = tuple[bytes, dict[int, bytes]]
"""A broadcast, and what goes to each other signer."""


@dataclass
class Nonces:
    """Of one presignature; k_int and gamma_int are what K and G encrypt."""

    k: int
    gamma: int
    a: int
    b: int
    rho: int
    nu: int
    k_int: int
    gamma_int: int


@dataclass
class Mask:
    """Of one conversion."""

    y: int
    rho: int  # of D
    rho_y: int  # of F


Pair = tuple[int, int]
"""(D, F), or a value for each branch: (nonce, chi)."""


class TwinPresigner(Twin):
    protocol = "presign"

    def __init__(
        self,
        dealer: TwinDealer,
        setups: Mapping[int, PedersenParams],
        signers: Sequence[int],
        count: int = 1,
        rng: Rng | None = None,
    ) -> None:
        """dealer: this party after key generation; setups: (Nh, s, t) of all parties; count: P."""
        super().__init__(dealer.group, dealer.index, signers, rng)
        self.key_id = dealer.key_id
        self.key, self.setups, self.count = dealer, setups, count
        self.schedule = self.rounds_of(count)
        own = dealer.group.primes(self.index)
        self.paillier = PaillierSecret(own.p, own.q)
        self.keys = {i: PaillierKey(n) for i, (n, _) in dealer.group.moduli.items()}
        self.w = lagrange(signers, self.index) * dealer.x % q
        self.y = 0
        self.nonces = [self._draw_nonces(u) for u in range(count)]
        self.masks: dict[int, list[tuple[Mask, Mask]]] = {}  # by recipient
        self.mta: dict[int, list[tuple[Pair, Pair]]] = {}
        self.k_of: dict[int, list[int]] = {}  # K_j
        self.d_of: dict[int, list[Pair]] = {}  # D_ij, D^_ij
        self.gammas: dict[int, list[Point]] = {}
        self.contributions: dict[int, list[tuple[int, Point, Point]]] = {}
        self.echoes: list[bytes] = []

    def _draw_nonces(self, u: int) -> Nonces:
        rng = self.rng
        k, gamma, a, b = (rng.nonzero_scalar() for _ in range(4))
        if u == 0:
            self.y = rng.nonzero_scalar()
        return Nonces(k, gamma, a, b, rng.unit(self.n1.n), rng.unit(self.n1.n), bal(k), bal(gamma))

    @property
    def n1(self) -> PaillierKey:
        return self.keys[self.index]

    def rounds_of(self, count: int) -> Schedule:
        return presign.schedule(count)

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
            "proof_mode": 1,
            "presignatures": self.count,
        }

    def rounds(self) -> Steps:
        r1 = yield Round(1, *self.round1())
        r2 = yield Round(2, *self.round2(r1.broadcast, r1.hashes))
        r3 = yield Round(3, self.round3(r2.broadcast, r2.private, r2.hashes))
        self.learn_round3(r3.broadcast, r3.hashes)
        yield self.last()
        return self

    def last(self) -> Round:
        return Round(4, self.r3e(0))

    def session(self, round: int) -> Session:
        """The place of a batch proof."""
        return Session(self.profile, self.ssid, round, self.pids[self.index])

    # ---- R1

    def round1(self) -> Messages:
        self.proven = self.benc_statement()
        common, private = self.prove_nonces()
        return self.r1(common), {j: self.r1_private(j, part) for j, part in zip(self.peers, private, strict=True)}

    def cap_k(self, u: int) -> int:
        return self.n1.encrypt(self.nonces[u].k_int, self.nonces[u].rho)

    def cap_g(self, u: int) -> int:
        return self.n1.encrypt(self.nonces[u].gamma_int, self.nonces[u].nu)

    def cap_y(self) -> Point:
        return self.y * G

    def points(self, u: int) -> list[Point]:
        """A1, A2, B1, B2"""
        own, cap_y = self.nonces[u], self.cap_y()
        cap_a = [own.a * G, own.a * cap_y + own.k_int * G]
        return [*cap_a, own.b * G, own.b * cap_y + own.gamma_int * G]

    def commitment(self, u: int) -> tuple[int, int, list[Point]]:
        """K, G and the points, as they are sent."""
        return self.cap_k(u), self.cap_g(u), self.points(u)

    def verifiers(self) -> list[benc.Verifier]:
        return [self.verifier(j) for j in self.peers]

    def verifier(self, j: int) -> benc.Verifier:
        setup = self.setups[j]
        return benc.Verifier(self.pids[j], VectorParams(setup.nh, setup.t, (setup.s,)))

    def benc_statement(self) -> benc.Statement:
        """Row 2u - 1 is (K_u, A_u1, A_u2), row 2u is (G_u, B_u1, B_u2)."""
        cap_k, cap_a, cap_b = [], [], []
        for u in range(self.count):
            a1, a2, b1, b2 = self.points(u)
            cap_k += [self.cap_k(u), self.cap_g(u)]
            cap_a += [a1, b1]
            cap_b += [a2, b2]
        return benc.Statement(self.n1, tuple(cap_k), benc.ElGamal(self.cap_y(), tuple(cap_a), tuple(cap_b)))

    def benc_witness(self) -> benc.Witness:
        rows = [row for o in self.nonces for row in ((o.k_int, o.rho, o.a), (o.gamma_int, o.nu, o.b))]
        k, rho, a = zip(*rows, strict=True)
        return benc.Witness(k, rho, a)

    def prove_nonces(self) -> tuple[benc.Common, list[benc.Private]]:
        return self.benc_proof(self.session(1), self.proven, self.verifiers())

    def benc_proof(
        self, session: Session, statement: benc.Statement, verifiers: Sequence[benc.Verifier]
    ) -> tuple[benc.Common, list[benc.Private]]:
        return benc.prove(session, statement, self.benc_witness(), verifiers, self.rng)

    def r1(self, common: benc.Common) -> bytes:
        """Y, (K_u, G_u, A1_u, A2_u, B1_u, B2_u)_u, common part."""
        parts = [curve.encode(self.cap_y())]
        for u in range(self.count):
            cap_k, cap_g, points = self.commitment(u)
            parts += [wire.nat(c, self.profile.n2_bytes) for c in (cap_k, cap_g)]
            parts += [curve.encode(point) for point in points]
        return b"".join([*parts, common.encode(self.session(1), self.proven)])

    def r1_private(self, j: int, part: benc.Private) -> bytes:
        return part.encode(self.session(1), self.proven)

    # ---- R2

    def round2(self, r1: Mapping[int, bytes], echo: bytes) -> Messages:
        """Draws the elogs of all u, then the masks by counterparty and u, then the proofs."""
        self.echoes.append(echo)
        self.learn_round1(r1)
        openings = [self.opening(u) for u in range(self.count)]
        self.masks = {j: [(self.mask(j), self.mask(j)) for _ in range(self.count)] for j in self.peers}
        self.mta = {
            j: [(self.affine(j, u, False), self.affine(j, u, True)) for u in range(self.count)] for j in self.peers
        }
        private = {j: self.r2_private(j) for j in self.peers}
        return self.r2(openings), private

    def learn_round1(self, r1: Mapping[int, bytes]) -> None:
        for j, payload in r1.items():
            reader = Reader(payload)
            reader.point()
            self.k_of[j] = []
            for _ in range(self.count):
                self.k_of[j].append(reader.nat(self.profile.n2_bytes))
                reader.take(self.profile.n2_bytes + 4 * 33)

    def mask(self, j: int) -> Mask:
        rng = self.rng
        return Mask(rng.signed(1 << self.profile.lp), rng.unit(self.keys[j].n), rng.unit(self.n1.n))

    def affine_x(self, u: int, hat: bool) -> int:
        """gamma, or w in the chi branch: what K_j is multiplied with."""
        return bal(self.w if hat else self.nonces[u].gamma)

    def affine(self, j: int, u: int, hat: bool) -> Pair:
        """D_ji, F_ji"""
        mask, n0 = self.masks[j][u][hat], self.keys[j]
        product = n0.mul(self.affine_x(u, hat), self.k_of[j][u])
        return n0.add(product, n0.encrypt(mask.y, mask.rho)), self.n1.encrypt(mask.y, mask.rho_y)

    def cap_gamma(self, u: int) -> Point:
        return self.nonces[u].gamma * G

    def baff_statement(self, j: int) -> baff_a1.Statement:
        operations = []
        for u, ((d, f), (hat_d, hat_f)) in enumerate(self.mta[j]):
            operations.append(baff_a1.Operations(self.k_of[j][u], (d, hat_d), (f, hat_f), self.cap_gamma(u)))
        return baff_a1.Statement(self.keys[j], self.n1, tuple(operations), self.w * G)

    def baff_witness(self, j: int) -> baff_a1.Witness:
        secrets = []
        for u, (nonce, chi) in enumerate(self.masks[j]):
            y, rho, rho_y = ((getattr(nonce, name), getattr(chi, name)) for name in ("y", "rho", "rho_y"))
            secrets.append(baff_a1.Secrets(self.affine_x(u, False), y, rho, rho_y))
        return baff_a1.Witness(self.affine_x(0, True), tuple(secrets))

    def prove_affine(self, j: int) -> baff_a1.Proof:
        return self.baff_proof(self.session(2), self.pids[j], self.baff_statement(j), j)

    def baff_proof(self, session: Session, verifier: bytes, statement: baff_a1.Statement, j: int) -> baff_a1.Proof:
        return baff_a1.prove(session, verifier, statement, self.baff_witness(j), self.setups[j], self.rng)

    def r2_private(self, j: int) -> bytes:
        ciphertexts = [value for pairs in self.mta[j] for pair in pairs for value in pair]
        proof = self.prove_affine(j).encode(self.session(2))
        return b"".join(wire.nat(value, self.profile.n2_bytes) for value in ciphertexts) + proof

    def elog_context(self, round: int, slot: str, u: int) -> Context:
        return self.context(round, slot, index=u + 1)

    def opening(self, u: int) -> bytes:
        """elog of Gamma_u"""
        _, _, b1, b2 = self.points(u)
        statement = elog.Statement(b1, b2, self.cap_y(), self.cap_gamma(u), G)
        witness = elog.Witness(self.nonces[u].gamma, self.nonces[u].b)
        return elog.prove(self.elog_context(2, "elog-gamma", u), statement, witness, self.rng).encode(self.profile)

    def hash(self, j: int, u: int, hat: bool) -> bytes:
        """h_ij"""
        return self.hash_at(self.index, j, u, hat, self.mta[j][u][hat])

    def hash_at(self, i: int, j: int, u: int, hat: bool, pair: Pair) -> bytes:
        return digests.mta_hash(self.profile, "mta-x" if hat else "mta-n", self.ssid, i, j, *pair, u + 1)

    def r2(self, openings: Sequence[bytes]) -> bytes:
        """(Gamma_u, elog_u, (h, h^)_j)_u, echo"""
        parts = []
        for u, proof in enumerate(openings):
            hashes = [self.hash(j, u, hat) for j in self.peers for hat in (False, True)]
            parts += [curve.encode(self.cap_gamma(u)), proof, *hashes]
        return b"".join([*parts, self.echoes[0]])

    # ---- R3

    def round3(self, r2: Mapping[int, bytes], private: Mapping[int, bytes], echo: bytes) -> bytes:
        self.echoes.append(echo)
        self.learn_round2(r2, private)
        rows = [
            b"".join(
                [wire.scalar(self.delta(u)), *map(curve.encode, (self.cap_delta(u), self.cap_s(u))), self.elog3(u)]
            )
            for u in range(self.count)
        ]
        return self.r3(rows)

    def learn_round2(self, r2: Mapping[int, bytes], private: Mapping[int, bytes]) -> None:
        row = 33 + 163 + 64 * len(self.peers)
        for j, payload in r2.items():
            self.gammas[j] = [curve.decode(payload[row * u : row * u + 33]) for u in range(self.count)]
        for j, payload in private.items():
            reader = Reader(payload)
            self.d_of[j] = []
            for _ in range(self.count):
                d, _, hat_d, _ = (reader.nat(self.profile.n2_bytes) for _ in range(4))
                self.d_of[j].append((d, hat_d))

    def share(self, u: int, hat: bool) -> int:
        """delta_i, or chi_i in the chi branch."""
        total = (self.w if hat else self.nonces[u].gamma) * self.nonces[u].k
        for j, received in self.d_of.items():
            total += self.paillier.decrypt(received[u][hat]) - self.masks[j][u][hat].y
        return total % q

    def big_gamma(self, u: int) -> Point:
        return sum_points([gammas[u] for gammas in self.gammas.values()])

    def delta(self, u: int) -> int:
        return self.share(u, False)

    def cap_delta(self, u: int) -> Point:
        return self.nonces[u].k * self.big_gamma(u)

    def cap_s(self, u: int) -> Point:
        return self.share(u, True) * self.big_gamma(u)

    def elog3(self, u: int) -> bytes:
        """elog of Delta_u"""
        a1, a2, _, _ = self.points(u)
        statement = elog.Statement(a1, a2, self.cap_y(), self.cap_delta(u), self.big_gamma(u))
        witness = elog.Witness(self.nonces[u].k, self.nonces[u].a)
        return elog.prove(self.elog_context(3, "elog-k", u), statement, witness, self.rng).encode(self.profile)

    def r3(self, rows: Sequence[bytes]) -> bytes:
        """(delta_u, Delta_u, S_u, elog_u)_u, echo"""
        return b"".join([*rows, self.echoes[1]])

    # ---- R3e, and what is known then

    def learn_round3(self, r3: Mapping[int, bytes], echo: bytes) -> None:
        self.echoes.append(echo)
        for j, payload in r3.items():
            reader = Reader(payload)
            self.contributions[j] = []
            for _ in range(self.count):
                self.contributions[j].append((reader.scalar(), reader.point(), reader.point()))
                reader.take(163)

    def r3e(self, outcome: int) -> bytes:
        return bytes([outcome]) + self.echoes[2]

    def presignature_id(self, u: int) -> bytes:
        return digests.presignature_id(self.ssid, u + 1)

    def transcript(self) -> bytes:
        blocks = [[echo[at : at + 32] for at in range(0, len(echo), 32)] for echo in self.echoes]
        return digests.presign_transcript(self.ssid, blocks)

    def sigma(self, u: int, digest: bytes) -> int:
        """zeta^-1 (k~ m + r chi~)"""
        path: tuple[int, ...] = ()
        place = (self.big_gamma(u), self.key.public_key, path, self.parties, digest)
        zeta = tr.rerand(self.ssid, self.presignature_id(u), *place)
        r = (zeta * self.big_gamma(u)).x % q
        total = sum(rows[u][0] for rows in self.contributions.values())
        m = int.from_bytes(digest, "big")
        return (self.nonces[u].k * m + r * self.share(u, True)) * pow(total * zeta, -1, q) % q

    def r4(self, u: int, digest: bytes) -> bytes:
        return b"".join([self.presignature_id(u), digest, self.transcript(), wire.scalar(self.sigma(u, digest))])


class TwinBatchSigner(TwinPresigner):
    """Signs a digest in the same session; P = 1."""

    protocol = "sign"
    digest = DIGEST

    def rounds_of(self, count: int) -> Schedule:
        return sign.SCHEDULE

    def session_fields(self) -> dict[str, Any]:
        return super().session_fields() | {"digest": self.digest}

    def last(self) -> Round:
        return Round(5, self.r3e(0) + self.r4(0, self.digest), accepts=(5, 4))
