"""aff-g: an affine operation in range with a group commitment (CGGMP24 Fig. 25; 3.3).

Claims    D = x (.) C (+) enc_N0(y; rho),  Yc = enc_N1(y; rho_y),  X = x G,  with x in +-2^l and y in +-2^lp
Public    N0 (the verifier's), N1 (the prover's), C, D mod N0^2, Yc mod N1^2, point X; the verifier's setup (Nh, s, t)
Secret    x, y, rho, rho_y

D and Yc both encrypt +y; in the MtA the prover subtracts y in its own share.  The range of z2 is the check whose
absence made the Alpha-Rays attacks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from . import curve, wire
from .context import Context, challenges, setup_items
from .curve import G, Point
from .equations import CommitmentEquation, CurveEquation, EncryptionEquation, Equation
from .errors import Checks
from .numbers import is_unit
from .paillier import PaillierKey
from .params import Profile
from .pedersen import PedersenParams
from .rng import Rng
from .transcript import Item, nat, point

NAME = "aff-g"


@dataclass(frozen=True)
class Statement:
    n0: PaillierKey
    n1: PaillierKey
    cap_c: int  # mod N0^2
    cap_d: int  # D = x (.) C (+) enc_N0(y; rho)
    cap_yc: int  # Yc = enc_N1(y; rho_y)
    cap_x: Point  # X = x G


@dataclass(frozen=True)
class Witness:
    x: int
    y: int
    rho: int
    rho_y: int


@dataclass(frozen=True)
class FirstMessage:
    cap_a: int  # mod N0^2
    cap_bx: Point
    cap_by: int  # mod N1^2
    cap_e: int  # mod Nh, like S, F, T
    cap_s: int
    cap_f: int
    cap_t: int

    def items(self, p: Profile) -> list[Item]:
        commitments = [nat(c, p.nh_bytes) for c in (self.cap_e, self.cap_s, self.cap_f, self.cap_t)]
        return [nat(self.cap_a, p.n2_bytes), point(self.cap_bx), nat(self.cap_by, p.n2_bytes), *commitments]


@dataclass(frozen=True)
class Proof:
    first: FirstMessage
    z1: int  # |z1| < 2^(l+eps)
    z2: int  # |z2| < 2^(lp+eps)
    z3: int  # |z3|, |z4| < 2^(l+eps+|Nh|)
    z4: int
    w: int  # mod N0
    w_y: int  # mod N1

    def encode(self, profile: Profile) -> bytes:
        p, first = profile, self.first
        return b"".join(
            [
                wire.nat(first.cap_a, p.n2_bytes),
                curve.encode(first.cap_bx),
                wire.nat(first.cap_by, p.n2_bytes),
                wire.nat(first.cap_e, p.nh_bytes),
                wire.nat(first.cap_s, p.nh_bytes),
                wire.nat(first.cap_f, p.nh_bytes),
                wire.nat(first.cap_t, p.nh_bytes),
                wire.signed(self.z1, p.x_bits),
                wire.signed(self.z2, p.y_bits),
                wire.signed(self.z3, p.mask_bits),
                wire.signed(self.z4, p.mask_bits),
                wire.nat(self.w, p.n_bytes),
                wire.nat(self.w_y, p.n_bytes),
            ]
        )

    @staticmethod
    def decode(data: bytes, profile: Profile) -> "Proof":
        p, reader = profile, wire.Reader(data)
        first = FirstMessage(
            cap_a=reader.nat(p.n2_bytes),
            cap_bx=reader.point(),
            cap_by=reader.nat(p.n2_bytes),
            cap_e=reader.nat(p.nh_bytes),
            cap_s=reader.nat(p.nh_bytes),
            cap_f=reader.nat(p.nh_bytes),
            cap_t=reader.nat(p.nh_bytes),
        )
        proof = Proof(
            first,
            z1=reader.signed(p.x_bits),
            z2=reader.signed(p.y_bits),
            z3=reader.signed(p.mask_bits),
            z4=reader.signed(p.mask_bits),
            w=reader.nat(p.n_bytes),
            w_y=reader.nat(p.n_bytes),
        )
        reader.end()
        return proof


def prove(ctx: Context, st: Statement, wit: Witness, setup: PedersenParams, rng: Rng) -> Proof:
    """Draws, in this order: alpha, beta, r, r_y, gamma, delta, m, mu."""
    p, n0, n1 = ctx.profile, st.n0, st.n1
    while True:  # a response out of bounds or a first message O: all is drawn again
        alpha = rng.signed(1 << (p.l + p.eps))
        beta = rng.signed(1 << (p.lp + p.eps))
        r, r_y = rng.unit(n0.n), rng.unit(n1.n)
        gamma, delta = rng.signed(setup.nh << (p.l + p.eps)), rng.signed(setup.nh << (p.l + p.eps))
        m, mu = rng.signed(setup.nh << p.l), rng.signed(setup.nh << p.l)
        first = FirstMessage(
            # A = alpha (.) C (+) enc_N0(beta; r)    Bx = alpha G    By = enc_N1(beta; r_y)
            cap_a=n0.add(n0.mul(alpha, st.cap_c), n0.encrypt(beta, r)),
            cap_bx=alpha * G,
            cap_by=n1.encrypt(beta, r_y),
            # E = com(alpha; gamma)    S = com(x; m)    F = com(beta; delta)    T = com(y; mu)
            cap_e=setup.commit(alpha, gamma),
            cap_s=setup.commit(wit.x, m),
            cap_f=setup.commit(beta, delta),
            cap_t=setup.commit(wit.y, mu),
        )
        e = _challenge(ctx, st, setup, first)
        proof = Proof(
            first,
            z1=alpha + e * wit.x,
            z2=beta + e * wit.y,
            z3=gamma + e * m,
            z4=delta + e * mu,
            w=r * pow(wit.rho, e, n0.n) % n0.n,
            w_y=r_y * pow(wit.rho_y, e, n1.n) % n1.n,
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
    n0, n1, nh, first = st.n0, st.n1, setup.nh, proof.first
    yield n0.is_ciphertext(st.cap_c), "C unit"
    yield n0.is_ciphertext(st.cap_d), "D unit"
    yield n0.is_ciphertext(first.cap_a), "A unit"
    yield n1.is_ciphertext(st.cap_yc), "Yc unit"
    yield n1.is_ciphertext(first.cap_by), "By unit"
    yield is_unit(first.cap_e, nh), "E unit"
    yield is_unit(first.cap_s, nh), "S unit"
    yield is_unit(first.cap_f, nh), "F unit"
    yield is_unit(first.cap_t, nh), "T unit"
    yield is_unit(proof.w, n0.n), "w unit"
    yield is_unit(proof.w_y, n1.n), "w_y unit"
    yield not st.cap_x.is_identity, "X != O"
    yield from _limits(proof, ctx.profile)


def equations(ctx: Context, st: Statement, proof: Proof, setup: PedersenParams) -> Iterator[Equation]:
    n0, n1, first = st.n0, st.n1, proof.first
    z1, z2, z3, z4 = proof.z1, proof.z2, proof.z3, proof.z4
    e = _challenge(ctx, st, setup, first)
    # z1 (.) C (+) enc_N0(z2; w) = A D^e mod N0^2
    own, name = ((st.cap_c, z1),), "z1 C + enc(z2; w)"
    yield EncryptionEquation(name, n0, z2, proof.w, first.cap_a, ((st.cap_d, e),), plus=own)
    # z1 G = Bx + e X
    yield CurveEquation("z1 G", z1 * G, first.cap_bx + e * st.cap_x)
    # enc_N1(z2; w_y) = By Yc^e mod N1^2
    yield EncryptionEquation("enc(z2; w_y)", n1, z2, proof.w_y, first.cap_by, ((st.cap_yc, e),))
    # s^z1 t^z3 = E S^e mod Nh
    yield CommitmentEquation("com(z1; z3)", setup, z1, z3, first.cap_e, first.cap_s, e)
    # s^z2 t^z4 = F T^e mod Nh
    yield CommitmentEquation("com(z2; z4)", setup, z2, z4, first.cap_f, first.cap_t, e)


def _limits(proof: Proof, p: Profile) -> Iterator[tuple[bool, str]]:
    """What can be sent at all, and the ranges: the verifier tests it, the prover makes sure of it."""
    yield not proof.first.cap_bx.is_identity, "Bx != O"
    yield abs(proof.z1) < 1 << p.x_bits, "z1 range"
    yield abs(proof.z2) < 1 << p.y_bits, "z2 range"
    yield abs(proof.z3) < 1 << p.mask_bits, "z3 length"
    yield abs(proof.z4) < 1 << p.mask_bits, "z4 length"


def _challenge(ctx: Context, st: Statement, setup: PedersenParams, first: FirstMessage) -> int:
    p = ctx.profile
    moduli = (nat(st.n0.n, p.n_bytes), nat(st.n1.n, p.n_bytes))
    ciphertexts = (nat(st.cap_c, p.n2_bytes), nat(st.cap_d, p.n2_bytes), nat(st.cap_yc, p.n2_bytes))
    statement = (*moduli, *ciphertexts, point(st.cap_x))
    return challenges(NAME, ctx, *setup_items(p, setup), *statement, *first.items(p)).signed(p)
