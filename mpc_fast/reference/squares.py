"""Sums of squares, for bexact.  Running time depends on the number: not for a prover whose timing is watched."""

from math import isqrt

from .numbers import is_prime
from .rng import Rng


def three_squares(n: int, rng: Rng) -> tuple[int, int, int]:
    """(a, b, c) with n = a^2 + b^2 + c^2, for n = 1 mod 4.

    Tries even a until n - a^2, which is 1 mod 4, is a square or a prime.  First 0, because n - a^2 has factors if n is
    a square; then random ones, of which about one in log(n) / 2 will do; for small n every one.
    """
    if n < 1 or n % 4 != 1:
        raise ValueError("three_squares: n = 1 mod 4")
    root = isqrt(n)
    tries = 0
    while True:
        a = 2 * tries if root < 1 << 10 or tries == 0 else 2 * rng.below(root // 2 + 1)
        tries += 1
        rest = n - a * a
        b = isqrt(rest)
        if b * b == rest:
            return a, b, 0
        if is_prime(rest, rng):
            return a, *two_squares(rest, rng)


def two_squares(p: int, rng: Rng) -> tuple[int, int]:
    """(b, c) with p = b^2 + c^2, for a prime p = 1 mod 4.

    Cornacchia: Euclid's algorithm on p and a root of -1; the first remainder below sqrt(p) is b.
    """
    root = 0
    while root * root % p != p - 1:
        root = pow(rng.unit(p), (p - 1) // 4, p)
    high, low = p, root
    while low * low > p:
        high, low = low, high % low
    return low, isqrt(p - low * low)
