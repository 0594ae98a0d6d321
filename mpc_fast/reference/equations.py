"""The equations of a proof as data: to be checked one by one, or many at a time (bver)."""

from dataclasses import dataclass

from .curve import Point
from .paillier import PaillierKey
from .pedersen import PedersenParams


@dataclass(frozen=True)
class EncryptionEquation:
    """enc_N(z; zeta) prod c^x = A prod d^e mod N^2, over (c, x) in `plus` and (d, e) in `terms`."""

    name: str
    key: PaillierKey
    z: int
    zeta: int
    cap_a: int  # the first message
    terms: tuple[tuple[int, int], ...]
    plus: tuple[tuple[int, int], ...] = ()

    def holds(self) -> bool:
        key, left, right = self.key, self.key.encrypt(self.z, self.zeta), self.cap_a
        for c, x in self.plus:
            left = key.add(left, key.mul(x, c))
        for d, e in self.terms:
            right = key.add(right, key.mul(e, d))
        return left == right


@dataclass(frozen=True)
class CommitmentEquation:
    """s^z t^z' = C S^e mod Nh"""

    name: str
    setup: PedersenParams
    z: int
    z_prime: int
    cap_c: int  # the first message
    cap_s: int
    e: int

    def holds(self) -> bool:
        nh = self.setup.nh
        return self.setup.commit(self.z, self.z_prime) == self.cap_c * pow(self.cap_s, self.e, nh) % nh


@dataclass(frozen=True)
class CurveEquation:
    name: str
    left: Point
    right: Point

    def holds(self) -> bool:
        return self.left == self.right


Equation = EncryptionEquation | CommitmentEquation | CurveEquation
