"""fac: no small factor (CGGMP24 Fig. 26; 3.7), for one verifier.

Claims    N0 = p q with |p|, |q| < 2^(l+eps) R, R = floor(sqrt(N0)): no factor below about 2^(NB/2-l-eps-1)
Public    N0 (the prover's); the verifier's setup (Nh, s, t)
Secret    p, q

Says nothing about a modulus with three factors: run mod first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

from . import wire
from .context import Context, challenges, setup_items
from .errors import Checks
from .numbers import is_unit
from .params import Profile
from .pedersen import PedersenParams
from .rng import Rng
from .transcript import Item, nat

NAME = "fac"


@dataclass(frozen=True)
class Statement:
    n0: int


@dataclass(frozen=True)
class Witness:
    p: int
    q: int


@dataclass(frozen=True)
class FirstMessage:
    cap_p: int  # P, Q, A, B, T mod Nh
    cap_q: int
    cap_a: int
    cap_b: int
    cap_t: int

    def items(self, p: Profile) -> list[Item]:
        return [nat(c, p.nh_bytes) for c in (self.cap_p, self.cap_q, self.cap_a, self.cap_b, self.cap_t)]


@dataclass(frozen=True)
class Proof:
    first: FirstMessage
    z1: int  # |z1|, |z2| < 2^(l+eps) R
    z2: int
    w1: int  # |w1|, |w2| < 2^(l+eps+|Nh|)
    w2: int
    v: int  # |v| < 2^(l+eps+NB+|Nh|)

    def encode(self, profile: Profile) -> bytes:
        p, first = profile, self.first
        return b"".join(
            [
                wire.nat(first.cap_p, p.nh_bytes),
                wire.nat(first.cap_q, p.nh_bytes),
                wire.nat(first.cap_a, p.nh_bytes),
                wire.nat(first.cap_b, p.nh_bytes),
                wire.nat(first.cap_t, p.nh_bytes),
                wire.signed(self.z1, p.factor_bits),
                wire.signed(self.z2, p.factor_bits),
                wire.signed(self.w1, p.mask_bits),
                wire.signed(self.w2, p.mask_bits),
                wire.signed(self.v, p.v_bits),
            ]
        )

    @staticmethod
    def decode(data: bytes, profile: Profile) -> "Proof":
        p, reader = profile, wire.Reader(data)
        first = FirstMessage(
            cap_p=reader.nat(p.nh_bytes),
            cap_q=reader.nat(p.nh_bytes),
            cap_a=reader.nat(p.nh_bytes),
            cap_b=reader.nat(p.nh_bytes),
            cap_t=reader.nat(p.nh_bytes),
        )
        proof = Proof(
            first,
            z1=reader.signed(p.factor_bits),
            z2=reader.signed(p.factor_bits),
            w1=reader.signed(p.mask_bits),
            w2=reader.signed(p.mask_bits),
            v=reader.signed(p.v_bits),
        )
        reader.end()
        return proof


def prove(ctx: Context, st: Statement, wit: Witness, setup: PedersenParams, rng: Rng) -> Proof:
    """Draws, in this order: alpha, beta, mu, nu, r, x, y."""
    profile, nh, root = ctx.profile, setup.nh, isqrt(st.n0)
    slack = profile.l + profile.eps
    while True:  # a response out of bounds: all is drawn again
        alpha, beta = rng.signed(root << slack), rng.signed(root << slack)
        mu, nu = rng.signed(nh << profile.l), rng.signed(nh << profile.l)
        r = rng.signed((st.n0 * nh) << slack)
        x, y = rng.signed(nh << slack), rng.signed(nh << slack)
        cap_q = setup.commit(wit.q, nu)
        first = FirstMessage(
            # P = com(p; mu)    Q = com(q; nu)    A = com(alpha; x)    B = com(beta; y)
            cap_p=setup.commit(wit.p, mu),
            cap_q=cap_q,
            cap_a=setup.commit(alpha, x),
            cap_b=setup.commit(beta, y),
            # T = Q^alpha t^r    [= com(q alpha; nu alpha + r)]
            cap_t=pow(cap_q, alpha, nh) * pow(setup.t, r, nh) % nh,
        )
        e = _challenge(ctx, st, setup, first)
        proof = Proof(
            first,
            z1=alpha + e * wit.p,
            z2=beta + e * wit.q,
            w1=x + e * mu,
            w2=y + e * nu,
            v=r - e * nu * wit.p,
        )
        if all(holds for holds, _ in _limits(proof, st, profile)):
            return proof


def verify(ctx: Context, st: Statement, proof: Proof, setup: PedersenParams) -> None:
    require = Checks(NAME)
    nh, first = setup.nh, proof.first
    require(st.n0.bit_length() == ctx.profile.nb, "N0 length")  # >= 4l in every profile
    require(is_unit(first.cap_p, nh), "P unit")
    require(is_unit(first.cap_q, nh), "Q unit")
    require(is_unit(first.cap_a, nh), "A unit")
    require(is_unit(first.cap_b, nh), "B unit")
    require(is_unit(first.cap_t, nh), "T unit")
    for holds, name in _limits(proof, st, ctx.profile):
        require(holds, name)
    e = _challenge(ctx, st, setup, first)
    # s^z1 t^w1 = A P^e mod Nh
    require(setup.commit(proof.z1, proof.w1) == first.cap_a * pow(first.cap_p, e, nh) % nh, "com(z1; w1)")
    # s^z2 t^w2 = B Q^e mod Nh
    require(setup.commit(proof.z2, proof.w2) == first.cap_b * pow(first.cap_q, e, nh) % nh, "com(z2; w2)")
    # Q^z1 t^v = T (s^N0)^e mod Nh
    left = pow(first.cap_q, proof.z1, nh) * pow(setup.t, proof.v, nh) % nh
    require(left == first.cap_t * pow(setup.s, st.n0 * e, nh) % nh, "Q^z1 t^v")


def _limits(proof: Proof, st: Statement, p: Profile) -> Iterator[tuple[bool, str]]:
    """The ranges: the verifier tests them, the prover makes sure of them."""
    bound = isqrt(st.n0) << (p.l + p.eps)
    yield abs(proof.z1) < bound, "z1 range"
    yield abs(proof.z2) < bound, "z2 range"
    yield abs(proof.w1) < 1 << p.mask_bits, "w1 length"
    yield abs(proof.w2) < 1 << p.mask_bits, "w2 length"
    yield abs(proof.v) < 1 << p.v_bits, "v length"


def _challenge(ctx: Context, st: Statement, setup: PedersenParams, first: FirstMessage) -> int:
    p = ctx.profile
    return challenges(NAME, ctx, *setup_items(p, setup), nat(st.n0, p.n_bytes), *first.items(p)).fac(p)
