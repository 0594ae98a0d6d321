"""Elementary number theory."""

from math import gcd, isqrt

from .rng import Rng


def is_unit(v: int, m: int) -> bool:
    """v in Z_m^*: both 0 < v < m and gcd(v, m) = 1 (1.1)."""
    return 0 < v < m and gcd(v, m) == 1


def jacobi(a: int, n: int) -> int:
    """The Jacobi symbol (a|n) in {-1, 0, 1}, n odd and positive."""
    if n <= 0 or n % 2 == 0:
        raise ValueError("jacobi: n must be odd and positive")
    a %= n
    sign = 1
    while a:
        while a % 2 == 0:
            a //= 2
            if n % 8 in (3, 5):  # (2|n) = -1
                sign = -sign
        a, n = n, a
        if a % 4 == 3 and n % 4 == 3:  # reciprocity
            sign = -sign
        a %= n
    return sign if n == 1 else 0


def is_prime(n: int, rng: Rng, rounds: int = 25) -> bool:
    """Miller-Rabin with random bases: a composite passes with probability <= 4^-rounds, whoever chose it."""
    if n < 4:
        return n in (2, 3)
    if n % 2 == 0:
        return False
    # n - 1 = d 2^twos with d odd
    twos = ((n - 1) & -(n - 1)).bit_length() - 1
    d = (n - 1) >> twos
    return all(_passes(n, 2 + rng.below(n - 3), d, twos) for _ in range(rounds))


def _passes(n: int, base: int, d: int, twos: int) -> bool:
    """One round: base^d = 1, or base^(d 2^k) = -1 for some k < twos."""
    x = pow(base, d, n)
    if x in (1, n - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False


def is_safe_prime(n: int, rng: Rng) -> bool:
    """n = 2n' + 1 with n and n' prime."""
    return n % 2 == 1 and is_prime(n, rng) and is_prime(n // 2, rng)


def is_perfect_power(n: int) -> bool:
    """Whether n = a^k for some a >= 2, k >= 2.  Prime k suffice, and 2^k <= n."""
    return any(_root(n, k) ** k == n for k in _primes_up_to(n.bit_length()))


def _root(n: int, k: int) -> int:
    """floor(n^(1/k)) by bisection: low^k <= n < high^k."""
    low, high = 1, 1 << (n.bit_length() // k + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if middle**k <= n:
            low = middle
        else:
            high = middle
    return low


def _primes_up_to(bound: int) -> list[int]:
    return [k for k in range(2, bound + 1) if all(k % d for d in range(2, isqrt(k) + 1))]


def crt(a: int, p: int, b: int, q: int) -> int:
    """The x in [0, pq) with x = a mod p and x = b mod q, for coprime p and q."""
    return (a + p * ((b - a) * pow(p, -1, q) % q)) % (p * q)
