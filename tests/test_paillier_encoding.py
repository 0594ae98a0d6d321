"""What is encrypted for which number, how much of it is public, and that nothing outgrows the plaintext space."""

import json
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keys import primes

from mpc_fast.paillier import EncryptedArray, EncryptedNumber, PrivateKey
from mpc_fast.paillier.encoding import encode, encode_factors, exponent_for

SK = PrivateKey.from_primes(primes("C112", 1).p, primes("C112", 1).q)
PK = SK.public_key

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(FINITE, max_size=5))
def test_floats_are_encoded_exactly(values: list[float]) -> None:
    for plain in (encode(values), encode_factors(values), encode(np.array(values, float))):
        assert [i * Fraction(16) ** plain.exponent for i in plain.integers] == [Fraction(x) for x in values]
        assert all(abs(i) <= plain.bound for i in plain.integers)
        assert plain.exponent <= 0


@given(st.lists(FINITE, max_size=5), st.floats(1e-30, 1e30))
def test_precision_rounds_half_to_even(values: list[float], precision: float) -> None:
    plain = encode(values, precision)
    unit = Fraction(16) ** plain.exponent
    assert unit <= Fraction(precision) < 16 * unit
    assert plain.integers == [round(Fraction(x) / unit) for x in values]
    assert all(abs(i) <= plain.bound for i in plain.integers)
    assert plain.kind == "float"


@pytest.mark.parametrize(("precision", "exponent"), [(1, 0), (0.99, -1), (1 / 16, -1), (15.9, 0), (16, 1), (1e-6, -5)])
def test_exponents_of_precisions(precision: float, exponent: int) -> None:
    assert exponent_for(precision) == exponent


def test_exponent_and_bound_tell_little() -> None:
    """They come in steps of 64 bits, or from the dtype, or from what the caller says."""
    assert [(e.exponent, e.bound) for e in map(encode, (np.array([0.5]), np.array([0.1, -3e15])))] == [
        (-16, 2**128)
    ] * 2
    assert encode(np.array([1.0, 2.0])).exponent == 0
    assert encode(np.array([2.0**-65])).exponent == -32
    assert encode(np.array([2.0**65])).bound == 2**128
    assert encode([True, False]).bound == 1
    with pytest.warns(PendingDeprecationWarning):
        assert encode(np.matrix([[1, 2]])).shape == (1, 2)
    assert [encode(np.zeros(2, t)).bound for t in (bool, np.int8, np.uint8, np.int64)] == [1, 128, 255, 2**63]
    assert [encode(value).bound for value in (0, 7, 2**64, -(2**64) - 1)] == [2**64, 2**64, 2**128, 2**128]
    a, b = (encode(np.array(values), precision=1e-3, bound=1000) for values in ([0.1], [999.9]))
    assert (a.exponent, a.bound) == (b.exponent, b.bound) == (-3, 1000 * 16**3)


BAD: list[tuple[type[Exception], str, Callable[[], Any]]] = [
    (ValueError, r"\[1\]: nan", lambda: PK.encrypt(np.array([1, math.nan]))),
    (OverflowError, r"\[1, 0\]: inf", lambda: PK.encrypt(np.array([[1], [math.inf]]))),
    (ValueError, "the number: nan", lambda: PK.encrypt(math.nan)),
    (OverflowError, r"\[0\]: -inf", lambda: PK.encrypt([-math.inf, 1])),
    (TypeError, r"\[1\]: str", lambda: PK.encrypt([1, "2"])),
    (TypeError, r"\[1\]: str", lambda: PK.encrypt(np.array([1, "2"], object))),
    (TypeError, r"\[0\]: NoneType", lambda: PK.encrypt([None])),
    (TypeError, "the number: complex", lambda: PK.encrypt(1j)),
    (TypeError, "the number: str", lambda: PK.encrypt("1")),
    (TypeError, "complex128", lambda: PK.encrypt(np.array([1j]))),
    (TypeError, "<U1", lambda: PK.encrypt(np.array(["a"]))),
    (TypeError, "longdouble|float128", lambda: PK.encrypt(np.array([1], np.longdouble))),
    (TypeError, "datetime64", lambda: PK.encrypt(np.array([1], "M8[s]"))),
    (ValueError, "inhomogeneous|lengths", lambda: PK.encrypt([[1, 2], [3]])),
    (TypeError, "masked", lambda: PK.encrypt(np.ma.array([1.5, 2.5], mask=[0, 1]))),
    (TypeError, "encrypted already", lambda: PK.encrypt(PK.encrypt(1))),
    (TypeError, "EncryptedNumber cannot", lambda: PK.encrypt([PK.encrypt(1)])),
    (ValueError, r"\[1\] does not fit", lambda: PK.encrypt([0, PK.n])),
    (ValueError, "the number does not fit", lambda: PK.encrypt(-PK.max_int - 1)),
    (ValueError, r"\[1\] exceeds the bound", lambda: PK.encrypt([9, -11], bound=10)),
    (ValueError, "bound", lambda: PK.encrypt(1, bound=0)),
    (ValueError, "bound", lambda: PK.encrypt(1, bound=math.inf)),
    (ValueError, "bound: beyond", lambda: PK.encrypt(1, bound=PK.n)),
    (ValueError, "precision", lambda: PK.encrypt(1, precision=0)),
    (ValueError, "precision", lambda: PK.encrypt(1, precision=math.nan)),
    (ValueError, "precision", lambda: PK.encrypt(1, precision="1")),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("error", "text", "call"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_encrypted_is_refused_by_name(
    error: type[Exception], text: str, call: Callable[[], Any]
) -> None:
    with pytest.raises(error, match=text):
        call()


def test_the_largest_numbers() -> None:
    for number in (PK.max_int, -PK.max_int):
        assert SK.decrypt(PK.encrypt(number)) == number
    assert SK.decrypt(PK.encrypt([2**64, -1])).tolist() == [2**64, -1]
    assert SK.decrypt(PK.encrypt(np.array([2**64 - 1], np.uint64))).dtype == object
    tiny, huge = 5e-324, 1.7976931348623157e308
    assert SK.decrypt(PK.encrypt(tiny)) == tiny
    assert SK.decrypt(PK.encrypt(huge)) == huge
    with pytest.raises(ValueError, match="does not fit"):
        PK.encrypt([tiny, huge])  # 2098 bits
    assert SK.decrypt(PK.encrypt([tiny, huge], precision=1)).tolist() == [0, huge]


def test_results_that_may_not_fit_are_refused_before_they_are_computed() -> None:
    a = PK.encrypt(np.array([1, 2]))
    with pytest.raises(OverflowError, match="plaintext space has 2047"):
        a * 2**1990
    wide = a * 2**1980
    assert wide.bound <= PK.max_int
    for call in (
        lambda: wide * 4,
        lambda: sum([wide] * 4),
        lambda: np.concatenate([wide] * 4).sum(),
        lambda: wide @ [1, 1] * 2,
        lambda: wide + 0.5,
        lambda: np.concatenate([wide, PK.encrypt([0.5])]),
    ):
        with pytest.raises(OverflowError):
            call()
    # Bounds grow by what is computed, not by the number of steps.
    total = PK.encrypt(1, bound=1)
    for _ in range(3000):
        total = total + 1
    assert total.bound.bit_length() < 80
    assert SK.decrypt(total) == 3001


def test_numbers_beyond_their_bound_are_not_decrypted() -> None:
    """Nobody but the one who encrypts can keep a bound; decryption says so if he did not."""
    number = PK.encrypt(1000).ciphertext()
    lying = EncryptedNumber(PK, number, bound=10)
    with pytest.raises(OverflowError, match="the number exceeds its bound"):
        SK.decrypt(lying)
    with pytest.raises(OverflowError, match=r"\[1\] exceeds its bound"):
        SK.decrypt(EncryptedArray(PK, [PK.encrypt(1).ciphertext(), number], bound=10))
    assert SK.decrypt(EncryptedNumber(PK, number, -2, bound=4)) == 1000 / 256


def test_types_of_decrypted_numbers() -> None:
    ints, floats = PK.encrypt([1, 0, 1]), PK.encrypt([0.5, 2])
    assert type(SK.decrypt(ints[0])) is int
    assert type(SK.decrypt(floats[0])) is float
    assert SK.decrypt(ints, np.int8).dtype == np.int8
    assert SK.decrypt(ints, bool).tolist() == [True, False, True]
    assert SK.decrypt(ints, float).dtype == float
    assert SK.decrypt(floats, object).tolist() == [Fraction(1, 2), Fraction(2)]
    assert abs(SK.decrypt(ints / 3, object)[0] - Fraction(1, 3)) < Fraction(1, 2**120)
    for dtype, values in ((np.int8, [128]), (np.uint8, [-1]), (bool, [2]), (np.int64, [2**63]), (np.int64, [0.5])):
        with pytest.raises(OverflowError, match=r"\[0\] does not fit"):
            SK.decrypt(PK.encrypt(values), dtype)
    with pytest.raises(OverflowError):
        SK.decrypt(PK.encrypt([1.5e308]) * 2)
    with pytest.raises(OverflowError, match="float16"):
        SK.decrypt(PK.encrypt([70000.0]), np.float16)
    for unfit in ("U1", "S4", complex, "M8[s]", np.longdouble):
        with pytest.raises(TypeError, match="dtype"):
            SK.decrypt(ints, unfit)
    with pytest.raises(TypeError, match="int: not encrypted"):
        SK.decrypt(5)  # type: ignore[arg-type]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=4), st.sampled_from([0, 3, -3, -20]))
def test_numbers_of_different_exponents_are_aligned(integers: list[int], exponent: int) -> None:
    a = PK.encrypt([i * 16.0**exponent for i in integers], precision=16.0**exponent)
    assert a.exponent == exponent
    assert SK.decrypt(a + PK.encrypt(integers)).tolist() == [i * 16.0**exponent + i for i in integers]
    assert SK.decrypt(a - 0.25).tolist() == [i * 16.0**exponent - 0.25 for i in integers]


def test_factors_tell_of_themselves_what_precision_and_bound_say() -> None:
    a = PK.encrypt(np.array([1.0, 2.0]), precision=1, bound=10)
    plain = a.dot([0.5, 0.25])
    fixed = [a.dot(w, precision=1e-3, bound=100) for w in ([0.5, 0.25], [99.5, -0.125])]
    assert plain.exponent == -1
    assert {(f.exponent, f.bound) for f in fixed} == {(-3, 2 * 10 * 100 * 16**3)}
    assert [SK.decrypt(f) for f in fixed] == [1.0, 99.25]
    with pytest.raises(ValueError, match=r"\[1\] exceeds the bound"):
        a.dot([0, 101], precision=1, bound=100)


def test_division_and_means_are_rounded_as_floats_are() -> None:
    """Reciprocals have more digits than floats. (Half way between two floats that may not be enough.)"""
    a = PK.encrypt(np.array([1, 2, 49]))
    for divisor in (3, 7.0, 0.1, -1e-9, 1e12, 2**70):
        assert SK.decrypt(a / divisor).tolist() == [float(Fraction(x) / Fraction(divisor)) for x in (1, 2, 49)]
    assert SK.decrypt(a / np.array([4, 3, 49])).tolist() == [0.25, 2 / 3, 1]
    assert (a / 4).exponent == -1
    for count in (3, 49, 100):
        assert SK.decrypt(PK.encrypt(np.ones(count)).mean()) == 1
    for call in (lambda: a / 0, lambda: a / [1, 0.0, 2]):
        with pytest.raises(ZeroDivisionError, match="zero"):
            call()
    for wrong in (["1", "2", "3"], np.array([1j]), "2", np.array(["2020"], "M8[Y]")):
        with pytest.raises(TypeError):
            a / wrong


def test_integers_of_floats_are_exact() -> None:
    x = PK.encrypt(np.array([2**60 + 1])) + 0.5 - 0.5
    assert x.kind == "float"
    assert SK.decrypt(x, np.int64).tolist() == [2**60 + 1]
    assert SK.decrypt(PK.encrypt([2**53 + 1], bound=np.int64(2**53 + 1))).tolist() == [2**53 + 1]
    assert SK.decrypt(np.dot([2**60 + 1, 0.5], PK.encrypt(np.array([1, 2]))), object) == 2**60 + 2


def test_exponents_from_elsewhere() -> None:
    c = PK.encrypt(2**60).ciphertext()
    number = EncryptedNumber(PK, c, np.int64(1), bound=2**64)
    assert SK.decrypt(number) == 2**64
    assert SK.decrypt(number * 3.0) == 3.0 * 2**64
    for wrong in (0.5, "1", None):
        with pytest.raises(TypeError):
            EncryptedNumber(PK, c, wrong, bound=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="exponent"):
        EncryptedNumber(PK, c, 5000, bound=1)
    # Far apart: refused at once, whatever the work would be.
    record = json.loads(PK.encrypt(0.5).to_json())
    far = EncryptedNumber.from_json(json.dumps({**record, "exponent": -4096}))
    for call in (lambda: far + np.ones(10**5), lambda: far + PK.encrypt(1)):
        with pytest.raises(OverflowError):
            call()


def test_overflow_names_the_element() -> None:
    with pytest.raises(OverflowError, match=r"\[1, 0\] is too large"):
        SK.decrypt(PK.encrypt([[1.0], [1.5e308]]) * 2)
    assert SK.decrypt(PK.encrypt([np.array(1), np.array(2)])).tolist() == [1, 2]


def test_empty_arrays_and_arrays_without_dimensions() -> None:
    empty = PK.encrypt(np.empty((0, 3)))
    assert empty.shape == (0, 3)
    assert SK.decrypt(empty).shape == (0, 3)
    assert SK.decrypt(empty.sum(axis=0)).tolist() == [0, 0, 0]
    assert SK.decrypt(PK.encrypt([]) + 1).shape == (0,)
    point = PK.encrypt(np.array(2.5))
    assert isinstance(point, EncryptedArray)
    assert point.shape == ()
    assert SK.decrypt(point) == 2.5
    assert isinstance(point + 1, EncryptedNumber)
    for call in (lambda: len(point), lambda: list(point)):
        with pytest.raises(TypeError):
            call()
