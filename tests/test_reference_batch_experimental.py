"""The experimental batch proofs of the readable twin: many generators, and grids.  All at TOY size."""

import hashlib
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

from mpc_fast.reference import baff_a1, baff_grid, benc, bprm, prm
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, O
from mpc_fast.reference.errors import DecodeError
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
    for z in (st.nh, proof.z[0] + st.nh, -1):
        rejects("z range", bprm.verify, CTX, st, replace(proof, z=(z, *proof.z[1:])))
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


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_experimental_proofs_are_frozen() -> None:
    """SHA-256 of the encodings."""
    st, wit = parameters(3)
    assert digest(bprm.prove(CTX, st, wit, SeededRng(b"bprm")).encode(TOY)) == FROZEN["bprm"]
    assert digest(prove_grid(*grid(2)).encode(SESSION)) == FROZEN["baff"]


FROZEN = {
    "bprm": "f00152887c20c93e0ec93e01750e92f7c860fd695588e6013269572b8dd4d2eb",
    "baff": "98bb28eab5540c7539fc520de2b25635335ee6feeab51dca0e004483f3a88a04",
}


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
    rejects("s count", verify_grid, st, proof, generators(2, 3))
    with pytest.raises(ValueError, match="two generators"):
        prove_grid(st, wit, generators(2, 3))


def test_grid_membership_and_ranges() -> None:
    st, wit, setup = grid(2)
    proof, first = prove_grid(st, wit, setup), prove_grid(st, wit, setup).first
    n0, n1, limit = st.n0.n, st.n1.n, 2**1128  # what the field of z3 can hold
    for check, others in {
        "S, C unit": [replace(first, cap_s=(0, 1)), replace(first, cap_s=(1, setup.nh)), replace(first, cap_c=0)],
        "A unit": [replace(first, cap_a=0), replace(first, cap_a=first.cap_a + n0**2)],
        "By unit": [replace(first, cap_by=n1), replace(first, cap_by=first.cap_by + n1**2)],
        "Bx != O": [replace(first, cap_bx=O)],
    }.items():
        for other in others:
            rejects(check, verify_grid, st, replace(proof, first=other), setup)
    for check, changed in {
        "w unit": [replace(proof, w=w) for w in (0, n0, proof.w + n0)],
        "w_y unit": [replace(proof, w_y=w) for w in (0, n1, proof.w_y + n1)],
        "z1 range": [replace(proof, z1=(z, 0)) for z in (2**321, -(2**321))],
        "z2 range": [replace(proof, z2=(0, z)) for z in (2**673, -(2**673))],
        "z3 length": [replace(proof, z3=z) for z in (limit, -limit)],
        "com(z1, z2; z3)": [replace(proof, z1=(2**321 - 1, 0)), replace(proof, z3=limit - 1)],
        "count": [replace(proof, z1=proof.z1[:1]), replace(proof, z2=proof.z2[:1])],
    }.items():
        for mutant in changed:
            rejects(check, verify_grid, st, mutant, setup)
    pair = st.operations[1]
    for check, other_pair in {
        "C_u unit": replace(pair, cap_c=0),
        "D unit": replace(pair, cap_d=(1, n0)),
        "Y unit": replace(pair, cap_y=(n1, 1)),
        "Gamma, W != O": replace(pair, cap_gamma=O),
        "z1 G": replace(pair, cap_gamma=pair.cap_gamma + G),
    }.items():
        other_st = replace(st, operations=(st.operations[0], other_pair))
        found = prove_grid(other_st, wit, setup) if check == "z1 G" else proof
        rejects(check, verify_grid, other_st, found, setup)


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
