"""mpc_fast.modexp against gmpy2, and against Python where gmpy2 ends the process instead of raising."""

import random
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import gmpy2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mpc_fast
from mpc_fast import _native, modexp
from mpc_fast.modexp import powmod_base_list

SIZES = (2, 63, 64, 65, 511, 512, 513, 520, 1024, 1536, 2048, 3072, 4096, 6144, 6300)


def oracle(bases: Sequence[int], exp: int, mod: int) -> list[int]:
    return [int(power) for power in gmpy2.powmod_base_list(list(bases), exp, mod)]


def drawn(bits: int, count: int, *, even: bool = False) -> tuple[list[int], int]:
    """Bases up to twice as long as the modulus, of both signs, and the modulus."""
    rng = random.Random(f"{bits} {count} {even}")
    mod = rng.getrandbits(bits) | 1 << (bits - 1) | 1
    if even:
        mod = mod >> (bits // 3) << (bits // 3)
    return [rng.choice((1, -1)) * rng.getrandbits(rng.choice((bits // 2, bits, 2 * bits))) for _ in range(count)], mod


@pytest.mark.parametrize("name", modexp.__all__)
def test_is_at_top_level(name: str) -> None:
    assert getattr(mpc_fast, name) is getattr(modexp, name)


@pytest.mark.parametrize("bits", SIZES)
@pytest.mark.parametrize("even", [False, True])
def test_agrees_with_gmpy2(bits: int, even: bool) -> None:
    bases, mod = drawn(bits, 11, even=even)
    for exp in (0, 1, 2, 3, 65537, mod - 1, random.Random(bits).getrandbits(bits)):
        assert powmod_base_list(bases, exp, mod) == oracle(bases, exp, mod)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 40])
def test_lists_of_any_length(count: int) -> None:
    bases, mod = drawn(1024, count)
    assert powmod_base_list(bases, mod, mod) == oracle(bases, mod, mod)


def test_exponents_longer_and_shorter_than_the_modulus() -> None:
    bases, mod = drawn(521, 9)
    for bits in (1, 5, 6, 7, 100, 520, 521, 522, 5000):
        assert powmod_base_list(bases, (1 << bits) - 1, mod) == oracle(bases, (1 << bits) - 1, mod)
        assert powmod_base_list(bases, 1 << bits, mod) == oracle(bases, 1 << bits, mod)


def test_extreme_bases() -> None:
    _, mod = drawn(2048, 0)
    bases = [0, 1, -1, 2, mod - 1, mod, mod + 1, -mod, 1 - mod, mod**2 - 1, 1 << 9000, -(1 << 2047)]
    for m in (mod, mod + 1, (1 << 2048) - 1, (1 << 2047) + 1, 1 << 2048):
        for exp in (0, 1, 2, m >> 1):
            assert powmod_base_list(bases, exp, m) == oracle(bases, exp, m)


@pytest.mark.parametrize("bits", [2, 64, 521, 2048])
@pytest.mark.parametrize("even", [False, True])
def test_negative_exponents(bits: int, even: bool) -> None:
    bases, mod = drawn(bits, 30, even=even)
    units = [base for base in bases if gmpy2.gcd(base, mod) == 1]
    for exp in (-1, -2, -65537, -mod):
        assert powmod_base_list(units, exp, mod) == oracle(units, exp, mod)


@pytest.mark.parametrize(("bases", "mod"), [([1, 5], 15), ([0], 7), ([1, 3, 2], 4), ([7, -14], 7**3), ([10], 6)])
def test_bases_without_inverse_are_refused(bases: list[int], mod: int) -> None:
    with pytest.raises(ValueError, match="not invertible"):
        [pow(base, -1, mod) for base in bases]
    with pytest.raises(ZeroDivisionError, match="not invertible"):
        powmod_base_list(bases, -1, mod)


@pytest.mark.parametrize("exp", [-3, -1, 0, 1, 10**40])
def test_modulo_one_everything_is_zero(exp: int) -> None:
    assert powmod_base_list([0, 1, -5, 10**30], exp, 1) == oracle([0, 1, -5, 10**30], exp, 1) == [0] * 4


@pytest.mark.parametrize("mod", [2, 3, 4, 6, 8, 9])
def test_small_moduli_exhaustively(mod: int) -> None:
    bases = range(-2 * mod, 2 * mod)
    units = [base for base in bases if gmpy2.gcd(base, mod) == 1]
    for exp in range(20):
        assert powmod_base_list(bases, exp, mod) == [pow(base, exp, mod) for base in bases]
        assert powmod_base_list(units, -exp, mod) == [pow(base, -exp, mod) for base in units]


@given(st.lists(st.integers(-(2**700), 2**700), max_size=10), st.integers(0, 2**300), st.integers(1, 2**640))
def test_any_numbers(bases: list[int], exp: int, mod: int) -> None:
    assert powmod_base_list(bases, exp, mod) == oracle(bases, exp, mod)


class Broken:
    def __index__(self) -> int:
        raise KeyError("broken")


CALLS: list[tuple[Any, ...]] = [
    *(([2.0], 2, 5), (["2"], 2, 5), ([None], 2, 5), ([3, 2.5], 2, 5), ("23", 2, 5)),
    *(({2, 3}, 2, 5), (iter([2]), 2, 5), (2, 2, 5), (None, 2, 5)),
    *(([2], 2.0, 5), ([2], "2", 5), ([2], None, 5), ([2], 2, 5.0), ([2], 2, None), ([], 1.5, 5), ([], 1, "5")),
    *(([2],), ([2], 3), ([2], 3, 5, 7)),
]


@pytest.mark.parametrize("arguments", CALLS, ids=range(len(CALLS)))
def test_wrong_types_are_refused_as_by_gmpy2(arguments: tuple[Any, ...]) -> None:
    for function in (gmpy2.powmod_base_list, powmod_base_list):
        with pytest.raises(TypeError):
            function(*arguments)


@pytest.mark.parametrize("bases", [[], [2]])
@pytest.mark.parametrize("mod", [0, -1, -7])
def test_moduli_below_one_are_refused_as_by_gmpy2(bases: list[int], mod: int) -> None:
    functions: list[Callable[..., Any]] = [gmpy2.powmod_base_list, powmod_base_list]
    for function in functions:
        with pytest.raises(ValueError, match="'mod' must be > 0"):
            function(bases, 3, mod)


def test_whatever_is_an_integer_is_taken() -> None:
    bases = (True, gmpy2.mpz(3), 5)
    assert powmod_base_list(bases, gmpy2.mpz(2), gmpy2.mpz(7)) == [1, 2, 4]
    assert powmod_base_list(range(4), True, 3) == [0, 1, 2, 0]


def test_errors_of_the_numbers_themselves_come_through() -> None:
    with pytest.raises(KeyError, match="broken"):
        powmod_base_list([1, Broken()], 2, 5)


def test_arguments_are_positional_only() -> None:
    function: Callable[..., Any] = powmod_base_list
    with pytest.raises(TypeError):
        function(bases=[2], exp=2, mod=5)


def test_the_whole_list_is_one_run_of_the_engine() -> None:
    bases, mod = drawn(1024, 40)
    before = _native.engine_stats()
    powmod_base_list(bases, 65537, mod)
    after = _native.engine_stats()
    assert (after[0] - before[0], after[1] - before[1]) == (1, 40)


def test_other_threads_run_meanwhile() -> None:
    bases, mod = drawn(3072, 64)
    steps: list[int] = []
    done = threading.Event()

    def count() -> None:
        while not done.wait(0.001):
            steps.append(1)

    counter = threading.Thread(target=count)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # nobody is asked to give up the GIL
    try:
        counter.start()
        powmod_base_list(bases, mod, mod)
        during = len(steps)
    finally:
        sys.setswitchinterval(interval)
        done.set()
        counter.join()
    assert during > 0
