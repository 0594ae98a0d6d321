"""Range proofs with slack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .. import _native
from .._native import NativeError, RangeKey
from ..errors import MpcError, from_native
from .setups import EncryptedValues, OwnSetup, Setup
from .sizes import checked, judged

MAX_VALUES: Final = 128
"""Ciphertexts of one proof."""

HIDING: Final = 128
"""By how many bits the masks of a proof are longer than what they hide: a verifier learns nothing that it could not
have computed itself, but for a chance of about 2^-HIDING. More than 128 hides nothing better: commitments hide with 128
bits."""


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
    bits = checked("bits", native.bits if bits is None else bits)
    try:
        return native.prove(bits, context, prover, setups, checked("hiding", hiding))
    except NativeError as error:
        raise from_native(*error.args) from None


def proven_bits(bits: int, values: int, *, hiding: int = HIDING, profile: str = "S128") -> int:
    """What a proof about so many values shows, see ``range_proof_batch``: that none is above 2^proven_bits in absolute
    value, with proven_bits = bits + 128 + hiding + ceil(log2 values) + 1.

    Raises ParameterError where no proof can be made.
    """
    try:
        return _native.proven_bits(profile, checked("bits", bits), checked("values", values), checked("hiding", hiding))
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
    A proof that holds is never refused, and one that does not is named, up to a chance of 2^-128. (The sign of a
    commitment is free: a proof wrong in nothing else passes beside others, and may fail alone. It shows as much.)

    The entries are DecodeError, ParameterError, ProfileError or ProofError. Raises nothing for what a prover sent.
    """
    received = [
        (p.key, list(p.ciphertexts), p.proof, judged(p.bits), p.context, p.prover, judged(p.hiding)) for p in proofs
    ]
    return [None if refusal is None else from_native(*refusal) for refusal in own._native.verify_batch(received)]
