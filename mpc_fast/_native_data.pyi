from collections.abc import Callable, Sequence
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64] | Sequence[int]
Progress = Callable[[int], bool]
Randomness = Literal["full", "short"]

@final
class DataKey:
    """A Paillier key for data: N odd, 1024 to 7680 bits wide, a multiple of 128. Raises NativeError(E_MODULUS)."""

    def __init__(self, n: int) -> None: ...
    @property
    def n(self) -> int: ...
    def encrypt(
        self, numbers: list[int], randomness: Randomness = "full", progress: Progress | None = None
    ) -> Ciphertexts:
        """Of residues modulo N. ``progress`` hears how many are done; False ends it: Cancelled."""

    def rerandomise(self, ciphertexts: Ciphertexts, at: Positions, progress: Progress | None = None) -> Ciphertexts:
        """The same plaintexts with new nonces. Raises ValueError for another key's."""

    def joined(self, parts: Sequence[tuple[Ciphertexts, Positions]]) -> Ciphertexts:
        """Those of all parts, one after the other. Raises ValueError for another key's."""

    def obfuscators(self, count: int) -> list[int]:
        """Values r^N mod N^2 that nobody else gets; few of them come out of a stock that is made in batches."""

    def ciphertexts(self, memory: bytes) -> Ciphertexts:
        """Of what a buffer of ciphertexts holds. Raises NativeError(E_CIPHERTEXT), ValueError for the length."""

@final
class DataPrivateKey:
    """The same with its factors, which never leave the core."""

    @staticmethod
    def generate(bits: int, progress: Callable[[], bool] | None = None) -> DataPrivateKey:
        """Raises ValueError for a width that keys do not have; Cancelled."""

    @staticmethod
    def from_primes(p: int, q: int) -> DataPrivateKey:
        """Raises NativeError(E_MODULUS)."""

    @staticmethod
    def open(data: bytes, passphrase: bytes) -> DataPrivateKey:
        """Raises NativeError: those of sealed files, E_RECORD."""

    def seal(self, passphrase: bytes) -> bytes: ...
    @property
    def public_key(self) -> DataKey: ...
    def encrypt(
        self, numbers: list[int], randomness: Randomness = "full", progress: Progress | None = None
    ) -> Ciphertexts:
        """As DataKey.encrypt, by the factors."""

    def rerandomise(self, ciphertexts: Ciphertexts, at: Positions, progress: Progress | None = None) -> Ciphertexts:
        """As DataKey.rerandomise, by the factors."""

    def decrypt(self, ciphertexts: Ciphertexts, at: Positions, progress: Progress | None = None) -> list[int]:
        """In (-N/2, N/2]. Raises ValueError for another key's."""

@final
class Ciphertexts:
    """Ciphertexts in one block of memory, a buffer of 64-bit words: count times limbs, least significant first.

    Immutable. Methods name operands by their positions: IndexError for one that there is none of; ValueError for
    operands of another key or number.
    """

    def __len__(self) -> int: ...
    def __buffer__(self, flags: int) -> memoryview: ...
    def add(self, at: Positions, other: Ciphertexts, other_at: Positions) -> Ciphertexts: ...
    def negate(self, at: Positions) -> Ciphertexts: ...
    def add_plain(self, at: Positions, numbers: list[int]) -> Ciphertexts: ...
    def multiply(self, at: Positions, numbers: list[int], progress: Progress | None = None) -> Ciphertexts:
        """Elementwise, in a time that depends on the numbers."""

    def sums(self, at: Positions, group: int) -> Ciphertexts:
        """Of each ``group`` ciphertexts in turn."""

    def multiply_matrix(
        self, at: Positions, numbers: list[int], rows: int, inner: int, columns: int, progress: Progress | None = None
    ) -> Ciphertexts:
        """rows x inner ciphertexts times inner x columns numbers, in a time that depends on the numbers."""
