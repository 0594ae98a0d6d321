"""Powers modulo one number, one or many at a time, with the signatures of gmpy2 where it has a function.

Every function takes ints, gmpy2's ``mpz`` and whatever else has ``__index__``, and gives ``mpz`` where one came in,
else int. One run of the engine computes a whole list, on its SIMD lanes and threads and without the GIL; even moduli
and those above 16384 bits are left to GMP. The constants of the eight moduli that were used last are kept.

Only ``powmod_sec`` and ``FixedBase`` take the same time whatever the numbers are. All others take variable time: none
of their numbers may be secret.
"""

import builtins
import sys
from collections.abc import Callable, Sequence
from math import gcd
from operator import index
from typing import Any, Final, SupportsIndex, TypeVar

from ._native import FixedBaseTable, NativeError, integer_powers, inverses, product_of_powers, secret_power

__all__ = [
    "FixedBase",
    "invert",
    "invert_list",
    "multi_powmod",
    "pow",
    "powmod",
    "powmod_base_list",
    "powmod_exp_list",
    "powmod_sec",
]

T = TypeVar("T")

# Below this the builtin is done before the core has its numbers.
_SMALL_BITS: Final = 24


def powmod(x: SupportsIndex, y: SupportsIndex, m: SupportsIndex, /) -> int:
    """``pow(x, y, m)`` in variable time. A negative ``y`` takes the inverse, a negative ``m`` a residue in (m, 0].

    Raises ValueError for ``m == 0``, and for a negative exponent of a base that has no inverse.
    """
    base, exp, mod = _indices("powmod() argument types not supported", x, y, m)
    if mod == 0:
        raise ValueError("pow() 3rd argument cannot be 0")
    try:
        power = _power(base, exp, mod)
    except NativeError:
        raise ValueError("pow() base not invertible") from None
    return _like((x, y, m), power)


def powmod_sec(x: SupportsIndex, y: SupportsIndex, m: SupportsIndex, /) -> int:
    """``pow(x, y, abs(m))`` for ``y > 0`` and odd ``m``, in a time that depends on the widths of the numbers alone.

    Python's own integers, which carry the numbers in and out, are neither wiped nor handled in constant time.

    Raises ValueError for other exponents and moduli.
    """
    base, exp, mod = _indices("powmod_sec() requires integer arguments.", x, y, m)
    if exp <= 0:
        raise ValueError("powmod_sec() exponent must be > 0.")
    if mod % 2 == 0:
        raise ValueError("powmod_sec() modulus must be odd.")
    return _like((x, y, m), secret_power(base, exp, abs(mod)))


def powmod_base_list(base_lst: Sequence[SupportsIndex], exp: SupportsIndex, mod: SupportsIndex, /) -> list[int]:
    """``[pow(base, exp, mod) for base in base_lst]`` in variable time.

    Raises ValueError unless ``mod > 0``, ZeroDivisionError for a negative exponent and a base that has no inverse.
    """
    name = "powmod_base_list()"
    [e], m = _indices(f"{name} requires integer arguments", exp), _modulus(name, mod)
    bases = _sequence(name, "first", base_lst)
    return _like_all((*base_lst, exp, mod), _or_division_by_zero(name, lambda: integer_powers(bases, [e], m)))


def powmod_exp_list(base: SupportsIndex, exp_lst: Sequence[SupportsIndex], mod: SupportsIndex, /) -> list[int]:
    """``[pow(base, exp, mod) for exp in exp_lst]`` in variable time; by a table of the base where that pays.

    Raises ValueError unless ``mod > 0``, ZeroDivisionError for a negative exponent if the base has no inverse.
    """
    name = "powmod_exp_list()"
    [b], m = _indices(f"{name} requires integer arguments", base), _modulus(name, mod)
    exps = _sequence(name, "second", exp_lst)
    return _like_all((base, *exp_lst, mod), _or_division_by_zero(name, lambda: integer_powers([b], exps, m)))


def multi_powmod(bases: Sequence[SupportsIndex], exps: Sequence[SupportsIndex], mod: SupportsIndex, /) -> int:
    """The product of ``pow(base, exp, mod)`` over both sequences, modulo ``mod``, in variable time: much quicker than
    power by power. The product of nothing is 1 (0 modulo 1).

    Raises ValueError unless ``mod > 0`` and there are as many exponents as bases; ZeroDivisionError for a negative
    exponent and a base that has no inverse.
    """
    name = "multi_powmod()"
    b, e, m = _sequence(name, "first", bases), _sequence(name, "second", exps), _modulus(name, mod)
    if len(b) != len(e):
        raise ValueError(f"{name} {len(b)} bases and {len(e)} exponents")
    return _like((*bases, *exps, mod), _or_division_by_zero(name, lambda: product_of_powers(b, e, m)))


def invert(x: SupportsIndex, m: SupportsIndex, /) -> int:
    """``x**-1`` modulo ``abs(m)``, in variable time.

    Raises ZeroDivisionError where there is none, and for ``m == 0``.
    """
    number, mod = _indices("invert() requires integer arguments", x, m)
    if mod == 0:
        raise ZeroDivisionError("invert() division by 0")
    try:
        [inverse] = inverses([number], abs(mod))
    except NativeError:
        raise ZeroDivisionError("invert() no inverse exists") from None
    return _like((x, m), inverse)


def invert_list(lst: Sequence[SupportsIndex], m: SupportsIndex, /) -> list[int]:
    """``[invert(x, m) for x in lst]`` by one inversion, in variable time.

    Raises ZeroDivisionError that names the first number without an inverse.
    """
    name = "invert_list()"
    numbers = _sequence(name, "first", lst)
    [mod] = _indices(f"{name} requires integer arguments", m)
    if mod == 0:
        raise ZeroDivisionError(f"{name} division by 0")
    return _like_all((*lst, m), _or_division_by_zero(name, lambda: inverses(numbers, abs(mod))))


def pow(base: Any, exp: Any, mod: Any = None) -> Any:
    """The builtin ``pow``, quicker where ``base``, ``exp`` and a wide ``mod`` are ints. As there, none may be secret.

    A module that uses the builtin gets this one by a global of that name: ``that_module.pow = mpc_fast.pow``.
    """
    # A subclass of int may have a __pow__ of its own.
    if not {type(base), type(exp), type(mod)} <= {int, bool} or mod == 0:
        return builtins.pow(base, exp, mod)
    try:
        return _power(base, exp, mod)
    except NativeError:
        raise ValueError("base is not invertible for the given modulus") from None


class FixedBase:
    """Many powers of one base modulo one odd number, by a table of the base: 6 to 7 times as quick as single powers.

    ``pow`` and ``pow_list`` take the same time whatever the exponents are; base and modulus are public.
    """

    def __init__(self, base: SupportsIndex, modulus: SupportsIndex, max_bits: int) -> None:
        """For exponents below ``2**max_bits`` in absolute value.

        The table takes at most MPC_FAST_TABLE_KIB (512 KiB), or what the smallest one takes.

        Raises ValueError unless the modulus is odd and above 1 and ``0 < max_bits <= 65536``; ZeroDivisionError for a
        base that has no inverse.
        """
        b, m = _indices("FixedBase() requires integer arguments", base, modulus)
        if m <= 1 or m % 2 == 0:
            raise ValueError("FixedBase() modulus must be odd and > 1")
        if not 0 < index(max_bits) <= 65536:
            raise ValueError("FixedBase() max_bits must be 1 to 65536")
        if gcd(b, m) != 1:
            raise ZeroDivisionError("FixedBase() base not invertible")
        self.base: Final = b % m
        self.modulus: Final = m
        self.max_bits: Final = index(max_bits)
        self._given: Final = (base, modulus)
        self._table: Final = FixedBaseTable(self.base, m, self.max_bits)

    def __repr__(self) -> str:
        return f"<FixedBase modulo {self.modulus.bit_length()} bits, exponents of {self.max_bits} bits>"

    def __reduce__(self) -> Any:
        return type(self), (self.base, self.modulus, self.max_bits)

    @property
    def table_bytes(self) -> int:
        """Memory of the table."""
        return self._table.table_bytes

    def pow(self, exp: SupportsIndex, /) -> int:
        """``pow(base, exp, modulus)``. Raises OverflowError for an exponent that is too wide."""
        return self.pow_list([exp])[0]

    def pow_list(self, exp_lst: Sequence[SupportsIndex], /) -> list[int]:
        """``[pow(base, exp, modulus) for exp in exp_lst]``. Raises OverflowError for an exponent that is too wide."""
        exps = _sequence("pow_list()", "first", exp_lst)
        for i, exp in enumerate(exps):
            if exp.bit_length() > self.max_bits:
                raise OverflowError(f"pow_list() [{i}]: wider than {self.max_bits} bits")
        return _like_all((*self._given, *exp_lst), self._table.powers(exps))


def _power(base: int, exp: int, mod: int) -> int:
    """``builtins.pow(base, exp, mod)`` for ``mod != 0``. Raises NativeError where there is no inverse."""
    size = abs(mod)
    if size.bit_length() <= _SMALL_BITS:
        try:
            return builtins.pow(base, exp, mod)
        except ValueError:
            raise NativeError("E_INVERSE", "[0]: not invertible") from None
    power = integer_powers([base], [exp], size)[0]
    return power - size if mod < 0 < power else power


def _indices(refusal: str, *numbers: Any) -> list[int]:
    """As ints. Raises TypeError with that text; whatever else an ``__index__`` raises comes through."""
    if not all(hasattr(type(number), "__index__") for number in numbers):
        raise TypeError(refusal)
    return [int(index(number)) for number in numbers]


def _sequence(name: str, which: str, numbers: Any) -> list[int]:
    if not (hasattr(type(numbers), "__getitem__") and hasattr(type(numbers), "__len__")) or isinstance(numbers, dict):
        raise TypeError(f"the {which} argument to {name} must be a sequence")
    # A copy: an item's __index__ may change the sequence.
    return _indices(f"all items of the {which} argument to {name} must be integers", *list(numbers))


def _modulus(name: str, mod: SupportsIndex) -> int:
    [m] = _indices(f"{name} requires integer arguments", mod)
    if m <= 0:
        raise ValueError(f"{name} 'mod' must be > 0")
    return m


def _or_division_by_zero(name: str, compute: Callable[[], T]) -> T:
    try:
        return compute()
    except NativeError as error:
        raise ZeroDivisionError(f"{name} {error.args[1]}") from None


def _mpz(inputs: Sequence[Any]) -> Callable[[int], int] | None:
    """gmpy2's mpz where one is among them; gmpy2 itself is nothing that this package needs."""
    mpz: Any = getattr(sys.modules.get("gmpy2"), "mpz", None)
    if mpz is None or not any(isinstance(number, mpz) for number in inputs):
        return None
    to_mpz: Callable[[int], int] = mpz
    return to_mpz


def _like(inputs: Sequence[Any], result: int) -> int:
    mpz = _mpz(inputs)
    return result if mpz is None else mpz(result)


def _like_all(inputs: Sequence[Any], results: list[int]) -> list[int]:
    mpz = _mpz(inputs)
    return results if mpz is None else [mpz(result) for result in results]
