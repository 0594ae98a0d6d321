"""BENC(B, M): many ciphertexts of one prover in range, by one proof for all verifiers (3).

Claims    K_c = enc_N(k_c; rho_c) with k_c in +-2^l, and (A_c, B_c) = (a_c G, a_c Y + k_c G), for every cell c
Public    N (the prover's), all K_c, A_c, B_c, and Y; of every verifier j its pid and setup (Nh_j, t_j, s_j,1 .. s_j,M)
Secret    k_c, rho_c, a_c

Cell c stands in row b = c div M and column p = c mod M; the last row may be short.  e_b is the challenge of row b, f_p
the weight of column p, and the cell counts with e_b f_p.  What a cheating prover can get away with is
|k_c| <= 2^(l+eps_B+1).  Without Y the proof is "plain": no A_c, B_c, Z, W, w.  In presigning M = 1, row 2u-1 is
(K_u, A_u1, A_u2) and row 2u is (G_u, B_u1, B_u2).

M > 1 is experimental: the argument in docs/paper.md has not been reviewed by others.

The common part goes to all verifiers, a private part to each.  All masks may be shared because all verifiers see the
same responses to the same e.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import curve, wire
from .batch import Session, byte_strings, combine, nats, numbers, point_sum, powers, read_signed, signed, xof
from .curve import G, Point, q
from .errors import Checks
from .numbers import is_unit
from .paillier import PaillierKey
from .params import MAX_ROWS
from .pedersen import VectorParams
from .rng import Rng
from .transcript import Item, label, nat, octets, point, sequence, u64

NAME = "benc"


@dataclass(frozen=True)
class ElGamal:
    """The pairs (A_c, B_c) = (a_c G, a_c Y + k_c G), under one Y."""

    cap_y: Point
    cap_a: tuple[Point, ...]
    cap_b: tuple[Point, ...]


@dataclass(frozen=True)
class Statement:
    n: PaillierKey
    cap_k: tuple[int, ...]  # K_c = enc_N(k_c; rho_c), cell by cell
    pairs: ElGamal | None  # None: plain
    columns: int = 1  # M

    def __post_init__(self) -> None:
        if self.columns < 1 or not 1 <= self.rows <= MAX_ROWS:
            raise ValueError(f"benc: 1 to {MAX_ROWS} rows of at least one column")
        if self.pairs and not len(self.pairs.cap_a) == len(self.pairs.cap_b) == len(self.cap_k):
            raise ValueError("benc: a pair for every cell")

    @property
    def rows(self) -> int:
        """B"""
        return -(-len(self.cap_k) // self.columns)

    def items(self, session: Session) -> list[Item]:
        """kappa, l, eps, sigma, B, M, N, then cell by cell K_c, A_c, B_c, then Y."""
        p, bounds = session.profile, session.range
        items = numbers(p.kappa, bounds.l, bounds.eps, p.sigma, self.rows, self.columns)
        items.append(nat(self.n.n, p.n_bytes))
        if self.pairs is None:
            return items + nats(self.cap_k, p.n2_bytes)
        for cap_k, cap_a, cap_b in zip(self.cap_k, self.pairs.cap_a, self.pairs.cap_b, strict=True):
            items += [nat(cap_k, p.n2_bytes), point(cap_a), point(cap_b)]
        return [*items, point(self.pairs.cap_y)]


@dataclass(frozen=True)
class Witness:
    """Cell by cell; no a for a plain statement."""

    k: tuple[int, ...]
    rho: tuple[int, ...]
    a: tuple[int, ...] = ()


@dataclass(frozen=True)
class Verifier:
    pid: bytes
    setup: VectorParams  # with M generators


@dataclass(frozen=True)
class CurvePart:
    """What the pairs add to the common part."""

    cap_z: Point
    cap_w: Point
    w: int  # mod q


@dataclass(frozen=True)
class Common:
    """What all verifiers get."""

    cap_a: int  # mod N^2
    z: tuple[int, ...]  # z_1 .. z_M, |z_p| < 2^(l+eps_B)
    z_prime: int  # z' mod N
    h: tuple[bytes, ...]  # h_j of all verifiers in canonical order
    curve: CurvePart | None  # None: plain

    def encode(self, session: Session, st: Statement) -> bytes:
        """A, Z, W, z_1 .. z_M, z', w, then all h_j."""
        p, part = session.profile, self.curve
        return b"".join(
            [
                wire.nat(self.cap_a, p.n2_bytes),
                curve.encode(part.cap_z) + curve.encode(part.cap_w) if part else b"",
                *(signed(z, session.x_bits(st.rows)) for z in self.z),
                wire.nat(self.z_prime, p.n_bytes),
                wire.scalar(part.w) if part else b"",
                *self.h,
            ]
        )

    @staticmethod
    def decode(data: bytes, session: Session, st: Statement, verifiers: int) -> "Common":
        p, reader = session.profile, wire.Reader(data)
        cap_a = reader.nat(p.n2_bytes)
        points = [reader.point(), reader.point()] if st.pairs else []
        z = tuple(read_signed(reader, session.x_bits(st.rows)) for _ in range(st.columns))
        z_prime = reader.nat(p.n_bytes)
        part = CurvePart(points[0], points[1], reader.scalar()) if st.pairs else None
        h = tuple(reader.take(32) for _ in range(verifiers))
        reader.end()
        return Common(cap_a, z, z_prime, h, part)


@dataclass(frozen=True)
class Private:
    """What verifier j gets in addition."""

    cap_s: tuple[int, ...]  # S_j,1 .. S_j,B mod Nh_j
    cap_c: int  # mod Nh_j
    z_second: int  # z''_j; its field is its only bound

    def encode(self, session: Session, st: Statement) -> bytes:
        residues = [wire.nat(value, session.profile.nh_bytes) for value in (*self.cap_s, self.cap_c)]
        return b"".join([*residues, signed(self.z_second, session.mask_bits(st.rows))])

    @staticmethod
    def decode(data: bytes, session: Session, st: Statement) -> "Private":
        reader = wire.Reader(data)
        cap_s = tuple(reader.nat(session.profile.nh_bytes) for _ in range(st.rows))
        cap_c = reader.nat(session.profile.nh_bytes)
        z_second = read_signed(reader, session.mask_bits(st.rows))
        reader.end()
        return Private(cap_s, cap_c, z_second)


@dataclass(frozen=True)
class Masks:
    """Secret, and good for one e: two responses to different e give the witness away."""

    mu: list[list[int]]  # mu_j,b
    alpha: list[int]  # alpha_p, the same for all verifiers
    gamma: list[int]  # gamma_j
    r: int
    beta: int


def prove(
    session: Session, st: Statement, wit: Witness, verifiers: Sequence[Verifier], rng: Rng
) -> tuple[Common, list[Private]]:
    """Draws mu_j,b (for each verifier all rows), all alpha_p, all gamma_j, r, beta (not if plain), in this order."""
    if not verifiers or any(len(v.setup.s) != st.columns for v in verifiers):
        raise ValueError("benc: verifiers with one generator for each column")
    while True:  # a response out of bounds or a first message O: all is drawn again
        common, private = _respond(session, st, wit, verifiers, _draw(session, st, verifiers, rng))
        if all(holds for part in private for holds, _ in _limits(session, st, common, part)):
            return common, private


def _draw(session: Session, st: Statement, verifiers: Sequence[Verifier], rng: Rng) -> Masks:
    sigma, eps_b = session.profile.sigma, session.slack(st.rows)
    return Masks(
        mu=[[rng.signed(v.setup.nh << sigma) for _ in range(st.rows)] for v in verifiers],
        alpha=[rng.signed(1 << (session.range.l + eps_b)) for _ in range(st.columns)],
        gamma=[rng.signed(v.setup.nh << (sigma + eps_b)) for v in verifiers],
        r=rng.unit(st.n.n),
        beta=rng.scalar() if st.pairs else 0,
    )


def _respond(
    session: Session, st: Statement, wit: Witness, verifiers: Sequence[Verifier], masks: Masks
) -> tuple[Common, list[Private]]:
    n, columns = st.n.n, st.columns
    rows = [wit.k[at : at + columns] for at in range(0, len(wit.k), columns)]
    # S_b = prod_p s_p^k_b,p t^mu_b    C = prod_p s_p^alpha_p t^gamma    mod Nh_j, for each verifier j
    opened = list(zip(verifiers, masks.mu, masks.gamma, strict=True))
    cap_s = [tuple(v.setup.commit(k, mu_b) for k, mu_b in zip(rows, mu, strict=True)) for v, mu, _ in opened]
    cap_c = [v.setup.commit(masks.alpha, gamma) for v, _, gamma in opened]
    h = tuple(_hash(session, *commitments) for commitments in zip(verifiers, cap_s, cap_c, strict=True))
    f = _weights(session, st, h)
    # A = enc_N(sum_p f_p alpha_p; r)    Z = beta G    W = beta Y + (sum_p f_p alpha_p) G
    alpha = combine(f, masks.alpha)
    cap_a = st.n.encrypt(alpha, masks.r)
    points = [masks.beta * G, masks.beta * st.pairs.cap_y + alpha * G] if st.pairs else []
    e = _challenges(session, st, h, f, cap_a, points)
    ef = _cell_weights(st, e, f)
    # z_p = alpha_p + sum_b e_b k_b,p    z' = r prod_c rho_c^(e_b f_p)    w = beta + sum_c e_b f_p a_c
    z = tuple(masks.alpha[p] + combine(e, wit.k[p::columns]) for p in range(columns))
    z_prime = masks.r
    for rho, weight in zip(wit.rho, ef, strict=True):
        z_prime = z_prime * pow(rho, weight, n) % n
    part = CurvePart(points[0], points[1], (masks.beta + combine(ef, wit.a)) % q) if st.pairs else None
    # z'' = gamma + sum_b e_b mu_b, for each verifier
    z_second = [gamma + combine(e, mu) for _, mu, gamma in opened]
    private = [Private(*values) for values in zip(cap_s, cap_c, z_second, strict=True)]
    return Common(cap_a, z, z_prime, h, part), private


def verify(
    session: Session, st: Statement, common: Common, private: Private, verifier: Verifier, position: int
) -> None:
    """By the verifier at `position`, from 0, among those behind common.h."""
    require = Checks(NAME)
    n, nh, part = st.n, verifier.setup.nh, common.curve
    for holds, name in _counts(st, common, private, verifier, position):
        require(holds, name)
    for holds, name in _membership(st, common, private, nh):
        require(holds, name)
    for holds, name in _limits(session, st, common, private):
        require(holds, name)
    require(common.h[position] == _hash(session, verifier, private.cap_s, private.cap_c), "h_j")
    f = _weights(session, st, common.h)
    e = _challenges(session, st, common.h, f, common.cap_a, (part.cap_z, part.cap_w) if part else ())
    ef, z = _cell_weights(st, e, f), combine(f, common.z)
    # prod_p s_p^z_p t^z'' = C prod_b S_b^e_b mod Nh
    left = verifier.setup.commit(common.z, private.z_second)
    require(left == private.cap_c * powers(private.cap_s, e, nh) % nh, "com(z; z'')")
    # enc_N(sum_p f_p z_p; z') = A prod_c K_c^(e_b f_p) mod N^2
    require(n.encrypt(z, common.z_prime) == n.add(common.cap_a, powers(st.cap_k, ef, n.n2)), "enc(z; z')")
    if st.pairs and part:
        # w G = Z + sum_c e_b f_p A_c
        require(part.w * G == part.cap_z + point_sum(ef, st.pairs.cap_a), "w G")
        # w Y + (sum_p f_p z_p) G = W + sum_c e_b f_p B_c
        require(part.w * st.pairs.cap_y + z * G == part.cap_w + point_sum(ef, st.pairs.cap_b), "w Y + z G")


def _counts(
    st: Statement, common: Common, private: Private, verifier: Verifier, position: int
) -> Iterator[tuple[bool, str]]:
    yield len(verifier.setup.s) == len(common.z) == st.columns, "z count"
    yield len(private.cap_s) == st.rows, "S count"
    yield 0 <= position < len(common.h), "h count"
    yield (common.curve is None) == (st.pairs is None), "pairs count"


def _membership(st: Statement, common: Common, private: Private, nh: int) -> Iterator[tuple[bool, str]]:
    yield all(st.n.is_ciphertext(cap_k) for cap_k in st.cap_k), "K unit"
    yield st.n.is_ciphertext(common.cap_a), "A unit"
    yield is_unit(common.z_prime, st.n.n), "z' unit"
    yield all(is_unit(cap_s, nh) for cap_s in private.cap_s), "S unit"
    yield is_unit(private.cap_c, nh), "C unit"
    if st.pairs:
        yield not st.pairs.cap_y.is_identity, "Y != O"
        yield not any(cap_a.is_identity for cap_a in st.pairs.cap_a), "A_c != O"
        yield not any(cap_b.is_identity for cap_b in st.pairs.cap_b), "B_c != O"


def _limits(session: Session, st: Statement, common: Common, private: Private) -> Iterator[tuple[bool, str]]:
    """What can be sent at all, and the ranges: the verifier tests it, the prover makes sure of it."""
    if common.curve:
        yield not common.curve.cap_z.is_identity, "Z != O"
        yield not common.curve.cap_w.is_identity, "W != O"
        yield 0 <= common.curve.w < q, "w range"
    yield all(abs(z) < 1 << session.x_bits(st.rows) for z in common.z), "z range"
    yield abs(private.z_second) < 1 << session.mask_bits(st.rows), "z'' length"


def _hash(session: Session, verifier: Verifier, cap_s: Sequence[int], cap_c: int) -> bytes:
    """h_j: what the others see of the commitments for j."""
    size, setup = session.profile.nh_bytes, verifier.setup
    ids = [octets(value) for value in (session.ssid, session.prover, verifier.pid)]
    moduli = [*nats((setup.nh, setup.t), size), sequence(nats(setup.s, size))]
    return xof("benc/com", *ids, *moduli, sequence(nats(cap_s, size)), nat(cap_c, size)).read(32)


def _weights(session: Session, st: Statement, h: Sequence[bytes]) -> tuple[int, ...]:
    """f_1 .. f_M, hashed after all commitments; one column needs none."""
    if st.columns == 1:
        return (1,)
    kappa = session.profile.kappa
    place = (octets(session.ssid), octets(session.prover))
    return xof("benc/f", *place, *st.items(session), byte_strings(h)).blocks(st.columns, kappa)


def _challenges(
    session: Session, st: Statement, h: Sequence[bytes], f: Sequence[int], cap_a: int, points: Sequence[Point]
) -> tuple[int, ...]:
    """e_1 .. e_B, independent of one another: a common e would prove the range of the sum alone."""
    p = session.profile
    place = (octets(session.ssid), u64(session.round), octets(session.prover), label("*"))
    lists = (byte_strings(h), sequence(nats(f if st.columns > 1 else (), p.kappa // 8)))
    first = (nat(cap_a, p.n2_bytes), *(point(value) for value in points))
    name = "benc/e" if st.pairs else "benc-plain/e"
    return xof(name, *place, *st.items(session), *lists, *first).blocks(st.rows, p.kappa)


def _cell_weights(st: Statement, e: Sequence[int], f: Sequence[int]) -> list[int]:
    """e_b f_p of every cell."""
    return [e[c // st.columns] * f[c % st.columns] for c in range(len(st.cap_k))]
