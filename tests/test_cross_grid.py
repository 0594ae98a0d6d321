"""The grid form of BAFF: the native core and its readable twin prove and verify the same things, byte for byte."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from batch_cases import PIDS, PROVER, SESSION, mutants
from batch_cheats import Smallest
from cross import ACCEPTED, Verdict, native_verdict, twin_verdict
from cross_batch import baff_fields, session_fields
from grid_cases import GridCase, full_size_case, grid_case
from keys import twin

from mpc_fast._native import testing
from mpc_fast.reference import baff_grid
from mpc_fast.reference.batch import Session
from mpc_fast.reference.curve import O
from mpc_fast.reference.params import TOY
from mpc_fast.reference.rng import SeededRng

pytestmark = pytest.mark.usefixtures("toy_profile")

SEED = b"seed of both"


def verdicts(case: GridCase, encoding: bytes) -> set[Verdict]:
    """Of the core, by public evaluation and with the trapdoor; of the twin."""
    return {
        native_verdict(lambda: case.native_verify(encoding)),
        native_verdict(lambda: case.native_verify(encoding, case.owner_fields)),
        twin_verdict(lambda: case.verify(encoding)),
    }


def kind(case: GridCase, encoding: bytes) -> str:
    """What all say."""
    kinds = {verdict.kind for verdict in verdicts(case, encoding)}
    assert len(kinds) == 1
    return kinds.pop()


def changed(value: Any, name: str, field: Any) -> Any:
    """`value` with another field of that name."""
    return replace(value, **{name: field})


def accepted_by_both(case: GridCase) -> None:
    results, encoding = case.native_prove(SEED)
    assert results == [(*pair.cap_d, *pair.cap_y) for pair in case.statement.operations]
    assert case.prove(SEED).encode(case.session) == encoding
    assert verdicts(case, encoding) == {ACCEPTED}


# ---- Completeness


@pytest.mark.parametrize("pairs", [1, 2, 4])
def test_one_seed_gives_one_grid_which_everybody_accepts(pairs: int) -> None:
    accepted_by_both(grid_case(pairs))


def test_one_seed_gives_one_grid_at_full_size() -> None:
    accepted_by_both(full_size_case(2))


@pytest.mark.parametrize("pairs", [1, 2])
@pytest.mark.parametrize(
    ("x", "y"), [(2**TOY.l, 2**TOY.lp), (-(2**TOY.l), -(2**TOY.lp)), (2**TOY.l, -(2**TOY.lp)), (1, 0)]
)
def test_a_grid_holds_at_the_ends_of_the_ranges(pairs: int, x: int, y: int) -> None:
    accepted_by_both(grid_case(pairs, x=x, y=y))


# ---- Changes


@pytest.mark.parametrize("pairs", [1, 2])
def test_every_change_of_a_grid_is_found(pairs: int) -> None:
    """In the proof, in the statement and in the setup: the verdicts of core and twin agree."""
    case = grid_case(pairs)
    proof = case.prove(SEED)
    encoding = proof.encode(case.session)
    others = [(path, case, mutant.encode(case.session)) for path, mutant in mutants(proof)]
    others += [
        (path, replace(case, statement=st), encoding)
        for path, st in mutants(case.statement)
        if path not in (".n0.n", ".n1.n")
    ]
    others += [(path, replace(case, lam=lam), encoding) for path, lam in mutants(case.lam)]
    for path, other, data in others:
        assert kind(other, data) != "accepted", path
    assert len(others) == (9 + 2 * pairs) + (1 + 6 * pairs) + 2 * pairs


@pytest.mark.parametrize("modulus", ["n0", "n1"])
def test_a_grid_under_other_keys_is_refused(modulus: str) -> None:
    case = grid_case(2)
    encoding = case.native_prove(SEED)[1]
    other = changed(case.statement, modulus, twin("TOY", 3).key)
    assert kind(replace(case, statement=other), encoding) != "accepted"


# ---- N1: plaintexts off by one


@pytest.mark.parametrize("field", ["cap_d", "cap_y"])
@pytest.mark.parametrize("branch", [0, 1])
@pytest.mark.parametrize("u", range(3))
def test_an_operation_off_by_one_is_refused(field: str, branch: int, u: int) -> None:
    case = grid_case(3)
    n = (case.statement.n0 if field == "cap_d" else case.statement.n1).n
    pair = case.statement.operations[u]
    values = list(getattr(pair, field))
    values[branch] = values[branch] * (1 + n) % (n * n)
    operations = list(case.statement.operations)
    operations[u] = changed(pair, field, tuple(values))
    wrong = replace(case, statement=replace(case.statement, operations=tuple(operations)))
    assert kind(wrong, wrong.prove(SEED).encode(wrong.session)) == "equation"


def test_weights_come_after_the_commitments(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cheat that knows the weights, and makes its errors cancel, convinces nobody but a verifier of those weights."""
    case, f = grid_case(2), (3, 7)
    n = case.statement.n0.n
    first, second = case.statement.operations
    operations = (
        replace(first, cap_d=(first.cap_d[0] * (1 + 7 * n) % (n * n), first.cap_d[1])),
        replace(second, cap_d=(second.cap_d[0] * (1 - 3 * n) % (n * n), second.cap_d[1])),
    )
    wrong = replace(case, statement=replace(case.statement, operations=operations))
    with monkeypatch.context() as patch:
        patch.setattr(baff_grid, "_weights", lambda *args: f)
        encoding = wrong.prove(SEED).encode(wrong.session)
        wrong.verify(encoding)
    assert kind(wrong, encoding) == "equation"


# ---- N2: witnesses out of range


@pytest.mark.parametrize("adversarial", [False, True], ids=["masks drawn", "smallest masks"])
@pytest.mark.parametrize(
    ("x", "y"),
    [
        (2 ** (TOY.l + TOY.eps + 3), 0),
        (-(2 ** (TOY.l + TOY.eps + 3)), 0),
        (1, 2 ** (TOY.lp + TOY.eps + 3)),
        (1, -(2 ** (TOY.lp + TOY.eps + 3))),
    ],
)
def test_a_witness_out_of_range_is_refused(x: int, y: int, adversarial: bool) -> None:
    """What does not fit its field is cut; the core and the twin look at ranges before they look at equations."""
    case = grid_case(2, x=x, y=y)
    masks = baff_grid._draw(case.session, case.statement, case.setup, Smallest() if adversarial else SeededRng(SEED))
    proof = baff_grid._respond(case.session, case.verifier, case.statement, case.witness, case.setup, masks)
    limits = {"z1": case.session.x_bits(2), "z2": case.session.y_bits(2)}
    for name, bits in limits.items():
        if max(map(abs, getattr(proof, name))) >> bits:
            cut = tuple((abs(z) % (1 << (bits + 7) // 8 * 8)) | (1 << bits) for z in getattr(proof, name))
            assert kind(case, changed(proof, name, cut).encode(case.session)) == "form"
            cut = tuple(abs(z) % (1 << bits) for z in getattr(proof, name))
            assert kind(case, changed(proof, name, cut).encode(case.session)) == "equation"
            break
    else:
        pytest.fail("nothing is out of range")


def test_a_response_of_the_range_exactly_is_refused_as_a_form() -> None:
    case = grid_case(2)
    proof = case.prove(SEED)
    for name, bits in {"z1": case.session.x_bits(2), "z2": case.session.y_bits(2)}.items():
        for sign in (1, -1):
            limit, inside = (sign << bits, proof.z1[0]), (sign * ((1 << bits) - 1), proof.z1[0])
            assert kind(case, changed(proof, name, limit).encode(case.session)) == "form"
            assert kind(case, changed(proof, name, inside).encode(case.session)) == "equation"


# ---- N7: places


@pytest.mark.parametrize("change", [{"ssid": b"T" * 32}, {"round": 5}, {"prover": b"Q" * 32}])
@pytest.mark.parametrize("pairs", [1, 2])
def test_a_grid_of_another_place_is_refused(change: dict[str, bytes | int], pairs: int) -> None:
    case = grid_case(pairs)
    moved: Session = replace(case.session, **change)  # type: ignore[arg-type]
    assert kind(replace(case, session=moved), case.native_prove(SEED)[1]) == "equation"


def test_a_grid_for_another_verifier_is_refused() -> None:
    case = grid_case(2)
    encoding = case.native_prove(SEED)[1]
    assert kind(replace(case, verifier=PIDS[3]), encoding) == "equation"
    assert kind(replace(case, verifier=SESSION.prover), encoding) == "equation"
    exchanged = replace(case, session=replace(SESSION, prover=case.verifier), verifier=SESSION.prover)
    assert kind(exchanged, encoding) == "equation"
    stranger = twin("TOY", 3)
    lam = tuple(value % stranger.trapdoor.phi for value in case.lam)
    assert kind(replace(case, owner=stranger, lam=lam), encoding) != "accepted"


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2), (1, 3), (2, 3)])
def test_exchanged_generators_are_refused(one: int, other: int) -> None:
    case = grid_case(2)
    lam = list(case.lam)
    lam[one], lam[other] = lam[other], lam[one]
    assert kind(replace(case, lam=tuple(lam)), case.native_prove(SEED)[1]) == "equation"


@pytest.mark.parametrize("count", [2, 3, 5])
def test_a_wrong_number_of_generators_is_refused(count: int) -> None:
    case = grid_case(2)
    lam = (*case.lam, case.lam[1] + 2)[:count]
    assert kind(replace(case, lam=lam), case.native_prove(SEED)[1]) == "form"


def test_a_grid_of_another_number_of_presignatures_does_not_decode() -> None:
    case = grid_case(2)
    encoding = case.native_prove(SEED)[1]
    first, second = case.statement.operations
    for operations in ((first,), (first, second, second)):
        statement = replace(case.statement, operations=operations)
        lam = (case.lam * 2)[: 2 * len(operations)]
        assert kind(replace(case, statement=statement, lam=lam), encoding) == "form"


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (2, 1, 0)])
def test_exchanged_columns_are_refused(order: Sequence[int]) -> None:
    case = grid_case(3)
    operations = tuple(case.statement.operations[u] for u in order)
    wrong = replace(case, statement=replace(case.statement, operations=operations))
    assert kind(wrong, case.native_prove(SEED)[1]) == "equation"


def test_exchanged_rows_are_refused() -> None:
    case = grid_case(1)
    (pair,) = case.statement.operations
    rows = replace(pair, cap_d=pair.cap_d[::-1], cap_y=pair.cap_y[::-1], cap_gamma=case.statement.cap_w)
    statement = replace(case.statement, operations=(rows,), cap_w=pair.cap_gamma)
    assert kind(replace(case, statement=statement), case.native_prove(SEED)[1]) == "equation"


# ---- N8: what is no element


CASE = grid_case(2)
N0, N1, NH = CASE.statement.n0.n, CASE.statement.n1.n, CASE.setup.nh
FIRST: dict[str, tuple[str, Sequence[Any]]] = {
    "S_g": ("cap_s", [(value, 1) for value in (0, NH, CASE.owner.trapdoor.p)]),
    "S_x": ("cap_s", [(1, value) for value in (0, NH, CASE.owner.trapdoor.q)]),
    "C": ("cap_c", [0, NH, CASE.owner.trapdoor.p]),
    "A": ("cap_a", [0, N0, N0**2, CASE.owner.paillier.p]),
    "By": ("cap_by", [0, N1, N1**2, PROVER.paillier.q]),
}


@pytest.mark.parametrize("element", FIRST)
def test_first_messages_that_are_no_elements_are_refused(element: str) -> None:
    proof = CASE.prove(SEED)
    field, values = FIRST[element]
    for value in values:
        first = changed(proof.first, field, value)
        assert kind(CASE, replace(proof, first=first).encode(CASE.session)) == "form"


@pytest.mark.parametrize(("name", "n", "p"), [("w", N0, CASE.owner.paillier.p), ("w_y", N1, PROVER.paillier.p)])
def test_randomisers_that_are_no_units_are_refused(name: str, n: int, p: int) -> None:
    proof = CASE.prove(SEED)
    for value in (0, n, n + 1, p):
        assert kind(CASE, changed(proof, name, value).encode(CASE.session)) == "form"


@pytest.mark.parametrize(("field", "n"), [("cap_c", N0), ("cap_d", N0), ("cap_y", N1)])
@pytest.mark.parametrize("u", [0, 1])
def test_statements_that_are_no_units_are_refused(field: str, n: int, u: int) -> None:
    encoding = CASE.native_prove(SEED)[1]
    pair = CASE.statement.operations[u]
    for value in (0, n, 5 * n):
        for at in (0, 1):
            values = (value, 1) if at == 0 else (1, value)
            other = changed(pair, field, value if field == "cap_c" else values)
            operations = tuple(other if v == u else own for v, own in enumerate(CASE.statement.operations))
            wrong = replace(CASE, statement=replace(CASE.statement, operations=operations))
            assert kind(wrong, encoding) == "form"


def test_points_that_are_the_identity_are_refused() -> None:
    encoding = CASE.native_prove(SEED)[1]
    first, second = CASE.statement.operations
    for statement in (
        replace(CASE.statement, cap_w=O),
        replace(CASE.statement, operations=(first, replace(second, cap_gamma=O))),
    ):
        assert kind(replace(CASE, statement=statement), encoding) == "form"


@pytest.mark.parametrize("cut", [1, 33, 200])
def test_truncated_and_extended_grids_do_not_decode(cut: int) -> None:
    encoding = CASE.native_prove(SEED)[1]
    for wrong in (encoding[:-cut], encoding + bytes(cut), encoding[cut:], b""):
        assert native_verdict(lambda: CASE.native_verify(wrong)).detail.startswith("E_DECODE")  # noqa: B023
        assert kind(CASE, wrong) == "form"


def test_encodings_are_canonical() -> None:
    """Signs are 0 or 1, and -0 is none."""
    encoding = CASE.native_prove(SEED)[1]
    z1, z2 = ((bits + 7) // 8 for bits in (SESSION.x_bits(2), SESSION.y_bits(2)))
    commitments = 3 * TOY.nh_bytes + 2 * TOY.n2_bytes
    signs = [commitments + 33 + u * (2 + z1 + z2) + at for u in (0, 1) for at in (0, 1 + z1)]
    signs.append(signs[-1] + 1 + z2)  # of z3
    fields: list[tuple[int, bytes]] = [(at, sign) for at in signs for sign in (b"\x02", b"\x80", b"\xff")]
    fields += [(at, b"\x01" + bytes(length)) for at, length in zip(signs, (z1, z2, z1, z2, 141), strict=True)]
    fields += [(commitments, bytes(33)), (commitments, b"\x05"), (commitments, b"\x02" + b"\xff" * 32)]
    for at, field in fields:
        assert encoding[at] in (0, 1, 2, 3)
        wrong = encoding[:at] + field + encoding[at + len(field) :]
        assert native_verdict(lambda: CASE.native_verify(wrong)).detail.startswith("E_DECODE")  # noqa: B023
        assert kind(CASE, wrong) == "form"


# ---- Many together


def combined(cases: Sequence[tuple[GridCase, bytes]], change: Callable[[GridCase], dict[str, Any]]) -> list[str]:
    """The verdicts of one batch; the setup is given by `change` of the first case."""
    setup = change(cases[0][0])
    requests = [
        ("baff", session_fields(case.session) | {"verifier": case.verifier}, baff_fields(case.statement), setup, data)
        for case, data in cases
    ]
    return testing.verify_batch(requests, b"weights")


@pytest.mark.parametrize("change", [lambda case: case.setup_fields, lambda case: case.owner_fields])
@pytest.mark.parametrize("bad", [None, 0, 1, 2])
def test_batch_verification_names_the_bad_grid(change: Callable[[GridCase], dict[str, Any]], bad: int | None) -> None:
    cases = []
    for at in range(3):
        case = grid_case(2, seed=at)
        proof = case.prove(SEED)
        cases.append((case, proof.encode(case.session)))
    if bad is not None:
        case, encoding = cases[bad]
        proof = baff_grid.Proof.decode(encoding, case.session, 2)
        for wrong in (
            replace(proof, z3=proof.z3 + 1),
            replace(proof, w=proof.w + 1),
            replace(proof, w_y=proof.w_y + 1),
        ):
            spoilt = [*cases[:bad], (case, wrong.encode(case.session)), *cases[bad + 1 :]]
            assert [bool(verdict) for verdict in combined(spoilt, change)] == [at == bad for at in range(3)]
    else:
        assert combined(cases, change) == ["", "", ""]
