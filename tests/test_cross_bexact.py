"""Exact ranges (experimental): the native core and its readable twin, byte for byte, and what both refuse."""

import random
from dataclasses import replace

import pytest
from batch_cases import PIDS, mutants
from bexact_cases import BexactCase, bexact_case, with_statement
from cross import ACCEPTED, native_verdict

from mpc_fast import _native
from mpc_fast._native import testing
from mpc_fast.reference import bexact, squares
from mpc_fast.reference.batch import Range
from mpc_fast.reference.paillier import PaillierKey
from mpc_fast.reference.rng import SeededRng

pytestmark = pytest.mark.usefixtures("toy_profile")

SEED = b"seed of both"
UPPER = 2**32 - 1


def ends_and_middle(upper: int, count: int) -> list[int]:
    return [[0, upper, upper // 2, upper // 3, 1, upper - 1][i % 6] for i in range(count)]


def native_detail(case: BexactCase, data: bytes) -> str:
    return native_verdict(lambda: case.native_verify(data)).detail


# ---- The same proofs


@pytest.mark.parametrize("upper", [1, UPPER, 10**18, 2**256 - 1])
@pytest.mark.parametrize("count", [1, 2, 8])
def test_one_seed_gives_one_proof_which_everybody_accepts(count: int, upper: int) -> None:
    case = bexact_case(ends_and_middle(upper, count), upper)
    proof = case.prove(SEED)
    assert case.native_prove(SEED) == proof
    assert case.native_prove(SEED, tables=True) == proof
    assert case.verdict(proof) == ACCEPTED
    assert native_verdict(lambda: case.native_verify(proof, case.setup_fields(tables=True))) == ACCEPTED


@pytest.mark.parametrize("value", [0, 1, UPPER // 2, UPPER])
def test_single_values(value: int) -> None:
    case = bexact_case([value], UPPER)
    assert case.verdict(case.native_prove(SEED)) == ACCEPTED


def test_the_largest_number_of_values() -> None:
    case = bexact_case([7 * i for i in range(bexact.MAX_VALUES)], 1000)
    assert case.verdict(case.native_prove(SEED)) == ACCEPTED


def test_another_slack() -> None:
    case = bexact_case([3, UPPER], UPPER)
    wide = replace(case, session=replace(case.session, other_range=Range(256, 101)))
    proof = wide.prove(SEED)
    assert wide.native_prove(SEED) == proof
    assert wide.verdict(proof) == ACCEPTED
    assert case.verdict(proof).kind == "form"  # other lengths


@pytest.mark.parametrize(("profile", "upper"), [("S128", UPPER), ("C112", 10**18)])
def test_proofs_of_full_size(profile: str, upper: int) -> None:
    case = bexact_case(ends_and_middle(upper, 3), upper, profile)
    proof = case.prove(SEED)
    assert case.native_prove(SEED) == proof
    assert case.verdict(proof) == ACCEPTED
    other = with_statement(case, upper=upper - 1)
    assert other.verdict(proof).kind == "equation"


# ---- Values out of range


@pytest.mark.parametrize("bad", [-1, UPPER + 1, UPPER + 2**40, -(2**40)])
def test_values_out_of_range_are_refused_by_the_prover_and_by_everybody(
    bad: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = bexact_case([7, bad], UPPER)
    with pytest.raises(_native.NativeError, match="x: out of range"):
        case.native_prove(SEED)
    for parts in ((0, 0, 0), (1, 2, 3), (2**16, 2**20, 1)):
        monkeypatch.setattr(bexact, "three_squares", lambda n, rng, parts=parts: parts)
        assert case.verdict(case.prove(SEED)).detail == "bexact: T_0: equation"


def test_relations_that_cancel_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """x_1 = -1 lacks 4U + 4, the squares of x_2 are too small by as much; and with weights that are the same?"""
    case = bexact_case([-1, 5], UPPER)
    good = 4 * 5 * (UPPER - 5) + 1
    roots = {-4 * (UPPER + 1) + 1: (0, 0, 1), good: squares.three_squares(good - 4 * UPPER - 4, SeededRng(b"c"))}
    monkeypatch.setattr(bexact, "three_squares", lambda n, rng: roots[n])
    assert case.verdict(case.prove(SEED)).detail == "bexact: T_0: equation"


def test_a_ciphertext_of_another_value_is_found() -> None:
    case = bexact_case([3, UPPER], UPPER)
    first, second = case.statement.cap_k
    off = with_statement(case, cap_k=(case.statement.n.add(first, 1 + case.statement.n.n), second))
    assert off.verdict(off.native_prove(SEED)).detail == "bexact: A: equation"


# ---- Changes of the proof, of the statement and of the place


def test_every_changed_field_is_refused() -> None:
    case = bexact_case([3, UPPER], UPPER)
    proof = case.decode(case.native_prove(SEED))
    changed = list(mutants(proof))
    assert len(changed) == 8 + 8
    for path, mutant in changed:
        assert case.verdict(case.encode(mutant)).kind == "equation", path


def test_every_changed_statement_is_refused() -> None:
    case = bexact_case([3, UPPER], UPPER)
    proof = case.native_prove(SEED)
    first, second = case.statement.cap_k
    for changes in (
        {"cap_k": (first + 1, second)},
        {"cap_k": (second, first)},
        {"cap_k": (first, first)},
        {"upper": UPPER - 1},
        {"upper": UPPER + 1},
        {"upper": UPPER // 2},
        {"n": PaillierKey(case.statement.n.n + 2)},
    ):
        assert with_statement(case, **changes).verdict(proof).kind in ("equation", "form"), changes
    for changes in ({"upper": 2**40}, {"cap_k": (first, 0)}, {"cap_k": (first, case.statement.n.n)}):
        assert with_statement(case, **changes).verdict(proof).kind == "form", changes


def test_a_proof_of_another_place_is_refused() -> None:
    case = bexact_case([3, UPPER], UPPER)
    proof, session, s = case.native_prove(SEED), case.session, case.setup.s
    places = [
        replace(case, session=replace(session, ssid=b"T" * 32)),
        replace(case, session=replace(session, round=5)),
        replace(case, session=replace(session, prover=PIDS[2])),
        replace(case, verifier=PIDS[2]),
        replace(case, verifier=session.prover, session=replace(session, prover=case.verifier)),
        # Generators in another order.
        *(
            replace(case, setup=replace(case.setup, s=order), lams=lams)
            for order, lams in (
                ((s[1], s[0], *s[2:]), (case.lams[1], case.lams[0], *case.lams[2:])),
                (s[::-1], case.lams[::-1]),
                ((*s[4:], *s[:4]), (*case.lams[4:], *case.lams[:4])),
            )
        ),
    ]
    for place in places:
        assert place.verdict(proof).kind == "equation"


# ---- Form


def test_elements_that_are_no_units_are_refused() -> None:
    case = bexact_case([3, UPPER], UPPER)
    proof, n = case.decode(case.native_prove(SEED)), case.statement.n
    nh, hat_p, p = case.setup.nh, case.owner.trapdoor.p, case.owner.paillier.p
    mutations = {
        **dict.fromkeys(("cap_s", "cap_c", "cap_t1", "cap_t0"), (0, nh, hat_p)),
        "cap_a": (0, n.n2, n.n, p),
        "z_prime": (0, n.n, p),
    }
    for name, values in mutations.items():
        for value in values:
            assert case.verdict(case.encode(replace(proof, **{name: value}))).kind == "form", (name, value)


def test_responses_at_their_bounds() -> None:
    case = bexact_case([3, UPPER], UPPER)
    proof, bound = case.decode(case.native_prove(SEED)), 2 ** (33 + 64)
    for at in range(8):
        for z, kind in ((bound, "form"), (-bound, "form"), (bound - 1, "equation"), (1 - bound, "equation")):
            mutant = replace(proof, z=(*proof.z[:at], z, *proof.z[at + 1 :]))
            assert case.verdict(case.encode(mutant)).kind == kind
    for name in ("z_second", "tau"):
        for value in (2**1120 - 1, 1 - 2**1120, -getattr(proof, name)):
            assert case.verdict(case.encode(replace(proof, **{name: value}))).kind == "equation"


@pytest.mark.parametrize("cut", [1, 14, 128, 400])
def test_truncated_and_extended_proofs_do_not_decode(cut: int) -> None:
    case = bexact_case([3, UPPER], UPPER)
    proof = case.native_prove(SEED)
    for wrong in (proof[:-cut], proof + bytes(cut), proof[cut:], b""):
        assert native_detail(case, wrong).startswith("E_DECODE")
        assert case.verdict(wrong).kind == "form"


def test_signs_have_one_encoding() -> None:
    case = bexact_case([3, UPPER], UPPER)
    proof = case.native_prove(SEED)
    at = 4 * 128 + 256  # behind S, C, T_1, T_0 and A
    for sign in (2, 255):
        assert native_detail(case, proof[:at] + bytes([sign]) + proof[at + 1 :]).startswith("E_DECODE: bexact.z")
    zero = proof[:at] + bytes([1]) + bytes(13) + proof[at + 14 :]
    assert case.verdict(zero).detail.startswith("E_DECODE: bexact.z")


def test_statements_that_cannot_be_made() -> None:
    case = bexact_case([3, UPPER], UPPER)
    proof, s = case.native_prove(SEED), case.setup.s
    counts = [replace(case, setup=replace(case.setup, s=some)) for some in (s[:7], s[:4], (*s, s[0]))]
    ranges = [replace(case) for _ in range(2)]
    for other, upper in zip(ranges, (0, 2**256), strict=True):
        statement = replace(case.statement)
        object.__setattr__(statement, "upper", upper)
        object.__setattr__(other, "statement", statement)
    narrow = replace(case.session)
    object.__setattr__(narrow, "other_range", Range(256, 63))
    for other, detail in [
        *((other, "bexact: s: count") for other in counts),
        *((other, "bexact: U: out of range") for other in ranges),
        (replace(case, session=narrow), "bexact: eps: out of range"),
    ]:
        assert native_detail(other, proof) == detail
        with pytest.raises(_native.NativeError, match=detail.removeprefix("bexact: ")):
            other.native_prove(SEED)
    large = with_statement(case, cap_k=(case.statement.cap_k[0], case.statement.n.n2))
    assert large.verdict(proof).kind == "form"


# ---- Many proofs together


def test_a_batch_names_the_proofs_that_do_not_hold() -> None:
    case = bexact_case([0, UPPER], UPPER)
    proofs = [case.native_prove(bytes([i])) for i in range(6)]
    assert case.native_batch(proofs) == [""] * 6
    for at, (_, mutant) in zip(range(6), mutants(case.decode(proofs[0])), strict=False):
        changed = [*proofs[:at], case.encode(mutant), *proofs[at + 1 :]]
        found = case.native_batch(changed)
        assert [bool(detail) for detail in found] == [i == at for i in range(6)]


def test_a_batch_takes_responses_of_either_sign() -> None:
    """Q(e) is a long number of either sign, and so are its multiples by the weights."""
    case = bexact_case([UPPER // 2], UPPER)
    proofs = [case.native_prove(bytes([i])) for i in range(4)]
    decoded = [case.decode(proof) for proof in proofs]
    assert len({z < 0 for proof in decoded for z in proof.z}) == 2
    assert case.native_batch(proofs) == [""] * 4
    swapped = [case.encode(replace(decoded[0], tau=decoded[1].tau)), *proofs[1:]]
    assert case.native_batch(swapped) == ["T_0: equation", "", "", ""]


# ---- Squares


def test_sums_of_squares_are_those_of_the_twin() -> None:
    rng = random.Random("squares")
    numbers = [
        *range(1, 1500, 4),
        *(4 * rng.getrandbits(bits) + 1 for bits in (10, 18, 19, 20, 32, 64, 66, 100, 128, 130) for _ in range(8)),
        *(root * root for root in (3, 1023, 1025, 2**32 - 1, 2**64 - 1)),
        4 * rng.getrandbits(512) + 1,
    ]
    for n in numbers:
        seed = n.to_bytes(80, "big")
        parts = testing.three_squares(n, seed)
        assert sum(part * part for part in parts) == n
        assert parts == squares.three_squares(n, SeededRng(seed))
    for bad in (-3, 0, 2, 3, 6):
        with pytest.raises(ValueError, match=r"1 mod 4|>= 0"):
            testing.three_squares(bad, b"")
