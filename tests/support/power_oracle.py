"""Products of powers by gmpy2, and by Python's pow in about one case in a hundred."""

import random
from collections.abc import Iterable

import gmpy2


def product_of_powers(
    powers: Iterable[tuple[int, int]], m: int, rng: random.Random, factors: Iterable[int] = ()
) -> int:
    """prod base^exponent * prod factors mod m for (base, exponent) pairs; rng chooses what is computed twice."""
    out = gmpy2.mpz(1) % m
    for base, exponent in powers:
        power = gmpy2.powmod(base, exponent, m)
        if rng.random() < 0.01:
            assert power == pow(base, exponent, m)
        out = out * power % m
    for factor in factors:
        out = out * factor % m
    return int(out)
