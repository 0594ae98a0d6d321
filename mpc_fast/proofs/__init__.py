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

Where bounds must be exact there are, behind experimental=True, ``exact_range_proof_batch`` and its like.

Construction: batch-range-proofs.md 3, 5 and 7; the arguments for its soundness are in docs/paper.md.
"""

from .._native import RangeKey
from .exact import (
    MAX_EXACT_VALUES,
    MAX_UPPER_BITS,
    ExactRangeProof,
    ExactSetup,
    OwnExactSetup,
    exact_range_proof_batch,
    verify_exact_batch,
)
from .ranges import HIDING, MAX_VALUES, RangeProof, proven_bits, range_proof_batch, verify_batch
from .setups import EncryptedValues, OwnSetup, Setup

__all__ = [
    "HIDING",
    "MAX_EXACT_VALUES",
    "MAX_UPPER_BITS",
    "MAX_VALUES",
    "EncryptedValues",
    "ExactRangeProof",
    "ExactSetup",
    "OwnExactSetup",
    "OwnSetup",
    "RangeKey",
    "RangeProof",
    "Setup",
    "exact_range_proof_batch",
    "proven_bits",
    "range_proof_batch",
    "verify_batch",
    "verify_exact_batch",
]
