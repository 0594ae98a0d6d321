"""BAFF-A1(P): the 2P affine operations of P presignatures towards one verifier (4).

Claims    for every u = 1 .. P, with Gamma_u = gamma_u G and W = w G, gamma_u and w in +-2^l, all y in +-2^lp:
              D_g,u = gamma_u (.) C_u (+) enc_N0(y_g,u; rho_g,u)    Y_g,u = enc_N1(y_g,u; rho'_g,u)
              D_x,u = w       (.) C_u (+) enc_N0(y_x,u; rho_x,u)    Y_x,u = enc_N1(y_x,u; rho'_x,u)
Public    N0 (the verifier's), N1 (the prover's), C_u, D, Y, points Gamma_u, W; the verifier's setup (Nh, s, t)
Secret    gamma_u, w, all y, rho, rho'

Pairs are (gamma branch, x branch).  Both operations of a pair are on the same C_u, so they share alpha_u: rows over
different ciphertexts cannot be written down here.  The 2P challenges are independent, and that is what lets one z2, A,
B_y and B_X serve all u.  What a cheating prover can get away with is |x| <= 2^(l+eps_1+1), |y| <= 2^(lp+eps_y+1).
In presigning C_u = K_j,u, D = (D_ji,u, D^_ji,u), Y = (F_ji,u, F^_ji,u) and W = W_i.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import curve, wire
from .batch import Session, combine, nats, numbers, point_sum, powers, read_signed, signed, xof
from .curve import G, Point
from .errors import Checks
from .numbers import is_unit
from .paillier import PaillierKey
from .params import MAX_ROWS
from .pedersen import PedersenParams
from .rng import Rng
from .transcript import Item, octets, point, u64

NAME = "baff-a1"


@dataclass(frozen=True)
class Operations:
    """The two operations on one ciphertext."""

    cap_c: int  # C_u mod N0^2
    cap_d: tuple[int, int]  # D_g,u, D_x,u mod N0^2
    cap_y: tuple[int, int]  # Y_g,u, Y_x,u mod N1^2
    cap_gamma: Point  # Gamma_u = gamma_u G


@dataclass(frozen=True)
class Statement:
    n0: PaillierKey
    n1: PaillierKey
    operations: tuple[Operations, ...]  # u = 1 .. P
    cap_w: Point  # W = w G

    def __post_init__(self) -> None:
        if not 1 <= len(self.operations) <= MAX_ROWS // 2:
            raise ValueError(f"baff: 1 to {MAX_ROWS // 2} pairs of operations")

    @property
    def rows(self) -> int:
        """2P, the number of challenges."""
        return 2 * len(self.operations)

    @property
    def cap_d(self) -> list[int]:
        """D_g,1, D_x,1, D_g,2, ..."""
        return [cap_d for pair in self.operations for cap_d in pair.cap_d]

    @property
    def cap_y(self) -> list[int]:
        return [cap_y for pair in self.operations for cap_y in pair.cap_y]

    @property
    def cap_x(self) -> list[Point]:
        """Gamma_1, W, Gamma_2, W, ..."""
        return [cap_x for pair in self.operations for cap_x in (pair.cap_gamma, self.cap_w)]


@dataclass(frozen=True)
class Secrets:
    """Of one pair of operations."""

    gamma: int
    y: tuple[int, int]
    rho: tuple[int, int]  # in D, mod N0
    rho_y: tuple[int, int]  # rho' in Y, mod N1


@dataclass(frozen=True)
class Witness:
    w: int
    operations: tuple[Secrets, ...]

    @property
    def y(self) -> list[int]:
        """y_g,1, y_x,1, y_g,2, ..."""
        return [y for pair in self.operations for y in pair.y]


def operate(n0: PaillierKey, n1: PaillierKey, cap_c: Sequence[int], wit: Witness) -> Statement:
    """The statement that is true of the witness: D = x (.) C (+) enc_N0(y; rho), Y = enc_N1(y; rho'), X = x G."""
    operations = []
    for c, own in zip(cap_c, wit.operations, strict=True):
        d_g, d_x = (
            n0.add(n0.mul(x, c), n0.encrypt(y, rho))
            for x, y, rho in zip((own.gamma, wit.w), own.y, own.rho, strict=True)
        )
        y_g, y_x = (n1.encrypt(y, rho_y) for y, rho_y in zip(own.y, own.rho_y, strict=True))
        operations.append(Operations(c, (d_g, d_x), (y_g, y_x), own.gamma * G))
    return Statement(n0, n1, tuple(operations), wit.w * G)


@dataclass(frozen=True)
class Commitments:
    """The first messages of one pair of operations, mod Nh."""

    cap_s: int  # S_u = com(gamma_u; m_u)
    cap_e: int  # E_u = com(alpha_u; delta_u)
    cap_t: tuple[int, int]  # T_g,u, T_x,u = com(y; n)


@dataclass(frozen=True)
class FirstMessage:
    cap_s_x: int  # S_x = com(w; m_x)
    pairs: tuple[Commitments, ...]
    cap_f: int  # mod Nh
    cap_a: int  # mod N0^2
    cap_by: int  # mod N1^2
    cap_bx: Point

    @property
    def cap_t(self) -> list[int]:
        """T_g,1, T_x,1, T_g,2, ..."""
        return [cap_t for pair in self.pairs for cap_t in pair.cap_t]

    @property
    def commitments(self) -> list[int]:
        """S_x, all S_u, all T, all E_u, F: everything mod Nh, in the order of the hash."""
        cap_s, cap_e = [pair.cap_s for pair in self.pairs], [pair.cap_e for pair in self.pairs]
        return [self.cap_s_x, *cap_s, *self.cap_t, *cap_e, self.cap_f]


@dataclass(frozen=True)
class Proof:
    first: FirstMessage
    z1: tuple[int, ...]  # z1_1 .. z1_P, |z1_u| < 2^(l+eps_1)
    z3: tuple[int, ...]  # z3_1 .. z3_P; z3 and z4 have no bound but their fields
    z2: int  # |z2| < 2^(lp+eps_y)
    z4: int
    w: int  # mod N0
    w_y: int  # mod N1

    def encode(self, session: Session) -> bytes:
        """S_x, (S_u, E_u, T_g,u, T_x,u)_u, F, A, B_y, B_X, (z1_u, z3_u)_u, z2, z4, w, w_y."""
        p, first, rows = session.profile, self.first, 2 * len(self.z1)
        pairs = [value for pair in first.pairs for value in (pair.cap_s, pair.cap_e, *pair.cap_t)]
        return b"".join(
            [
                *(wire.nat(value, p.nh_bytes) for value in (first.cap_s_x, *pairs, first.cap_f)),
                wire.nat(first.cap_a, p.n2_bytes),
                wire.nat(first.cap_by, p.n2_bytes),
                curve.encode(first.cap_bx),
                *(
                    signed(z1, session.x_bits(2)) + signed(z3, session.mask_bits(2))
                    for z1, z3 in zip(self.z1, self.z3, strict=True)
                ),
                signed(self.z2, session.y_bits(rows)),
                signed(self.z4, session.mask_bits(rows)),
                wire.nat(self.w, p.n_bytes),
                wire.nat(self.w_y, p.n_bytes),
            ]
        )

    @staticmethod
    def decode(data: bytes, session: Session, pairs: int) -> "Proof":
        p, reader, rows = session.profile, wire.Reader(data), 2 * pairs

        def commitment() -> int:
            return reader.nat(p.nh_bytes)

        first = FirstMessage(
            cap_s_x=commitment(),
            pairs=tuple(Commitments(commitment(), commitment(), (commitment(), commitment())) for _ in range(pairs)),
            cap_f=commitment(),
            cap_a=reader.nat(p.n2_bytes),
            cap_by=reader.nat(p.n2_bytes),
            cap_bx=reader.point(),
        )
        z = [(read_signed(reader, session.x_bits(2)), read_signed(reader, session.mask_bits(2))) for _ in range(pairs)]
        proof = Proof(
            first,
            z1=tuple(z1 for z1, _ in z),
            z3=tuple(z3 for _, z3 in z),
            z2=read_signed(reader, session.y_bits(rows)),
            z4=read_signed(reader, session.mask_bits(rows)),
            w=reader.nat(p.n_bytes),
            w_y=reader.nat(p.n_bytes),
        )
        reader.end()
        return proof


@dataclass(frozen=True)
class Masks:
    """Secret, and good for one set of challenges."""

    m_x: int
    m: list[int]  # m_u
    n: list[tuple[int, int]]  # n_g,u, n_x,u
    alpha: list[int]
    delta: list[int]
    beta: int
    eta: int
    r: int
    r_y: int


def prove(session: Session, verifier: bytes, st: Statement, wit: Witness, setup: PedersenParams, rng: Rng) -> Proof:
    """Draws m_x, all m_u, all n (for each u gamma, then x), all alpha_u, all delta_u, beta, eta, r, r_y, in this order.

    `verifier` is the pid of the verifier.
    """
    while True:  # a response out of bounds or a first message O: all is drawn again
        proof = _respond(session, verifier, st, wit, setup, _draw(session, st, setup, rng))
        if all(holds for holds, _ in _limits(session, st, proof)):
            return proof


def _draw(session: Session, st: Statement, setup: PedersenParams, rng: Rng) -> Masks:
    p, nh, pairs = session.profile, setup.nh, range(len(st.operations))
    eps_1, eps_y = session.slack(2), session.slack(st.rows)
    return Masks(
        m_x=rng.signed(nh << p.sigma),
        m=[rng.signed(nh << p.sigma) for _ in pairs],
        n=[(rng.signed(nh << p.sigma), rng.signed(nh << p.sigma)) for _ in pairs],
        alpha=[rng.signed(1 << (session.range.l + eps_1)) for _ in pairs],
        delta=[rng.signed(nh << (p.sigma + eps_1)) for _ in pairs],
        beta=rng.signed(1 << (p.lp + eps_y)),
        eta=rng.signed(nh << (p.sigma + eps_y)),
        r=rng.unit(st.n0.n),
        r_y=rng.unit(st.n1.n),
    )


def _respond(
    session: Session, verifier: bytes, st: Statement, wit: Witness, setup: PedersenParams, masks: Masks
) -> Proof:
    n0, n1, own = st.n0, st.n1, wit.operations
    cap_c = [pair.cap_c for pair in st.operations]
    opened = zip(own, masks.m, masks.n, masks.alpha, masks.delta, strict=True)
    first = FirstMessage(
        # S_x = com(w; m_x)    S_u = com(gamma_u; m_u)    E_u = com(alpha_u; delta_u)    T = com(y; n)
        cap_s_x=setup.commit(wit.w, masks.m_x),
        pairs=tuple(
            Commitments(
                cap_s=setup.commit(secrets.gamma, m),
                cap_e=setup.commit(alpha, delta),
                cap_t=(setup.commit(secrets.y[0], n[0]), setup.commit(secrets.y[1], n[1])),
            )
            for secrets, m, n, alpha, delta in opened
        ),
        # F = com(beta; eta)    A = prod_u C_u^alpha_u enc_N0(beta; r)    B_y = enc_N1(beta; r_y)
        cap_f=setup.commit(masks.beta, masks.eta),
        cap_a=n0.add(powers(cap_c, masks.alpha, n0.n2), n0.encrypt(masks.beta, masks.r)),
        cap_by=n1.encrypt(masks.beta, masks.r_y),
        # B_X = (sum_u alpha_u) G
        cap_bx=sum(masks.alpha) * G,
    )
    e = _challenges(session, verifier, st, setup, first)
    pairs = list(zip(e[::2], e[1::2], strict=True))  # (e_g,u, e_x,u)
    rho = [rho for secrets in own for rho in secrets.rho]
    rho_y = [rho_y for secrets in own for rho_y in secrets.rho_y]
    n = [n for pair in masks.n for n in pair]
    return Proof(
        first,
        # z1_u = alpha_u + e_g,u gamma_u + e_x,u w    z3_u = delta_u + e_g,u m_u + e_x,u m_x
        z1=tuple(
            alpha + e_g * secrets.gamma + e_x * wit.w
            for alpha, (e_g, e_x), secrets in zip(masks.alpha, pairs, own, strict=True)
        ),
        z3=tuple(
            delta + e_g * m + e_x * masks.m_x for delta, (e_g, e_x), m in zip(masks.delta, pairs, masks.m, strict=True)
        ),
        # z2 = beta + sum e y    z4 = eta + sum e n    w = r prod rho^e mod N0    w_y = r_y prod rho'^e mod N1
        z2=masks.beta + combine(e, wit.y),
        z4=masks.eta + combine(e, n),
        w=masks.r * powers(rho, e, n0.n) % n0.n,
        w_y=masks.r_y * powers(rho_y, e, n1.n) % n1.n,
    )


def verify(session: Session, verifier: bytes, st: Statement, proof: Proof, setup: PedersenParams) -> None:
    require = Checks(NAME)
    n0, n1, nh, first = st.n0, st.n1, setup.nh, proof.first
    require(len(first.pairs) == len(proof.z1) == len(proof.z3) == len(st.operations), "count")
    for holds, name in _membership(st, proof, nh):
        require(holds, name)
    for holds, name in _limits(session, st, proof):
        require(holds, name)
    e = _challenges(session, verifier, st, setup, first)
    for u, (pair, z1, z3) in enumerate(zip(first.pairs, proof.z1, proof.z3, strict=True)):
        # s^z1_u t^z3_u = E_u S_u^e_g,u S_x^e_x,u mod Nh
        right = pair.cap_e * powers((pair.cap_s, first.cap_s_x), e[2 * u : 2 * u + 2], nh) % nh
        require(setup.commit(z1, z3) == right, "com(z1; z3)")
    # s^z2 t^z4 = F prod T^e mod Nh
    require(setup.commit(proof.z2, proof.z4) == first.cap_f * powers(first.cap_t, e, nh) % nh, "com(z2; z4)")
    # prod_u C_u^z1_u enc_N0(z2; w) = A prod D^e mod N0^2
    left = n0.add(powers([pair.cap_c for pair in st.operations], proof.z1, n0.n2), n0.encrypt(proof.z2, proof.w))
    require(left == n0.add(first.cap_a, powers(st.cap_d, e, n0.n2)), "z1 C + enc(z2; w)")
    # enc_N1(z2; w_y) = B_y prod Y^e mod N1^2
    require(n1.encrypt(proof.z2, proof.w_y) == n1.add(first.cap_by, powers(st.cap_y, e, n1.n2)), "enc(z2; w_y)")
    # (sum_u z1_u) G = B_X + sum_u (e_g,u Gamma_u + e_x,u W)
    require(sum(proof.z1) * G == first.cap_bx + point_sum(e, st.cap_x), "z1 G")


def _membership(st: Statement, proof: Proof, nh: int) -> Iterator[tuple[bool, str]]:
    first = proof.first
    yield all(is_unit(value, nh) for value in first.commitments), "S, E, T, F unit"
    yield all(st.n0.is_ciphertext(pair.cap_c) for pair in st.operations), "C unit"
    yield all(st.n0.is_ciphertext(cap_d) for cap_d in st.cap_d), "D unit"
    yield st.n0.is_ciphertext(first.cap_a), "A unit"
    yield all(st.n1.is_ciphertext(cap_y) for cap_y in st.cap_y), "Y unit"
    yield st.n1.is_ciphertext(first.cap_by), "By unit"
    yield is_unit(proof.w, st.n0.n), "w unit"
    yield is_unit(proof.w_y, st.n1.n), "w_y unit"
    yield not any(cap_x.is_identity for cap_x in st.cap_x), "Gamma, W != O"


def _limits(session: Session, st: Statement, proof: Proof) -> Iterator[tuple[bool, str]]:
    """What can be sent at all, and the ranges: the verifier tests it, the prover makes sure of it."""
    yield not proof.first.cap_bx.is_identity, "Bx != O"
    yield all(abs(z1) < 1 << session.x_bits(2) for z1 in proof.z1), "z1 range"
    yield abs(proof.z2) < 1 << session.y_bits(st.rows), "z2 range"
    yield all(abs(z3) < 1 << session.mask_bits(2) for z3 in proof.z3), "z3 length"
    yield abs(proof.z4) < 1 << session.mask_bits(st.rows), "z4 length"


def _challenges(
    session: Session, verifier: bytes, st: Statement, setup: PedersenParams, first: FirstMessage
) -> tuple[int, ...]:
    """e_g,1, e_x,1, ..., e_g,P, e_x,P: independent of one another."""
    p, bounds = session.profile, session.range
    items: list[Item] = [octets(session.ssid), u64(session.round), octets(session.prover), octets(verifier)]
    items += numbers(p.kappa, bounds.l, p.lp, bounds.eps, p.sigma, len(st.operations))
    items += nats((st.n0.n, st.n1.n), p.n_bytes) + nats((setup.nh, setup.s, setup.t), p.nh_bytes)
    for pair in st.operations:
        items += [*nats((pair.cap_c, *pair.cap_d, *pair.cap_y), p.n2_bytes), point(pair.cap_gamma)]
    items += [point(st.cap_w), *nats(first.commitments, p.nh_bytes)]
    items += [*nats((first.cap_a, first.cap_by), p.n2_bytes), point(first.cap_bx)]
    return xof("baff-a1/e", *items).blocks(st.rows, p.kappa)
