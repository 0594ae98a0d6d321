"""elog: a discrete log against an ElGamal commitment (CGGMP24 Fig. 23; 3.4).

Claims    L = lam G,  M = lam X + y G,  Y = y h
Public    points L, M, X, Y, h
Secret    y, lam
"""

from collections.abc import Iterator
from dataclasses import dataclass

from . import curve, wire
from .context import Context, challenges
from .curve import G, Point, q
from .errors import Checks
from .params import Profile
from .rng import Rng
from .transcript import point

NAME = "elog"


@dataclass(frozen=True)
class Statement:
    cap_l: Point  # L = lam G
    cap_m: Point  # M = lam X + y G
    cap_x: Point
    cap_y: Point  # Y = y h
    h: Point


@dataclass(frozen=True)
class Witness:
    y: int
    lam: int


@dataclass(frozen=True)
class FirstMessage:
    cap_a: Point
    cap_n: Point
    cap_b: Point


@dataclass(frozen=True)
class Proof:
    first: FirstMessage
    z: int  # z and u in [0, q)
    u: int

    def encode(self, profile: Profile) -> bytes:
        first = self.first
        points = curve.encode(first.cap_a) + curve.encode(first.cap_n) + curve.encode(first.cap_b)
        return points + wire.scalar(self.z) + wire.scalar(self.u)

    @staticmethod
    def decode(data: bytes, profile: Profile) -> "Proof":
        reader = wire.Reader(data)
        first = FirstMessage(cap_a=reader.point(), cap_n=reader.point(), cap_b=reader.point())
        proof = Proof(first, z=reader.scalar(), u=reader.scalar())
        reader.end()
        return proof


def prove(ctx: Context, st: Statement, wit: Witness, rng: Rng) -> Proof:
    """Draws, in this order: a, mm."""
    while True:  # a first message O: all is drawn again
        a, mm = rng.scalar(), rng.scalar()
        # A = a G    N = mm G + a X    B = mm h
        first = FirstMessage(cap_a=a * G, cap_n=mm * G + a * st.cap_x, cap_b=mm * st.h)
        e = _challenge(ctx, st, first)
        proof = Proof(first, z=(a + e * wit.lam) % q, u=(mm + e * wit.y) % q)
        if all(holds for holds, _ in _limits(proof)):
            return proof


def verify(ctx: Context, st: Statement, proof: Proof) -> None:
    require, first = Checks(NAME), proof.first
    require(not st.cap_y.is_identity, "Y != O")
    require(not st.h.is_identity, "h != O")
    for holds, name in _limits(proof):
        require(holds, name)
    e = _challenge(ctx, st, first)
    # z G = A + e L
    require(proof.z * G == first.cap_a + e * st.cap_l, "z G")
    # u G + z X = N + e M
    require(proof.u * G + proof.z * st.cap_x == first.cap_n + e * st.cap_m, "u G + z X")
    # u h = B + e Y
    require(proof.u * st.h == first.cap_b + e * st.cap_y, "u h")


def _limits(proof: Proof) -> Iterator[tuple[bool, str]]:
    """What can be sent at all, and the ranges."""
    yield not proof.first.cap_a.is_identity, "A != O"
    yield not proof.first.cap_n.is_identity, "N != O"
    yield not proof.first.cap_b.is_identity, "B != O"
    yield 0 <= proof.z < q, "z range"
    yield 0 <= proof.u < q, "u range"


def _challenge(ctx: Context, st: Statement, first: FirstMessage) -> int:
    statement = (point(st.cap_l), point(st.cap_m), point(st.cap_x), point(st.cap_y), point(st.h))
    return challenges(NAME, ctx, *statement, point(first.cap_a), point(first.cap_n), point(first.cap_b)).scalar()
