"""Moduli of a few dozen bits: the same algebra, cheap enough for ten thousand runs.  From fixed seeds."""

from functools import cache

from mpc_fast.reference import pedersen
from mpc_fast.reference.numbers import is_prime, is_safe_prime
from mpc_fast.reference.paillier import PaillierSecret
from mpc_fast.reference.pedersen import PedersenParams, PedersenSecret
from mpc_fast.reference.rng import SeededRng


def primes(bits: int, count: int, seed: str, *, safe: bool = False) -> list[int]:
    """Distinct primes = 3 mod 4 with the two top bits set."""
    rng = SeededRng(f"{seed} {bits}".encode())
    found: list[int] = []
    while len(found) < count:
        p = rng.below(1 << bits) | 3 << (bits - 2) | 3
        if p not in found and (is_safe_prime(p, rng) if safe else is_prime(p, rng)):
            found.append(p)
    return found


@cache
def paillier(bits: int, seed: str = "paillier") -> PaillierSecret:
    """N of `bits` bits."""
    return PaillierSecret(*primes(bits // 2, 2, seed))


@cache
def setup(bits: int, seed: str = "setup") -> tuple[PedersenParams, PedersenSecret]:
    """Nh of `bits` bits."""
    p, q = primes(bits // 2, 2, seed, safe=True)
    return pedersen.setup(p, q, SeededRng(seed.encode()))
