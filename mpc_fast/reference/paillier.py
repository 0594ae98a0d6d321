"""Paillier encryption (1.2) and what is required of a key (1.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import gcd

from .errors import ModulusError
from .numbers import is_perfect_power, is_prime, is_unit
from .params import Profile
from .rng import Rng


@dataclass(frozen=True)
class PaillierKey:
    """A public key N.  Messages are integers; ciphertexts are units mod N^2."""

    n: int

    @property
    def n2(self) -> int:
        return self.n * self.n

    def encrypt(self, m: int, r: int) -> int:
        """enc_N(m; r) = (1 + m N) r^N mod N^2."""
        return (1 + m * self.n) * pow(r, self.n, self.n2) % self.n2

    def is_ciphertext(self, c: int) -> bool:
        """c in Z_{N^2}^*."""
        return is_unit(c, self.n2)

    def add(self, c1: int, c2: int) -> int:
        """c1 (+) c2 = c1 c2: encrypts the sum."""
        return c1 * c2 % self.n2

    def sub(self, c1: int, c2: int) -> int:
        """c1 (-) c2 = c1 c2^-1: encrypts the difference."""
        return c1 * pow(c2, -1, self.n2) % self.n2

    def mul(self, x: int, c: int) -> int:
        """x (.) c = c^x: encrypts x times the message; x may be negative."""
        return pow(c, x, self.n2)


@dataclass(frozen=True)
class PaillierSecret:
    """The factors of N = p q."""

    p: int
    q: int

    @property
    def key(self) -> PaillierKey:
        return PaillierKey(self.p * self.q)

    @property
    def phi(self) -> int:
        return (self.p - 1) * (self.q - 1)

    def decrypt(self, c: int) -> int:
        """The m in (-N/2, N/2] with c = enc_N(m; r).

        c^phi = (1 + m N)^phi = 1 + m phi N mod N^2, because r^(N phi) = 1.
        """
        n, n2 = self.key.n, self.key.n2
        if not self.key.is_ciphertext(c):
            raise ValueError("decrypt: not a ciphertext")
        m = (pow(c, self.phi, n2) - 1) // n * pow(self.phi, -1, n) % n
        return m if m <= n // 2 else m - n

    def nonce(self, c: int) -> int:
        """The r with c = enc_N(m; r): c = r^N mod N, so r = c^(N^-1 mod phi) mod N."""
        n = self.key.n
        return pow(c % n, pow(n, -1, self.phi), n)


def check_secret(secret: PaillierSecret, bits: int, rng: Rng) -> None:
    """Raise ModulusError unless p and q are as 1.5 wants them for a modulus of `bits` bits."""
    p, q = secret.p, secret.q
    if any(prime >> (bits // 2 - 2) != 3 for prime in (p, q)):
        raise ModulusError("p, q: exactly NB/2 bits, the two top bits set")
    if p % 4 != 3 or q % 4 != 3:
        raise ModulusError("p = q = 3 mod 4")
    if abs(p - q) <= 1 << (bits // 2 - 100):
        raise ModulusError("|p - q| > 2^(NB/2 - 100)")
    if not (is_prime(p, rng) and is_prime(q, rng)):
        raise ModulusError("p and q are prime")
    if gcd(p * q, secret.phi) != 1:
        raise ModulusError("gcd(N, phi(N)) = 1")


def check_moduli(paillier: Sequence[int], pedersen: Sequence[int], profile: Profile) -> None:
    """Raise ModulusError unless the N_i and Nh_i of all parties may stand beside one another (1.5, last item)."""
    sized = [(n, profile.nb) for n in paillier] + [(nh, profile.nhb) for nh in pedersen]
    for modulus, bits in sized:
        if modulus.bit_length() != bits or modulus % 2 == 0:
            raise ModulusError("odd, of the exact length")
        if is_perfect_power(modulus):
            raise ModulusError("not a perfect power")
    if any(gcd(a, b) != 1 for (a, _), (b, _) in combinations(sized, 2)):
        raise ModulusError("pairwise coprime")
