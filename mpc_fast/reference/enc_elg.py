"""enc-elg: a ciphertext in range, bound to an ElGamal commitment (CGGMP24 Fig. 24; 3.2).

Claims    C = enc_N0(x; rho) with x in +-2^l, and (B, X) = (b G, b A + x G)
Public    N0 (the prover's), C, points A, B, X; the verifier's setup (Nh, s, t)
Secret    x, rho, b

What a cheating prover can get away with is |x| <= 2^(l+eps+1).  In presigning A = Y_i, B = A_i1 or B_i1,
X = A_i2 or B_i2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from . import curve, wire
from .context import Context, challenges, setup_items
from .curve import G, Point, q
from .equations import CommitmentEquation, CurveEquation, EncryptionEquation, Equation
from .errors import Checks
from .numbers import is_unit
from .paillier import PaillierKey
from .params import Profile
from .pedersen import PedersenParams
from .rng import Rng
from .transcript import Item, nat, point

NAME = "enc-elg"


@dataclass(frozen=True)
class Statement:
    n0: PaillierKey
    cap_c: int  # C = enc_N0(x; rho)
    cap_a: Point
    cap_b: Point  # B = b G
    cap_x: Point  # X = b A + x G


@dataclass(frozen=True)
class Witness:
    x: int
    rho: int
    b: int


@dataclass(frozen=True)
class FirstMessage:
    cap_s: int  # mod Nh
    cap_t: int  # mod Nh
    cap_d: int  # mod N0^2
    cap_y: Point
    cap_z: Point

    def items(self, p: Profile) -> list[Item]:
        residues = [nat(self.cap_s, p.nh_bytes), nat(self.cap_t, p.nh_bytes), nat(self.cap_d, p.n2_bytes)]
        return [*residues, point(self.cap_y), point(self.cap_z)]


@dataclass(frozen=True)
class Proof:
    first: FirstMessage
    z1: int  # |z1| < 2^(l+eps)
    z2: int  # mod N0
    z3: int  # |z3| < 2^(l+eps+|Nh|)
    w: int  # mod q

    def encode(self, profile: Profile) -> bytes:
        p, first = profile, self.first
        return b"".join(
            [
                wire.nat(first.cap_s, p.nh_bytes),
                wire.nat(first.cap_t, p.nh_bytes),
                wire.nat(first.cap_d, p.n2_bytes),
                curve.encode(first.cap_y),
                curve.encode(first.cap_z),
                wire.signed(self.z1, p.x_bits),
                wire.nat(self.z2, p.n_bytes),
                wire.signed(self.z3, p.mask_bits),
                wire.scalar(self.w),
            ]
        )

    @staticmethod
    def decode(data: bytes, profile: Profile) -> "Proof":
        p, reader = profile, wire.Reader(data)
        first = FirstMessage(
            cap_s=reader.nat(p.nh_bytes),
            cap_t=reader.nat(p.nh_bytes),
            cap_d=reader.nat(p.n2_bytes),
            cap_y=reader.point(),
            cap_z=reader.point(),
        )
        proof = Proof(
            first,
            z1=reader.signed(p.x_bits),
            z2=reader.nat(p.n_bytes),
            z3=reader.signed(p.mask_bits),
            w=reader.scalar(),
        )
        reader.end()
        return proof


def prove(ctx: Context, st: Statement, wit: Witness, setup: PedersenParams, rng: Rng) -> Proof:
    """Draws, in this order: alpha, mu, gamma, r, beta."""
    p, n0 = ctx.profile, st.n0
    while True:  # a response out of bounds or a first message O: all is drawn again
        alpha = rng.signed(1 << (p.l + p.eps))
        mu = rng.signed(setup.nh << p.l)
        gamma = rng.signed(setup.nh << (p.l + p.eps))
        r = rng.unit(n0.n)
        beta = rng.scalar()
        first = FirstMessage(
            # S = com(x; mu)    T = com(alpha; gamma)    D = enc_N0(alpha; r)    Y = beta A + alpha G    Z = beta G
            cap_s=setup.commit(wit.x, mu),
            cap_t=setup.commit(alpha, gamma),
            cap_d=n0.encrypt(alpha, r),
            cap_y=beta * st.cap_a + alpha * G,
            cap_z=beta * G,
        )
        e = _challenge(ctx, st, setup, first)
        proof = Proof(
            first,
            # Over the integers: the mask alpha is 2^eps wider than x, gamma 2^eps wider than mu.
            z1=alpha + e * wit.x,
            z2=r * pow(wit.rho, e, n0.n) % n0.n,
            z3=gamma + e * mu,
            w=(beta + e * wit.b) % q,
        )
        if all(holds for holds, _ in _limits(proof, p)):
            return proof


def verify(ctx: Context, st: Statement, proof: Proof, setup: PedersenParams) -> None:
    require = Checks(NAME)
    for holds, name in form(ctx, st, proof, setup):
        require(holds, name)
    for equation in equations(ctx, st, proof, setup):
        require(equation.holds(), equation.name)


def form(ctx: Context, st: Statement, proof: Proof, setup: PedersenParams) -> Iterator[tuple[bool, str]]:
    """What must hold before the equations mean anything: membership and ranges."""
    n0, nh, first = st.n0, setup.nh, proof.first
    yield n0.is_ciphertext(st.cap_c), "C unit"
    yield n0.is_ciphertext(first.cap_d), "D unit"
    yield is_unit(first.cap_s, nh), "S unit"
    yield is_unit(first.cap_t, nh), "T unit"
    yield is_unit(proof.z2, n0.n), "z2 unit"
    yield not st.cap_a.is_identity, "A != O"
    yield not st.cap_b.is_identity, "B != O"
    yield not st.cap_x.is_identity, "X != O"
    yield from _limits(proof, ctx.profile)


def equations(ctx: Context, st: Statement, proof: Proof, setup: PedersenParams) -> Iterator[Equation]:
    first, e = proof.first, _challenge(ctx, st, setup, proof.first)
    # enc_N0(z1; z2) = D C^e mod N0^2
    yield EncryptionEquation("enc(z1; z2)", st.n0, proof.z1, proof.z2, first.cap_d, ((st.cap_c, e),))
    # w A + z1 G = Y + e X
    yield CurveEquation("w A + z1 G", proof.w * st.cap_a + proof.z1 * G, first.cap_y + e * st.cap_x)
    # w G = Z + e B
    yield CurveEquation("w G", proof.w * G, first.cap_z + e * st.cap_b)
    # s^z1 t^z3 = T S^e mod Nh
    yield CommitmentEquation("com(z1; z3)", setup, proof.z1, proof.z3, first.cap_t, first.cap_s, e)


def _limits(proof: Proof, p: Profile) -> Iterator[tuple[bool, str]]:
    """What can be sent at all, and the ranges: the verifier tests it, the prover makes sure of it."""
    yield not proof.first.cap_y.is_identity, "Y != O"
    yield not proof.first.cap_z.is_identity, "Z != O"
    yield abs(proof.z1) < 1 << p.x_bits, "z1 range"
    yield abs(proof.z3) < 1 << p.mask_bits, "z3 length"
    yield 0 <= proof.w < q, "w range"


def _challenge(ctx: Context, st: Statement, setup: PedersenParams, first: FirstMessage) -> int:
    p = ctx.profile
    statement = (nat(st.n0.n, p.n_bytes), nat(st.cap_c, p.n2_bytes), point(st.cap_a), point(st.cap_b), point(st.cap_x))
    return challenges(NAME, ctx, *setup_items(p, setup), *statement, *first.items(p)).signed(p)
