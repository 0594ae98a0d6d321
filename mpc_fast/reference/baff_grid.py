"""BAFF(P): the affine operations of P presignatures as a grid (batch-range-proofs.md 4).  Experimental.

Claims, statement and witness are those of baff_a1.  There every witness has a commitment; here one commitment holds a
whole branch, under 2P generators: s_1 .. s_P for gamma_u or w, s_P+1 .. s_2P for the y.  Rows are the two branches,
columns the presignatures.  Each row has a challenge, e_g and e_x; each column a weight f_u, hashed after the
commitments, because A, B_y and B_X are about the weighted sums alone.

Public    as baff_a1; the verifier's setup (Nh, t, s_1 .. s_2P), which has passed bprm

The argument is in docs/paper.md and has not been reviewed by others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import curve, wire
from .baff_a1 import Statement, Witness
from .batch import Session, combine, nats, numbers, point_sum, powers, read_signed, signed, xof
from .curve import G, Point
from .errors import Checks
from .numbers import is_unit
from .pedersen import VectorParams
from .rng import Rng
from .transcript import Item, octets, point, sequence, u64

NAME = "baff"


@dataclass(frozen=True)
class FirstMessage:
    cap_s: tuple[int, int]  # S_g, S_x mod Nh
    cap_c: int  # mod Nh
    cap_a: int  # mod N0^2
    cap_by: int  # mod N1^2
    cap_bx: Point


@dataclass(frozen=True)
class Proof:
    first: FirstMessage
    z1: tuple[int, ...]  # z1_1 .. z1_P, |z1_u| < 2^(l+eps_2)
    z2: tuple[int, ...]  # z2_1 .. z2_P, |z2_u| < 2^(lp+eps_2)
    z3: int  # its field is its only bound
    w: int  # mod N0
    w_y: int  # mod N1

    def encode(self, session: Session) -> bytes:
        """S_g, S_x, C, A, B_y, B_X, (z1_u, z2_u)_u, z3, w, w_y."""
        p, first = session.profile, self.first
        pairs = zip(self.z1, self.z2, strict=True)
        return b"".join(
            [
                *(wire.nat(value, p.nh_bytes) for value in (*first.cap_s, first.cap_c)),
                wire.nat(first.cap_a, p.n2_bytes),
                wire.nat(first.cap_by, p.n2_bytes),
                curve.encode(first.cap_bx),
                *(signed(z1, session.x_bits(2)) + signed(z2, session.y_bits(2)) for z1, z2 in pairs),
                signed(self.z3, session.mask_bits(2)),
                wire.nat(self.w, p.n_bytes),
                wire.nat(self.w_y, p.n_bytes),
            ]
        )

    @staticmethod
    def decode(data: bytes, session: Session, pairs: int) -> "Proof":
        p, reader = session.profile, wire.Reader(data)
        first = FirstMessage(
            cap_s=(reader.nat(p.nh_bytes), reader.nat(p.nh_bytes)),
            cap_c=reader.nat(p.nh_bytes),
            cap_a=reader.nat(p.n2_bytes),
            cap_by=reader.nat(p.n2_bytes),
            cap_bx=reader.point(),
        )
        z = [(read_signed(reader, session.x_bits(2)), read_signed(reader, session.y_bits(2))) for _ in range(pairs)]
        proof = Proof(
            first,
            z1=tuple(z1 for z1, _ in z),
            z2=tuple(z2 for _, z2 in z),
            z3=read_signed(reader, session.mask_bits(2)),
            w=reader.nat(p.n_bytes),
            w_y=reader.nat(p.n_bytes),
        )
        reader.end()
        return proof


@dataclass(frozen=True)
class Masks:
    """Secret, and good for one e."""

    mu: tuple[int, int]  # mu_g, mu_x
    alpha: list[int]
    beta: list[int]
    delta: int
    r: int
    r_y: int


def prove(session: Session, verifier: bytes, st: Statement, wit: Witness, setup: VectorParams, rng: Rng) -> Proof:
    """Draws mu_g, mu_x, all alpha_u, all beta_u, delta, r, r_y, in this order."""
    if len(setup.s) != 2 * len(st.operations):
        raise ValueError("baff: two generators for each presignature")
    while True:  # a response out of bounds or a first message O: all is drawn again
        proof = _respond(session, verifier, st, wit, setup, _draw(session, st, setup, rng))
        if all(holds for holds, _ in _limits(session, proof)):
            return proof


def _draw(session: Session, st: Statement, setup: VectorParams, rng: Rng) -> Masks:
    p, nh, eps_2, columns = session.profile, setup.nh, session.slack(2), range(len(st.operations))
    return Masks(
        mu=(rng.signed(nh << p.sigma), rng.signed(nh << p.sigma)),
        alpha=[rng.signed(1 << (session.range.l + eps_2)) for _ in columns],
        beta=[rng.signed(1 << (p.lp + eps_2)) for _ in columns],
        delta=rng.signed(nh << (p.sigma + eps_2)),
        r=rng.unit(st.n0.n),
        r_y=rng.unit(st.n1.n),
    )


def _respond(
    session: Session, verifier: bytes, st: Statement, wit: Witness, setup: VectorParams, masks: Masks
) -> Proof:
    n0, n1, own, columns = st.n0, st.n1, wit.operations, range(len(st.operations))
    x = ([secrets.gamma for secrets in own], [wit.w for _ in own])
    y = ([secrets.y[0] for secrets in own], [secrets.y[1] for secrets in own])
    # S_b = prod_u s_u^x_b,u s_P+u^y_b,u t^mu_b    C = prod_u s_u^alpha_u s_P+u^beta_u t^delta
    cap_s = (setup.commit([*x[0], *y[0]], masks.mu[0]), setup.commit([*x[1], *y[1]], masks.mu[1]))
    cap_c = setup.commit([*masks.alpha, *masks.beta], masks.delta)
    f = _weights(session, verifier, st, setup, (*cap_s, cap_c))
    alpha, beta = [f_u * alpha_u for f_u, alpha_u in zip(f, masks.alpha, strict=True)], combine(f, masks.beta)
    first = FirstMessage(
        cap_s,
        cap_c,
        # A = prod_u C_u^(f_u alpha_u) enc_N0(sum_u f_u beta_u; r)    B_y = enc_N1(sum_u f_u beta_u; r_y)
        cap_a=n0.add(powers([pair.cap_c for pair in st.operations], alpha, n0.n2), n0.encrypt(beta, masks.r)),
        cap_by=n1.encrypt(beta, masks.r_y),
        # B_X = (sum_u f_u alpha_u) G
        cap_bx=sum(alpha) * G,
    )
    e = _challenges(session, verifier, st, setup, f, first)
    ef = _cell_weights(e, f)
    return Proof(
        first,
        # z1_u = alpha_u + sum_b e_b x_b,u    z2_u = beta_u + sum_b e_b y_b,u    z3 = delta + sum_b e_b mu_b
        z1=tuple(masks.alpha[u] + e[0] * x[0][u] + e[1] * x[1][u] for u in columns),
        z2=tuple(masks.beta[u] + e[0] * y[0][u] + e[1] * y[1][u] for u in columns),
        z3=masks.delta + combine(e, masks.mu),
        # w = r prod rho^(e_b f_u) mod N0    w_y = r_y prod rho'^(e_b f_u) mod N1
        w=masks.r * powers([rho for secrets in own for rho in secrets.rho], ef, n0.n) % n0.n,
        w_y=masks.r_y * powers([rho for secrets in own for rho in secrets.rho_y], ef, n1.n) % n1.n,
    )


def verify(session: Session, verifier: bytes, st: Statement, proof: Proof, setup: VectorParams) -> None:
    require = Checks(NAME)
    n0, n1, nh, first = st.n0, st.n1, setup.nh, proof.first
    require(len(setup.s) == 2 * len(st.operations), "s count")
    require(len(proof.z1) == len(proof.z2) == len(st.operations), "count")
    for holds, name in _membership(st, proof, nh):
        require(holds, name)
    for holds, name in _limits(session, proof):
        require(holds, name)
    f = _weights(session, verifier, st, setup, (*first.cap_s, first.cap_c))
    e = _challenges(session, verifier, st, setup, f, first)
    ef, z2 = _cell_weights(e, f), combine(f, proof.z2)
    f_z1 = [f_u * z1_u for f_u, z1_u in zip(f, proof.z1, strict=True)]
    # prod_u s_u^z1_u s_P+u^z2_u t^z3 = C S_g^e_g S_x^e_x mod Nh
    left = setup.commit([*proof.z1, *proof.z2], proof.z3)
    require(left == first.cap_c * powers(first.cap_s, e, nh) % nh, "com(z1, z2; z3)")
    # prod_u C_u^(f_u z1_u) enc_N0(sum_u f_u z2_u; w) = A prod D^(e_b f_u) mod N0^2
    left = n0.add(powers([pair.cap_c for pair in st.operations], f_z1, n0.n2), n0.encrypt(z2, proof.w))
    require(left == n0.add(first.cap_a, powers(st.cap_d, ef, n0.n2)), "z1 C + enc(z2; w)")
    # enc_N1(sum_u f_u z2_u; w_y) = B_y prod Y^(e_b f_u) mod N1^2
    require(n1.encrypt(z2, proof.w_y) == n1.add(first.cap_by, powers(st.cap_y, ef, n1.n2)), "enc(z2; w_y)")
    # (sum_u f_u z1_u) G = B_X + sum e_b f_u X_b,u
    require(sum(f_z1) * G == first.cap_bx + point_sum(ef, st.cap_x), "z1 G")


def _membership(st: Statement, proof: Proof, nh: int) -> Iterator[tuple[bool, str]]:
    first = proof.first
    yield all(is_unit(value, nh) for value in (*first.cap_s, first.cap_c)), "S, C unit"
    yield all(st.n0.is_ciphertext(pair.cap_c) for pair in st.operations), "C_u unit"
    yield all(st.n0.is_ciphertext(cap_d) for cap_d in st.cap_d), "D unit"
    yield st.n0.is_ciphertext(first.cap_a), "A unit"
    yield all(st.n1.is_ciphertext(cap_y) for cap_y in st.cap_y), "Y unit"
    yield st.n1.is_ciphertext(first.cap_by), "By unit"
    yield is_unit(proof.w, st.n0.n), "w unit"
    yield is_unit(proof.w_y, st.n1.n), "w_y unit"
    yield not any(cap_x.is_identity for cap_x in st.cap_x), "Gamma, W != O"


def _limits(session: Session, proof: Proof) -> Iterator[tuple[bool, str]]:
    """What can be sent at all, and the ranges: the verifier tests it, the prover makes sure of it."""
    yield not proof.first.cap_bx.is_identity, "Bx != O"
    yield all(abs(z1) < 1 << session.x_bits(2) for z1 in proof.z1), "z1 range"
    yield all(abs(z2) < 1 << session.y_bits(2) for z2 in proof.z2), "z2 range"
    yield abs(proof.z3) < 1 << session.mask_bits(2), "z3 length"


def _statement_items(session: Session, verifier: bytes, st: Statement, setup: VectorParams) -> list[Item]:
    """The numbers, moduli and statement in the order of baff_a1; behind t the list of generators."""
    p, bounds = session.profile, session.range
    items = numbers(p.kappa, bounds.l, p.lp, bounds.eps, p.sigma, len(st.operations))
    items += nats((st.n0.n, st.n1.n), p.n_bytes) + nats((setup.nh, setup.t), p.nh_bytes)
    items.append(sequence(nats(setup.s, p.nh_bytes)))
    for pair in st.operations:
        items += [*nats((pair.cap_c, *pair.cap_d, *pair.cap_y), p.n2_bytes), point(pair.cap_gamma)]
    return [*items, point(st.cap_w)]


def _weights(
    session: Session, verifier: bytes, st: Statement, setup: VectorParams, commitments: Sequence[int]
) -> tuple[int, ...]:
    """f_1 .. f_P, hashed after S_g, S_x, C; one column needs none."""
    if len(st.operations) == 1:
        return (1,)
    p = session.profile
    place = (octets(session.ssid), u64(session.round), octets(session.prover), octets(verifier))
    items = (*_statement_items(session, verifier, st, setup), *nats(commitments, p.nh_bytes))
    return xof("baff/f", *place, *items).blocks(len(st.operations), p.kappa)


def _challenges(
    session: Session, verifier: bytes, st: Statement, setup: VectorParams, f: Sequence[int], first: FirstMessage
) -> tuple[int, ...]:
    """e_g, e_x"""
    p = session.profile
    place = (octets(session.ssid), u64(session.round), octets(session.prover), octets(verifier))
    items = _statement_items(session, verifier, st, setup) + nats((*first.cap_s, first.cap_c), p.nh_bytes)
    items.append(sequence(nats(f if len(f) > 1 else (), p.kappa // 8)))
    items += [*nats((first.cap_a, first.cap_by), p.n2_bytes), point(first.cap_bx)]
    return xof("baff/e", *place, *items).blocks(2, p.kappa)


def _cell_weights(e: Sequence[int], f: Sequence[int]) -> list[int]:
    """e_g f_1, e_x f_1, e_g f_2, ..."""
    return [e_b * f_u for f_u in f for e_b in e]
