"""Encrypted arrays behave as numpy's: whatever is done to both, decryption gives what numpy says."""

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from keys import primes

from mpc_fast.paillier import EncryptedArray, EncryptedNumber, PrivateKey, PublicKey

SK = PrivateKey.from_primes(primes("C112", 1).p, primes("C112", 1).q)
PK = SK.public_key
OTHER = PrivateKey.from_primes(primes("C112", 2).p, primes("C112", 2).q)

DTYPES = [np.bool_, np.int8, np.uint8, np.int16, np.uint32, np.int64, np.uint64, np.float16, np.float32, np.float64]
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
INTS = st.integers(-(2**70), 2**70)
FLOATS = st.floats(-(2.0**20), 2.0**20, width=32)

quick = settings(max_examples=40, deadline=None)


def arrays(elements: st.SearchStrategy[Any], shape: Any = SHAPES) -> st.SearchStrategy[Any]:
    return hnp.arrays(object if elements is INTS else np.float64, shape, elements=elements)


def decrypted(encrypted: Any) -> Any:
    return SK.decrypt(encrypted)


def expect(encrypted: Any, expected: Any) -> None:
    """The same shape and the same numbers, every bit of them."""
    assert isinstance(encrypted, EncryptedArray if np.shape(expected) else EncryptedArray | EncryptedNumber)
    plain = decrypted(encrypted)
    assert np.shape(plain) == np.shape(expected)
    assert np.asarray(plain, object).ravel().tolist() == np.asarray(expected, object).ravel().tolist()


@quick
@given(st.sampled_from(DTYPES).flatmap(lambda dtype: hnp.arrays(dtype, SHAPES)))
def test_what_is_encrypted_comes_back(values: Any) -> None:
    if not np.isfinite(values).all():
        with pytest.raises((ValueError, OverflowError), match="cannot be encrypted"):
            PK.encrypt(values)
        return
    encrypted = SK.encrypt(values)
    assert isinstance(encrypted, EncryptedArray)
    plain = decrypted(encrypted)
    assert plain.shape == values.shape
    assert plain.tolist() == values.tolist()
    if values.dtype.kind == "f":
        assert plain.dtype == np.float64
    elif not (values.dtype == np.uint64 and (values > 2**63 - 1).any()):
        assert plain.dtype == np.int64


@quick
@given(st.data())
def test_indices_and_slices(data: st.DataObject) -> None:
    values = np.arange(24).reshape(2, 3, 4)
    encrypted = ENCRYPTED
    index = data.draw(
        hnp.basic_indices(values.shape, allow_newaxis=True)
        | hnp.integer_array_indices(values.shape)
        | hnp.arrays(np.bool_, values.shape)
    )
    expect(encrypted[index], values[index])


ENCRYPTED = SK.encrypt(np.arange(24).reshape(2, 3, 4))
OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


@quick
@given(
    st.sampled_from(sorted(OPERATORS)),
    st.booleans(),
    st.sampled_from([INTS, FLOATS]).flatmap(
        lambda elements: hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0).flatmap(
            lambda shapes: st.tuples(*(arrays(elements, shape) for shape in shapes.input_shapes))
        )
    ),
)
def test_arithmetic_with_plain_arrays_broadcasts(name: str, encrypted_first: bool, operands: tuple[Any, Any]) -> None:
    operate = OPERATORS[name]
    a, b = operands
    expected = operate(a, b)
    expect(operate(SK.encrypt(a), b) if encrypted_first else operate(a, SK.encrypt(b)), expected)


@quick
@given(
    st.sampled_from(["+", "-"]),
    st.sampled_from([INTS, FLOATS]).flatmap(
        lambda elements: hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3).flatmap(
            lambda shapes: st.tuples(*(arrays(elements, shape) for shape in shapes.input_shapes))
        )
    ),
)
def test_sums_and_differences_of_encrypted_arrays_broadcast(name: str, operands: tuple[Any, Any]) -> None:
    operate = OPERATORS[name]
    a, b = operands
    expect(operate(SK.encrypt(a), SK.encrypt(b)), operate(a, b))


@quick
@given(arrays(INTS, hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4)), st.data())
def test_sums_over_axes(values: Any, data: st.DataObject) -> None:
    axis = data.draw(st.none() | hnp.valid_tuple_axes(values.ndim))
    keepdims = data.draw(st.booleans())
    expect(SK.encrypt(values).sum(axis=axis, keepdims=keepdims), np.sum(values, axis=axis, keepdims=keepdims))
    expect(np.sum(SK.encrypt(values), axis=axis), np.sum(values, axis=axis))


@quick
@given(arrays(FLOATS, hnp.array_shapes(min_dims=1, max_dims=1, min_side=1, max_side=9)))
def test_sums_of_floats_are_exact_and_means_have_120_bits(values: Any) -> None:
    """More than a float has; half way between two floats a mean may go to the other one."""
    encrypted = SK.encrypt(values)
    assert decrypted(encrypted.sum()) == math.fsum(values)
    mean = np.mean(encrypted)
    exact = sum(map(Fraction, values)) / len(values)
    found = SK.decrypt(mean, object)
    assert abs(found - exact) <= abs(exact) / 2**120
    assert decrypted(mean) == float(found)


@st.composite
def factors(draw: Callable[..., Any]) -> tuple[Any, Any]:
    """Two operands of @."""
    inner = draw(st.integers(0, 4))
    batch = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=1, max_side=2)).input_shapes
    left = draw(st.sampled_from([(inner,), (2, inner), (*batch[0], 3, inner)]))
    right = draw(st.sampled_from([(inner,), (inner, 2), (*batch[1], inner, 3)]))
    elements = draw(st.sampled_from([INTS, FLOATS]))
    return draw(arrays(elements, left)), draw(arrays(elements, right))


def exactly(a: Any) -> Any:
    return np.vectorize(Fraction, otypes=[object])(a) if a.size else a.astype(object)


@quick
@given(factors(), st.booleans(), st.booleans())
def test_products_of_matrices(operands: tuple[Any, Any], encrypted_first: bool, use_dot: bool) -> None:
    a, b = operands
    multiply = np.dot if use_dot else np.matmul
    expected = multiply(exactly(a), exactly(b)) if a.shape[-1] else multiply(a.astype(float), b.astype(float))
    if a.dtype == np.float64:
        expected = np.vectorize(float, otypes=[float])(expected) if np.size(expected) else expected
    expect(multiply(SK.encrypt(a), b) if encrypted_first else multiply(a, SK.encrypt(b)), expected)


REARRANGED: list[Callable[[Any], Any]] = [
    lambda a: a.T,
    lambda a: a.reshape(4, 6),
    lambda a: a.reshape((-1, 2)),
    lambda a: a.ravel(),
    lambda a: a.swapaxes(0, 2),
    lambda a: a.transpose(1, 0, 2),
    lambda a: a.take([0, 2], axis=1),
    lambda a: a[:1].squeeze(0),
    lambda a: a.copy(),
    lambda a: -a,
    lambda a: +a,
    lambda a: np.transpose(a),
    lambda a: np.reshape(a, (3, 8)),
    lambda a: np.moveaxis(a, 0, -1),
    lambda a: np.expand_dims(a, 1),
    lambda a: np.flip(a, 1),
    lambda a: np.roll(a, 5),
    lambda a: np.repeat(a, 2, axis=0),
    lambda a: np.tile(a, 2),
    lambda a: np.broadcast_to(a, (2, 2, 3, 4)),
    lambda a: np.concatenate([a, a[:1]]),
    lambda a: np.stack([a, a + 1], axis=1),
    lambda a: np.vstack([a, a]),
    lambda a: np.hstack([a, a]),
    lambda a: np.split(a, 2)[1],
    lambda a: np.add.reduce(a),
    lambda a: a - np.ones((3, 1)),
    lambda a: np.sum([row.sum() for row in a]),
    lambda a: np.stack(list(a)),
    lambda a: a.flatten(),
]


@pytest.mark.parametrize("rearrange", REARRANGED, ids=range(len(REARRANGED)))
def test_whatever_numpy_does_with_places(rearrange: Callable[[Any], Any]) -> None:
    expect(rearrange(ENCRYPTED), rearrange(np.arange(24).reshape(2, 3, 4)))


STEPS: list[Callable[[Any, int], Any]] = [
    lambda a, k: a + k,
    lambda a, k: k - a,
    lambda a, k: a * k,
    lambda a, k: a + a,
    lambda a, k: a - a.T if a.ndim == 2 and a.shape[0] == a.shape[1] else -a,
    lambda a, k: a[k % len(a)] if a.ndim > 1 else a[::-1],
    lambda a, k: a.T,
    lambda a, k: a * np.arange(a.shape[-1]),
    lambda a, k: np.concatenate([a, a]) if a.size < 20 else a,
    lambda a, k: a @ np.full((a.shape[-1], 2), k),
    lambda a, k: a.sum(axis=-1, keepdims=True),
]


@quick
@given(
    arrays(st.integers(-1000, 1000), hnp.array_shapes(min_dims=1, max_dims=2, max_side=3)),
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(-50, 50)), max_size=8),
)
def test_one_step_after_the_other(values: Any, steps: list[tuple[Callable[[Any, int], Any], int]]) -> None:
    plain = values.astype(object)
    encrypted = SK.encrypt(plain)
    for step, k in steps:
        plain, encrypted = step(plain, k), step(encrypted, k)
    expect(encrypted, plain)


def test_what_is_no_operation_of_encrypted_arrays() -> None:
    a = ENCRYPTED
    refused: list[Callable[[], Any]] = [
        lambda: a * a,
        lambda: a @ a,
        lambda: a.dot(a),
        lambda: np.dot(a, a),
        lambda: 1 / a,
        lambda: a**2,
        lambda: a // 2,
        lambda: a < 1,
        lambda: np.sin(a),
        lambda: np.sort(a),
        lambda: a + "1",
        lambda: a * None,
        lambda: np.add(a, 1, out=a),
        lambda: a.sum(dtype=float),
        lambda: np.concatenate([a, np.ones((1, 3, 4))]),
        lambda: float(a),
        lambda: len(a[0, 0, 0]),
        lambda: a.__setitem__(0, 1),
        lambda: a == a.copy(),
        lambda: a[0, 0, 0] == 0,
        lambda: a != np.arange(24).reshape(2, 3, 4),
    ]
    for i, call in enumerate(refused):
        with pytest.raises((TypeError, AttributeError)):
            raise AssertionError((i, call()))
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(a[0, 0, 0])
    with pytest.raises(ZeroDivisionError):
        a / np.array([1, 0, 2, 4])


def test_empty_stacks_of_matrices() -> None:
    for a, b in (((2, 3), (0, 3, 4)), ((0, 2, 3), (1, 3, 4)), ((0, 2, 3), (3, 4)), ((2, 0), (0, 4))):
        expected = np.zeros(a) @ np.zeros(b)
        expect(SK.encrypt(np.zeros(a)) @ np.zeros(b), expected)
        expect(np.zeros(a) @ SK.encrypt(np.zeros(b)), expected)


def test_shapes_that_do_not_fit() -> None:
    for call in (
        lambda: ENCRYPTED + np.ones(3),
        lambda: ENCRYPTED @ np.ones(3),
        lambda: np.ones((2, 4)) @ ENCRYPTED,
        lambda: ENCRYPTED @ 2,
        lambda: ENCRYPTED.reshape(5, 5),
        lambda: np.concatenate([ENCRYPTED, ENCRYPTED[0]]),
        lambda: ENCRYPTED.sum(axis=3),
        lambda: ENCRYPTED.sum(axis=(0, 0)),
        lambda: ENCRYPTED[:, :0].mean(),
    ):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(IndexError):
        ENCRYPTED[5]


def test_numbers_and_arrays_mix() -> None:
    number = PK.encrypt(3)
    assert isinstance(number, EncryptedNumber)
    expect(number + np.arange(3), [3, 4, 5])
    expect(np.arange(3) * number, [0, 3, 6])
    expect(ENCRYPTED[0, 0] - number, [-3, -2, -1, 0])
    assert decrypted(sum([number, 2, PK.encrypt(0.5)])) == 5.5
    assert decrypted(np.sum(np.array([number, number]))) == 6  # an object array of numpy
    assert decrypted(number / 4) == 0.75
    assert (number.shape, number.ndim, number.size) == ((), 0, 1)
    expect(EncryptedArray.stack([number, number + 1]), [3, 4])
    expect(
        EncryptedArray.stack([ENCRYPTED[0], ENCRYPTED[1]], axis=1), np.stack(list(np.arange(24).reshape(2, 3, 4)), 1)
    )
    with pytest.raises(ValueError, match="nothing"):
        EncryptedArray.stack([])
    assert decrypted(np.int64(2) * number - np.float32(0.5)) == 5.5


def test_other_keys_do_not_mix() -> None:
    theirs = OTHER.encrypt([1])
    for call in (
        lambda: ENCRYPTED + theirs,
        lambda: np.concatenate([ENCRYPTED[0, 0], theirs]),
        lambda: SK.decrypt(theirs),
    ):
        with pytest.raises(ValueError, match=r"different keys|another key"):
            call()


def test_what_is_shown_of_a_result_is_obfuscated_once() -> None:
    fresh = PK.encrypt(np.arange(3))
    assert (fresh.ciphertexts() == fresh.ciphertexts(be_secure=False)).all()
    result = fresh + 1
    raw = result.ciphertexts(be_secure=False)
    shown = result.ciphertexts()
    assert not (raw == shown).any(axis=1).any()
    assert (result.ciphertexts() == shown).all()
    assert not shown.flags.writeable
    assert shown.shape == (3, 2 * PK.bits // 64)
    assert result.nbytes == shown.nbytes
    expect(result, [1, 2, 3])
    number = PK.encrypt(1) * 3
    first = number.ciphertext(be_secure=False)
    assert number.ciphertext() == number.ciphertext() != first
    # What was selected more than once is not shown as such.
    again = PK.encrypt([1, 2])[[0, 1, 0]]
    assert len({*map(bytes, again.ciphertexts())}) == 3
    # Elements that were one ciphertext are not shown as one.
    twice = np.repeat(PK.encrypt([7]) + 0, 2)
    assert len({*map(bytes, twice.ciphertexts())}) == 2


def jacobi(a: int, n: int) -> int:
    sign = 1
    while a:
        while a % 2 == 0:
            a //= 2
            if n % 8 in (3, 5):
                sign = -sign
        a, n = n, a
        if a % 4 == n % 4 == 3:
            sign = -sign
        a %= n
    return sign if n == 1 else 0


def test_results_are_obfuscated_in_full_whatever_the_key_says() -> None:
    """Powers of one h all have the Jacobi symbol 1: they would show the parity of plain factors."""
    key = PK.with_randomness("short")
    assert {jacobi(key.encrypt(i).ciphertext(), PK.n) for i in range(20)} == {1}
    c = next(c for c in (PK.encrypt(1).ciphertext() for _ in range(200)) if jacobi(c, PK.n) == -1)
    shown = {(EncryptedNumber(key, c, bound=10) * 3).ciphertext() for _ in range(40)}
    assert {jacobi(c, PK.n) for c in shown} == {1, -1}


def test_the_same_key_with_short_exponents() -> None:
    key: PublicKey = PK.with_randomness("short")
    assert key == PK
    expect(key.encrypt(np.arange(20)) + PK.encrypt(np.arange(20)), 2 * np.arange(20))
    assert key.encrypt(1).ciphertext() != key.encrypt(1).ciphertext()
    with pytest.raises(ValueError, match="randomness"):
        PK.with_randomness("none")
