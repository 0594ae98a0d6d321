"""BPRM(M): ring-Pedersen parameters with M generators (batch-range-proofs.md 2.3).  Experimental.

Claims    s_1 .. s_M are powers of t mod Nh
Public    Nh, t, s_1 .. s_M
Secret    lam_a with s_a = t^lam_a, and phi(Nh)

prm with M challenge bits in each repetition, at the price of one prm.  As there the wire carries the bits and the
responses; the first messages A_r = t^z_r prod_a s_a^-e_r,a are recomputed and hashed.  The bits stay bits: with larger
challenges an s_a = -t^lam would pass whenever its challenge is even.  The argument is in docs/paper.md and has not been
reviewed by others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from . import wire
from .batch import combine, nats, powers
from .context import Context, challenges
from .errors import Checks, DecodeError
from .numbers import is_unit, jacobi
from .params import Profile
from .rng import Rng
from .transcript import u64

NAME = "bprm"


@dataclass(frozen=True)
class Statement:
    nh: int
    t: int
    s: tuple[int, ...]


@dataclass(frozen=True)
class Witness:
    lam: tuple[int, ...]
    phi: int


@dataclass(frozen=True)
class Proof:
    bits: tuple[int, ...]  # e_1,1 .. e_1,M, e_2,1 .. e_m,M with m = m_prm
    z: tuple[int, ...]  # z_1 .. z_m, in [0, Nh)

    def encode(self, profile: Profile) -> bytes:
        packed = sum(bit << i for i, bit in enumerate(self.bits)).to_bytes((len(self.bits) + 7) // 8, "little")
        return packed + b"".join(wire.nat(z, profile.nh_bytes) for z in self.z)

    @staticmethod
    def decode(data: bytes, profile: Profile, generators: int) -> "Proof":
        count, reader = profile.m_prm * generators, wire.Reader(data)
        packed = int.from_bytes(reader.take((count + 7) // 8), "little")
        if packed >> count:
            raise DecodeError("bprm: padding of the bits")
        z = tuple(reader.nat(profile.nh_bytes) for _ in range(profile.m_prm))
        reader.end()
        return Proof(tuple((packed >> i) & 1 for i in range(count)), z)


def prove(ctx: Context, st: Statement, wit: Witness, rng: Rng) -> Proof:
    """Draws, in this order: a_1 .. a_m."""
    a = [rng.below(wit.phi) for _ in range(ctx.profile.m_prm)]
    # A_r = t^a_r
    bits = _challenge(ctx, st, [pow(st.t, a_r, st.nh) for a_r in a])
    # z_r = a_r + sum_a e_r,a lam_a mod phi
    z = tuple((a_r + combine(e_r, wit.lam)) % wit.phi for a_r, e_r in zip(a, _rows(bits, st), strict=True))
    return Proof(bits, z)


def verify(ctx: Context, st: Statement, proof: Proof) -> None:
    require = Checks(NAME)
    nh, t = st.nh, st.t
    require(nh.bit_length() == ctx.profile.nhb, "Nh length")
    require(nh % 2 == 1, "Nh odd")
    require(len(st.s) >= 1, "s count")
    for value, name in [(t, "t"), *((s_a, "s") for s_a in st.s)]:
        require(is_unit(value, nh), f"{name} unit")
        require(value not in (1, nh - 1), f"{name} != +-1")
        require(jacobi(value, nh) == 1, f"Jacobi({name}|Nh) = 1")
    require(len({t, *st.s}) == 1 + len(st.s), "s, t distinct")
    require(len(proof.z) == ctx.profile.m_prm, "count")
    require(len(proof.bits) == ctx.profile.m_prm * len(st.s), "bits count")
    require(all(0 <= z_r < nh for z_r in proof.z), "z range")
    # A_r = t^z_r prod_a s_a^-e_r,a
    cap_a = [
        pow(t, z_r, nh) * powers(st.s, [-bit for bit in e_r], nh) % nh
        for z_r, e_r in zip(proof.z, _rows(proof.bits, st), strict=True)
    ]
    require(proof.bits == _challenge(ctx, st, cap_a), "bits")


def _rows(bits: Sequence[int], st: Statement) -> list[Sequence[int]]:
    """e_r,1 .. e_r,M for every r."""
    return [bits[at : at + len(st.s)] for at in range(0, len(bits), len(st.s))]


def _challenge(ctx: Context, st: Statement, cap_a: Sequence[int]) -> tuple[int, ...]:
    """The input: context, Nh, t, M, s_1 .. s_M, A_1 .. A_m."""
    size = ctx.profile.nh_bytes
    items = [*nats((st.nh, st.t), size), u64(len(st.s)), *nats(st.s, size), *nats(cap_a, size)]
    return challenges(NAME, ctx, *items).bits(len(cap_a) * len(st.s))
