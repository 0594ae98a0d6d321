"""Batches of products, as rounds make them, against gmpy2: both kernels, CRT and N-th powers, tables, at every width.

One batch is one engine run; its products are cut into lanes, lone numbers and shares of tables by their number and
widths, which are random. `make test` runs some hundreds of products, `make test-long` a hundred thousand; both run
under every kernel. One power in a hundred is computed by Python's pow as well.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import gcd, isqrt

import gmpy2
import pytest
from keys import twin
from power_oracle import product_of_powers

from mpc_fast import _native

pytestmark = pytest.mark.usefixtures("toy_profile")

# Tables are dear to make.
HOWS = {"public": 4, "secret": 4, "secret natural": 4, "secret base": 4, "table": 1, "secret table": 1}
SMALL_BITS = 1024
LARGE_BITS = 6144
SHARDS = 100
PRODUCTS_PER_SHARD = 1000
LARGE_SHARE = 0.1

Modulus = int | tuple[int, int]
Power = tuple[int, int, str]
Product = tuple[list[Power], list[int]]


@dataclass(frozen=True)
class Group:
    """Products over one modulus; (p, q): its owner computes."""

    modulus: Modulus
    squared: bool
    has_large_factors: bool
    products: list[Product]

    @property
    def value(self) -> int:
        n = self.modulus if isinstance(self.modulus, int) else self.modulus[0] * self.modulus[1]
        return n * n if self.squared else n


# ---- Operands


def random_width(rng: random.Random, large: bool) -> int:
    return rng.randint(SMALL_BITS + 1, LARGE_BITS) if large else rng.randint(2, SMALL_BITS)


def odd_number(bits: int, rng: random.Random) -> int:
    """Random, all ones, a single one at the top, one less than a limb's end, a run of ones."""
    top = 1 << (bits - 1)
    corner = rng.choice([(1 << bits) - 1, top | 1, top | (1 << rng.randrange(bits)) - 1 | 1])
    return rng.choice([rng.getrandbits(bits) | top | 1, corner])


@cache
def some_prime(bits: int) -> int:
    return int(gmpy2.next_prime(1 << (bits - 1)))


def empty_group(rng: random.Random, large: bool) -> Group:
    """Squares are at most as wide as other moduli."""
    kind = rng.random()
    if kind < 0.25:
        keys = twin(rng.choice(["C112", "S128"]) if large else "TOY", rng.randint(1, 5))
        factors = rng.choice([keys.factors, (keys.trapdoor.p, keys.trapdoor.q)])
        owned: Modulus = factors if rng.random() < 0.5 else factors[0] * factors[1]
        return Group(owned, rng.random() < 0.5, True, [])
    squared = rng.random() < 0.3
    if rng.random() < 0.2:
        return Group(some_prime(rng.choice([1025, 1536] if large else [64, 65, 200, 512])), squared, True, [])
    bits = max(2, random_width(rng, large) // (2 if squared else 1))
    return Group(odd_number(bits, rng), squared, False, [])


def random_base(m: int, rng: random.Random) -> int:
    return rng.choice([rng.randrange(m), rng.randrange(m), rng.choice([0, 1, 2, m - 1, m // 2, m, m + 1])])


def random_exponent(bits: int, rng: random.Random) -> int:
    k = rng.randrange(bits)
    corner = rng.choice([0, 1, 2, 1 << k, (1 << k) - 1, (1 << bits) - 1])
    return rng.choice([1, -1]) * rng.choice([rng.getrandbits(bits), rng.getrandbits(k + 1), corner])


def random_power(group: Group, base: int, bits: int, rng: random.Random) -> Power:
    """One that the engine takes: tables and negative exponents need units, blinded inverses large factors."""
    how = rng.choices(list(HOWS), list(HOWS.values()))[0]
    exponent = random_exponent(bits, rng)
    unit = gcd(base, group.value) == 1
    if "table" in how and not unit:
        how = "public"
    if how == "secret natural" or not unit or (how == "secret base" and not group.has_large_factors):
        exponent = abs(exponent)
    return base, exponent, how


def power_by_table(group: Group, base: int, bits: int, rng: random.Random) -> Power:
    if gcd(base, group.value) != 1:
        base = 2  # moduli are odd
    return base, random_exponent(bits, rng), rng.choice(["table", "secret table"])


def nth_power(group: Group, base: int, rng: random.Random) -> Power:
    return base % group.value, isqrt(group.value), rng.choice(["nth", "secret nth"])


def random_factors(m: int, rng: random.Random) -> list[int]:
    return [rng.randrange(2 * m) for _ in range(rng.choice([0, 0, 1, 2, 3]))]


def group_of_commitments(rng: random.Random, large: bool, most: int) -> Group:
    """All products use the same tables, as the commitments to one counterparty do."""
    group = empty_group(rng, large)
    bases = [random_base(group.value, rng) for _ in range(rng.choice([1, 2]))]
    bits = rng.choice([64, 256, 500])
    for _ in range(rng.randint(1, most)):
        powers = [power_by_table(group, base, bits, rng) for base in bases]
        group.products.append((powers, random_factors(group.value, rng)))
    return group


def random_group(rng: random.Random, large: bool, most: int) -> Group:
    if rng.random() < 0.15:
        return group_of_commitments(rng, large, most)
    group = empty_group(rng, large)
    m = group.value
    bits = rng.choice([8, 64, 160, 256, 300] if large else [1, 8, 64, 160, 257, 700])
    if large and rng.random() < 0.1:
        bits = min(m.bit_length(), 3072)
    bases = [random_base(m, rng) for _ in range(3)]
    for _ in range(rng.randint(1, most)):
        powers = [
            random_power(group, rng.choice([*bases, random_base(m, rng)]), bits, rng)
            for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 4]))
        ]
        if group.squared and rng.random() < 0.3 and (not large or rng.random() < 0.2):
            powers.append(nth_power(group, random_base(m, rng), rng))
        group.products.append((powers, random_factors(m, rng)))
    return group


# ---- Comparison


def expected(product: Product, m: int, rng: random.Random) -> int:
    powers, factors = product
    return product_of_powers([(base, exponent) for base, exponent, _ in powers], m, rng, factors)


def batches(rng: random.Random, products: int) -> Iterator[list[Group]]:
    """As many products as asked for, or a few more."""
    made = 0
    while made < products:
        large = rng.random() < LARGE_SHARE
        groups = [random_group(rng, large, 12) for _ in range(rng.randint(1, 4))]
        made += sum(len(group.products) for group in groups)
        yield groups


def check(rng: random.Random, products: int) -> None:
    for groups in batches(rng, products):
        got = _native.testing.batch_modexp(
            [(group.modulus, group.squared, group.products) for group in groups],
            spare_bits=rng.choice([0, 0, 1, 70]),
        )
        right = [expected(product, group.value, rng) for group in groups for product in group.products]
        assert got == right, groups


@pytest.mark.parametrize("seed", range(8))
def test_batches_agree_with_gmpy2(seed: int) -> None:
    check(random.Random(f"differential {seed}"), 200)


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_hundred_thousand_products_agree_with_gmpy2(shard: int) -> None:
    check(random.Random(f"a hundred thousand {shard}"), PRODUCTS_PER_SHARD)
