"""Batch proofs: the native core and its readable twin prove and verify the same things, byte for byte."""

from dataclasses import replace

import pytest
from batch_cases import BaffCase, BencCase, baff_case, benc_case, mutants
from cross import ACCEPTED, Verdict, native_verdict
from cross_batch import native_baff, native_baff_verify, native_benc, native_benc_verify, owner_fields, setup_fields
from keys import twin

from mpc_fast.reference import baff_a1, benc
from mpc_fast.reference.batch import Range, Session
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")

SEED = b"seed of both"

# (cells, columns): rows and columns 1, 2, 4, 8, and a short last row
SHAPES = [(1, 1), (2, 1), (8, 1), (8, 8), (16, 4), (7, 3)]
VERIFIERS = [1, 2, 4]


def verdicts(case: BencCase, common: bytes, private: list[bytes]) -> set[Verdict]:
    """Of every verifier, by public evaluation and with its trapdoor."""
    found = set()
    for at, part in enumerate(private):
        for verifier in (None, owner_fields(case.verifiers[at], at + 2)):
            found.add(native_verdict(lambda: native_benc_verify(case, common, part, at, verifier)))  # noqa: B023
    return found


# ---- BENC


@pytest.mark.parametrize("plain", [False, True], ids=["pairs", "plain"])
@pytest.mark.parametrize("verifiers", VERIFIERS)
@pytest.mark.parametrize(("cells", "columns"), SHAPES)
def test_one_seed_gives_one_benc_which_everybody_accepts(cells: int, columns: int, verifiers: int, plain: bool) -> None:
    case = benc_case(cells, columns, verifiers, plain=plain)
    common, private = case.prove(SEED)
    encoded = common.encode(case.session, case.statement), [p.encode(case.session, case.statement) for p in private]
    assert native_benc(case, SEED) == encoded
    case.verify(common, private)
    assert verdicts(case, *encoded) == {ACCEPTED}


@pytest.mark.parametrize("value", [0, 1, -1, 2**TOY.l, -(2**TOY.l)])
def test_benc_holds_at_the_ends_of_the_range(value: int) -> None:
    case = benc_case([value, -value, 0])
    assert verdicts(case, *native_benc(case, SEED)) == {ACCEPTED}


def test_benc_of_another_range() -> None:
    """The public form: bounds of the caller's choice, hashed."""
    case = benc_case([2**40, 3], plain=True)
    narrow = replace(case, session=replace(case.session, other_range=Range(40, 80)))
    proof = native_benc(narrow, SEED)
    assert verdicts(narrow, *proof) == {ACCEPTED}
    assert ACCEPTED not in verdicts(case, *proof)
    other = replace(case, session=replace(case.session, other_range=Range(40, 88)))
    assert ACCEPTED not in verdicts(other, *proof)


@pytest.mark.parametrize(("cells", "columns"), [(2, 1), (4, 2)])
def test_every_change_of_a_benc_is_found(cells: int, columns: int) -> None:
    """Of the statement, of the common and of the private part; the twin looks at equations in another order."""
    case = benc_case(cells, columns)
    common, private = case.prove(SEED)
    count = 0
    for st, c, p in _benc_mutants(case.statement, common, private[0]):
        changed = replace(case, statement=st)
        encoded = c.encode(case.session, case.statement), p.encode(case.session, case.statement)
        assert verdicts(changed, encoded[0], [encoded[1]]).isdisjoint({ACCEPTED})
        count += 1
    assert count >= 18


def _benc_mutants(
    st: benc.Statement, common: benc.Common, private: benc.Private
) -> list[tuple[benc.Statement, benc.Common, benc.Private]]:
    statements = [(changed, common, private) for path, changed in mutants(st) if path not in (".columns", ".n.n")]
    commons = [(st, changed, private) for _, changed in mutants(common)]
    return [*statements, *commons, *((st, common, changed) for _, changed in mutants(private))]


def test_a_benc_of_another_place_is_refused() -> None:
    case = benc_case(2, verifiers=2)
    common, private = native_benc(case, SEED)
    session = case.session
    others = [
        replace(session, ssid=b"T" * 32),
        replace(session, round=5),
        replace(session, prover=b"Q" * 32),
    ]
    for other in others:
        assert ACCEPTED not in verdicts(replace(case, session=other), common, private)
    assert ACCEPTED not in verdicts(case, common, private[::-1])
    first, second = case.verifiers
    for verifiers in [(second, first), (replace(first, pid=second.pid), second)]:
        moved = replace(case, verifiers=verifiers)
        assert native_verdict(lambda: native_benc_verify(moved, common, private[0], 0)).kind == "form"  # noqa: B023


# ---- BAFF-A1


@pytest.mark.parametrize("pairs", [1, 2, 8])
def test_one_seed_gives_one_baff_which_everybody_accepts(pairs: int) -> None:
    case = baff_case(pairs)
    results, proof = native_baff(case, SEED)
    assert results == [(*pair.cap_d, *pair.cap_y) for pair in case.statement.operations]
    assert case.prove(SEED).encode(case.session) == proof
    case.verify(baff_a1.Proof.decode(proof, case.session, pairs))
    for setup in (None, _owned(case), setup_fields(case.owner.params) | {"tables": True}):
        assert native_verdict(lambda: native_baff_verify(case, proof, setup)) == ACCEPTED  # noqa: B023


def _owned(case: BaffCase) -> dict[str, int]:
    secret = case.owner.trapdoor
    return {"p": secret.p, "q": secret.q, "lam": secret.lam, "t": case.owner.params.t}


@pytest.mark.parametrize(
    ("x", "y"), [(0, 0), (2**TOY.l, 2**TOY.lp), (-(2**TOY.l), -(2**TOY.lp)), (2**TOY.l, -(2**TOY.lp))]
)
def test_baff_holds_at_the_ends_of_the_ranges(x: int, y: int) -> None:
    case = baff_case(2, x=x, y=y)
    verdict = native_verdict(lambda: native_baff_verify(case, native_baff(case, SEED)[1]))
    # x = 0 makes X = O, which no message can carry: refused as a form.
    assert verdict == ACCEPTED if x else verdict.kind == "form"


def test_every_change_of_a_baff_is_found() -> None:
    case = baff_case(2)
    proof = case.prove(SEED)
    count = 0
    for path, st in mutants(case.statement):
        if path not in (".n0.n", ".n1.n"):
            changed = replace(case, statement=st)
            encoding = proof.encode(case.session)
            assert native_verdict(lambda: native_baff_verify(changed, encoding)) != ACCEPTED, path  # noqa: B023
            count += 1
    for path, mutant in mutants(proof):
        encoding = mutant.encode(case.session)
        assert native_verdict(lambda: native_baff_verify(case, encoding)) != ACCEPTED, path  # noqa: B023
        count += 1
    assert count >= 34


@pytest.mark.parametrize("change", [{"ssid": b"T" * 32}, {"round": 5}, {"prover": b"Q" * 32}])
def test_a_baff_of_another_place_is_refused(change: dict[str, bytes | int]) -> None:
    case = baff_case(1)
    proof = native_baff(case, SEED)[1]
    moved: Session = replace(case.session, **change)  # type: ignore[arg-type]
    assert native_verdict(lambda: native_baff_verify(replace(case, session=moved), proof)).kind == "equation"


def test_a_baff_for_another_verifier_is_refused() -> None:
    case = baff_case(1)
    proof = native_baff(case, SEED)[1]
    other = setup_fields(twin("TOY", 3).params)
    assert native_verdict(lambda: native_baff_verify(case, proof, other)) != ACCEPTED


@pytest.mark.parametrize("cut", [1, 33, 200])
def test_truncated_and_extended_batch_proofs_do_not_decode(cut: int) -> None:
    baff, bencs = baff_case(1), benc_case(2)
    common, private = native_benc(bencs, SEED)
    proof = native_baff(baff, SEED)[1]
    for wrong in (lambda data: data[:-cut], lambda data: data + bytes(cut)):
        for verify in (
            lambda: native_baff_verify(baff, wrong(proof)),  # noqa: B023
            lambda: native_benc_verify(bencs, wrong(common), private[0], 0),  # noqa: B023
            lambda: native_benc_verify(bencs, common, wrong(private[0]), 0),  # noqa: B023
        ):
            assert native_verdict(verify).detail.startswith("E_DECODE")
