"""Arithmetic and base64 under the names that python-paillier has for them. All of it takes variable time."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import hexlify, unhexlify
from math import isqrt as _isqrt
from operator import index
from typing import Any

from mpc_fast.modexp import invert_list
from mpc_fast.modexp import powmod as _powmod

from .modular import product
from .primes import SMALL_PRIMES, is_probable_prime, prime_of

__all__ = [
    "HAVE_CRYPTO",
    "HAVE_GMP",
    "base64_to_int",
    "base64url_decode",
    "base64url_encode",
    "extended_euclidean_algorithm",
    "first_primes",
    "getprimeover",
    "improved_i_sqrt",
    "int_to_base64",
    "invert",
    "is_prime",
    "isqrt",
    "miller_rabin",
    "mulmod",
    "powmod",
]

# Programs set these to choose who computes. Here they may be set, and choose nothing: there is only one core.
HAVE_GMP = True
HAVE_CRYPTO = False

first_primes = list(SMALL_PRIMES)


def powmod(a: int, b: int, c: int) -> int:
    """``pow(a, b, c)``, but 1 for ``a == 1`` whatever the others are.

    Raises ValueError for ``c == 0``, and for a negative exponent of a base that has no inverse; TypeError.
    """
    return 1 if a == 1 else int(_powmod(a, b, c))


def mulmod(a: Any, b: Any, c: Any) -> Any:
    """``a * b % c``, an int where it is an integer of any kind. Raises ZeroDivisionError for ``c == 0``, TypeError."""
    if type(a) is type(b) is type(c) is int:
        return product(a, b, c)
    if not all(hasattr(type(number), "__float__") for number in (a, b, c)):
        raise TypeError("mulmod() takes numbers")
    residue = a * b % c
    return int(residue) if hasattr(type(residue), "__index__") else residue


def invert(a: int, b: int) -> int:
    """The inverse of ``a`` modulo ``b``. Raises ZeroDivisionError where there is none, also for ``b`` 1 and -1."""
    inverse = int(invert_list([a], b)[0])
    if inverse == 0:
        raise ZeroDivisionError("modulo 1 nothing has an inverse")
    return inverse


def getprimeover(N: int) -> int:  # noqa: N803
    """A random prime of ``N`` bits, and 2 for one bit. Raises ValueError for less."""
    return prime_of(N)


def isqrt(N: int) -> int:  # noqa: N803
    """The square root, rounded down. Raises ValueError for negative numbers."""
    return _isqrt(N)


def improved_i_sqrt(n: int) -> int:
    """The square root, rounded down. Raises AssertionError for negative numbers, AttributeError for other types."""
    if n < 0:
        raise AssertionError("square root of a negative number")
    n.bit_length()  # what a float is refused for
    return _isqrt(n)


def extended_euclidean_algorithm(a: int, b: int) -> tuple[int, int, int]:
    """``(d, s, t)`` with ``d = s * a + t * b`` a greatest common divisor, of either sign."""
    r, next_r, s, next_s, t, next_t = a, b, 1, 0, 0, 1
    while next_r:
        quotient = r // next_r
        r, next_r = next_r, r - quotient * next_r
        s, next_s = next_s, s - quotient * next_s
        t, next_t = next_t, t - quotient * next_t
    return r, s, t


def miller_rabin(n: int, k: int) -> bool:
    """Whether ``n`` passes ``k`` rounds with random bases. Raises AssertionError unless ``n > 3``."""
    if not n > 3:
        raise AssertionError("the test is for numbers above 3")
    return n % 2 != 0 and is_probable_prime(n, k)


def is_prime(n: int, mr_rounds: int = 25) -> bool:
    """Whether ``n`` is prime, wrongly yes for a composite number with probability below ``4**-mr_rounds``."""
    if n <= first_primes[-1]:
        return n in first_primes
    return all(n % prime for prime in first_primes) and miller_rabin(n, mr_rounds)


def base64url_encode(payload: bytes | str) -> str:
    """Base64 for URLs without padding; text as UTF-8."""
    data = payload if isinstance(payload, bytes) else payload.encode("utf-8")
    return urlsafe_b64encode(data).rstrip(b"=").decode("utf-8")


def base64url_decode(payload: str) -> bytes:
    """What was encoded, padded or not. Raises ValueError for what is not base64."""
    excess = len(payload) % 4
    if excess == 1:
        raise ValueError("no base64 has this length")
    if excess:
        payload += "=" * (4 - excess)
    return urlsafe_b64decode(payload.encode("utf-8"))


def int_to_base64(source: int) -> str:
    """A positive number, big-endian. Raises AssertionError for 0, ValueError for negative numbers."""
    number = index(source)
    if number == 0:
        raise AssertionError("zero has no encoding")
    digits = f"{number:x}"
    return base64url_encode(unhexlify(digits.rjust(len(digits) + len(digits) % 2, "0")))


def base64_to_int(source: str) -> int:
    """The number. Raises ValueError for what is not base64 of one."""
    return int(hexlify(base64url_decode(source)), 16)
