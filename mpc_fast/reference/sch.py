"""sch: Schnorr knowledge of a discrete log (3.1).

Claims    the prover knows x with X = x G
Public    X
Secret    x

In the VSS core A is fixed in a hash commitment one round before the challenge exists: there `commit` and `respond`
are used apart.
"""

from dataclasses import dataclass

from . import curve, wire
from .context import Context, challenges
from .curve import G, Point, q
from .errors import Checks
from .params import Profile
from .rng import Rng
from .transcript import point

NAME = "sch"


@dataclass(frozen=True)
class Statement:
    cap_x: Point  # X = x G


@dataclass(frozen=True)
class Witness:
    x: int


@dataclass(frozen=True)
class Nonce:
    """The secret a and the first message A = a G; for one proof only."""

    a: int
    cap_a: Point


@dataclass(frozen=True)
class Proof:
    cap_a: Point
    z: int  # in [0, q)

    def encode(self, profile: Profile) -> bytes:
        return curve.encode(self.cap_a) + wire.scalar(self.z)

    @staticmethod
    def decode(data: bytes, profile: Profile) -> "Proof":
        reader = wire.Reader(data)
        proof = Proof(reader.point(), reader.scalar())
        reader.end()
        return proof


def commit(rng: Rng) -> Nonce:
    """Draws a; A = O cannot be sent, so a != 0."""
    a = rng.nonzero_scalar()
    return Nonce(a, a * G)


def respond(ctx: Context, st: Statement, wit: Witness, nonce: Nonce) -> Proof:
    """z = a + e x mod q"""
    e = _challenge(ctx, st, nonce.cap_a)
    return Proof(nonce.cap_a, (nonce.a + e * wit.x) % q)


def prove(ctx: Context, st: Statement, wit: Witness, rng: Rng) -> Proof:
    """Draws, in this order: a."""
    return respond(ctx, st, wit, commit(rng))


def verify(ctx: Context, st: Statement, proof: Proof) -> None:
    require = Checks(NAME)
    require(not st.cap_x.is_identity, "X != O")
    require(not proof.cap_a.is_identity, "A != O")
    require(0 <= proof.z < q, "z range")
    e = _challenge(ctx, st, proof.cap_a)
    # z G = A + e X
    require(proof.z * G == proof.cap_a + e * st.cap_x, "z G")


def _challenge(ctx: Context, st: Statement, cap_a: Point) -> int:
    return challenges(NAME, ctx, point(st.cap_x), point(cap_a)).scalar()
