"""What ``_native`` has for range proofs between strangers (mpc_fast.proofs). Import it from there."""

from collections.abc import Sequence
from typing import final

from ._native import PrimeSet

@final
class RangeKey:
    """A Paillier key that the holder of a setup relies on."""

    @property
    def profile(self) -> str: ...
    @property
    def n(self) -> int: ...

@final
class RangeSetup:
    """A setup whose proofs hold. Raises NativeError with E_DECODE, E_VERSION, E_PROFILE, E_MODULUS, E_PROOF."""

    @staticmethod
    def from_bytes(data: bytes) -> RangeSetup: ...
    def to_bytes(self) -> bytes: ...
    @property
    def id(self) -> bytes: ...
    @property
    def profile(self) -> str: ...
    @property
    def n(self) -> int: ...
    def encrypt(self, values: Sequence[int], bits: int) -> EncryptedValues:
        """Raises NativeError(E_PARAMETER)."""

@final
class OwnRangeSetup:
    """With the factors."""

    def __init__(self, primes: PrimeSet) -> None: ...
    @staticmethod
    def open(data: bytes, passphrase: bytes) -> OwnRangeSetup: ...
    def seal(self, passphrase: bytes) -> bytes: ...
    @property
    def public(self) -> RangeSetup: ...
    @property
    def key(self) -> RangeKey: ...
    def prove_factors(self, verifier: RangeSetup) -> bytes:
        """Raises NativeError(E_PROFILE)."""

    def accept_key(self, prover: RangeSetup, proof: bytes) -> RangeKey: ...
    def verify_batch(
        self, proofs: Sequence[tuple[RangeKey, Sequence[int], bytes, int, bytes, bytes, int]]
    ) -> list[tuple[str, str] | None]:
        """(key, ciphertexts, proof, bits, context, prover, hiding) of each; what is wrong: (code, detail)."""

@final
class EncryptedValues:
    @property
    def ciphertexts(self) -> list[int]: ...
    @property
    def bits(self) -> int: ...
    def prove(
        self, bits: int, context: bytes, prover: bytes, verifiers: Sequence[RangeSetup], hiding: int
    ) -> list[bytes]:
        """Raises NativeError with E_PARAMETER, E_PROFILE."""

def proven_bits(profile: str, bits: int, values: int, hiding: int) -> int:
    """Raises NativeError(E_PARAMETER) for terms under which there is no proof."""

# ---- Exact ranges. Experimental

@final
class ExactRangeSetup:
    """Generators besides a setup, whose proof holds."""

    @staticmethod
    def from_bytes(data: bytes, setup: RangeSetup) -> ExactRangeSetup:
        """Raises NativeError with E_DECODE, E_VERSION, E_CONTEXT, E_MODULUS, E_PROOF."""

    def to_bytes(self) -> bytes: ...
    @property
    def id(self) -> bytes:
        """Of the setup."""

    @property
    def values(self) -> int: ...

@final
class OwnExactRangeSetup:
    """With the logarithms."""

    def __init__(self, own: OwnRangeSetup, values: int) -> None:
        """Raises NativeError(E_PARAMETER)."""

    @property
    def public(self) -> ExactRangeSetup: ...
    def verify_batch(
        self, proofs: Sequence[tuple[RangeKey, Sequence[int], bytes, int, bytes, bytes]]
    ) -> list[tuple[str, str] | None]:
        """(key, ciphertexts, proof, upper, context, prover) of each; what is wrong: (code, detail)."""

def prove_exact_range(
    values: EncryptedValues, upper: int, context: bytes, prover: bytes, verifier: ExactRangeSetup
) -> bytes:
    """Raises NativeError with E_PARAMETER, E_PROFILE."""
