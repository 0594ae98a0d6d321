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
    n0, n1, nh, first = st.n0, st.n1, setup.nh, proof.first
    require(n0.is_ciphertext(st.cap_c), "C unit")
    require(n0.is_ciphertext(st.cap_d), "D unit")
    require(n0.is_ciphertext(first.cap_a), "A unit")
    require(n1.is_ciphertext(st.cap_yc), "Yc unit")
    require(n1.is_ciphertext(first.cap_by), "By unit")
    require(is_unit(first.cap_e, nh), "E unit")
    require(is_unit(first.cap_s, nh), "S unit")
    require(is_unit(first.cap_f, nh), "F unit")
    require(is_unit(first.cap_t, nh), "T unit")
    require(is_unit(proof.w, n0.n), "w unit")
    require(is_unit(proof.w_y, n1.n), "w_y unit")
    require(not st.cap_x.is_identity, "X != O")
    for holds, name in _limits(proof, ctx.profile):
        require(holds, name)
    e = _challenge(ctx, st, setup, first)
    # z1 (.) C (+) enc_N0(z2; w) = A D^e mod N0^2
    left = n0.add(n0.mul(proof.z1, st.cap_c), n0.encrypt(proof.z2, proof.w))
    require(left == n0.add(first.cap_a, n0.mul(e, st.cap_d)), "z1 C + enc(z2; w)")
    # z1 G = Bx + e X
    require(proof.z1 * G == first.cap_bx + e * st.cap_x, "z1 G")
    # enc_N1(z2; w_y) = By Yc^e mod N1^2
    require(n1.encrypt(proof.z2, proof.w_y) == n1.add(first.cap_by, n1.mul(e, st.cap_yc)), "enc(z2; w_y)")
    # s^z1 t^z3 = E S^e mod Nh
    require(setup.commit(proof.z1, proof.z3) == first.cap_e * pow(first.cap_s, e, nh) % nh, "com(z1; z3)")
    # s^z2 t^z4 = F T^e mod Nh
    require(setup.commit(proof.z2, proof.z4) == first.cap_f * pow(first.cap_t, e, nh) % nh, "com(z2; z4)")


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
