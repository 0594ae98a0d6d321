"""Fixed-length encodings (1.1): writers for our own values, a strict Reader for what a peer sent.

A writer given a value that does not fit raises OverflowError: that is a broken promise of our own code.
"""

from . import curve
from .curve import Point
from .errors import DecodeError


def magnitude_bytes(bits: int) -> int:
    """Length of the magnitude of a signed integer with |z| < 2^bits."""
    return (bits + 7) // 8


def nat(value: int, length: int) -> bytes:
    """A natural number in exactly `length` bytes, big endian."""
    return value.to_bytes(length, "big")


def signed(value: int, bits: int) -> bytes:
    """A sign byte (1 for negative) and the magnitude, for |value| < 2^bits."""
    if abs(value) >> bits:
        raise OverflowError(f"signed: magnitude of more than {bits} bits")
    return bytes([value < 0]) + nat(abs(value), magnitude_bytes(bits))


def scalar(value: int) -> bytes:
    """A scalar, in [0, q)."""
    if not 0 <= value < curve.q:
        raise OverflowError("scalar: not in [0, q)")
    return nat(value, 32)


class Reader:
    """Reads fields from the front of `data`; `end` must be called last."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, n: int) -> bytes:
        """The next n bytes, as they are."""
        field = self._data[self._at : self._at + n]
        if len(field) != n:
            raise DecodeError("truncated")
        self._at += n
        return field

    def nat(self, length: int, modulus: int | None = None) -> int:
        """A natural number; < modulus where the reader knows it (a proof's decoder does not: see verify)."""
        value = int.from_bytes(self.take(length), "big")
        if modulus is not None and value >= modulus:
            raise DecodeError("residue not below its modulus")
        return value

    def signed(self, bits: int) -> int:
        """A signed integer with |value| < 2^bits; zero is positive."""
        sign = self.take(1)[0]
        magnitude = self.nat(magnitude_bytes(bits))
        if sign > 1 or (sign == 1 and magnitude == 0):
            raise DecodeError("signed integer: sign byte")
        if magnitude >> bits:
            raise DecodeError("signed integer: magnitude too long")
        return -magnitude if sign else magnitude

    def scalar(self) -> int:
        return self.nat(32, curve.q)

    def point(self) -> Point:
        return curve.decode(self.take(33))

    def end(self) -> None:
        if self._at != len(self._data):
            raise DecodeError("trailing bytes")
