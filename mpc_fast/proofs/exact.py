"""Exact range proofs: 0 <= v <= upper, without slack.  Experimental.

A verifier publishes generators besides its setup, once; the setup itself stays as it is:

    exact = OwnExactSetup(own, experimental=True)                           # the verifier, who has own: OwnSetup
    generators = ExactSetup.from_bytes(exact.public.to_bytes(), setup)      # a prover, who checks them

    values = setup.encrypt([0, 1, 1], bits=8)
    proof = exact_range_proof_batch(
        values, generators, upper=1, context=b"poll 7", prover=b"client 12", experimental=True
    )

    received = ExactRangeProof(own.key, values.ciphertexts, proof, upper=1, context=b"poll 7", prover=b"client 12")
    assert verify_exact_batch(exact, [received], experimental=True) == [None]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import Final

from .. import _native
from .._native import ExactRangeSetup, NativeError, OwnExactRangeSetup, RangeKey
from ..errors import MpcError, ParameterError, from_native
from .setups import EncryptedValues, OwnSetup, Setup

MAX_EXACT_VALUES: Final = 32
"""Ciphertexts of one proof. Each takes four generators, of which there are at most 128."""

MAX_UPPER_BITS: Final = 256
"""Of ``upper``: 1 <= upper < 2^MAX_UPPER_BITS."""


def _ask(experimental: bool) -> None:
    if experimental is not True:
        raise ParameterError("exact ranges: an experimental proof, which takes experimental=True")


class ExactSetup:
    """Generators that somebody published besides a setup, with their proof: about 100 KiB for 32 values."""

    def __init__(self, native: ExactRangeSetup) -> None:
        self._native = native

    @classmethod
    def from_bytes(cls, data: bytes, setup: Setup) -> "ExactSetup":
        """Checks everything, for a tenth of a second or so: the proof (bprm) shows that commitments to the owner of the
        setup hide with these generators as well.

        Raises DecodeError, ProofError; ContextError for generators of another setup.
        """
        try:
            return cls(ExactRangeSetup.from_bytes(data, setup._native))
        except NativeError as error:
            raise from_native(*error.args) from None

    def to_bytes(self) -> bytes:
        return self._native.to_bytes()

    @property
    def setup_id(self) -> bytes:
        """Of the setup that they belong to."""
        return self._native.id

    @property
    def values(self) -> int:
        """The most ciphertexts that one proof for this verifier can be about."""
        return self._native.values


class OwnExactSetup:
    """Generators besides an own setup: what verifiers have.

    They follow from the secrets of the setup, so there is nothing to be kept: a setup that is opened again has the same
    ones. The first of them are the same for every number of values.
    """

    def __init__(self, own: OwnSetup, *, values: int = MAX_EXACT_VALUES, experimental: bool) -> None:
        """values: the most ciphertexts that one proof can be about, 1 to MAX_EXACT_VALUES.

        Raises ParameterError, also without experimental=True.
        """
        _ask(experimental)
        if not 1 <= values <= MAX_EXACT_VALUES:
            raise ParameterError(f"values: {values}; it must be 1 to {MAX_EXACT_VALUES}")
        self._native = OwnExactRangeSetup(own._native, values)

    @cached_property
    def public(self) -> ExactSetup:
        """To be published, like the setup."""
        return ExactSetup(self._native.public)


def exact_range_proof_batch(
    values: EncryptedValues, verifier: ExactSetup, *, upper: int, context: bytes, prover: bytes, experimental: bool
) -> bytes:
    """Proves to one verifier that every ciphertext holds a value from 0 to ``upper``, both included: exactly.

    upper         1 to 2^256 - 1
    context       as in ``range_proof_batch``: a proof holds in its context only, and nothing else keeps old ones out
    prover        a name that the verifier knows
    experimental  must be True: the proof is this project's own composition. Its argument (docs/paper.md) has been
                  reviewed by nobody else, so nothing uses it unless it is asked to

    What is proven, up to a chance of 2^-126 for each try: the value that decryption gives is one of 0, 1 ... upper.
    There is no slack.

    **Who is convinced.** The owner of the setup, and those who trust it: its owner, or whoever learns its factors, can
    make proofs of anything for it. The ciphertexts are meant to be under the key of whoever collects the values; for
    those under a key of the prover's own, the verifier takes ``OwnSetup.accept_key``.

    **Time.** 4 v (upper - v) + 1 is written as a sum of three squares, and the search for them is variable time.
    Whoever measures it learns the length of that number; whether it is a square, which it is for v = 0 and v = upper
    (the search is over at once); and how many tries it took, which tells next to nothing where the number is above
    2^20, and narrows it down where it is smaller. With upper = 1 every value is an end, and nothing is told; for other
    short ranges let nobody measure how long a proof takes. All else is constant time.

    Raises ParameterError (too many values, ``upper`` out of range; a value out of range, by its place), ProfileError.
    """
    _ask(experimental)
    try:
        return _native.prove_exact_range(values._native, index(upper), context, prover, verifier._native)
    except NativeError as error:
        raise from_native(*error.args) from None


@dataclass(frozen=True)
class ExactRangeProof:
    """A proof as received, and what it is said to be about; the fields as in ``exact_range_proof_batch``."""

    key: RangeKey
    ciphertexts: Sequence[int]
    proof: bytes
    upper: int
    context: bytes
    prover: bytes


def verify_exact_batch(
    own: OwnExactSetup, proofs: Sequence[ExactRangeProof], *, experimental: bool
) -> list[MpcError | None]:
    """Verifies exact proofs of any number of provers together, as ``verify_batch`` does those with slack: the entry of
    each is None if it holds, else what is wrong.

    experimental: must be True, see ``exact_range_proof_batch``; ParameterError otherwise. Raises nothing for what a
    prover sent.
    """
    _ask(experimental)
    received = [(p.key, list(p.ciphertexts), p.proof, p.upper, p.context, p.prover) for p in proofs]
    return [None if refusal is None else from_native(*refusal) for refusal in own._native.verify_batch(received)]
