"""Random primes for keys."""

from itertools import compress
from math import gcd, isqrt
from random import SystemRandom
from typing import Final

from mpc_fast.modexp import powmod

__all__ = ["SMALL_PRIMES", "is_probable_prime", "prime_factors", "prime_of"]

_random: Final = SystemRandom()
_WINDOW: Final = 4096
# Up to here all keys there are can be listed.
_LISTED_BITS: Final = 16


def _primes_below(limit: int) -> list[int]:
    is_prime = bytearray([1]) * limit
    is_prime[:2] = b"\0\0"
    for number in range(2, isqrt(limit) + 1):
        if is_prime[number]:
            is_prime[number * number :: number] = bytes(len(range(number * number, limit, number)))
    return list(compress(range(limit), is_prime))


SMALL_PRIMES: Final = _primes_below(17864)
"""The first 2048 primes."""


def is_probable_prime(n: int, rounds: int = 25) -> bool:
    """Miller-Rabin with random bases, for odd n > 3: a composite number passes with probability below 4^-rounds."""
    twos = ((n - 1) & (1 - n)).bit_length() - 1
    odd = (n - 1) >> twos
    return all(_passes(n, _random.randrange(2, n - 1), odd, twos) for _ in range(rounds))


def prime_of(bits: int) -> int:
    """A prime of that many bits, and 2 for one bit. Raises ValueError for less."""
    if bits < 1:
        raise ValueError("a prime has at least one bit")
    return _random_prime(1 << (bits - 1), 1 << bits) if bits > 2 else bits + 1  # 2 or 3


def prime_factors(n_bits: int) -> tuple[int, int]:
    """Two different primes, equally long as far as may be, whose product has that many bits and makes a key that
    decrypts: gcd(p q, (p - 1) (q - 1)) = 1.

    Raises ValueError where there are none.
    """
    if n_bits <= _LISTED_BITS:
        listed = _listed_factors(n_bits)
        if not listed:
            raise ValueError(f"there is no key of {n_bits} bits")
        return _random.choice(listed)
    while True:
        p, q = (_upper_prime(bits) for bits in (n_bits // 2, n_bits - n_bits // 2))
        if p != q and gcd(p * q, (p - 1) * (q - 1)) == 1:
            return p, q


def _random_prime(low: int, high: int) -> int:
    """A prime in [low, high), which has to hold odd ones; one of those that follow a random number."""
    while True:
        start = _random.randrange(low, high) | 1
        for candidate in _sieved(start, min(_WINDOW, (high - start + 1) // 2)):
            if candidate <= SMALL_PRIMES[-1] or is_probable_prime(candidate):
                return candidate


def _upper_prime(bits: int) -> int:
    """At least 2^(bits - 1/2), so that a product of two has the sum of their bits."""
    return _random_prime(isqrt(1 << (2 * bits - 1)) + 1, 1 << bits)


def _listed_factors(n_bits: int) -> list[tuple[int, int]]:
    if n_bits < 1:
        return []
    least = max(3, 1 << n_bits // 2 >> 1)
    primes = [prime for prime in SMALL_PRIMES if least <= prime < 1 << (n_bits // 2 + 1)]
    return [
        (p, q)
        for i, p in enumerate(primes)
        for q in primes[i + 1 :]
        if (p * q).bit_length() == n_bits and gcd(p * q, (p - 1) * (q - 1)) == 1
    ]


def _sieved(start: int, count: int) -> list[int]:
    """Those of the ``count`` odd numbers from an odd ``start`` on that no small prime divides, in random order."""
    survives = bytearray([1]) * count
    for prime in SMALL_PRIMES[1:]:
        if prime * prime >= start + 2 * count:
            break
        # start + 2 i = 0 modulo the prime; a number is struck by a prime that is not itself.
        first = -start * ((prime + 1) // 2) % prime
        if start + 2 * first == prime:
            first += prime
        survives[first::prime] = bytes(len(range(first, count, prime)))
    candidates = [start + 2 * i for i in compress(range(count), survives)]
    _random.shuffle(candidates)
    return candidates


def _passes(n: int, base: int, odd: int, twos: int) -> bool:
    """Whether the base leaves n = 1 + odd 2^twos possibly prime."""
    power = powmod(base, odd, n)
    if power in (1, n - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % n
        if power == n - 1:
            return True
    return False
