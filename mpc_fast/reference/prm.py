"""prm: ring-Pedersen parameters (CGGMP24 Fig. 13; 3.6).

Claims    s is a power of t mod Nh
Public    Nh, s, t
Secret    lam with s = t^lam, and phi(Nh)

The wire carries the challenge bits e_i and the responses z_i; the first messages A_i = t^z_i s^-e_i are recomputed
and hashed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from . import wire
from .context import Context, challenges
from .errors import Checks, DecodeError
from .numbers import is_unit, jacobi
from .params import Profile
from .rng import Rng
from .transcript import nat

NAME = "prm"


@dataclass(frozen=True)
class Statement:
    nh: int
    s: int
    t: int


@dataclass(frozen=True)
class Witness:
    lam: int
    phi: int


@dataclass(frozen=True)
class Proof:
    bits: tuple[int, ...]  # e_1 .. e_m, exactly m_prm
    z: tuple[int, ...]  # z_1 .. z_m, in [0, Nh)

    def encode(self, profile: Profile) -> bytes:
        packed = sum(bit << i for i, bit in enumerate(self.bits)).to_bytes((profile.m_prm + 7) // 8, "little")
        return packed + b"".join(wire.nat(z, profile.nh_bytes) for z in self.z)

    @staticmethod
    def decode(data: bytes, profile: Profile) -> "Proof":
        m, reader = profile.m_prm, wire.Reader(data)
        packed = int.from_bytes(reader.take((m + 7) // 8), "little")
        if packed >> m:
            raise DecodeError("prm: padding of the bits")
        z = tuple(reader.nat(profile.nh_bytes) for _ in range(m))
        reader.end()
        return Proof(tuple((packed >> i) & 1 for i in range(m)), z)


def prove(ctx: Context, st: Statement, wit: Witness, rng: Rng) -> Proof:
    """Draws, in this order: a_1 .. a_m."""
    a = [rng.below(wit.phi) for _ in range(ctx.profile.m_prm)]
    # A_i = t^a_i
    bits = _challenge(ctx, st, [pow(st.t, a_i, st.nh) for a_i in a])
    # z_i = a_i + e_i lam mod phi
    z = tuple((a_i + e_i * wit.lam) % wit.phi for a_i, e_i in zip(a, bits, strict=True))
    return Proof(bits, z)


def verify(ctx: Context, st: Statement, proof: Proof) -> None:
    require = Checks(NAME)
    nh, s, t = st.nh, st.s, st.t
    require(nh.bit_length() == ctx.profile.nhb, "Nh length")
    require(nh % 2 == 1, "Nh odd")
    require(is_unit(s, nh), "s unit")
    require(is_unit(t, nh), "t unit")
    require(s not in (1, nh - 1), "s != +-1")
    require(t not in (1, nh - 1), "t != +-1")
    require(s != t, "s != t")
    require(jacobi(s, nh) == 1, "Jacobi(s|Nh) = 1")
    require(jacobi(t, nh) == 1, "Jacobi(t|Nh) = 1")
    require(len(proof.bits) == len(proof.z) == ctx.profile.m_prm, "count")
    require(all(0 <= z_i < nh for z_i in proof.z), "z range")
    # A_i = t^z_i s^-e_i: a unit, because s and t are
    cap_a = [pow(t, z_i, nh) * pow(s, -e_i, nh) % nh for z_i, e_i in zip(proof.z, proof.bits, strict=True)]
    require(proof.bits == _challenge(ctx, st, cap_a), "bits")


def _challenge(ctx: Context, st: Statement, cap_a: Sequence[int]) -> tuple[int, ...]:
    p = ctx.profile
    items = [nat(value, p.nh_bytes) for value in (st.nh, st.s, st.t, *cap_a)]
    return challenges(NAME, ctx, *items).bits(p.m_prm)
