"""Batch proofs of the core in large numbers (batch-range-proofs.md 8): none that is honest is refused, none that is not
is accepted. Minutes of work, for test-long."""

import random

import pytest
from batch_cases import baff_case, benc_case
from bver_cases import CLAIMS, OWNER, requests, spoiled
from cross import ACCEPTED, native_verdict
from cross_batch import native_baff, native_baff_verify, native_benc, native_benc_verify, owner_fields
from keys import prime_set

from mpc_fast._native import testing
from mpc_fast.proofs import OwnSetup, RangeProof, Setup, range_proof_batch, verify_batch
from mpc_fast.reference.params import TOY

pytestmark = [pytest.mark.usefixtures("toy_profile"), pytest.mark.long]

RUNS = 10_000
PROVERS = 50  # whose proofs are verified together


def test_honest_range_proofs_are_never_refused() -> None:
    """At full size, where sigma is 128: random numbers of values, the ends of the range among them."""
    rng = random.Random("honest range proofs")
    own = OwnSetup.generate("S128", prime_set("S128", 1))
    setup = Setup.from_bytes(own.public.to_bytes())
    made = 0
    while made < RUNS:
        received = []
        for prover in range(PROVERS):
            bits = rng.choice([1, 32, 64, 256])
            ends = [0, 2**bits - 1, 1 - 2**bits, rng.randrange(2**bits)]
            values = setup.encrypt(rng.choices(ends, k=rng.randint(1, 3)), bits=bits)
            name = b"prover %d" % prover
            (proof,) = range_proof_batch(values, [setup], context=b"many", prover=name)
            received.append(RangeProof(own.key, values.ciphertexts, proof, bits, b"many", name))
        assert verify_batch(own, received) == [None] * PROVERS
        made += PROVERS


@pytest.mark.parametrize("part", range(10))
def test_honest_proofs_of_all_shapes_are_accepted(part: int) -> None:
    rng = random.Random(f"shapes {part}")
    for run in range(RUNS // 200):
        seed = f"{part} {run}".encode()
        cells = rng.randint(1, 12)
        values = [
            rng.choice([0, 1, -1, 2**TOY.l, -(2**TOY.l), rng.randint(-(2**TOY.l), 2**TOY.l)]) for _ in range(cells)
        ]
        case = benc_case(values, rng.choice([1, 1, 2, 4]), plain=rng.random() < 0.5, seed=run)
        common, (private,) = native_benc(case, seed)
        owner = owner_fields(case.verifiers[0], 2)
        assert native_verdict(lambda: native_benc_verify(case, common, private, 0, owner)) == ACCEPTED  # noqa: B023
        operations = baff_case(rng.randint(1, 4), seed=run)
        _, proven = native_baff(operations, seed)
        assert native_verdict(lambda: native_baff_verify(operations, proven)) == ACCEPTED  # noqa: B023


@pytest.mark.parametrize("owner", [None, OWNER.factors], ids=["by powers", "by plaintexts"])
@pytest.mark.parametrize("at", range(len(CLAIMS)))
def test_one_bad_proof_is_always_found(at: int, owner: tuple[int, int] | None) -> None:
    claims = [*CLAIMS]
    claims[at] = spoiled(claims[at])
    encoded = requests(claims, own=True)
    for run in range(RUNS // len(CLAIMS) // 2):
        found = testing.verify_batch(encoded, f"{at} {run}".encode(), owner)
        assert [index for index, wrong in enumerate(found) if wrong] == [at]
