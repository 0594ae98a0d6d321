"""Equations under the verifier's own key, checked by plaintexts and modulo its primes: the exact predicate."""

import random
from dataclasses import replace

import pytest
from bver_cases import CLAIMS, OWNER, aff_g_claim, requests
from cross import mutants

from mpc_fast._native import testing
from mpc_fast.reference import aff_g, bver
from mpc_fast.reference.errors import ProofError
from mpc_fast.reference.paillier import PaillierKey

pytestmark = pytest.mark.usefixtures("toy_profile")

KEY = OWNER.key
AFF_G = [at for at, claim in enumerate(CLAIMS) if isinstance(claim, bver.AffG)]


def culprits(claims: list[bver.Claim], weights: bytes = b"weights") -> dict[int, str]:
    found = testing.verify_batch(requests(claims, own=True), weights, OWNER.factors)
    return {at: wrong for at, wrong in enumerate(found) if wrong}


def holds(claim: bver.AffG) -> bool:
    """By the twin, which knows no factors."""
    try:
        aff_g.verify(claim.ctx, claim.statement, claim.proof, claim.setup)
    except ProofError:
        return False
    return True


def test_honest_proofs_are_accepted() -> None:
    assert culprits([*CLAIMS, aff_g_claim(4), aff_g_claim(5, 1)]) == {}


@pytest.mark.parametrize("at", AFF_G)
def test_every_value_of_proof_and_statement_counts(at: int) -> None:
    claim = CLAIMS[at]
    wrong = [replace(claim, proof=proof) for _, proof in mutants(claim.proof)]
    wrong += [replace(claim, statement=st) for path, st in mutants(claim.statement) if not path.endswith(".n")]
    for bad in wrong:
        claims = [*CLAIMS]
        claims[at] = bad
        assert set(culprits(claims)) == {at}


def factors_of_wrong_ciphertexts(rng: random.Random) -> dict[str, int]:
    """What spoils plaintexts, randomisers, both, and neither."""
    m, r = rng.randrange(1, KEY.n), rng.randrange(1, KEY.n)
    return {
        "plaintext by one": 1 + KEY.n,
        "plaintext": KEY.encrypt(m, 1),
        "randomiser": pow(r, KEY.n, KEY.n2),
        "sign": KEY.n2 - 1,
        "both": KEY.encrypt(m, r),
        "plaintext mod p": KEY.encrypt(OWNER.factors[1], 1),
        "plaintext mod q": KEY.encrypt(OWNER.factors[0], 1),
    }


@pytest.mark.parametrize("what", [*factors_of_wrong_ciphertexts(random.Random(0)), "neither"])
def test_the_verdict_is_that_of_the_public_equation(what: str) -> None:
    """The first message A is multiplied by something, and the proof made for it: only the equation is wrong."""
    rng = random.Random(what)
    factor = factors_of_wrong_ciphertexts(rng).get(what, 1)
    encrypt, own_calls = PaillierKey.encrypt, 0

    def spoiling(key: PaillierKey, m: int, r: int) -> int:
        nonlocal own_calls
        own_calls += key == KEY
        made = encrypt(key, m, r)
        return made * factor % KEY.n2 if key == KEY and own_calls == 3 else made  # C, D, then A

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PaillierKey, "encrypt", spoiling)
        claim = aff_g_claim(3, 7)
    assert own_calls == 3
    assert holds(claim) == (what == "neither")
    assert set(culprits([CLAIMS[0], claim])) == (set() if what == "neither" else {1})


def test_errors_do_not_cancel_between_proofs() -> None:
    """One plaintext is too large by one, another too small: nothing is added up."""
    claims = [*CLAIMS]
    for at, off in zip(AFF_G[:2], (1, -1), strict=True):
        claim = claims[at]
        claims[at] = replace(
            claim, statement=replace(claim.statement, cap_d=KEY.add(claim.statement.cap_d, KEY.encrypt(off, 1)))
        )
    assert set(culprits(claims)) == set(AFF_G[:2])
