"""NumPy's scalars and arrays on either side of every operator, also where python-paillier refuses them."""

from collections.abc import Callable
from operator import add, mul, sub, truediv
from typing import Any

import numpy as np
import phe as oracle
import pytest
from phe_pair import described, key_pair

import mpc_fast.compat.phe as phe

PUBLIC, PRIVATE = key_pair(phe, 512)
ORACLE_PUBLIC, _ = key_pair(oracle, 512)

INTEGERS = [np.int8(-7), np.uint8(200), np.int16(-300), np.uint16(5), np.int32(-9), np.int64(2**60), np.uint64(2**63)]
FLOATS = [np.float16(0.5), np.float32(0.1), np.float64(-2.7), np.float32(-3e20)]
SCALARS = [*INTEGERS, *FLOATS, np.bool_(True), np.bool_(False)]


def encrypted(library: Any = phe, number: float = 1.25) -> Any:
    return (PUBLIC if library is phe else ORACLE_PUBLIC).encrypt(number, r_value=12345)


@pytest.mark.parametrize("scalar", SCALARS, ids=repr)
@pytest.mark.parametrize("precision", [None, 1e-3, 4])
def test_scalars_are_encoded_as_their_values(scalar: Any, precision: Any) -> None:
    ours = PUBLIC.encrypt(scalar, precision=precision, r_value=3)
    assert described(ours) == described(ORACLE_PUBLIC.encrypt(scalar.item(), precision=precision, r_value=3))


@pytest.mark.parametrize("scalar", SCALARS, ids=repr)
@pytest.mark.parametrize("operator", [add, sub, mul])
def test_operators_take_scalars(operator: Callable[[Any, Any], Any], scalar: Any) -> None:
    expected = described(operator(encrypted(oracle), scalar.item()))
    assert described(operator(encrypted(), scalar)) == expected
    expected = described(operator(scalar.item(), encrypted(oracle)))
    assert described(operator(scalar, encrypted())) == expected


@pytest.mark.parametrize("scalar", [np.int64(4), np.float64(0.5), np.float32(8), np.uint8(2)], ids=repr)
def test_numbers_are_divided_by_scalars(scalar: Any) -> None:
    assert PRIVATE.decrypt(encrypted() / scalar) == 1.25 / float(scalar)


ARRAYS = [
    np.array([1, -2, 3]),
    np.array([0.5, 1e-9, -7.25]),
    np.array([[1, 2], [3, 4]], dtype=np.uint8),
    np.array([[0.1]], dtype=np.float32),
    np.array([True, False]),
    np.array([]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=repr)
@pytest.mark.parametrize("operator", [add, sub, mul])
def test_operators_go_through_arrays(operator: Callable[[Any, Any], Any], array: Any) -> None:
    for result, pairs in (
        (operator(encrypted(), array), [(encrypted(oracle), item) for item in array.ravel().tolist()]),
        (operator(array, encrypted()), [(item, encrypted(oracle)) for item in array.ravel().tolist()]),
    ):
        assert result.shape == array.shape
        assert result.dtype == object
        assert [described(item) for item in result.ravel()] == [described(operator(*pair)) for pair in pairs]


def test_numbers_are_divided_by_arrays() -> None:
    quotients = truediv(encrypted(), np.array([2.0, 0.5]))
    assert [PRIVATE.decrypt(quotient) for quotient in quotients] == [0.625, 2.5]
    with pytest.raises(TypeError):
        np.array([1.0]) / encrypted()


def test_arrays_of_encrypted_numbers() -> None:
    numbers = np.array([PUBLIC.encrypt(i / 2) for i in range(4)])
    assert [PRIVATE.decrypt(item) for item in encrypted() + numbers] == [1.25, 1.75, 2.25, 2.75]
    assert [PRIVATE.decrypt(item) for item in encrypted() - numbers] == [1.25, 0.75, 0.25, -0.25]
    with pytest.raises(NotImplementedError):
        encrypted() * numbers


def test_an_array_of_no_dimension_is_a_number() -> None:
    assert PRIVATE.decrypt(encrypted() + np.array(3)) == 4.25


def test_functions_over_lists_and_arrays() -> None:
    numbers = [PUBLIC.encrypt(i + 0.5) for i in range(10)]
    weights = np.linspace(-1, 1, 10)
    plain = np.arange(10) + 0.5
    for encrypted_numbers in (numbers, np.array(numbers)):
        assert PRIVATE.decrypt(np.mean(encrypted_numbers)) == plain.mean()
        assert PRIVATE.decrypt(np.sum(encrypted_numbers)) == plain.sum()
        assert PRIVATE.decrypt(np.dot(encrypted_numbers, weights)) == pytest.approx(plain @ weights)
    matrix = np.array(numbers).reshape(2, 5)
    product = matrix @ weights.reshape(5, 2)
    expected = plain.reshape(2, 5) @ weights.reshape(5, 2)
    assert [[PRIVATE.decrypt(item) for item in row] for row in product] == pytest.approx(expected)


@pytest.mark.parametrize("value", [np.complex128(1j), np.str_("5"), np.datetime64(5, "s"), np.longdouble(1)], ids=repr)
def test_other_scalars_are_refused(value: Any) -> None:
    for public in (PUBLIC, ORACLE_PUBLIC):
        with pytest.raises(TypeError):
            public.encrypt(value)
