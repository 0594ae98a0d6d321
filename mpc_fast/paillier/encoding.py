"""Numbers as the integers that Paillier encrypts, and back.

A number is ``integer * 16**exponent``, as in python-paillier, with one exponent for all numbers of an array. Besides
the exponent an array carries a bound that none of its integers exceeds in absolute value. Both are public, and so is
whether the numbers are integers or floats. They tell no more about the numbers than this:

- Without ``precision`` integers have exponent 0 and floats are exact: the exponent is the largest multiple of 16 (so
  steps of ``2**-64``) that admits all of them.
- With ``precision`` the exponent follows from it alone, and numbers are rounded, half to even: by no more than half of
  the precision.
- Numbers that ciphertexts are multiplied with tell how fine and how large they are, unless ``dot`` gets a precision and
  a bound for them.
- Without ``bound`` integers are bounded by their dtype, or by a multiple of 64 bits where they have none, and so are
  the integer parts of floats. With ``bound`` by it alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

BASE: Final = 16
MAX_EXPONENT: Final = 4096  # in absolute value, of what comes from elsewhere
_BASE_BITS: Final = 4
_MANTISSA_BITS: Final = 53
_RECIPROCAL_BITS: Final = 120
_STEP: Final = 16  # of exponents without a precision
_STEP_BITS: Final = _BASE_BITS * _STEP  # of bounds without a bound

Kind = Literal["int", "float"]


@dataclass(frozen=True, slots=True)
class Plain:
    """Numbers ``integers[i] * 16**exponent`` of an array, ``|integers[i]| <= bound``."""

    integers: list[int]
    shape: tuple[int, ...]
    exponent: int
    bound: int
    kind: Kind

    def at_exponent(self, exponent: int) -> "Plain":
        """The same numbers with a smaller exponent."""
        shift = _BASE_BITS * (self.exponent - exponent)
        if shift == 0:
            return self
        return Plain([i << shift for i in self.integers], self.shape, exponent, self.bound << shift, self.kind)

    def negated(self) -> "Plain":
        return Plain([-i for i in self.integers], self.shape, self.exponent, self.bound, self.kind)

    def positions(self) -> NDArray[np.int64]:
        """Of the integers, in the array's shape."""
        return np.arange(len(self.integers)).reshape(self.shape)


def encode(values: Any, precision: float | None = None, bound: float | None = None) -> Plain:
    """Numbers to be encrypted or added.

    Raises TypeError for what is no number and ValueError for NaN or what exceeds the bound; OverflowError for infinity:
    each names the element.
    """
    numbers = _Numbers.of(values)
    if precision is not None:
        exponent = exponent_for(precision)
    else:
        exponent = numbers.natural_exponent() // _STEP * _STEP
    kind: Kind = "int" if numbers.kind == "int" and precision is None else "float"
    integers = numbers.integers(exponent)
    limit = numbers.default_bound(exponent) if bound is None else _checked(integers, numbers, bound, exponent)
    return Plain(integers, numbers.shape, exponent, limit, kind)


def encode_factors(values: Any, precision: float | None = None, bound: float | None = None) -> Plain:
    """Numbers that ciphertexts are multiplied with. Without a precision exact, with the largest exponent; without a
    bound the next power of two: that tells how fine they are, and how large. The errors of encode."""
    numbers = _Numbers.of(values)
    exponent = numbers.natural_exponent() if precision is None else exponent_for(precision)
    integers = numbers.integers(exponent)
    bits = max((integer.bit_length() for integer in integers), default=0)
    limit = 1 << bits if bound is None else _checked(integers, numbers, bound, exponent)
    return Plain(integers, numbers.shape, exponent, limit, numbers.kind if precision is None else "float")


def reciprocals(values: Any) -> Plain:
    """1 over numbers, to 120 bits at least. The errors of encode; ZeroDivisionError that names the element."""
    numbers = _Numbers.of(values)
    fractions = numbers.fractions()
    for i, fraction in enumerate(fractions):
        if fraction == 0:
            raise ZeroDivisionError(f"{numbers.name(i)}: division of an encrypted number by zero")
    widest = max((_bits(fraction) for fraction in fractions), default=0)
    exponent = -max(0, -(-(_RECIPROCAL_BITS + widest) // _BASE_BITS))
    integers = [round(_scaled(1 / fraction, -exponent)) for fraction in fractions]
    # Powers of two have short reciprocals.
    while exponent < 0 and all(integer % BASE == 0 for integer in integers):
        integers, exponent = [integer // BASE for integer in integers], exponent + 1
    bits = max((integer.bit_length() for integer in integers), default=0)
    return Plain(integers, numbers.shape, exponent, 1 << bits, "float")


def exponent_for(precision: float) -> int:
    """The largest exponent with ``16**exponent <= precision``. Raises ValueError unless precision is above zero."""
    unit = _positive(precision, "precision")
    exponent = (_bits(unit) - 1) // _BASE_BITS
    return exponent if Fraction(BASE) ** exponent <= unit else exponent - 1


def integer_bound(bound: float, exponent: int) -> int:
    """The largest integer that a number within the bound may have. Raises ValueError unless bound is above zero."""
    return math.ceil(_scaled(_positive(bound, "bound"), -exponent))


def _positive(number: float, name: str) -> Fraction:
    if isinstance(number, int | np.integer) and number > 0:
        return Fraction(int(number))
    if isinstance(number, float | np.floating) and 0 < number < math.inf:
        return Fraction(float(number))
    raise ValueError(f"{name}: a finite number above zero")


def _bits(number: Fraction) -> int:
    """Of its integer part, negative for small ones; one too many at most."""
    return abs(number.numerator).bit_length() - number.denominator.bit_length() + 1


def decode(integers: Sequence[int], shape: tuple[int, ...], exponent: int, kind: Kind) -> list[Any]:
    """As ints or floats, correctly rounded. Raises OverflowError that names what is too large for a float."""
    scale = 1 << _BASE_BITS * abs(exponent)
    if kind == "int" and exponent >= 0:
        return [i * scale for i in integers]
    out = []
    for k, i in enumerate(integers):
        try:
            out.append(float(i * scale) if exponent >= 0 else i / scale)
        except OverflowError:
            raise OverflowError(f"{element(shape, k)} is too large for a float") from None
    return out


def decode_exactly(integers: Sequence[int], exponent: int) -> list[Fraction]:
    return [_scaled(Fraction(i), exponent) for i in integers]


def _checked(integers: Sequence[int], numbers: "_Numbers", bound: float, exponent: int) -> int:
    """The bound as an integer. Raises ValueError that names what exceeds it."""
    limit = integer_bound(bound, exponent)
    for i, integer in enumerate(integers):
        if abs(integer) > limit:
            raise ValueError(f"{numbers.name(i)} exceeds the bound {bound}")
    return limit


def _scaled(number: Fraction, exponent: int) -> Fraction:
    return number * Fraction(BASE) ** exponent


class _Numbers:
    """Numbers of any admitted type as ``mantissas[i] * 2**exponents[i]``."""

    kind: Kind

    def __init__(self, shape: tuple[int, ...], mantissas: list[int], exponents: list[int] | None, bound: int) -> None:
        self.shape = shape
        self._mantissas = mantissas
        self._exponents = exponents  # None: all zero, and the numbers are integers
        self._bound = bound  # of integers, by their dtype; 0: none
        self.kind = "int" if exponents is None else "float"

    @staticmethod
    def of(values: Any) -> "_Numbers":
        # Lists are taken number by number: numpy would round integers that stand beside floats.
        if isinstance(values, np.ma.MaskedArray):
            raise TypeError("masked arrays cannot be encrypted: fill them first")
        array = np.asarray(values) if isinstance(values, np.ndarray | np.generic) else _objects(values)
        if array.dtype == bool:
            return _Numbers(array.shape, array.astype(int).ravel().tolist(), None, 1)
        if array.dtype.kind in "iu":
            info = np.iinfo(array.dtype)
            return _Numbers(array.shape, array.ravel().tolist(), None, max(-int(info.min), int(info.max)))
        if array.dtype.kind == "f" and array.dtype.itemsize <= 8:
            return _of_floats(np.asarray(array, np.float64))
        if array.dtype == object:
            return _of_objects(array)
        raise TypeError(f"numbers of type {array.dtype} cannot be encrypted")

    def name(self, i: int) -> str:
        return element(self.shape, i)

    def natural_exponent(self) -> int:
        """The largest exponent, at most zero, for which all numbers are integers."""
        if self._exponents is None:
            return 0
        twos = [e + _trailing_zeros(m) for m, e in zip(self._mantissas, self._exponents, strict=True) if m]
        return min(0, min(twos, default=0) // _BASE_BITS)

    def integers(self, exponent: int) -> list[int]:
        """The numbers over ``16**exponent``, rounded."""
        shift = _BASE_BITS * exponent
        if self._exponents is None:
            return self._mantissas if shift == 0 else [_shifted(m, -shift) for m in self._mantissas]
        return [_shifted(m, e - shift) for m, e in zip(self._mantissas, self._exponents, strict=True)]

    def fractions(self) -> list[Fraction]:
        exponents = self._exponents or [0] * len(self._mantissas)
        return [m * Fraction(2) ** e for m, e in zip(self._mantissas, exponents, strict=True)]

    def default_bound(self, exponent: int) -> int:
        bound = self._bound
        if bound == 0:
            exponents = self._exponents or [0] * len(self._mantissas)
            widths = [m.bit_length() + e for m, e in zip(self._mantissas, exponents, strict=True)]
            steps = max(1, -(-max(widths, default=0) // _STEP_BITS))
            bound = 1 << steps * _STEP_BITS
        return bound << -_BASE_BITS * exponent if exponent <= 0 else (bound >> _BASE_BITS * exponent) + 1


def element(shape: tuple[int, ...], i: int) -> str:
    """How messages name an element."""
    return f"[{', '.join(str(k) for k in np.unravel_index(i, shape))}]" if shape else "the number"


def _objects(values: Any) -> NDArray[Any]:
    array = np.array(values, dtype=object)
    flat = array.ravel()
    for i, item in enumerate(flat):
        if isinstance(item, np.ndarray) and item.ndim == 0:
            flat[i] = item[()]
        elif isinstance(item, list | tuple | np.ndarray):  # what numpy makes of lists that differ in length
            raise ValueError(f"{element(array.shape, i)}: sequences of different lengths")
    return flat.reshape(array.shape)


def _of_floats(array: NDArray[np.float64]) -> _Numbers:
    flat = array.ravel()
    if not np.isfinite(flat).all():
        i = int(np.flatnonzero(~np.isfinite(flat))[0])
        error = ValueError if math.isnan(flat[i]) else OverflowError
        raise error(f"{element(array.shape, i)}: {flat[i]} cannot be encrypted")
    mantissas, exponents = np.frexp(flat)
    return _Numbers(
        array.shape,
        np.ldexp(mantissas, _MANTISSA_BITS).astype(np.int64).tolist(),
        (exponents.astype(np.int64) - _MANTISSA_BITS).tolist(),
        0,
    )


def _of_objects(array: NDArray[Any]) -> _Numbers:
    mantissas, exponents, kind = [], [], "int"
    for i, item in enumerate(array.ravel().tolist()):
        if isinstance(item, int | np.integer | np.bool_):
            mantissas.append(int(item))
            exponents.append(0)
        elif isinstance(item, float | np.float32 | np.float16):
            kind = "float"
            one = _of_floats(np.asarray(item, np.float64).reshape(1)) if math.isfinite(item) else None
            if one is None:
                error = ValueError if math.isnan(item) else OverflowError
                raise error(f"{element(array.shape, i)}: {item} cannot be encrypted")
            mantissas += one._mantissas
            exponents += one._exponents or []
        else:
            raise TypeError(f"{element(array.shape, i)}: {type(item).__name__} cannot be encrypted")
    is_bool = array.size > 0 and all(isinstance(item, bool | np.bool_) for item in array.ravel().tolist())
    return _Numbers(array.shape, mantissas, exponents if kind == "float" else None, 1 if is_bool else 0)


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _shifted(number: int, bits: int) -> int:
    """``number * 2**bits``, rounded half to even."""
    if bits >= 0:
        return number << bits
    down = -bits
    quotient, rest = number >> down, number & ((1 << down) - 1)
    half = 1 << (down - 1)
    return quotient + (rest > half or (rest == half and quotient & 1))
