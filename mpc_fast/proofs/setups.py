"""Setups, and values encrypted under their keys."""

from collections.abc import Iterable
from functools import cached_property
from operator import index
from typing import SupportsIndex

from .. import _native
from .._native import NativeError, OwnRangeSetup, PrimeSet, RangeKey, RangeSetup
from ..errors import ProfileError, from_native
from ..keys import encode_passphrase
from .sizes import checked


class EncryptedValues:
    """Values under somebody's key, and what proofs about them need. Values and nonces stay in the native core."""

    def __init__(self, native: _native.EncryptedValues) -> None:
        self._native = native

    @cached_property
    def ciphertexts(self) -> tuple[int, ...]:
        """In the order of the values; modulo N^2."""
        return tuple(self._native.ciphertexts)

    @property
    def bits(self) -> int:
        """All values are below 2^bits in absolute value."""
        return self._native.bits

    def __len__(self) -> int:
        return len(self.ciphertexts)


class Setup:
    """A Paillier key and ring-Pedersen parameters as somebody published them, with their proofs: 150 kB."""

    def __init__(self, native: RangeSetup) -> None:
        self._native = native

    @classmethod
    def from_bytes(cls, data: bytes) -> "Setup":
        """Checks everything, for some tenths of a second: the proofs show that commitments to the owner hide (prm) and
        that N has two prime factors and gcd(N, phi(N)) = 1 (mod).

        Raises DecodeError, ProfileError, ProofError.
        """
        try:
            return cls(RangeSetup.from_bytes(data))
        except NativeError as error:
            raise from_native(*error.args) from None

    def to_bytes(self) -> bytes:
        return self._native.to_bytes()

    @property
    def id(self) -> bytes:
        """32 bytes, a hash of the numbers."""
        return self._native.id

    @property
    def profile(self) -> str:
        return self._native.profile

    @property
    def n(self) -> int:
        """The Paillier modulus."""
        return self._native.n

    def encrypt(self, values: Iterable[SupportsIndex], *, bits: int) -> EncryptedValues:
        """Encrypts integers with fresh randomness under this setup's key: enc_N(v; r) = (1 + v N) r^N mod N^2.

        bits: |v| < 2^bits for every value. The values come from Python; in the core they are handled in constant time.
        Raises ParameterError for a value out of that range.
        """
        try:
            numbers = [index(value) for value in values]
            return EncryptedValues(self._native.encrypt(numbers, checked("bits", bits)))
        except NativeError as error:
            raise from_native(*error.args) from None


class OwnSetup:
    """A setup with its factors: what verifiers have, and provers with a key of their own."""

    def __init__(self, native: OwnRangeSetup) -> None:
        self._native = native

    @classmethod
    def generate(cls, profile: str = "S128", primes: PrimeSet | None = None) -> "OwnSetup":
        """primes: of a pool (mpc_fast.pool), which are used up; otherwise they are searched for, for some seconds.

        Raises ProfileError.
        """
        if profile not in _native.profile_names():
            raise ProfileError(f"profile {profile!r} is unknown, or not admitted here")
        if primes is not None and primes.profile != profile:
            raise ProfileError(f"the primes were made for profile {primes.profile}, not {profile}")
        try:
            return cls(OwnRangeSetup(_native.generate_primes(profile) if primes is None else primes))
        except NativeError as error:
            raise from_native(*error.args) from None

    @classmethod
    def open(cls, data: bytes, passphrase: str) -> "OwnSetup":
        """What ``seal`` made. Raises SealError, ProfileError."""
        try:
            return cls(OwnRangeSetup.open(data, encode_passphrase(passphrase)))
        except NativeError as error:
            raise from_native(*error.args) from None

    def seal(self, passphrase: str) -> bytes:
        return self._native.seal(encode_passphrase(passphrase))

    @cached_property
    def public(self) -> Setup:
        """To be published. Encrypting under it takes the owner's shortcuts."""
        return Setup(self._native.public)

    @property
    def key(self) -> RangeKey:
        """Our own key, on which we rely."""
        return self._native.key

    def prove_factors(self, verifier: Setup) -> bytes:
        """Fac (CGGMP24 Fig. 26), for one verifier: that our N has no small factor. Raises ProfileError."""
        try:
            return self._native.prove_factors(verifier._native)
        except NativeError as error:
            raise from_native(*error.args) from None

    def accept_key(self, prover: Setup, proof: bytes) -> RangeKey:
        """The key of somebody whose ``prove_factors`` to us holds. Raises DecodeError, ProfileError, ProofError."""
        try:
            return self._native.accept_key(prover._native, proof)
        except NativeError as error:
            raise from_native(*error.args) from None
