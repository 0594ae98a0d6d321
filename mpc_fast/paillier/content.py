"""What an encrypted number or array holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .._native import Ciphertexts, NativeError
from ..errors import from_native
from .encoding import BASE, Kind, element

if TYPE_CHECKING:
    from .keys import PublicKey

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """Ciphertexts of ``integer * 16**exponent`` with ``|integer| <= bound``: a block that others may share, and for
    each element its position there.

    ``obfuscated``: whether they may be shown. Results of arithmetic may not: who knows the operands could find the
    plain numbers that went in.
    """

    public_key: "PublicKey"
    block: Ciphertexts
    at: Positions
    obfuscated: bool
    exponent: int
    bound: int
    kind: Kind

    def moved(self, at: Positions) -> "Content":
        """The same elements in other places."""
        return replace(self, at=np.asarray(at, np.int64))

    def filled(self, block: Ciphertexts, shape: Sequence[int], obfuscated: bool = False) -> "Content":
        """With a block that holds the elements one after the other."""
        return replace(self, block=block, at=in_order(block, shape), obfuscated=obfuscated)

    def in_own_block(self) -> "Content":
        """With a block that holds these elements alone, in order."""
        if self.at.size == len(self.block) and np.array_equal(self.at.ravel(), np.arange(self.at.size)):
            return self
        block = self.public_key.native.joined([(self.block, self.at.ravel())])
        return self.filled(block, self.at.shape, self.obfuscated)

    def with_new_nonces(self) -> "Content":
        """Full ones, whatever the key's randomness is: short ones would not hide the operands of a result."""
        return self.filled(self.public_key.native.rerandomise(self.block, self.at.ravel()), self.at.shape, True)

    @property
    def may_be_shown(self) -> bool:
        """Obfuscated, and no ciphertext more than once: that would tell which elements were selected."""
        return self.obfuscated and len(np.unique(self.at)) == self.at.size

    def at_exponent(self, exponent: int) -> "Content":
        """The same numbers with a smaller exponent. Raises OverflowError."""
        if exponent == self.exponent:
            return self
        bound = self.public_key.checked_shift(self.bound, self.exponent - exponent)
        factor = BASE ** (self.exponent - exponent)
        # Elements that share a ciphertext go on to share one.
        places, at = np.unique(self.at, return_inverse=True)
        block = self.block.multiply(places, [factor] * len(places))
        at = np.asarray(at, np.int64).reshape(self.at.shape)
        return replace(self, block=block, at=at, obfuscated=False, exponent=exponent, bound=bound)


def read_block(public_key: "PublicKey", data: bytes, shape: Sequence[int]) -> Ciphertexts:
    """Raises ProofError (E_CIPHERTEXT) that names the element."""
    try:
        return public_key.native.ciphertexts(data)
    except NativeError as error:
        code, detail = error.args
        flat, text = detail.removeprefix("[").split("]", 1)
        raise from_native(code, element(tuple(shape), int(flat)) + text) from None


def in_order(block: Ciphertexts, shape: Sequence[int]) -> Positions:
    """The positions of a block whose elements have that shape."""
    return np.arange(len(block)).reshape(tuple(shape))
