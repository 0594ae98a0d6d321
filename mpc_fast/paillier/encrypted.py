"""Encrypted numbers and arrays, as Python programs and numpy meet them."""

import math
from collections.abc import Callable, Iterable, Iterator
from operator import index
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from . import arithmetic, numpy_protocols, serialise
from .arithmetic import Axis
from .content import Content
from .encoding import Kind, Plain, encode, encode_factors, reciprocals

if TYPE_CHECKING:
    from .keys import PublicKey


# For the moment in which content is replaced.
_SHOWING: Final = Lock()


class Encrypted:
    """What numbers and arrays have in common. Nothing changes them but new nonces: safe to share between threads."""

    __slots__ = ("__weakref__", "_content")

    _content: Content

    @property
    def public_key(self) -> "PublicKey":
        return self._content.public_key

    @property
    def exponent(self) -> int:
        """The numbers are the encrypted integers times ``16**exponent``, as in python-paillier."""
        return self._content.exponent

    @property
    def bound(self) -> int:
        """No encrypted integer exceeds it in absolute value. Public, and tracked through all arithmetic."""
        return self._content.bound

    @property
    def kind(self) -> Kind:
        """What decryption gives: ``"int"`` or ``"float"``."""
        return self._content.kind

    @property
    def shape(self) -> tuple[int, ...]:
        return self._content.at.shape

    @property
    def ndim(self) -> int:
        return self._content.at.ndim

    @property
    def size(self) -> int:
        return self._content.at.size

    def obfuscate(self) -> None:
        """Gives every ciphertext a new nonce. What leaves the process is obfuscated anyway, once.

        A selection of elements is shown with the ciphertexts that it was selected from: obfuscate it where the choice
        is not for everybody.
        """
        after = self._content.with_new_nonces()
        with _SHOWING:
            self._content = after

    def _shown(self, be_secure: bool) -> Content:
        """In a block of their own, in order; fit to be shown, and from then on always the same."""
        while be_secure:
            before = self._content
            after = (before if before.may_be_shown else before.with_new_nonces()).in_own_block()
            with _SHOWING:
                if self._content is before:
                    self._content = after
                    return after
        return self._content.in_own_block()

    def __add__(self, other: Any) -> Any:
        operand = _addend(other)
        return NotImplemented if operand is None else wrap(arithmetic.add(self._content, operand))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        operand = _addend(other)
        if operand is None:
            return NotImplemented
        minus = arithmetic.negate(operand) if isinstance(operand, Content) else operand.negated()
        return wrap(arithmetic.add(self._content, minus))

    def __rsub__(self, other: Any) -> Any:
        operand = _addend(other)
        return NotImplemented if operand is None else wrap(arithmetic.add(arithmetic.negate(self._content), operand))

    def __mul__(self, other: Any) -> Any:
        if not _is_plain(other):
            return NotImplemented
        return wrap(arithmetic.multiply(self._content, encode_factors(other)))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        """Times ``1 / other``, rounded to more digits than a float has. Raises ZeroDivisionError."""
        return NotImplemented if not _is_plain(other) else wrap(arithmetic.multiply(self._content, reciprocals(other)))

    def __neg__(self) -> Any:
        return wrap(arithmetic.negate(self._content))

    def __pos__(self) -> Any:
        return self

    def __bool__(self) -> bool:
        raise TypeError("an encrypted number is neither true nor false")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        raise TypeError("encrypted numbers cannot be compared")

    __hash__ = object.__hash__

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return numpy_protocols.apply_ufunc(ufunc, method, inputs, kwargs)

    def to_bytes(self, be_secure: bool = True) -> bytes:
        """For storage and transport, with the public key; obfuscated once, unless ``be_secure`` is False."""
        return serialise.to_bytes(self._shown(be_secure))

    def to_json(self, be_secure: bool = True) -> str:
        """The same as JSON."""
        return serialise.to_json(self._shown(be_secure))

    def __reduce__(self) -> Any:
        return type(self).from_bytes, (self.to_bytes(),)

    @classmethod
    def from_bytes(cls, data: bytes, public_key: "PublicKey | None" = None) -> Any:
        """Raises DecodeError, which names the field; ValueError where it is encrypted under another key than that."""
        return _checked(cls, serialise.from_bytes(data, public_key))

    @classmethod
    def from_json(cls, text: str | bytes, public_key: "PublicKey | None" = None) -> Any:
        """As from_bytes."""
        return _checked(cls, serialise.from_json(text, public_key))


class EncryptedNumber(Encrypted):
    """One encrypted number.

    ``+`` and ``-`` take numbers, encrypted numbers of the same key, and arrays of either; ``*`` and ``/`` take plain
    numbers and arrays. Raises ValueError for another key and OverflowError where a result may not fit.
    """

    __slots__ = ()

    def __init__(
        self,
        public_key: "PublicKey",
        ciphertext: SupportsIndex,
        exponent: int = 0,
        *,
        bound: float,
        kind: Kind | None = None,
    ) -> None:
        """Of a ciphertext from elsewhere, such as python-paillier's, of a number that does not exceed the bound.

        ``kind``: ints without an exponent below zero, else floats. Raises ProofError (E_CIPHERTEXT) for what is no
        ciphertext, ValueError for a bound that does not fit.
        """
        self._content = public_key.content_of(index(ciphertext), exponent, bound, kind)

    def ciphertext(self, be_secure: bool = True) -> int:
        """As an integer modulo N^2; obfuscated once, unless ``be_secure`` is False."""
        return int.from_bytes(bytes(memoryview(self._shown(be_secure).block).cast("B")), "little")

    def __repr__(self) -> str:
        return f"<EncryptedNumber, {self.kind}, exponent {self.exponent}>"


class EncryptedArray(Encrypted):
    """An array of encrypted numbers that behaves as numpy's: shapes, slices, broadcasting, arithmetic, sums, products.

    ``+`` and ``-`` take numbers, arrays and encrypted ones of the same key; ``*``, ``/``, ``@`` and ``dot`` take plain
    numbers and arrays. Slices and transposes share memory. Raises ValueError for another key and for shapes that do not
    fit, OverflowError where a result may not fit.

    A ciphertext takes two times the bits of the key and nothing else; an element takes 8 bytes for its place.
    """

    __slots__ = ()

    def __init__(
        self,
        public_key: "PublicKey",
        ciphertexts: Any,
        exponent: int = 0,
        *,
        bound: float,
        kind: Kind | None = None,
    ) -> None:
        """Of ciphertexts from elsewhere, such as python-paillier's, of numbers that do not exceed the bound: integers,
        or words as ciphertexts() gives them.

        ``kind``: ints without an exponent below zero, else floats. Raises ProofError (E_CIPHERTEXT) that names what is
        no ciphertext, ValueError for a bound that does not fit.
        """
        self._content = public_key.content_of(ciphertexts, exponent, bound, kind)

    @property
    def T(self) -> "EncryptedArray":  # noqa: N802 (numpy's name)
        return self.transpose()

    @property
    def nbytes(self) -> int:
        """Of the ciphertexts of this array's elements."""
        return self.size * self.public_key.ciphertext_bytes

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __getitem__(self, where: Any) -> Any:
        """As of an ndarray: an EncryptedNumber where one element is left, else an EncryptedArray."""
        return self._moved(self._content.at[where])

    def __repr__(self) -> str:
        return f"<EncryptedArray of shape {self.shape}, {self.kind}, exponent {self.exponent}>"

    def __matmul__(self, other: Any) -> Any:
        if not _is_plain(other):
            return NotImplemented
        return wrap(arithmetic.matrix_product(self._content, encode_factors(other)))

    def __rmatmul__(self, other: Any) -> Any:
        if not _is_plain(other):
            return NotImplemented
        return wrap(arithmetic.product_from_left(encode_factors(other), self._content))

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        return numpy_protocols.apply_function(wrap, func, args, kwargs)

    def dot(
        self,
        other: Any,
        *,
        precision: float | None = None,
        bound: float | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> Any:
        """numpy.dot with plain numbers.

        Exponent and bound of the result are public and tell of the factors how fine and how large they are; with a
        precision and a bound they tell what these say. ``progress`` hears how many sums are done; False ends it:
        Cancelled.
        """
        if not _is_plain(other):
            raise TypeError("dot: a product of two encrypted arrays")
        factors = np.asarray(other, None if isinstance(other, np.ndarray) else object)
        if not self.shape or not factors.shape:
            return wrap(arithmetic.multiply(self._content, encode_factors(other, precision, bound)))
        if factors.ndim <= 2:
            return wrap(arithmetic.matrix_product(self._content, encode_factors(other, precision, bound), progress))
        # All matrices of the stack side by side.
        turned = np.moveaxis(factors, factors.ndim - 2, 0)
        flat = encode_factors(turned.reshape(len(turned), math.prod(turned.shape[1:])), precision, bound)
        product = array_of(arithmetic.matrix_product(self._content, flat, progress))
        return product.reshape(*self.shape[:-1], *turned.shape[1:])

    def sum(self, axis: Axis = None, dtype: None = None, out: None = None, keepdims: bool = False) -> Any:
        """As numpy's; over no elements it is zero."""
        _refuse_dtype_and_out(dtype, out)
        return wrap(arithmetic.total(self._content, axis, keepdims))

    def mean(self, axis: Axis = None, dtype: None = None, out: None = None, keepdims: bool = False) -> Any:
        """As numpy's. Raises ValueError over no elements."""
        _refuse_dtype_and_out(dtype, out)
        count = arithmetic.count_over(self.shape, axis)
        if count == 0:
            raise ValueError("mean of no elements")
        return self.sum(axis, keepdims=keepdims) / count

    @staticmethod
    def stack(parts: Iterable[Encrypted], axis: int = 0) -> "EncryptedArray":
        """numpy.stack of encrypted numbers, or of encrypted arrays of one shape. Raises ValueError."""
        contents = [part._content for part in parts]
        if not contents:
            raise ValueError("stack: nothing to stack")
        whole, places = arithmetic.concatenated(contents)
        return array_of(whole.moved(np.stack(places, axis)))

    def reshape(self, *shape: Any) -> "EncryptedArray":
        return self._array(self._content.at.reshape(*shape))

    def transpose(self, *axes: Any) -> "EncryptedArray":
        return self._array(self._content.at.transpose(*axes))

    def ravel(self) -> "EncryptedArray":
        return self._array(self._content.at.ravel())

    def flatten(self) -> "EncryptedArray":
        return self.ravel().copy()

    def squeeze(self, axis: Any = None) -> "EncryptedArray":
        return self._array(self._content.at.squeeze(axis))

    def swapaxes(self, axis1: int, axis2: int) -> "EncryptedArray":
        return self._array(self._content.at.swapaxes(axis1, axis2))

    def take(self, indices: Any, axis: int | None = None) -> Any:
        return self._moved(self._content.at.take(indices, axis))

    def copy(self) -> "EncryptedArray":
        """In memory of its own: a slice keeps all of what it was cut from."""
        return array_of(self._content.in_own_block())

    def ciphertexts(self, be_secure: bool = True) -> NDArray[np.uint64]:
        """The ciphertexts as 64-bit words, least significant first, along a last axis; read-only, without a copy.

        Obfuscated once, unless ``be_secure`` is False.
        """
        words: NDArray[np.uint64] = np.asarray(self._shown(be_secure).block)
        return words.reshape(*self.shape, words.shape[-1])

    def _moved(self, at: Any) -> Any:
        return wrap(self._content.moved(at))

    def _array(self, at: NDArray[np.int64]) -> "EncryptedArray":
        return array_of(self._content.moved(at))


def wrap(content: Content) -> Any:
    """A number where there is one element without a shape, as numpy's operations give scalars; else an array."""
    return array_of(content) if content.at.shape else number_of(content)


def array_of(content: Content) -> EncryptedArray:
    out = EncryptedArray.__new__(EncryptedArray)
    out._content = content
    return out


def number_of(content: Content) -> EncryptedNumber:
    out = EncryptedNumber.__new__(EncryptedNumber)
    out._content = content
    return out


def _is_plain(value: Any) -> bool:
    return not isinstance(value, Encrypted | str | bytes | dict | set | None) and value is not None


def _addend(value: Any) -> Content | Plain | None:
    if isinstance(value, Encrypted):
        return value._content
    return encode(value) if _is_plain(value) else None


def _checked(cls: type, content: Content) -> Any:
    if cls is EncryptedNumber and content.at.shape:
        raise ValueError(f"an array of shape {content.at.shape}, not a number")
    return array_of(content) if cls is EncryptedArray else wrap(content)


def _refuse_dtype_and_out(dtype: Any, out: Any) -> None:
    if dtype is not None or out is not None:
        raise TypeError("dtype and out: not for encrypted numbers")
