"""The experimental batch proofs of the readable twin: generators, grids, exact ranges.  All at TOY size."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from batch_cases import (
    PROVER,
    SESSION,
    VERIFIER,
    baff_case,
    benc_case,
    generators,
    mutants,
    refused,
    rejects,
    trapdoors,
)
from keys import twin

from mpc_fast.reference import baff_a1, baff_grid, benc, bexact, bprm, prm, squares
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G
from mpc_fast.reference.errors import DecodeError
from mpc_fast.reference.numbers import is_prime
from mpc_fast.reference.params import TOY
from mpc_fast.reference.pedersen import VectorParams
from mpc_fast.reference.rng import SeededRng

pytestmark = pytest.mark.usefixtures("toy_profile")


# ---- BPRM

CTX = Context(TOY, b"S" * 32, 1, b"P" * 32, None, "bprm")
PHI = twin("TOY", 2).trapdoor.phi


def parameters(count: int) -> tuple[bprm.Statement, bprm.Witness]:
    setup = generators(2, count)
    return bprm.Statement(setup.nh, setup.t, setup.s), bprm.Witness(tuple(trapdoors(2, count)), PHI)


@pytest.mark.parametrize("count", [1, 3, 16])
def test_bprm_is_complete(count: int) -> None:
    st, wit = parameters(count)
    proof = bprm.prove(CTX, st, wit, SeededRng(b"bprm"))
    bprm.verify(CTX, st, proof)
    data = proof.encode(TOY)
    assert len(data) == 2 * count + 16 * 128  # as long as prm but for the bits
    assert bprm.Proof.decode(data, TOY, count) == proof
    for wrong in (data[:-1], data + b"\0"):
        with pytest.raises(DecodeError):
            bprm.Proof.decode(wrong, TOY, count)


def test_bprm_of_one_generator_answers_as_prm() -> None:
    """The same equations: with the bits of one, the other's responses verify."""
    st, wit = parameters(1)
    proof = bprm.prove(CTX, st, wit, SeededRng(b"one"))
    rng = SeededRng(b"one")
    a = [rng.below(PHI) for _ in range(TOY.m_prm)]
    assert proof.z == tuple((a_r + bit * wit.lam[0]) % PHI for a_r, bit in zip(a, proof.bits, strict=True))
    one = prm.prove(CTX, prm.Statement(st.nh, st.s[0], st.t), prm.Witness(wit.lam[0], PHI), SeededRng(b"one"))
    assert {(z - a_r) % PHI for z, a_r in zip(one.z, a, strict=True)} <= {0, wit.lam[0]}
    rejects("bits", bprm.verify, CTX, st, bprm.Proof(one.bits, one.z))


def test_bprm_rejects_changes_and_other_places() -> None:
    st, wit = parameters(3)
    proof = bprm.prove(CTX, st, wit, SeededRng(b"bprm"))
    changed = [replace(proof, bits=(*proof.bits[:at], 1 - proof.bits[at], *proof.bits[at + 1 :])) for at in range(48)]
    changed += [replace(proof, z=other) for _, other in mutants(proof.z)]
    for other in changed:
        rejects("bits", bprm.verify, CTX, st, other)
    for ctx in (replace(CTX, ssid=b"T" * 32), replace(CTX, prover=VERIFIER), replace(CTX, round=2)):
        rejects("bits", bprm.verify, ctx, st, proof)
    rejects("count", bprm.verify, CTX, st, replace(proof, z=proof.z[1:]))
    rejects("bits count", bprm.verify, CTX, st, replace(proof, bits=proof.bits[3:]))
    rejects("z range", bprm.verify, CTX, st, replace(proof, z=(proof.z[0] + st.nh, *proof.z[1:])))
    with pytest.raises(DecodeError):
        bprm.Proof.decode(b"\xff" * 6 + bytes(15 * 128), replace(TOY, m_prm=15), 3)


@pytest.mark.parametrize("at", range(3))
def test_bprm_rejects_generators_outside_the_powers_of_t(at: int) -> None:
    st, wit = parameters(3)
    nh, t = st.nh, st.t
    for check, bad in {
        "bits": [nh - st.s[at], st.s[at] * t % nh],  # -t^lam: the Jacobi symbol does not see it
        "s unit": [0, nh, twin("TOY", 2).trapdoor.p],
        "s != +-1": [1, nh - 1],
        "s, t distinct": [t, st.s[at - 1]],
    }.items():
        for value in bad:
            wrong = replace(st, s=(*st.s[:at], value, *st.s[at + 1 :]))
            for seed in range(4):
                rejects(check, bprm.verify, CTX, wrong, bprm.prove(CTX, wrong, wit, SeededRng(bytes([seed]))))
    rejects("s count", bprm.verify, CTX, replace(st, s=()), bprm.Proof((), ()))
    rejects("Nh odd", bprm.verify, CTX, replace(st, nh=nh + 1), bprm.Proof((), ()))
    rejects("Nh length", bprm.verify, CTX, replace(st, nh=nh >> 1 | 1), bprm.Proof((), ()))


# ---- The grid: weights of the columns


def known_weights(monkeypatch: pytest.MonkeyPatch, module: Any, f: Sequence[int]) -> None:
    """The mistake of letting the prover know f before it commits."""
    monkeypatch.setattr(module, "_weights", lambda *args: tuple(f))


def test_benc_errors_that_cancel_between_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plaintexts off by +5 f_2 and -5 f_1 in one row: every equation holds, if f could be known."""
    case, n = benc_case(4, columns=2), PROVER.key.n
    st, f = case.statement, (3, 7)
    cap_k = (st.n.add(st.cap_k[0], 1 + 5 * f[1] * n), st.n.add(st.cap_k[1], 1 - 5 * f[0] * n), *st.cap_k[2:])
    assert st.pairs
    cap_b = (st.pairs.cap_b[0] + 5 * f[1] * G, st.pairs.cap_b[1] - 5 * f[0] * G, *st.pairs.cap_b[2:])
    wrong = replace(case, statement=replace(st, cap_k=cap_k, pairs=replace(st.pairs, cap_b=cap_b)))
    rejects("enc(z; z')", wrong.verify, *wrong.prove())
    known_weights(monkeypatch, benc, f)
    wrong.verify(*wrong.prove())  # positive control


def test_benc_weights_depend_on_everything_before_them() -> None:
    case = benc_case(4, columns=2)
    common, _ = case.prove()
    seen = {benc._weights(case.session, case.statement, common.h)}
    statements = [replace(case.statement, cap_k=other) for _, other in mutants(case.statement.cap_k)]
    statements += [replace(case.statement, pairs=other) for _, other in mutants(case.statement.pairs)]
    hashes = [other for _, other in mutants(common.h)]
    sessions = [replace(SESSION, ssid=b"T" * 32), replace(SESSION, prover=VERIFIER)]
    seen |= {benc._weights(SESSION, st, common.h) for st in statements}
    seen |= {benc._weights(SESSION, case.statement, h) for h in hashes}
    seen |= {benc._weights(session, case.statement, common.h) for session in sessions}
    assert len(seen) == 1 + 4 + 9 + 1 + 2


# ---- BAFF(P), the grid

OWNER = twin("TOY", 2)


def grid(pairs: int, **named: Any) -> tuple[baff_a1.Statement, baff_a1.Witness, VectorParams]:
    case = baff_case(pairs, **named)
    return case.statement, case.witness, generators(2, 2 * pairs)


def prove_grid(st: baff_a1.Statement, wit: baff_a1.Witness, setup: VectorParams) -> baff_grid.Proof:
    return baff_grid.prove(SESSION, VERIFIER, st, wit, setup, SeededRng(b"grid"))


def verify_grid(st: baff_a1.Statement, proof: baff_grid.Proof, setup: VectorParams) -> None:
    baff_grid.verify(SESSION, VERIFIER, st, proof, setup)


@pytest.mark.parametrize("pairs", [1, 2, 8])
def test_grid_is_complete(pairs: int) -> None:
    st, wit, setup = grid(pairs)
    proof = prove_grid(st, wit, setup)
    verify_grid(st, proof, setup)
    data = proof.encode(SESSION)
    assert baff_grid.Proof.decode(data, SESSION, pairs) == proof
    assert pairs == 1 or len(data) < len(baff_case(pairs).prove().encode(SESSION))
    with pytest.raises(DecodeError):
        baff_grid.Proof.decode(data[:-1], SESSION, pairs)


@pytest.mark.parametrize(("x", "y"), [(2**256, 2**608), (-(2**256), -(2**608)), (1, 0)])
def test_grid_is_complete_at_range_corners(x: int, y: int) -> None:
    st, wit, setup = grid(2, x=x, y=y)
    verify_grid(st, prove_grid(st, wit, setup), setup)


def test_grid_rejects_every_change() -> None:
    st, wit, setup = grid(2)
    proof = prove_grid(st, wit, setup)
    changed = list(mutants(proof))
    assert len(changed) == 3 + 3 + 2 * 2 + 3
    for _, other in changed:
        assert refused(verify_grid, st, other, setup)
    statements = list(mutants(st))
    assert len(statements) == 3 + 2 * 6
    for _, other_st in statements:
        assert refused(verify_grid, other_st, proof, setup)
    setups = list(mutants(setup))
    assert len(setups) == 2 + 4
    for _, other_setup in setups:
        assert refused(verify_grid, st, proof, other_setup)
    for session in (replace(SESSION, ssid=b"T" * 32), replace(SESSION, round=5), replace(SESSION, prover=VERIFIER)):
        assert refused(baff_grid.verify, session, VERIFIER, st, proof, setup)
    assert refused(baff_grid.verify, SESSION, SESSION.prover, st, proof, setup)
    rejects("z1 range", verify_grid, st, replace(proof, z1=(2**321, proof.z1[1])), setup)
    rejects("z2 range", verify_grid, st, replace(proof, z2=(proof.z2[0], -(2**673))), setup)
    rejects("count", verify_grid, st, replace(proof, z1=proof.z1[:1]), setup)
    rejects("s count", verify_grid, st, proof, generators(2, 3))
    with pytest.raises(ValueError, match="two generators"):
        prove_grid(st, wit, generators(2, 3))


@pytest.mark.parametrize("branch", [0, 1])
def test_grid_operations_off_by_one(branch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    st, wit, setup = grid(2)
    f = (3, 7)

    def shifted(name: str, n: int, by: Sequence[int]) -> baff_a1.Statement:
        operations = []
        for pair, delta in zip(st.operations, by, strict=True):
            values = list(getattr(pair, name))
            values[branch] = values[branch] * (1 + delta * n) % (n * n)
            operations.append(replace(pair, **{name: tuple(values)}))
        return replace(st, operations=tuple(operations))

    for name, n, check in (("cap_d", st.n0.n, "z1 C + enc(z2; w)"), ("cap_y", st.n1.n, "enc(z2; w_y)")):
        for by in ((1, 0), (0, 1), (7, -3)):
            wrong = shifted(name, n, by)
            rejects(check, verify_grid, wrong, prove_grid(wrong, wit, setup), setup)
        with monkeypatch.context() as patch:  # positive control: 7 f_1 - 3 f_2 = 0
            known_weights(patch, baff_grid, f)
            wrong = shifted(name, n, (7, -3))
            verify_grid(wrong, prove_grid(wrong, wit, setup), setup)


# ---- BEXACT

UPPER = 2**32 - 1


def exact(values: Sequence[int], upper: int = UPPER) -> tuple[bexact.Statement, bexact.Witness, VectorParams]:
    """Under the key of party 2, who collects."""
    rng, key = random.Random(1), OWNER.key
    rho = tuple(rng.randrange(1, key.n) for _ in values)
    cap_k = tuple(key.encrypt(x, r) for x, r in zip(values, rho, strict=True))
    return bexact.Statement(key, cap_k, upper), bexact.Witness(tuple(values), rho), generators(2, 4 * len(values))


def prove_exact(st: bexact.Statement, wit: bexact.Witness, setup: VectorParams, seed: bytes = b"e") -> bexact.Proof:
    return bexact.prove(SESSION, VERIFIER, st, wit, setup, SeededRng(seed))


def verify_exact(st: bexact.Statement, proof: bexact.Proof, setup: VectorParams) -> None:
    bexact.verify(SESSION, VERIFIER, st, proof, setup)


@pytest.mark.parametrize(
    ("values", "upper"),
    [([0], UPPER), ([UPPER], UPPER), ([0, 1, 2, 77, UPPER // 2, UPPER - 1, UPPER, 5], UPPER), ([0, 1, 1], 1)],
)
def test_exact_ranges_are_complete(values: list[int], upper: int) -> None:
    st, wit, setup = exact(values, upper)
    proof = prove_exact(st, wit, setup)
    verify_exact(st, proof, setup)
    data = proof.encode(SESSION, st)
    assert bexact.Proof.decode(data, SESSION, st) == proof
    with pytest.raises(DecodeError):
        bexact.Proof.decode(data + b"\0", SESSION, st)


@pytest.mark.parametrize("bad", [-1, UPPER + 1, 2**40])
def test_values_out_of_range_are_rejected(bad: int, monkeypatch: pytest.MonkeyPatch) -> None:
    st, wit, setup = exact([7, bad])
    with pytest.raises(ValueError, match="1 mod 4"):  # a negative number is no sum of squares
        prove_exact(st, wit, setup)
    for parts in ((0, 0, 0), (1, 2, 3), (2**16, 2**20, 1)):
        monkeypatch.setattr(bexact, "three_squares", lambda n, rng, parts=parts: parts)
        rejects("com(Q(e); tau)", verify_exact, st, prove_exact(st, wit, setup), setup)


def test_relations_that_cancel_need_known_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """x_1 = -1 lacks 4U + 4 and the squares of x_2 are too small by as much: f_1 = f_2 would not notice."""
    st, wit, setup = exact([-1, 5])
    deficit = 4 * UPPER + 4
    roots = {
        4 * -1 * (UPPER + 1) + 1: (0, 0, 1),
        4 * 5 * (UPPER - 5) + 1: squares.three_squares(4 * 5 * (UPPER - 5) + 1 - deficit, SeededRng(b"c")),
    }
    monkeypatch.setattr(bexact, "three_squares", lambda n, rng: roots[n])
    rejects("com(Q(e); tau)", verify_exact, st, prove_exact(st, wit, setup), setup)
    known_weights(monkeypatch, bexact, (9, 9))
    verify_exact(st, prove_exact(st, wit, setup), setup)  # positive control


def test_exact_ranges_reject_every_change() -> None:
    st, wit, setup = exact([3, UPPER])
    proof = prove_exact(st, wit, setup)
    changed = list(mutants(proof))
    assert len(changed) == 8 + 8
    for _, other in changed:
        assert refused(verify_exact, st, other, setup)
    for other_st in (*(replace(st, cap_k=other) for _, other in mutants(st.cap_k)), replace(st, upper=UPPER - 1)):
        assert refused(verify_exact, other_st, proof, setup)
    off = replace(st, cap_k=(st.n.add(st.cap_k[0], 1 + st.n.n), st.cap_k[1]))
    rejects("enc(z; z')", verify_exact, off, prove_exact(off, wit, setup), setup)
    for session, pid in ((replace(SESSION, ssid=b"T" * 32), VERIFIER), (SESSION, SESSION.prover)):
        assert refused(bexact.verify, session, pid, st, proof, setup)
    rejects("z range", verify_exact, st, replace(proof, z=(2 ** (33 + 64), *proof.z[1:])), setup)
    rejects("z count", verify_exact, st, replace(proof, z=proof.z[1:]), setup)
    rejects("S, C, T unit", verify_exact, st, replace(proof, cap_t1=0), setup)
    for cap_k, upper in (((), 1), ((1,) * 33, 1), ((1,), 0), ((1,), st.n.n // 4)):
        with pytest.raises(ValueError, match="bexact"):
            bexact.Statement(st.n, cap_k, upper)
    with pytest.raises(ValueError, match="four generators"):
        prove_exact(st, wit, generators(2, 4))


def test_sums_of_squares() -> None:
    rng = SeededRng(b"squares")
    for n in [
        *range(1, 4000, 4),
        *(4 * rng.below(2**bits) + 1 for bits in (20, 40, 64, 80) for _ in range(5)),
        (2**64 - 1) ** 2,
    ]:
        parts = squares.three_squares(n, rng)
        assert sum(part * part for part in parts) == n
        assert min(parts) >= 0
    for p in range(5, 2000, 4):
        if is_prime(p, rng):
            b, c = squares.two_squares(p, rng)
            assert b * b + c * c == p
    for bad in (-3, 0, 3, 6):
        with pytest.raises(ValueError, match="1 mod 4"):
            squares.three_squares(bad, rng)
