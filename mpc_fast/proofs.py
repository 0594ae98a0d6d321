"""Range proofs about Paillier ciphertexts, for software that has ciphertexts of its own.

One proof covers up to 128 ciphertexts and any number of verifiers, and many proofs are verified at about the price of
one. What holds of the values in the end is wider than what an honest prover puts in: see ``range_proof_batch``.

Everybody who verifies publishes a setup, once:

    own = OwnSetup.generate()                                 # the verifier
    setup = Setup.from_bytes(own.public.to_bytes())           # a prover, who checks it

    values = setup.encrypt([17, 4, 0], bits=32)               # under the verifier's own key
    proofs = range_proof_batch(values, [setup], context=b"poll 7", prover=b"client 12")

    received = RangeProof(own.key, values.ciphertexts, proofs[0], bits=32, context=b"poll 7", prover=b"client 12")
    assert verify_batch(own, [received]) == [None]

A prover with a key of its own publishes a setup as well, and shows each verifier that the key has no small factor:
``OwnSetup.prove_factors`` and ``OwnSetup.accept_key``.

Construction: batch-range-proofs.md 3 and 5; the arguments for its soundness are in docs/paper.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import Final, SupportsIndex

from . import _native
from ._native import NativeError, OwnRangeSetup, PrimeSet, RangeKey, RangeSetup
from .errors import MpcError, ProfileError, from_native
from .keys import encode_passphrase

__all__ = [
    "HIDING",
    "MAX_VALUES",
    "EncryptedValues",
    "OwnSetup",
    "RangeKey",
    "RangeProof",
    "Setup",
    "proven_bits",
    "range_proof_batch",
    "verify_batch",
]

MAX_VALUES: Final = 128
"""Ciphertexts of one proof."""

HIDING: Final = 128
"""By how many bits the masks of a proof are longer than what they hide: a verifier learns nothing that it could not
have computed itself, but for a chance of about 2^-HIDING."""


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
    """A Paillier key and ring-Pedersen parameters as somebody published them, with their proofs: about 100 KiB."""

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
            return EncryptedValues(self._native.encrypt([index(value) for value in values], bits))
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
        """Fac (CGGMP24 Fig. 26), for one verifier: that our N has no small factor."""
        return self._native.prove_factors(verifier._native)

    def accept_key(self, prover: Setup, proof: bytes) -> RangeKey:
        """The key of somebody whose ``prove_factors`` to us holds. Raises DecodeError, ProfileError, ProofError."""
        try:
            return self._native.accept_key(prover._native, proof)
        except NativeError as error:
            raise from_native(*error.args) from None


def range_proof_batch(
    values: EncryptedValues,
    verifiers: Sequence[Setup],
    *,
    context: bytes,
    prover: bytes,
    bits: int | None = None,
    hiding: int = HIDING,
) -> list[bytes]:
    """Proves to each verifier that every ciphertext holds a value that is small: one proof for each, in their order.

    context   what the proof is for; a proof holds in its context only. Nothing else keeps old proofs out: let it name
              the occasion, and let the verifier have had a say in it
    prover    a name that the verifiers know
    bits      of the range that is claimed; that of the values unless given
    hiding    at least 32, see HIDING; each bit less saves a bit in every response

    **Slack.** An honest prover's values are below 2^bits in absolute value. What a verifier may rely on is

        |v| <= 2^proven_bits(bits, number of values)

    for the value that decryption gives, as an integer between -N/2 and N/2, up to a chance of 2^-128. In between,
    values up to about 2^(proven_bits - 130) are always accepted, and larger ones with a chance that halves with every
    further bit. Where an exact bound is needed, this is the wrong proof.

    Raises ParameterError (too many values, a range that does not fit the key), ProfileError.
    """
    native = values._native
    setups = [verifier._native for verifier in verifiers]
    try:
        return native.prove(native.bits if bits is None else bits, context, prover, setups, hiding)
    except NativeError as error:
        raise from_native(*error.args) from None


def proven_bits(bits: int, values: int, *, hiding: int = HIDING, profile: str = "S128") -> int:
    """What a proof about so many values shows, see ``range_proof_batch``: that none is above 2^proven_bits in absolute
    value, with proven_bits = bits + 128 + hiding + ceil(log2 values) + 1.

    Raises ParameterError where no proof can be made.
    """
    try:
        return _native.proven_bits(profile, bits, values, hiding)
    except NativeError as error:
        raise from_native(*error.args) from None


@dataclass(frozen=True)
class RangeProof:
    """A proof as received, and what it is said to be about; the fields as in ``range_proof_batch``."""

    key: RangeKey
    ciphertexts: Sequence[int]
    proof: bytes
    bits: int
    context: bytes
    prover: bytes
    hiding: int = HIDING


def verify_batch(own: OwnSetup, proofs: Sequence[RangeProof]) -> list[MpcError | None]:
    """Verifies proofs of any number of provers together: the entry of each is None if it holds, else what is wrong.

    The equations of all proofs under one key are combined with random weights that are drawn now, so that each key
    costs one full power, however many proofs there are; where a combination fails, its proofs are verified one by one.
    A proof that holds is never refused, and one that does not is named, up to a chance of 2^-128.

    The entries are DecodeError, ParameterError, ProfileError or ProofError. Raises nothing for what a prover sent.
    """
    received = [(p.key, list(p.ciphertexts), p.proof, p.bits, p.context, p.prover, p.hiding) for p in proofs]
    return [None if refusal is None else from_native(*refusal) for refusal in own._native.verify_batch(received)]
