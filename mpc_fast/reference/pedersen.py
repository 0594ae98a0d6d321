"""Ring-Pedersen parameters and commitments (1.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from .errors import ModulusError
from .numbers import is_safe_prime
from .rng import Rng


@dataclass(frozen=True)
class PedersenParams:
    """(Nh, s, t): Nh a product of two safe primes, t a square, s a power of t."""

    nh: int
    s: int
    t: int

    def commit(self, x: int, mu: int) -> int:
        """com(x; mu) = s^x t^mu mod Nh, for integers of either sign."""
        return pow(self.s, x, self.nh) * pow(self.t, mu, self.nh) % self.nh

    @property
    def vector(self) -> "VectorParams":
        """The same, with one generator."""
        return VectorParams(self.nh, self.t, (self.s,))


@dataclass(frozen=True)
class VectorParams:
    """(Nh, t, s_1 .. s_M): parameters with several generators, all powers of t, for the batch proofs."""

    nh: int
    t: int
    s: tuple[int, ...]

    def commit(self, x: Sequence[int], mu: int) -> int:
        """s_1^x_1 ... s_M^x_M t^mu mod Nh; what is missing at the end of x is 0."""
        value = pow(self.t, mu, self.nh)
        for s_p, x_p in zip(self.s, x, strict=False):
            value = value * pow(s_p, x_p, self.nh) % self.nh
        return value


@dataclass(frozen=True)
class PedersenSecret:
    """The owner's trapdoor: the factors of Nh, and lam with s = t^lam."""

    p: int
    q: int
    lam: int

    @property
    def phi(self) -> int:
        return (self.p - 1) * (self.q - 1)


def setup(p: int, q: int, rng: Rng) -> tuple[PedersenParams, PedersenSecret]:
    """Parameters over Nh = p q: t = u^2 for a random unit u, s = t^lam for lam in [0, phi/4) = [0, ord(QR))."""
    nh, phi = p * q, (p - 1) * (q - 1)
    u = rng.unit(nh)
    t = pow(u, 2, nh)
    lam = rng.below(phi // 4)
    return PedersenParams(nh, pow(t, lam, nh), t), PedersenSecret(p, q, lam)


def check_primes(p: int, q: int, bits: int, rng: Rng) -> None:
    """Raise ModulusError unless p and q are as 1.5 wants them for an Nh of `bits` bits."""
    if p == q:
        raise ModulusError("p and q are distinct")
    for prime in (p, q):
        if prime >> (bits // 2 - 2) != 3:
            raise ModulusError("p, q: exactly |Nh|/2 bits, the two top bits set")
        if not is_safe_prime(prime, rng):
            raise ModulusError("p and q are safe primes")
