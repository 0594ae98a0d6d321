"""BENC and BAFF-A1 of the readable twin: honest provers, exact bytes.  All at TOY size.

What must be rejected: changed fields in test_reference_batch_fields.py, cheating provers in
test_reference_batch_cheats.py.
"""

import hashlib
import random
from dataclasses import replace

import pytest
from batch_cases import PROVER, SESSION, VERIFIER, baff_case, benc_case, trapdoors
from batch_oracle import evaluate_baff, evaluate_benc
from keys import twin

from mpc_fast.reference import baff_a1, benc
from mpc_fast.reference.batch import Range
from mpc_fast.reference.curve import G, bal, q
from mpc_fast.reference.params import S128, TOY
from mpc_fast.reference.rng import Rng, SeededRng

pytestmark = pytest.mark.usefixtures("toy_profile")

SHAPES = {
    "1x1": (1, 1),
    "2x1": (2, 1),
    "1x8": (8, 8),
    "8x1": (8, 1),
    "4x4": (16, 4),
    "ragged": (11, 4),
    "short": (2, 3),
}


# ---- Completeness


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("verifiers", [1, 2, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_benc_is_complete(shape: str, verifiers: int, plain: bool) -> None:
    cells, columns = SHAPES[shape]
    case = benc_case(cells, columns, verifiers, plain=plain)
    common, private = case.prove()
    case.verify(common, private)
    st, session = case.statement, case.session
    assert benc.Common.decode(common.encode(session, st), session, st, verifiers) == common
    assert [benc.Private.decode(part.encode(session, st), session, st) for part in private] == private


@pytest.mark.parametrize("pairs", [1, 2, 8])
def test_baff_is_complete(pairs: int) -> None:
    case = baff_case(pairs)
    proof = case.prove()
    case.verify(proof)
    assert baff_a1.Proof.decode(proof.encode(SESSION), SESSION, pairs) == proof


def test_proofs_with_the_challenges_of_s128() -> None:
    """Challenges, ranges and masks of S128 over moduli of TOY size."""
    session = replace(SESSION, profile=replace(S128, nb=1024, nhb=1024))
    case = replace(benc_case(2, verifiers=2), session=session)
    case.verify(*case.prove())
    small = replace(baff_case(2), session=session)
    # 2^(lp + eps_y) exceeds N here, which is no obstacle to completeness.
    small.verify(small.prove())


def test_benc_over_another_range() -> None:
    case = benc_case([0, 2**16, -(2**16)], plain=True)
    case = replace(case, session=replace(SESSION, other_range=Range(16, 80)))
    common, private = case.prove()
    case.verify(common, private)
    assert all(abs(z) < 2 ** (16 + 80 + 2) for z in common.z)
    with pytest.raises(ValueError, match="eps"):
        replace(SESSION, other_range=Range(16, 63))


CORNERS = [0, 2**256, -(2**256)]


def test_benc_is_complete_at_range_corners() -> None:
    case = benc_case(CORNERS, verifiers=2)
    case.verify(*case.prove())
    case = benc_case(CORNERS * 3, columns=4)
    case.verify(*case.prove())


@pytest.mark.parametrize(("x", "y"), [(2**256, 2**608), (-(2**256), -(2**608)), (1, 0)])
def test_baff_is_complete_at_range_corners(x: int, y: int) -> None:
    case = baff_case(2, x=x, y=y)
    case.verify(case.prove())


def test_mta_shares_add_up_after_a_batch_proof() -> None:
    """alpha - y = k x mod q: D and Y encrypt +y, the sender's share is -y."""
    ks = [5, bal(q - 77)]
    case = baff_case(2, k=ks)
    case.verify(case.prove())
    for k, pair, secrets in zip(ks, case.statement.operations, case.witness.operations, strict=True):
        for x, y, cap_d, cap_y in zip((secrets.gamma, case.witness.w), secrets.y, pair.cap_d, pair.cap_y, strict=True):
            assert (case.owner.paillier.decrypt(cap_d) - y) % q == k * x % q
            assert PROVER.paillier.decrypt(cap_y) == y


class Rigged(Rng):
    """As SeededRng, but the first draw of `signed` with that bound is the bound itself."""

    def __init__(self, seed: bytes, bound: int) -> None:
        self._rng, self._bound, self.rigged = SeededRng(seed), bound, 0

    def read(self, n: int) -> bytes:
        return self._rng.read(n)

    def signed(self, bound: int) -> int:
        value = super().signed(bound)
        if bound == self._bound and not self.rigged:
            self.rigged += 1
            return bound
        return value


def test_a_response_out_of_bounds_draws_everything_again() -> None:
    case = benc_case([2**256, 2**256])
    rng = Rigged(b"benc", 1 << (TOY.l + TOY.eps + 1))  # alpha at its end, so z is beyond
    common, private = benc.prove(SESSION, case.statement, case.witness, case.verifiers, rng)
    assert rng.rigged
    case.verify(common, private)
    honest = case.prove()
    assert common != honest[0]
    assert private[0].cap_s != honest[1][0].cap_s  # mu as well
    aff = baff_case(1, x=2**256)
    rng = Rigged(b"baff", 1 << (TOY.l + TOY.eps + 1))
    proof = baff_a1.prove(SESSION, VERIFIER, aff.statement, aff.witness, aff.owner.params, rng)
    assert rng.rigged
    aff.verify(proof)


@pytest.mark.long
def test_many_honest_proofs_are_accepted() -> None:
    rng = random.Random(1)
    for seed in range(1000):
        case = benc_case([rng.randint(-(2**256), 2**256) for _ in range(2)], seed=seed)
        case.verify(*case.prove(seed.to_bytes(2, "big")))
    for seed in range(300):
        aff = baff_case(1, seed)
        aff.verify(aff.prove(seed.to_bytes(2, "big")))


def test_trapdoor_and_public_evaluation_agree() -> None:
    case = benc_case(4, columns=2)
    common, private = case.prove()
    secret, setup = twin("TOY", 2).trapdoor, case.verifiers[0].setup
    order = secret.phi // 4  # of the squares
    signs = set()
    for z in (common.z, tuple(-value for value in common.z)):
        signs |= {value < 0 for value in z}
        exponent = sum(lam * z_p for lam, z_p in zip(trapdoors(2, 2), z, strict=True)) + private[0].z_second
        assert pow(setup.t, exponent % order, setup.nh) == setup.commit(z, private[0].z_second)
    assert signs == {True, False}


# ---- Exact bytes


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize(("cells", "columns", "verifiers"), [(1, 1, 1), (2, 1, 3), (8, 2, 2)])
def test_benc_is_the_specification_byte_by_byte(cells: int, columns: int, verifiers: int, plain: bool) -> None:
    case = benc_case(cells, columns, verifiers, plain=plain)
    common, private = case.prove(b"bytes")
    encoded = [part.encode(SESSION, case.statement) for part in private]
    assert (common.encode(SESSION, case.statement), encoded) == evaluate_benc(case, b"bytes")


@pytest.mark.parametrize("pairs", [1, 2, 3])
def test_baff_is_the_specification_byte_by_byte(pairs: int) -> None:
    case = baff_case(pairs)
    assert case.prove(b"bytes").encode(SESSION) == evaluate_baff(case, VERIFIER, b"bytes")


def digest(*data: bytes) -> str:
    return hashlib.sha256(b"".join(data)).hexdigest()


# SHA-256 of the encodings: any implementation makes the same bytes from the same seeds.
FROZEN = {
    "benc 2x1": "70b97647772d87b39c8cfd24c3898ac46ab848049bfa9c4ece133fbcfed28be3",
    "benc-plain 2x1": "fbee46ae0f34a1a263d76195ee35069d253bfd4acbd95dd04d84591d6cd489e2",
    "benc 4x4": "e519a822885811c874797a91063dc68637532bdee5ce018cafa0e5f7c71d20b6",
    "baff-a1 2": "e189a4eab9c43a75f6d22fd06f5dad1b43bb71f2ec11d49d8db904cf64184cf4",
}


def test_honest_proofs_are_frozen() -> None:
    seen = {}
    for name, case in {
        "benc 2x1": benc_case(2, verifiers=2),
        "benc-plain 2x1": benc_case(2, verifiers=2, plain=True),
        "benc 4x4": benc_case(16, 4),
    }.items():
        common, private = case.prove()
        parts = [part.encode(SESSION, case.statement) for part in private]
        seen[name] = digest(common.encode(SESSION, case.statement), *parts)
    seen["baff-a1 2"] = digest(baff_case(2).prove().encode(SESSION))
    assert seen == FROZEN


def test_s128_sizes() -> None:
    session = replace(SESSION, profile=S128)
    for rows, z, z_second in [(1, 96, 464), (2, 97, 465), (16, 97, 465), (128, 97, 465)]:
        st = benc.Statement(PROVER.key, (1,) * rows, benc.ElGamal(G, (G,) * rows, (G,) * rows))
        common = benc.Common(1, (1,), 1, (bytes(32),) * 3, benc.CurvePart(G, G, 1))
        assert len(common.encode(session, st)) == 768 + 33 + 33 + 1 + z + 384 + 32 + 3 * 32
        assert len(benc.Private((1,) * rows, 1, 1).encode(session, st)) == 384 * (rows + 1) + 1 + z_second
    for pairs, z2, z4 in [(1, 225, 465), (8, 225, 465), (64, 225, 465)]:
        first = baff_a1.FirstMessage(1, (baff_a1.Commitments(1, 1, (1, 1)),) * pairs, 1, 1, 1, G)
        proof = baff_a1.Proof(first, (1,) * pairs, (1,) * pairs, 1, 1, 1, 1)
        of_pair = 4 * 384 + 1 + 97 + 1 + 465
        assert len(proof.encode(session)) == 2 * 384 + 2 * 768 + 33 + pairs * of_pair + 1 + z2 + 1 + z4 + 2 * 384
