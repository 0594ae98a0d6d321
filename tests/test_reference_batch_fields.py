"""BENC and BAFF-A1 of the readable twin: a proof says nothing about another statement, place, form or verifier."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from batch_cases import (
    PIDS,
    PROVER,
    SESSION,
    VERIFIER,
    baff_case,
    benc_case,
    generators,
    mutants,
    refused,
    rejects,
)
from keys import twin

from mpc_fast.reference import baff_a1, benc
from mpc_fast.reference.batch import Range, Session
from mpc_fast.reference.curve import G, O, q
from mpc_fast.reference.errors import DecodeError
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")

FORMS = {"pairs": benc_case(6, 2, 2), "plain": benc_case(6, 2, 2, plain=True), "presigning": benc_case(4, 1, 3)}
FORM = pytest.mark.parametrize("form", FORMS)


@FORM
def test_every_changed_field_of_benc_is_rejected(form: str) -> None:
    case = FORMS[form]
    common, private = case.prove()
    changed: list[tuple[str, Any, Any]] = [(path, other, private) for path, other in mutants(common)]
    changed += [(path, common, other) for path, other in mutants(private)]
    # A, z', z_p, h_j and Z, W, w; S_b, C, z'' of each verifier
    assert len(changed) == {"pairs": 9 + 2 * 5, "plain": 6 + 2 * 5, "presigning": 9 + 3 * 6}[form]
    for path, other, part in changed:
        assert refused(case.verify, other, part), path


@FORM
def test_every_changed_statement_of_benc_is_rejected(form: str) -> None:
    case = FORMS[form]
    proof, st = case.prove(), case.statement
    changed = [replace(st, n=other) for _, other in mutants(st.n)]
    changed += [replace(st, cap_k=other) for _, other in mutants(st.cap_k)]
    changed += [replace(st, pairs=other) for _, other in mutants(st.pairs)]
    assert len(changed) == {"pairs": 1 + 6 + 13, "plain": 1 + 6, "presigning": 1 + 4 + 9}[form]
    for other in changed:
        assert refused(replace(case, statement=other).verify, *proof)


def test_every_changed_field_of_baff_is_rejected() -> None:
    case = baff_case(3)
    changed = list(mutants(case.prove()))
    # S_x, F, A, B_y, B_X, z2, z4, w, w_y, and for each u S, E, T_g, T_x, z1, z3
    assert len(changed) == 9 + 3 * 6
    for path, proof in changed:
        assert refused(case.verify, proof), path


def test_every_changed_statement_of_baff_is_rejected() -> None:
    case = baff_case(3)
    proof = case.prove()
    changed = list(mutants(case.statement))
    # N0, N1, W, and for each u C, D_g, D_x, Y_g, Y_x, Gamma
    assert len(changed) == 3 + 3 * 6
    for path, st in changed:
        assert refused(replace(case, statement=st).verify, proof), path


SESSIONS = {
    "ssid": replace(SESSION, ssid=b"T" * 32),
    "round": replace(SESSION, round=5),
    "prover": replace(SESSION, prover=VERIFIER),
    "l": replace(SESSION, other_range=Range(TOY.l + 1, TOY.eps)),
    "eps": replace(SESSION, other_range=Range(TOY.l, TOY.eps + 1)),
    "kappa": replace(SESSION, profile=replace(TOY, kappa=24)),
    "sigma": replace(SESSION, profile=replace(TOY, sigma=33)),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_proofs_are_rejected_in_another_session(name: str) -> None:
    other = SESSIONS[name]
    for case in FORMS.values():
        assert refused(replace(case, session=other).verify, *case.prove())
    baff = baff_case(2)
    assert refused(replace(baff, session=other).verify, baff.prove())


def test_challenges_are_pairwise_different_in_every_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those of sessions that the sizes alone would tell apart."""
    seen: list[tuple[int, ...]] = []
    for module, case in ((benc, benc_case(2)), (baff_a1, baff_case(1))):
        derive: Callable[..., tuple[int, ...]] = module._challenges  # type: ignore[attr-defined]

        def record(session: Session, *args: Any, derive: Callable[..., tuple[int, ...]] = derive) -> tuple[int, ...]:
            first = tuple(e >> 8 for e in derive(session, *args))
            if not seen:
                seen.append(first)
            seen.extend(tuple(e >> (s.profile.kappa - 24) for e in derive(s, *args)) for s in SESSIONS.values())
            return derive(session, *args)

        monkeypatch.setattr(module, "_challenges", record)
        seen.clear()
        case.prove()  # type: ignore[attr-defined]
        assert len(set(seen)) == len(seen) == 1 + len(SESSIONS)


def test_baff_depends_on_its_verifier() -> None:
    case, proof = baff_case(2), baff_case(2).prove()
    setup = case.owner.params
    for pid in (SESSION.prover, PIDS[3]):
        assert refused(baff_a1.verify, SESSION, pid, case.statement, proof, setup)
    swapped = replace(SESSION, prover=VERIFIER)
    assert refused(baff_a1.verify, swapped, SESSION.prover, case.statement, proof, setup)
    changed = [other for _, other in mutants(setup)]
    assert len(changed) == 3
    for other in (*changed, twin("TOY", 3).params, PROVER.params):
        assert refused(baff_a1.verify, SESSION, VERIFIER, case.statement, proof, other)


def test_benc_depends_on_its_verifiers() -> None:
    case = benc_case(2, verifiers=2)
    common, private = case.prove()
    first, second = case.verifiers

    def verify(verifier: benc.Verifier, part: int = 0, at: int = 0, other: benc.Common = common) -> None:
        benc.verify(SESSION, case.statement, other, private[part], verifier, at)

    verify(first)
    changed = [other for _, other in mutants(first)]
    assert len(changed) == 4  # pid, Nh, t, s
    assert {refused(verify, other) for other in changed} <= {"h_j", "S unit", "C unit"}
    rejects("h_j", verify, first, 0, 1)  # the place of another
    rejects("h_j", verify, first, 1)  # the private part of another
    assert refused(verify, second, 0, 1)  # replay to another verifier
    assert refused(verify, second, 1, 0)
    rejects("h count", verify, first, 0, 2)
    rejects("h count", verify, first, 0, -1)
    swapped = replace(common, h=common.h[::-1])  # order of the verifiers
    rejects("com(z; z'')", verify, first, 0, 1, swapped)
    fewer = replace(common, h=common.h[:1])
    rejects("com(z; z'')", verify, first, 0, 0, fewer)
    for other_h in (b"", b"\0" * 31):  # the entry of another, as long as it likes: it is hashed
        assert refused(verify, first, 0, 0, replace(common, h=(common.h[0], other_h)))


def test_rows_and_columns_cannot_be_exchanged() -> None:
    for cells, columns in [(4, 2), (4, 4), (4, 1), (8, 2)]:
        case = benc_case(cells, columns)
        common, private = case.prove()
        for other in {1, 2, 4, 8} - {columns}:
            verifiers = (benc.Verifier(PIDS[0], generators(2, other)),)
            wrong = replace(case, statement=replace(case.statement, columns=other), verifiers=verifiers)
            assert refused(wrong.verify, common, private) == "z count"
            st = wrong.statement
            as_many = replace(common, z=(common.z * 8)[:other])
            rows = (private[0].cap_s * 8)[: st.rows]
            assert refused(wrong.verify, as_many, [replace(private[0], cap_s=rows)]) in ("h_j", "z range")


@pytest.mark.parametrize("row", range(3))
def test_one_changed_challenge_is_rejected(row: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, case, names in (
        (benc, benc_case(3), ("com(z; z'')",)),
        (baff_a1, baff_case(2), ("com(z1; z3)",)),
    ):
        proof = case.prove()  # type: ignore[attr-defined]
        args = proof if isinstance(proof, tuple) else (proof,)
        derive = module._challenges  # type: ignore[attr-defined]

        def other(*given: Any, derive: Callable[..., tuple[int, ...]] = derive) -> tuple[int, ...]:
            e = derive(*given)
            return (*e[:row], e[row] ^ 1, *e[row + 1 :])

        with monkeypatch.context() as patch:
            patch.setattr(module, "_challenges", other)
            assert refused(case.verify, *args) in names  # type: ignore[attr-defined]
        case.verify(*args)  # type: ignore[attr-defined]


# ---- Membership, ranges, encodings


def test_benc_membership_and_ranges() -> None:
    case = benc_case(2)
    common, private = case.prove()
    n, nh, part = PROVER.key.n, case.verifiers[0].setup.nh, private[0]
    bound = 2 ** (TOY.l + TOY.eps + 1)
    assert common.curve is not None
    for check, other in {
        "A unit": [replace(common, cap_a=a) for a in (0, n, n * n, common.cap_a + n * n, PROVER.paillier.p)],
        "z' unit": [replace(common, z_prime=z) for z in (0, n, PROVER.paillier.q, common.z_prime + n, -1)],
        "z range": [replace(common, z=(z,)) for z in (bound, -bound, bound << 5)],
        "com(z; z'')": [replace(common, z=(z,)) for z in (bound - 1, 1 - bound, -common.z[0])],
        "z count": [replace(common, z=z) for z in ((), (*common.z, 0))],
        "w range": [replace(common, curve=replace(common.curve, w=w)) for w in (-1, q, common.curve.w + q)],
        "Z != O": [replace(common, curve=replace(common.curve, cap_z=O))],
        "W != O": [replace(common, curve=replace(common.curve, cap_w=O))],
        "pairs count": [replace(common, curve=None)],
        "h count": [replace(common, h=())],
    }.items():
        for mutant in other:
            rejects(check, case.verify, mutant, private)
    limit = 2 ** (8 * -(-(TOY.sigma + TOY.eps + 1 + TOY.nhb) // 8))  # what its field can hold
    for check, parts in {
        "S unit": [replace(part, cap_s=(part.cap_s[0], s)) for s in (0, nh, part.cap_s[1] + nh)],
        "C unit": [replace(part, cap_c=c) for c in (0, nh, twin("TOY", 2).trapdoor.p)],
        "S count": [replace(part, cap_s=s) for s in ((), part.cap_s[:1], (*part.cap_s, 1))],
        "z'' length": [replace(part, z_second=z) for z in (limit, -limit)],
        "com(z; z'')": [replace(part, z_second=z) for z in (limit - 1, -part.z_second)],
    }.items():
        for mutant_part in parts:
            rejects(check, case.verify, common, [mutant_part])


def test_benc_statement_membership() -> None:
    case, n = benc_case(2), PROVER.key.n
    proof, st = case.prove(), case.statement
    for bad in (0, n, n * n, PROVER.paillier.p, st.cap_k[0] + n * n):
        rejects("K unit", replace(case, statement=replace(st, cap_k=(bad, st.cap_k[1]))).verify, *proof)
    assert st.pairs
    for check, pairs in {
        "Y != O": replace(st.pairs, cap_y=O),
        "A_c != O": replace(st.pairs, cap_a=(G, O)),
        "B_c != O": replace(st.pairs, cap_b=(O, G)),
    }.items():
        rejects(check, replace(case, statement=replace(st, pairs=pairs)).verify, *proof)


def test_benc_sizes_that_do_not_exist() -> None:
    key, pairs = PROVER.key, benc.ElGamal(G, (G,), (G,))
    for count, columns in [(0, 1), (129, 1), (257, 2), (1, 0), (1, -1), (0, 0)]:
        with pytest.raises(ValueError, match="rows"):
            benc.Statement(key, (1,) * count, None, columns)
    with pytest.raises(ValueError, match="pair"):
        benc.Statement(key, (1, 1), pairs)
    case = benc_case(2)
    for verifiers in ((), (benc.Verifier(PIDS[0], generators(2, 2)),)):
        with pytest.raises(ValueError, match="generator"):
            replace(case, verifiers=verifiers).prove()
    with pytest.raises(ValueError, match="ssid"):
        replace(SESSION, ssid=b"S")


def test_baff_membership_and_ranges() -> None:
    case = baff_case(2)
    proof, first = case.prove(), case.prove().first
    n0, n1, nh = case.statement.n0.n, case.statement.n1.n, case.owner.params.nh
    bound1, bound2 = 2 ** (TOY.l + TOY.eps + 1), 2 ** (TOY.lp + TOY.eps + 2)
    z1, pair = proof.z1[0], first.pairs[1]
    for check, other in {
        "z1 range": [replace(proof, z1=(z1, z)) for z in (bound1, -bound1)],
        "com(z1; z3)": [replace(proof, z1=(z1, z)) for z in (bound1 - 1, -z1)],
        "z2 range": [replace(proof, z2=z) for z in (bound2, -bound2)],
        "com(z2; z4)": [replace(proof, z2=z) for z in (bound2 - 1, -proof.z2)],
        "z3 length": [replace(proof, z3=(proof.z3[0], z)) for z in (2**1128, -(2**1128))],
        "z4 length": [replace(proof, z4=z) for z in (2**1128, -(2**1128))],
        "w unit": [replace(proof, w=w) for w in (0, n0, case.owner.paillier.p, proof.w + n0)],
        "w_y unit": [replace(proof, w_y=w) for w in (0, n1, PROVER.paillier.p, proof.w_y + n1)],
        "A unit": [replace(proof, first=replace(first, cap_a=a)) for a in (0, n0, first.cap_a + n0**2)],
        "By unit": [replace(proof, first=replace(first, cap_by=b)) for b in (0, n1, first.cap_by + n1**2)],
        "Bx != O": [replace(proof, first=replace(first, cap_bx=O))],
        "S, E, T, F unit": [
            *(replace(proof, first=replace(first, cap_s_x=s)) for s in (0, nh, first.cap_s_x + nh)),
            *(replace(proof, first=replace(first, cap_f=f)) for f in (0, case.owner.trapdoor.q)),
            *(
                replace(proof, first=replace(first, pairs=(first.pairs[0], changed)))
                for changed in (replace(pair, cap_s=0), replace(pair, cap_e=nh), replace(pair, cap_t=(1, nh)))
            ),
        ],
        "count": [replace(proof, z1=(z1,)), replace(proof, z3=()), replace(proof, first=replace(first, pairs=()))],
    }.items():
        for mutant in other:
            rejects(check, case.verify, mutant)


def test_baff_statement_membership_and_sizes() -> None:
    case, proof = baff_case(2), baff_case(2).prove()
    st, pair = case.statement, case.statement.operations[1]
    for check, changed in {
        "C unit": replace(pair, cap_c=0),
        "D unit": replace(pair, cap_d=(1, st.n0.n)),
        "Y unit": replace(pair, cap_y=(st.n1.n, 1)),
        "Gamma, W != O": replace(pair, cap_gamma=O),
    }.items():
        other = replace(st, operations=(st.operations[0], changed))
        rejects(check, replace(case, statement=other).verify, proof)
    rejects("Gamma, W != O", replace(case, statement=replace(st, cap_w=O)).verify, proof)
    for count in (0, 65):
        with pytest.raises(ValueError, match="pairs"):
            replace(st, operations=(pair,) * count)
    # Two operations on different ciphertexts have no form: a pair has one C, and exactly two D and Y.
    assert [name for name in baff_a1.Operations.__dataclass_fields__ if name == "cap_c"] == ["cap_c"]
    assert isinstance(pair.cap_c, int)


def test_encodings_are_canonical() -> None:
    case, baff = benc_case(2, verifiers=2), baff_case(2)
    st = case.statement
    common, private = case.prove()
    readers: list[tuple[bytes, Callable[[bytes], Any]]] = [
        (common.encode(SESSION, st), lambda data: benc.Common.decode(data, SESSION, st, 2)),
        (private[0].encode(SESSION, st), lambda data: benc.Private.decode(data, SESSION, st)),
        (baff.prove().encode(SESSION), lambda data: baff_a1.Proof.decode(data, SESSION, 2)),
    ]
    z = 256 + 66  # of the common part: sign, then 321 bits
    z1 = 10 * 128 + 2 * 256 + 33  # of BAFF-A1
    bad: list[tuple[int, int, bytes]] = [
        (0, 256, bytes(33)),  # Z = O
        (0, 256, b"\x02" + b"\xff" * 32),
        (0, z, b"\x02"),
        (0, z, b"\x01" + bytes(41)),  # -0
        (0, z + 42 + 128, b"\xff" * 32),  # w >= q
        (1, -141 - 1, b"\x02"),
        (2, 10 * 128 + 2 * 256, b"\x05"),
        (2, z1, b"\x02"),
        (2, z1, b"\x01" + bytes(41)),
    ]
    for data, decode in readers:
        decode(data)
        for wrong in (b"", data[:-1], data + b"\0", data[1:]):
            with pytest.raises(DecodeError):
                decode(wrong)
    for reader, at, field in bad:
        data, decode = readers[reader]
        at %= len(data)
        with pytest.raises(DecodeError):
            decode(data[:at] + field + data[at + len(field) :])
    # The bits of a field above the range of z decode: refusing them is for the verifier.
    data, decode = readers[0]
    wide = decode(data[: z + 1] + b"\x02" + data[z + 2 :])
    rejects("z range", case.verify, wide, private)
