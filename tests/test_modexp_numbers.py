"""The functions of mpc_fast.modexp beside powmod_base_list: gmpy2's, Python's own, and those that neither has."""

import builtins
import copy
import math
import pickle
import random
from collections.abc import Callable, Sequence
from typing import Any

import gmpy2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mpc_fast import modexp
from mpc_fast.modexp import FixedBase, invert, invert_list, multi_powmod, powmod, powmod_exp_list, powmod_sec

integers = st.integers(-(2**700), 2**700)
moduli = st.integers(-(2**640), 2**640)
exponents = st.integers(-(2**300), 2**300)
SIZES = (255, 256, 257, 521, 1024, 2048, 3072, 4096, 6300)


def outcome(function: Callable[..., Any], *arguments: Any) -> Any:
    """What comes out, the type of an exception included."""
    try:
        return function(*arguments)
    except Exception as error:
        return type(error)


def modulus(bits: int, *, even: bool = False) -> int:
    m = random.Random(bits).getrandbits(bits) | 1 << (bits - 1) | 1
    return m - 1 if even else m


# ---- One power


@given(integers, exponents, moduli)
@example(3, 2, 0)
@example(3, -1, 1)
@example(2, -1, 4)
@example(0, 0, -1)
@example(3, -2, -7)
def test_powmod_is_gmpy2s(base: int, exp: int, mod: int) -> None:
    assert outcome(powmod, base, exp, mod) == outcome(gmpy2.powmod, base, exp, mod)


@given(integers, exponents, moduli)
@example(3, 2, 0)
@example(2, -1, 4)
@example(2, -1, 1)
@example(True, True, True)
def test_pow_is_the_builtin(base: int, exp: int, mod: int) -> None:
    assert outcome(modexp.pow, base, exp, mod) == outcome(builtins.pow, base, exp, mod)


@pytest.mark.parametrize("bits", SIZES)
@pytest.mark.parametrize("even", [False, True])
@pytest.mark.parametrize("sign", [1, -1])
def test_wide_moduli_on_every_path(bits: int, even: bool, sign: int) -> None:
    mod = sign * modulus(bits, even=even)
    rng = random.Random(bits)
    unit = next(x for x in iter(lambda: rng.getrandbits(bits), None) if math.gcd(x, mod) == 1)
    for base, exp in ((unit, rng.getrandbits(bits)), (unit, -rng.getrandbits(40)), (0, 5), (-unit, 3), (unit, 0)):
        assert powmod(base, exp, mod) == modexp.pow(base, exp, mod) == builtins.pow(base, exp, mod)


POW_CALLS: list[tuple[Any, ...]] = [
    *((2.0, 3), (2, 3), (2, -3), (0, -1), ("2", 3), (2, 3, 5.0), (2.0, 3, 5), (2, None, 5), (2, 3, None)),
    *((gmpy2.mpz(2), 3, 5), (2, 3, gmpy2.mpz(5)), (np.int64(2), 3), (2 + 1j, 2)),
]


@pytest.mark.parametrize("arguments", POW_CALLS, ids=range(len(POW_CALLS)))
def test_pow_leaves_to_the_builtin_what_are_no_ints(arguments: tuple[Any, ...]) -> None:
    ours, builtin = outcome(modexp.pow, *arguments), outcome(builtins.pow, *arguments)
    assert ours == builtin
    assert type(ours) is type(builtin)


def test_pow_takes_names() -> None:
    assert modexp.pow(base=3, exp=4, mod=10**100) == 81
    assert modexp.pow(3, exp=4) == 81


@given(integers, exponents, moduli)
@example(3, 0, 7)
@example(3, 1, 8)
@example(3, 5, 1)
@example(3, 2, -5)
def test_powmod_sec_is_gmpy2s(base: int, exp: int, mod: int) -> None:
    assert outcome(powmod_sec, base, exp, mod) == outcome(gmpy2.powmod_sec, base, exp, mod)


@pytest.mark.parametrize("bits", SIZES)
def test_powmod_sec_of_any_width(bits: int) -> None:
    mod = modulus(bits)
    rng = random.Random(bits)
    for base in (0, 1, mod - 1, rng.getrandbits(bits), -rng.getrandbits(2 * bits)):
        for exp in (1, 2, mod, rng.getrandbits(bits // 2) | 1, 1 << (bits + 70)):
            assert powmod_sec(base, exp, mod) == builtins.pow(base, exp, mod)


# ---- Many powers


@given(integers, st.lists(exponents, max_size=9), st.integers(1, 2**640))
@example(3, [], 5)
@example(0, [0, 5], 9)
@example(6, [2**70] * 5, 2**80 + 1)
def test_powmod_exp_list(base: int, exps: list[int], mod: int) -> None:
    expected = [outcome(builtins.pow, base, exp, mod) for exp in exps]
    if ValueError in expected:
        with pytest.raises(ZeroDivisionError, match="not invertible"):
            powmod_exp_list(base, exps, mod)
    else:
        assert powmod_exp_list(base, exps, mod) == expected


@pytest.mark.parametrize("bits", SIZES)
@pytest.mark.parametrize("count", [1, 3, 4, 20])
def test_exponents_of_any_width_with_and_without_a_table(bits: int, count: int) -> None:
    mod = modulus(bits)
    rng = random.Random(bits)
    base = next(x for x in iter(lambda: rng.getrandbits(bits), None) if math.gcd(x, mod) == 1)
    exps = [rng.choice((1, -1)) * rng.getrandbits(rng.choice((1, 64, 65, bits, bits + 100))) for _ in range(count)]
    assert powmod_exp_list(base, exps, mod) == [builtins.pow(base, exp, mod) for exp in exps]


@given(st.lists(st.tuples(integers, exponents), max_size=9), st.integers(1, 2**640))
@example([(2, -1), (3, -1)], 9)
@example([], 1)
@example([(7, 0), (0, 0)], 49)
def test_multi_powmod(pairs: list[tuple[int, int]], mod: int) -> None:
    bases, exps = [base for base, _ in pairs], [exp for _, exp in pairs]
    powers = [outcome(builtins.pow, base, exp, mod) for base, exp in pairs]
    if ValueError in powers:
        with pytest.raises(ZeroDivisionError, match=rf"\[{powers.index(ValueError)}\]: not invertible"):
            multi_powmod(bases, exps, mod)
    else:
        assert multi_powmod(bases, exps, mod) == math.prod(powers) % mod


@pytest.mark.parametrize("bits", SIZES)
def test_many_powers_in_one_product(bits: int) -> None:
    mod = modulus(bits)
    rng = random.Random(bits)
    bases = [rng.getrandbits(bits) | 1 for _ in range(40)]
    exps = [rng.getrandbits(60) for _ in bases]
    expected = math.prod(builtins.pow(b, e, mod) for b, e in zip(bases, exps, strict=True)) % mod
    assert multi_powmod(bases, exps, mod) == expected


def test_multi_powmod_wants_an_exponent_for_each_base() -> None:
    with pytest.raises(ValueError, match="2 bases and 1 exponents"):
        multi_powmod([1, 2], [3], 5)


# ---- Inverses


@given(integers, moduli)
@example(0, 1)
@example(3, -7)
@example(0, 5)
def test_invert_is_gmpy2s(number: int, mod: int) -> None:
    assert outcome(invert, number, mod) == outcome(gmpy2.invert, number, mod)


@given(st.lists(integers, max_size=12), moduli)
@example([3, 5, 0], 7)
@example([1, 2, 3], -5)
@example([], 5)
@example([4], 1)
@example([4], 0)
def test_invert_list(numbers: list[int], mod: int) -> None:
    expected = [outcome(gmpy2.invert, number, mod) for number in numbers]
    if mod == 0 or ZeroDivisionError in expected:
        culprit = "division by 0" if mod == 0 else rf"\[{expected.index(ZeroDivisionError)}\]"
        with pytest.raises(ZeroDivisionError, match=culprit):
            invert_list(numbers, mod)
    else:
        assert invert_list(numbers, mod) == expected


# ---- Tables


@pytest.mark.parametrize("bits", SIZES)
@pytest.mark.parametrize("max_bits", [1, 64, 65, 700])
def test_a_table_serves_every_exponent_of_its_width(bits: int, max_bits: int) -> None:
    mod = modulus(bits)
    rng = random.Random(bits)
    base = next(x for x in iter(lambda: rng.getrandbits(bits + 20), None) if math.gcd(x, mod) == 1)
    table = FixedBase(base, mod, max_bits)
    exps = [0, 1, -1, (1 << max_bits) - 1, 1 - (1 << max_bits), *(rng.getrandbits(max_bits) for _ in range(9))]
    assert table.pow_list(exps) == [builtins.pow(base, exp, mod) for exp in exps]
    assert [table.pow(exp) for exp in exps] == table.pow_list(exps)
    for exp in (1 << max_bits, -(1 << max_bits)):
        with pytest.raises(OverflowError, match=rf"\[1\]: wider than {max_bits} bits"):
            table.pow_list([0, exp])


def test_tables_are_copied_and_pickled_by_what_they_are_made_of() -> None:
    table = FixedBase(3, modulus(521), 100)
    for other in (copy.deepcopy(table), pickle.loads(pickle.dumps(table))):
        assert other.pow(12345) == builtins.pow(3, 12345, modulus(521))
    assert repr(table) == "<FixedBase modulo 521 bits, exponents of 100 bits>"
    assert table.table_bytes > 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        *(((3, 8, 5), ValueError), ((3, 1, 5), ValueError), ((3, -7, 5), ValueError), ((3, 0, 5), ValueError)),
        *(((3, 7, 0), ValueError), ((3, 7, 65537), ValueError), ((3, 9, 5), ZeroDivisionError)),
        *(((0, 7, 5), ZeroDivisionError), ((3.0, 7, 5), TypeError), ((3, 7, "5"), TypeError)),
    ],
)
def test_tables_that_cannot_be(arguments: tuple[Any, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        FixedBase(*arguments)


# ---- Types

FUNCTIONS: list[tuple[Callable[..., Any], Sequence[Any]]] = [
    *((powmod, (3, 4, 7)), (powmod_sec, (3, 4, 7)), (invert, (3, 7)), (modexp.powmod_base_list, ([3, 4], 2, 7))),
    *((powmod_exp_list, (3, [2, 5], 7)), (multi_powmod, ([3, 4], [5, 6], 7)), (invert_list, ([3, 4], 7))),
    (lambda base, mod, exp: FixedBase(base, mod, 9).pow(exp), (3, 7, 5)),
]


def converted(arguments: Sequence[Any], position: int, kind: Callable[[int], Any]) -> list[Any]:
    out = list(arguments)
    old = out[position]
    out[position] = [old[0], *map(kind, old[1:])] if isinstance(old, list) else kind(old)
    return out


@pytest.mark.parametrize(("function", "arguments"), FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_an_mpz_anywhere_gives_mpz(function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    plain = function(*arguments)
    for position in range(len(arguments)):
        result = function(*converted(arguments, position, gmpy2.mpz))
        assert result == plain
        for item in result if isinstance(result, list) else [result]:
            assert type(item) is gmpy2.mpz
        other = function(*converted(arguments, position, np.int64))
        for item in other if isinstance(other, list) else [other]:
            assert type(item) is int


@pytest.mark.parametrize(("function", "arguments"), FUNCTIONS, ids=range(len(FUNCTIONS)))
@pytest.mark.parametrize("kind", [float, str, lambda _: None])
def test_what_is_no_integer_is_refused(
    function: Callable[..., Any], arguments: Sequence[Any], kind: Callable[[int], Any]
) -> None:
    for position in range(len(arguments)):
        with pytest.raises(TypeError):
            function(*converted(arguments, position, kind))


@pytest.mark.parametrize("function", [powmod_exp_list, multi_powmod])
@pytest.mark.parametrize("mod", [0, -1])
def test_moduli_below_one_are_refused(function: Callable[..., Any], mod: int) -> None:
    first = 3 if function is powmod_exp_list else [3]
    with pytest.raises(ValueError, match="'mod' must be > 0"):
        function(first, [2], mod)
