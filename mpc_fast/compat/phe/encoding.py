"""Numbers as residues that a key can encrypt."""

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from .scalars import plain_scalar

if TYPE_CHECKING:
    from typing import Self

    from .encrypted import PaillierPublicKey

__all__ = ["EncodedNumber"]


class EncodedNumber:
    """``encoding * BASE**exponent``, with the encoding modulo n: negative numbers are the residues just below n.

    A subclass may have another BASE, with its LOG2_BASE.
    """

    BASE: ClassVar[Any] = 16
    LOG2_BASE: ClassVar[float] = math.log2(16)
    FLOAT_MANTISSA_BITS: ClassVar[int] = 53

    def __init__(self, public_key: "PaillierPublicKey", encoding: int, exponent: int) -> None:
        self.public_key = public_key
        self.encoding = encoding
        self.exponent = exponent

    @classmethod
    def encode(
        cls, public_key: "PaillierPublicKey", scalar: Any, precision: Any = None, max_exponent: Any = None
    ) -> "Self":
        """An int exactly, a float to its last bit, anything rational to a multiple of a power of BASE that is at most
        ``precision``; with an exponent of at most ``max_exponent``. NumPy's scalars are taken for Python's.

        Raises TypeError for other scalars, ValueError for numbers beyond ``public_key.max_int``, NaN and a precision
        that is not positive, OverflowError for infinities.
        """
        number = plain_scalar(scalar)
        if precision is not None:
            exponent = math.floor(math.log(precision, cls.BASE))
        elif isinstance(number, int):
            exponent = 0
        elif isinstance(number, float):
            exponent = math.floor((math.frexp(number)[1] - cls.FLOAT_MANTISSA_BITS) / cls.LOG2_BASE)
        else:
            raise TypeError(f"a {type(scalar)} has no precision of its own")
        if max_exponent is not None:
            exponent = min(max_exponent, exponent)
        encoding = cls._scaled(number, exponent)
        if abs(encoding) > public_key.max_int:
            raise ValueError("the number, as scaled for its exponent, is beyond max_int of the key")
        return cls(public_key, encoding % public_key.n, exponent)

    def decode(self) -> Any:
        """The number: an int for exponents from 0 on, else a float.

        Raises ValueError for an encoding that is no residue, OverflowError for one in the middle third, where sums
        that have left the range end up, and for what no float can hold.
        """
        key, mantissa = self.public_key, self.encoding
        if mantissa >= key.n:
            raise ValueError("the encoding is not below n")
        if mantissa > key.max_int:
            if mantissa < key.n - key.max_int:
                raise OverflowError("the encoding is that of no number: something has overflowed")
            mantissa -= key.n
        if self.exponent >= 0:
            return mantissa * self.BASE**self.exponent
        try:
            return mantissa / self.BASE**-self.exponent
        except OverflowError:
            raise OverflowError("the number is beyond the range of floats") from None

    def decrease_exponent_to(self, new_exp: int) -> "Self":
        """The same number with a lower exponent. Raises ValueError for a higher one."""
        if new_exp > self.exponent:
            raise ValueError(f"the exponent {new_exp} is above {self.exponent}")
        factor = pow(self.BASE, self.exponent - new_exp)
        return type(self)(self.public_key, self.encoding * factor % self.public_key.n, new_exp)

    @classmethod
    def _scaled(cls, number: Any, exponent: Any) -> int:
        """``number * BASE**-exponent``, rounded half to even."""
        if not (isinstance(number, (int, float)) and isinstance(exponent, int) and isinstance(cls.BASE, int)):
            rounded: int = round(Fraction(number) * Fraction(cls.BASE) ** -exponent)
            return rounded
        # The same without fractions, whose reductions to lowest terms cost more than all the rest.
        numerator, denominator = number.as_integer_ratio()
        if exponent < 0:
            numerator *= cls.BASE**-exponent
        elif exponent > 0:
            denominator *= cls.BASE**exponent
        if denominator == 1:
            return numerator
        quotient, remainder = divmod(numerator, denominator)
        if 2 * remainder > denominator or (2 * remainder == denominator and quotient % 2):
            quotient += 1
        return quotient
