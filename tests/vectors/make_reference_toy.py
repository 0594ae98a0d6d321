"""Makes reference_toy.json: TOY key material for the tests.  Needs gmpy2; run from the repository's root:

    python tests/vectors/make_reference_toy.py > tests/vectors/reference_toy.json

Two parties; each has Blum primes p, q for N and safe primes hp, hq for Nh, all of 512 bits with the two top bits set.
Deterministic, and therefore public: for tests only.
"""

import hashlib
import json
from collections.abc import Callable

import gmpy2

BITS = 512


def prime(name: str, accept: Callable[[int], bool]) -> int:
    """The first acceptable prime above a number hashed from `name`."""
    start = int.from_bytes(hashlib.shake_256(f"mpc_fast reference_toy {name}".encode()).digest(BITS // 8), "big")
    candidate = start | 3 << (BITS - 2)
    while True:
        candidate = int(gmpy2.next_prime(candidate))
        if accept(candidate):
            return candidate


def is_blum(n: int) -> bool:
    return n % 4 == 3


def is_safe(n: int) -> bool:
    return bool(gmpy2.is_prime(n // 2, 40))


def party(name: str) -> dict[str, str]:
    primes = {"p": is_blum, "q": is_blum, "hp": is_safe, "hq": is_safe}
    return {key: hex(prime(f"{name} {key}", accept)) for key, accept in primes.items()}


if __name__ == "__main__":
    print(json.dumps({name: party(name) for name in ("alice", "bob")}, indent=2))
