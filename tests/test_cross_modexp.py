"""The engine against gmpy2, and against Python's pow on about one case in a hundred."""

import random
from collections.abc import Iterator
from functools import cache
from math import gcd

import gmpy2
import pytest
from keys import twin
from power_oracle import product_of_powers

from mpc_fast import _native

pytestmark = pytest.mark.usefixtures("toy_profile")

testing = _native.testing

SIZES = [64, 65, 127, 128, 192, 256, 511, 1024, 1536, 2048, 3072, 4096]
HOWS = ["public", "secret", "secret natural", "secret base", "table", "secret table"]
Modulus = int | tuple[int, int]


def value_of(modulus: Modulus, squared: bool = False) -> int:
    m = modulus if isinstance(modulus, int) else modulus[0] * modulus[1]
    return m * m if squared else m


def has_large_factors(modulus: Modulus) -> bool:
    """The inverse of a secret base is blinded by a number drawn below the modulus, which must be a unit: the engine
    relies on the large factors of every modulus that a protocol accepts.
    """
    return not isinstance(modulus, int) or gmpy2.is_prime(modulus)


def check(
    base: int, exponent: int, modulus: Modulus, how: str, rng: random.Random, squared: bool = False, spare_bits: int = 0
) -> None:
    """One power; pairs that the path does not take (no unit, no natural number) are skipped."""
    m = value_of(modulus, squared)
    if (exponent < 0 or "table" in how) and gcd(base, m) != 1:
        return
    if exponent < 0 and (how == "secret natural" or (how == "secret base" and not has_large_factors(modulus))):
        return
    out = testing.modexp(base, exponent, modulus, how, squared=squared, spare_bits=spare_bits)
    assert out == product_of_powers([(base, exponent)], m, rng), (base, exponent, modulus, how)


@cache
def largest_prime(bits: int) -> int:
    return int(gmpy2.prev_prime(1 << bits))


def odd_moduli(bits: int, rng: random.Random) -> Iterator[int]:
    yield rng.getrandbits(bits) | 1 << (bits - 1) | 1
    yield (1 << bits) - 1
    yield 1 << (bits - 1) | 1
    if bits > 2:
        yield largest_prime(bits)


def corner_exponents(bits: int, rng: random.Random) -> Iterator[int]:
    k = rng.randrange(bits)
    yield from (0, 1, 2, 3, -1, -2, 1 << k, (1 << k) - 1, -(1 << k), (1 << bits) - 1, 1 << bits)


def corner_bases(m: int) -> Iterator[int]:
    yield from (0, 1, 2, m - 1, m, m + 1, m * m - 1)


# ---- One power


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("bits", SIZES)
def test_random_powers(bits: int, how: str) -> None:
    rng = random.Random(f"{bits} {how}")
    count = 12 if bits <= 512 else 2
    for _ in range(count):
        m = next(odd_moduli(bits, rng))
        if how == "secret base" and bits <= 1024:
            m = int(gmpy2.next_prime(m))
        exponent = rng.getrandbits(rng.randint(1, bits)) * rng.choice([1, -1])
        check(rng.randrange(m), exponent, m, how, rng, spare_bits=rng.choice([0, 0, 1, 70]))


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("bits", [2, 64, 65, 128, 1024])
def test_corners(bits: int, how: str) -> None:
    rng = random.Random(f"corners {bits} {how}")
    for m in odd_moduli(bits, rng):
        for exponent in corner_exponents(bits, rng):
            check(rng.randrange(m), exponent, m, how, rng)
            check(rng.randrange(m), exponent, m, how, rng, spare_bits=65)
        for base in corner_bases(m):
            for exponent in (0, 1, -1, 5, rng.getrandbits(bits)):
                check(base, exponent, m, how, rng)


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("profile", ["TOY", "C112"])
def test_owned_moduli(profile: str, squared: bool, how: str) -> None:
    rng = random.Random(f"{profile} {squared} {how}")
    for party in (1, 2):
        keys = twin(profile, party)
        for modulus in (keys.factors, (keys.trapdoor.p, keys.trapdoor.q)):
            m = value_of(modulus, squared)
            p, q = modulus
            exponents = [0, 1, -1, p, p - 1, q - 1, (p - 1) * (q - 1), 1 << 257, -rng.getrandbits(700), m - 1]
            for exponent in exponents if profile == "TOY" else exponents[-2:]:
                check(rng.randrange(m), exponent, modulus, how, rng, squared)
            for base in (0, 1, m - 1, p, q, p * p, p * q, m) if profile == "TOY" else (p, m - 1):
                check(base, rng.getrandbits(300), modulus, how, rng, squared)


def test_bases_that_a_factor_divides_survive_the_owners_shortcut() -> None:
    keys = twin("TOY", 1)
    p, q = keys.factors
    n = p * q
    for r in (p, q, n - p, 5 * p % n):
        for secret in (False, True):
            assert testing.nth_power(r, keys.factors, secret) == gmpy2.powmod(r, n, n * n)


@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize("profile", ["TOY", "C112", "S128"])
def test_nth_powers_by_owner_and_by_others(profile: str, secret: bool) -> None:
    keys = twin(profile, 1)
    n = keys.key.n
    rng = random.Random(f"{profile} {secret}")
    for r in (1, n - 1, rng.randrange(n), rng.randrange(n)):
        power = int(gmpy2.powmod(r, n, n * n))
        assert testing.nth_power(r, n, secret) == power
        assert testing.nth_power(r, keys.factors, secret) == power


def test_what_has_no_answer_is_refused() -> None:
    for base, exponent, modulus, how in [
        (2, 3, 8, "public"),
        (2, 3, 1, "public"),
        (3, -1, 9, "secret"),
        (3, 5, 9, "table"),
        (2, -1, 9, "secret natural"),
        (-2, 3, 9, "public"),
        (2, 3, 9, "quickly"),
    ]:
        with pytest.raises(ValueError):
            testing.modexp(base, exponent, modulus, how)


# ---- Products


def random_product(
    modulus: Modulus, terms: int, bits: int, rng: random.Random, squared: bool = False
) -> tuple[int, int]:
    """(the core's value, gmpy2's)."""
    m = value_of(modulus, squared)
    powers = []
    for _ in range(terms):
        base, how = rng.randrange(m), rng.choice(HOWS)
        exponent = rng.getrandbits(rng.randint(1, bits)) * rng.choice([1, -1])
        if how == "secret natural" or gcd(base, m) != 1 or (how == "secret base" and not has_large_factors(modulus)):
            exponent, how = abs(exponent), "secret" if "table" in how else how
        powers.append((base, exponent, how))
    factors = tuple(rng.randrange(2 * m) for _ in range(rng.randint(0, 2)))
    out = testing.multi_modexp(powers, modulus, factors, squared=squared, spare_bits=rng.choice([0, 3]))
    return out, product_of_powers([(base, exponent) for base, exponent, _ in powers], m, rng, factors)


@pytest.mark.parametrize("bits", [64, 129, 512, 1024, 2048])
def test_products_of_mixed_powers(bits: int) -> None:
    rng = random.Random(f"products {bits}")
    for terms in (0, 1, 2, 3, 5):
        out, right = random_product(next(odd_moduli(bits, rng)), terms, bits, rng)
        assert out == right


@pytest.mark.parametrize("squared", [False, True])
def test_products_over_owned_moduli(squared: bool) -> None:
    rng = random.Random(f"owned products {squared}")
    for terms in (0, 1, 2, 4):
        for factors in (twin("TOY", 1).factors, twin("TOY", 2).factors):
            out, right = random_product(factors, terms, 1300, rng, squared)
            assert out == right


def test_products_of_public_powers_of_different_lengths() -> None:
    """The simultaneous powers of the public path: windows of different widths, exponents 0 and 1 among them."""
    rng = random.Random("lengths")
    for _ in range(40):
        m = next(odd_moduli(rng.choice([64, 200, 1024]), rng))
        powers = [
            (rng.randrange(m), rng.getrandbits(rng.choice([1, 2, 24, 25, 80, 81, 240, 241, 768, 769])), how)
            for how in ["public", "public", rng.choice(["public", "secret"])]
        ]
        out = testing.multi_modexp(powers, m)
        assert out == product_of_powers([(base, exponent) for base, exponent, _ in powers], m, rng)


# ---- Paillier


@pytest.mark.parametrize("profile", ["TOY", "C112", "S128"])
def test_paillier_against_the_twin(profile: str) -> None:
    rng = random.Random(f"paillier {profile}")
    keys = twin(profile, 1)
    n = keys.key.n
    half = n // 2
    messages = [0, 1, -1, half, -half, rng.randint(-half, half)]
    for m in messages if profile == "TOY" else messages[-3:]:
        r = rng.randrange(1, n)
        c = testing.encrypt(m, r, keys.factors)
        assert c == testing.encrypt(m, r, n) == keys.key.encrypt(m, r)
        assert testing.decrypt(c, keys.factors) == m
    # Any ciphertext, the sums and multiples of others.
    c1, c2 = keys.key.encrypt(5, rng.randrange(1, n)), keys.key.encrypt(-7, rng.randrange(1, n))
    assert testing.decrypt(keys.key.add(c1, keys.key.mul(2**256, c2)), keys.factors) == 5 - 7 * 2**256
    assert testing.decrypt(rng.choice([1, n * n - 1]), keys.factors) == 0
    if profile == "TOY":
        for _ in range(5):
            c = rng.randrange(1, n * n)
            assert testing.decrypt(c, keys.factors) == keys.paillier.decrypt(c)
    for bad in (0, n, n * n, keys.paillier.p, n * n + 1):
        with pytest.raises(ValueError):
            testing.decrypt(bad, keys.factors)
