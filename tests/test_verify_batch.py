"""Batch verification of the core on the twin's cases (test_reference_bver.py): V1 to V6 of the specification.

The fields of z1 and z2 are as long as their ranges in every profile, so what is out of range does not decode.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from bver_cases import CLAIMS, OWNER, PIDS, aff_g_claim, enc_elg_claim, requests, spoiled, twisted
from cross import mutants
from keys import twin

from mpc_fast._native import testing
from mpc_fast.reference import bver, enc_elg
from mpc_fast.reference.curve import q
from mpc_fast.reference.params import TOY
from mpc_fast.reference.rng import SeededRng, SystemRng

pytestmark = pytest.mark.usefixtures("toy_profile")

EACH_SETUP = pytest.mark.parametrize("own", [False, True], ids=["foreign setup", "own setup"])


def seed(number: int) -> bytes:
    return f"weights {number}".encode()


def refusals(claims: Sequence[bver.Claim], own: bool, weights: bytes = seed(0)) -> dict[int, str]:
    """What is wrong, by position."""
    verdicts = testing.verify_batch(requests(claims, own), weights)
    return {at: wrong for at, wrong in enumerate(verdicts) if wrong}


def agree(claims: Sequence[bver.Claim], own: bool) -> set[int]:
    """The culprits, of whom core and twin say the same."""
    named = set(refusals(claims, own))
    assert named == set(bver.verify(claims, SystemRng()))
    return named


# ---- V1


@EACH_SETUP
def test_valid_batches_are_accepted(own: bool) -> None:
    claims = [*CLAIMS, enc_elg_claim(4), aff_g_claim(5), aff_g_claim(4, 1)]
    for number in range(20):
        assert refusals(claims, own, seed(number)) == {}
        assert refusals(claims[number % 11 :: -1], own, seed(number)) == {}
    assert refusals(CLAIMS[:1], own) == refusals([], own) == {}
    assert agree(claims, own) == set()


@EACH_SETUP
def test_one_proof_may_come_twice(own: bool) -> None:
    assert refusals([CLAIMS[0], CLAIMS[2], CLAIMS[0], CLAIMS[2]], own) == {}
    bad = spoiled(CLAIMS[0])
    assert set(refusals([CLAIMS[0], bad, CLAIMS[0], bad], own)) == {1, 3}


# ---- V2, V5


@EACH_SETUP
@pytest.mark.parametrize("at", range(len(CLAIMS)))
def test_one_bad_proof_is_named_at_every_position(at: int, own: bool) -> None:
    for number in range(5):
        claims = [*CLAIMS]
        claims[at] = spoiled(claims[at])
        named = refusals(claims, own, seed(number))
        assert set(named) == {at}
        assert named[at].endswith("equation")


@EACH_SETUP
@pytest.mark.parametrize("at", [0, 3, 7])
def test_every_kind_of_error_is_named_exactly(at: int, own: bool) -> None:
    """Every value of the proof and of its statement, one at a time; enc-elg and aff-g of two provers."""
    claim = CLAIMS[at]
    bad = [replace(claim, proof=proof) for _, proof in mutants(claim.proof)]
    bad += [replace(claim, statement=st) for path, st in mutants(claim.statement) if not path.endswith(".n")]
    assert len(bad) == (9 + 4 if isinstance(claim, bver.EncElg) else 13 + 4)
    for number, wrong in enumerate(bad):
        claims = [*CLAIMS[:at], wrong, *CLAIMS[at + 1 :]]
        assert set(refusals(claims, own, seed(number))) == {at}, number


@EACH_SETUP
@pytest.mark.parametrize("bad", [{0, 3}, {0, 1}, {2, 3}, {1, 2, 6, 7}, {0, 4}, set(range(8))], ids=str)
def test_several_culprits_are_named_exactly(bad: set[int], own: bool) -> None:
    assert agree([spoiled(claim) if at in bad else claim for at, claim in enumerate(CLAIMS)], own) == bad


@EACH_SETUP
def test_what_stays_with_each_proof_is_named(own: bool) -> None:
    """Ranges, units, points, places: with honest proofs, and each with the reason."""
    claim, other = enc_elg_claim(1), aff_g_claim(3)
    first, p, hat_p = claim.proof.first, twin("TOY", 1).paillier.p, OWNER.trapdoor.p

    def enc(**values: int) -> bver.EncElg:
        return replace(claim, proof=replace(claim.proof, **values))  # type: ignore[arg-type]

    def opening(**values: int) -> bver.EncElg:
        return replace(claim, proof=replace(claim.proof, first=replace(first, **values)))  # type: ignore[arg-type]

    cases = [
        (enc(z1=2**TOY.x_bits - 1), "equation"),
        (enc(z1=1 - 2**TOY.x_bits), "equation"),
        (enc(w=(claim.proof.w + 1) % q), "equation"),
        (enc(z2=p), "z2: not a unit"),
        (enc(z2=0), "z2: not a unit"),
        (opening(cap_d=p * 7), "D: not a unit"),
        (opening(cap_d=0), "D: not a unit"),
        (opening(cap_s=hat_p * 5), "S: not a unit"),
        (opening(cap_t=0), "T: not a unit"),
        (replace(claim, statement=replace(claim.statement, cap_c=p)), "C: not a unit"),
        (replace(other, proof=replace(other.proof, z1=2**TOY.x_bits - 1)), "equation"),
        (replace(other, proof=replace(other.proof, z2=1 - 2**TOY.y_bits)), "equation"),
        (replace(other, proof=replace(other.proof, w=OWNER.paillier.p)), "w: not a unit"),
        (replace(other, ctx=replace(other.ctx, prover=PIDS[1])), "equation"),
    ]
    for wrong, reason in cases:
        named = refusals([CLAIMS[3], wrong, CLAIMS[0]], own)
        assert set(named) == {1}
        assert named[1].endswith(reason), (named, reason)
    together = refusals([CLAIMS[3], *(wrong for wrong, _ in cases), CLAIMS[0]], own)
    assert set(together) == set(range(1, len(cases) + 1))
    assert agree([CLAIMS[3], *(wrong for wrong, _ in cases), CLAIMS[0]], own) == set(together)


# ---- V3


def holds(claim: bver.Claim) -> bool:
    return all(equation.holds() for equation in claim.equations())


@pytest.mark.parametrize("field", ["cap_s", "cap_t"])
def test_minus_one_mod_nh_passes_in_a_batch_and_alone_by_chance(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the twin. Under a foreign setup, of which nobody knows that small orders are two, nothing is combined."""
    wrong = 0
    for number in range(6):
        claim = twisted(field, monkeypatch, number)
        assert refusals([claim, CLAIMS[4]], True, seed(number)) == {}
        assert set(refusals([claim, CLAIMS[4]], False, seed(number))) == (set() if holds(claim) else {0})
        assert set(refusals([claim], True)) == (set() if holds(claim) else {0})
        assert set(refusals([claim, spoiled(CLAIMS[0])], True)) == ({1} if holds(claim) else {0, 1})
        wrong += not holds(claim)
    assert wrong


@EACH_SETUP
@pytest.mark.parametrize("field", ["cap_c", "cap_d", "z2"])
def test_minus_one_mod_n2_passes_by_chance(field: str, own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its plaintext is that of an honest one; when it is found, it alone is named."""
    claim = next(c for c in (twisted(field, monkeypatch, s) for s in range(9)) if not holds(c))
    verdicts = [frozenset(refusals([claim, CLAIMS[1]], own, seed(number))) for number in range(24)]
    assert set(verdicts) == {frozenset(), frozenset({0})}
    assert set(refusals([claim], own)) == {0}


# ---- V4, V6

Pair = tuple[bver.EncElg, bver.EncElg]
PAIR: Pair = (enc_elg_claim(1, 0), enc_elg_claim(1, 1))
GENERATOR = 3


def sign(claim: bver.EncElg) -> int:
    """Of the challenge: an equation with a negative one is taken the other way round."""
    return -1 if enc_elg._challenge(claim.ctx, claim.statement, claim.setup, claim.proof.first) < 0 else 1


def with_z2(errors: tuple[int, int]) -> list[bver.Claim]:
    """z2 of both times 3 to some power: an error in the randomiser."""
    out: list[bver.Claim] = []
    for claim, error in zip(PAIR, errors, strict=True):
        n = claim.statement.n0.n
        z2 = claim.proof.z2 * pow(GENERATOR, error, n) % n
        out.append(replace(claim, proof=replace(claim.proof, z2=z2)))
    return out


def with_z3(errors: tuple[int, int]) -> list[bver.Claim]:
    """Both z3 by some number: an error in the randomness of a commitment."""
    return [
        replace(claim, proof=replace(claim.proof, z3=claim.proof.z3 + error))
        for claim, error in zip(PAIR, errors, strict=True)
    ]


ERRORS = pytest.mark.parametrize(("make", "drawn"), [(with_z2, 0), (with_z3, 2)], ids=["mod N^2", "mod Nh"])


@ERRORS
def test_errors_that_cancel_for_equal_weights_are_found(make: Callable[..., list[bver.Claim]], drawn: int) -> None:
    for number in range(50):
        assert set(refusals(make((5 * sign(PAIR[0]), -5 * sign(PAIR[1]))), True, seed(number))) == {0, 1}


@ERRORS
def test_a_prover_that_knows_the_weights_cheats(make: Callable[..., list[bver.Claim]], drawn: int) -> None:
    """Positive control: 16 bytes for each equation, those under Paillier keys first. Other weights find it."""
    for number in range(5):
        rng = SeededRng(seed(number))
        weights = [int.from_bytes(rng.read(16), "big") for _ in range(4)][drawn : drawn + 2]
        cheating = make((sign(PAIR[1]) * weights[1], -sign(PAIR[0]) * weights[0]))
        assert not any(holds(claim) for claim in cheating)
        assert refusals(cheating, True, seed(number)) == {}
        assert set(refusals(cheating, True, seed(number + 100))) == {0, 1}
        assert set(bver.verify(cheating, SystemRng())) == {0, 1}
        # Modulo a foreign Nh every equation is looked at alone.
        assert set(refusals(cheating, False, seed(number))) == (set() if drawn == 0 else {0, 1})


@EACH_SETUP
def test_proofs_that_do_not_decode_are_named(own: bool) -> None:
    """Fields of other lengths, values above their moduli."""
    changes: list[Callable[[bytes], bytes]] = [
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: b"\xff" * len(data),
        lambda data: b"",
    ]
    honest = requests(CLAIMS, own)
    for change in changes:
        wrong = [(*one[:4], change(one[4])) if at in (1, 6) else one for at, one in enumerate(honest)]
        assert [at for at, reason in enumerate(testing.verify_batch(wrong, seed(0))) if reason] == [1, 6]
