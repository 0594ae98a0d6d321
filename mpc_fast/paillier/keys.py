"""Paillier keys for data."""

from collections.abc import Callable
from operator import index
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .. import errors
from .._native import DataKey, DataPrivateKey
from ..keys import encode_passphrase
from . import serialise
from .content import Content, in_order, read_block
from .core import call
from .encoding import BASE, MAX_EXPONENT, Kind, decode, decode_exactly, element, encode, integer_bound
from .encrypted import Encrypted, EncryptedArray, array_of, wrap

DEFAULT_BITS: Final = 3072

Progress = Callable[[int], object]


class PublicKey:
    """The key that numbers are encrypted with: N, a product of two large primes.

    ``randomness`` of encryptions: ``"full"``, powers of uniform numbers; or ``"short"``, powers of one random number
    with exponents of half the width, which is much faster and rests on a further assumption (Damgard, Jurik, Nielsen
    2010, section 4.2; docs/paillier.md), made for moduli as generate_keypair has them. Results of arithmetic are
    obfuscated by full ones in any case. It is the choice of whoever encrypts: keys are equal whatever it is, and it is
    not serialised.
    """

    __slots__ = ("_n", "_native", "_randomness")

    def __init__(self, n: int, *, randomness: str = "full") -> None:
        """N of 1024 to 7680 bits, a multiple of 128. Raises ProofError (E_MODULUS) for what cannot be a key."""
        self._set(call(DataKey, index(n)), randomness)

    def _set(self, native: DataKey, randomness: str) -> "PublicKey":
        self._native = native
        self._n = native.n
        self._randomness = _checked_randomness(randomness)
        return self

    @property
    def n(self) -> int:
        return self._n

    @property
    def bits(self) -> int:
        return self._n.bit_length()

    @property
    def randomness(self) -> Any:
        return self._randomness

    @property
    def max_int(self) -> int:
        """The largest bound: as python-paillier's, a third of N, so that either package reads what the other made."""
        return self._n // 3 - 1

    @property
    def ciphertext_bytes(self) -> int:
        """Of one ciphertext in memory."""
        return 2 * self.bits // 8

    @property
    def native(self) -> DataKey:
        """The core's key."""
        return self._native

    def with_randomness(self, randomness: str) -> "PublicKey":
        """The same key, with another choice of randomness."""
        return _public_key_of(self._native, randomness)

    def encrypt(
        self,
        values: Any,
        precision: float | None = None,
        *,
        bound: float | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """An EncryptedNumber of a number, an EncryptedArray of an array or a list: ints, floats and bools.

        Integers and floats are encrypted exactly. ``precision`` rounds to multiples of the largest power of 16 that is
        not above it. Exponent and bound of what comes out are public; given ``precision`` and ``bound`` they do not
        depend on the values (encoding.py says how they do otherwise). ``progress`` hears how many are done; False
        ends it: Cancelled.

        Raises TypeError for what is no number, ValueError for NaN, for numbers beyond the bound or the plaintext space,
        OverflowError for infinity; each names the element.
        """
        return _encrypted(self, self._native, values, precision, bound, progress)

    def checked_bound(self, bound: int) -> int:
        """Raises OverflowError for a bound that the plaintext space does not hold."""
        if bound > self.max_int:
            raise OverflowError(
                f"the result may need {bound.bit_length() + 1} bits, and the plaintext space has {self.bits - 1}; "
                "a smaller precision or bound leaves more room"
            )
        return bound

    def checked_shift(self, bound: int, digits: int) -> int:
        """``bound * 16**digits``; raises OverflowError as checked_bound, however many digits."""
        return self.checked_bound(bound * BASE ** min(digits, self.bits))

    def content_of(self, ciphertexts: Any, exponent: int, bound: float, kind: Kind | None) -> Content:
        """Of ciphertexts from elsewhere; the errors of EncryptedArray."""
        exponent = index(exponent)
        if abs(exponent) > MAX_EXPONENT:
            raise ValueError(f"exponent: beyond {MAX_EXPONENT}")
        integers = integer_bound(bound, exponent)
        if integers > self.max_int:
            raise ValueError("bound: beyond the plaintext space")
        if kind == "int" and exponent < 0:
            raise ValueError("exponent: below zero, for ints")
        data, shape = self._words(ciphertexts)
        block = read_block(self, data, shape)
        kind = kind or ("int" if exponent >= 0 else "float")
        return Content(self, block, in_order(block, shape), False, exponent, integers, kind)

    def _words(self, ciphertexts: Any) -> tuple[bytes, tuple[int, ...]]:
        """As the core has them, and the array's shape."""
        if isinstance(ciphertexts, np.ndarray) and ciphertexts.dtype != object:
            words = self.ciphertext_bytes // 8
            if ciphertexts.dtype != np.uint64 or ciphertexts.shape[-1:] != (words,):
                raise TypeError(f"ciphertexts: an array of objects, or of uint64 with a last axis of {words}")
            return ciphertexts.astype("<u8").tobytes(), ciphertexts.shape[:-1]
        numbers = np.array(ciphertexts, dtype=object)
        out = []
        for i, c in enumerate(numbers.ravel().tolist()):
            if not 0 < index(c) < self._n**2:
                raise errors.ProofError(f"{element(numbers.shape, i)}: not between 0 and N^2", "E_CIPHERTEXT")
            out.append(index(c).to_bytes(self.ciphertext_bytes, "little"))
        return b"".join(out), numbers.shape

    def to_bytes(self) -> bytes:
        return serialise.key_to_bytes(self._n)

    def to_json(self) -> str:
        return serialise.key_to_json(self._n)

    @staticmethod
    def from_bytes(data: bytes, *, randomness: str = "full") -> "PublicKey":
        """Raises DecodeError, which names the field; ProofError (E_MODULUS)."""
        return PublicKey(serialise.key_from_bytes(data), randomness=randomness)

    @staticmethod
    def from_json(text: str | bytes, *, randomness: str = "full") -> "PublicKey":
        """As from_bytes."""
        return PublicKey(serialise.key_from_json(text), randomness=randomness)

    def __eq__(self, other: object) -> bool:
        return self._n == other._n if isinstance(other, PublicKey) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._n)

    def __repr__(self) -> str:
        return f"<PublicKey of {self.bits} bits, {self._n >> (self.bits - 32):08x}...>"

    def __reduce__(self) -> Any:
        return _public_key, (self.to_bytes(), self._randomness)


class PrivateKey:
    """The factors of N, which stay in the core."""

    __slots__ = ("_native", "_public_key")

    def __init__(self, native: DataPrivateKey, *, randomness: str = "full") -> None:
        """From generate_keypair, from_primes or open."""
        self._native = native
        self._public_key = _public_key_of(native.public_key, randomness)

    @staticmethod
    def from_primes(p: int, q: int, *, randomness: str = "full") -> "PrivateKey":
        """Of a key made elsewhere: primes of equal width. Raises ProofError (E_MODULUS)."""
        return PrivateKey(call(DataPrivateKey.from_primes, index(p), index(q)), randomness=randomness)

    @staticmethod
    def open(data: bytes, passphrase: str, *, randomness: str = "full") -> "PrivateKey":
        """What seal() made. Raises SealError."""
        return PrivateKey(call(DataPrivateKey.open, data, encode_passphrase(passphrase)), randomness=randomness)

    def seal(self, passphrase: str) -> bytes:
        """For storage: by Argon2id and XChaCha20-Poly1305, as shares are."""
        return self._native.seal(encode_passphrase(passphrase))

    @property
    def public_key(self) -> PublicKey:
        return self._public_key

    def encrypt(
        self,
        values: Any,
        precision: float | None = None,
        *,
        bound: float | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """As of the public key; the factors make it faster."""
        return _encrypted(self._public_key, self._native, values, precision, bound, progress)

    def decrypt(self, encrypted: Encrypted, dtype: DTypeLike | None = None, progress: Progress | None = None) -> Any:
        """An int or a float of an EncryptedNumber, an ndarray of an EncryptedArray.

        Floats are correctly rounded. Arrays of integers are int64, or object where some do not fit. ``dtype`` chooses
        another type; ``object`` gives exact Fractions instead of floats. ``progress``: as of encrypt.

        Raises ValueError for another key's, OverflowError for what does not fit ``dtype`` or exceeds the bound, as only
        ciphertexts from others can; TypeError for what is not encrypted.
        """
        if not isinstance(encrypted, Encrypted):
            raise TypeError(f"{type(encrypted).__name__}: not encrypted")
        content = encrypted._content
        if content.public_key != self._public_key:
            raise ValueError("encrypted under another key")
        integers = call(self._native.decrypt, content.block, content.at.ravel(), progress)
        shape = content.at.shape
        for i, integer in enumerate(integers):
            if abs(integer) > content.bound:
                raise OverflowError(f"{element(shape, i)} exceeds its bound: not what its encryptor said")
        if dtype is not None and np.dtype(dtype).kind in "iubO" and content.kind == "float":
            numbers: list[Any] = decode_exactly(integers, content.exponent)
        else:
            numbers = decode(integers, shape, content.exponent, content.kind)
        out = _array(numbers, shape, content.kind, dtype)
        return out if isinstance(encrypted, EncryptedArray) else out.item() if dtype is None else out[()]

    def __repr__(self) -> str:
        return f"<PrivateKey for {self._public_key!r}>"

    def __copy__(self) -> "PrivateKey":
        return self

    def __deepcopy__(self, memo: Any) -> "PrivateKey":
        return self

    def __reduce__(self) -> Any:
        raise TypeError("private keys are not pickled; seal(passphrase) makes what may be stored")


def generate_keypair(
    bits: int = DEFAULT_BITS, *, randomness: str = "full", progress: Callable[[], object] | None = None
) -> tuple[PublicKey, PrivateKey]:
    """A new key of 1024 to 7680 bits, a multiple of 128. ``progress`` is asked now and then; False ends it: Cancelled.

    Raises ValueError for another width.
    """
    private_key = PrivateKey(call(DataPrivateKey.generate, bits, progress), randomness=randomness)
    return private_key.public_key, private_key


def _public_key_of(native: DataKey, randomness: str) -> PublicKey:
    """With the core's key that is there already, and what that has in stock."""
    return PublicKey.__new__(PublicKey)._set(native, randomness)


def _public_key(data: bytes, randomness: str) -> PublicKey:
    return PublicKey.from_bytes(data, randomness=randomness)


def _checked_randomness(randomness: str) -> str:
    if randomness not in ("full", "short"):
        raise ValueError('randomness: "full" or "short"')
    return randomness


def _encrypted(
    public_key: PublicKey,
    native: DataKey | DataPrivateKey,
    values: Any,
    precision: float | None,
    bound: float | None,
    progress: Progress | None,
) -> Any:
    if isinstance(values, Encrypted):
        raise TypeError("encrypted already")
    plain = encode(values, precision, bound)
    limit = min(plain.bound, public_key.max_int)
    if limit < plain.bound:  # what is within its bound fits otherwise
        if bound is not None:
            raise ValueError("bound: beyond the plaintext space")
        for i, integer in enumerate(plain.integers):
            if abs(integer) > limit:
                raise ValueError(f"{element(plain.shape, i)} does not fit the plaintext space")
    block = call(native.encrypt, plain.integers, public_key.randomness, progress)
    at = in_order(block, plain.shape)
    content = Content(public_key, block, at, True, plain.exponent, limit, plain.kind)
    is_array = isinstance(values, np.ndarray | list | tuple)
    return array_of(content) if is_array else wrap(content)


def _range(dtype: np.dtype[Any]) -> tuple[int, int]:
    bits = 8 * dtype.itemsize
    return (0, (1 << bits) - 1) if dtype.kind == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)


def _array(numbers: list[Any], shape: tuple[int, ...], kind: str, dtype: DTypeLike | None) -> NDArray[Any]:
    """Raises OverflowError that names what does not fit."""
    if dtype is None:
        dtype = np.float64 if kind == "float" else np.int64
        if kind == "int" and any(number.bit_length() > 63 and number != -(1 << 63) for number in numbers):
            dtype = object
    chosen = np.dtype(dtype)
    if chosen.kind not in "iubfO" or chosen.itemsize > 8:
        raise TypeError(f"dtype: {chosen} is none of ints, floats, bool and object")
    if chosen.kind == "f":
        limit = float(np.finfo(chosen).max)  # type: ignore[type-var]
        for i, number in enumerate(numbers):
            if abs(number) > limit:
                raise OverflowError(f"{element(shape, i)} does not fit {chosen}")
    if chosen.kind in "iub":
        low, high = (0, 1) if chosen.kind == "b" else _range(chosen)
        for i, number in enumerate(numbers):
            if number != int(number) or not low <= number <= high:
                raise OverflowError(f"{element(shape, i)} does not fit {chosen}")
        numbers = [int(number) for number in numbers]
    out = np.empty(len(numbers), chosen)
    out[:] = numbers
    return out.reshape(shape)
