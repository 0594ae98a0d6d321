"""Randomness.  Every function that draws takes an Rng; the order of the draws is part of each proof's file.

The native core follows the same rules from the same seed, so that proofs can be compared byte for byte.
"""

import secrets
from abc import abstractmethod
from typing import Protocol

from . import curve
from .transcript import Xof


class Rng(Protocol):
    """A source of bytes, and the distributions that the proofs need."""

    @abstractmethod
    def read(self, n: int) -> bytes:
        """The next n bytes."""

    def below(self, n: int) -> int:
        """Uniform in [0, n), by rejection: |n| bits at a time, big endian, until the value is < n."""
        if n <= 0:
            raise ValueError("below: empty range")
        bits = n.bit_length()
        while True:
            value = int.from_bytes(self.read((bits + 7) // 8), "big") & ((1 << bits) - 1)
            if value < n:
                return value

    def signed(self, bound: int) -> int:
        """Uniform in +-bound, both ends included."""
        return self.below(2 * bound + 1) - bound

    def unit(self, n: int) -> int:
        """Uniform in [1, n).  gcd(value, n) = 1 fails only if n has been factored: not tested."""
        while True:
            value = self.below(n)
            if value != 0:
                return value

    def scalar(self) -> int:
        """Uniform in Z_q."""
        return self.below(curve.q)

    def nonzero_scalar(self) -> int:
        """Uniform in Z_q^*."""
        return self.unit(curve.q)


class SeededRng(Rng):
    """For tests: the XOF of 2.1 over "mpc_fast/test-rng" || seed, read without gaps."""

    def __init__(self, seed: bytes) -> None:
        self._xof = Xof(b"mpc_fast/test-rng" + seed)

    def read(self, n: int) -> bytes:
        return self._xof.read(n)


class SystemRng(Rng):
    """The operating system's generator."""

    def read(self, n: int) -> bytes:
        return secrets.token_bytes(n)
