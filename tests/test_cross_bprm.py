"""BPRM: the native core and its readable twin prove and verify the same things about many generators, byte for byte."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from cross import ACCEPTED, Verdict, contexts, mutants, native_context, native_verdict, twin_verdict
from keys import TwinKeys, twin

from mpc_fast._native import testing
from mpc_fast.reference import bprm
from mpc_fast.reference.context import Context
from mpc_fast.reference.numbers import jacobi
from mpc_fast.reference.params import TOY
from mpc_fast.reference.rng import SeededRng

pytestmark = pytest.mark.usefixtures("toy_profile")

SEED = b"seed of both"


@dataclass(frozen=True)
class Case:
    """The generators of one party, and what it knows of them."""

    owner: TwinKeys
    statement: bprm.Statement
    witness: bprm.Witness

    @property
    def count(self) -> int:
        return len(self.witness.lam)

    @property
    def context(self) -> Context:
        return Context(self.owner.profile, b"S" * 32, 1, b"P" * 32, None, "bprm")

    def fields(self) -> dict[str, Any]:
        st = self.statement
        return {"nh": st.nh, "t": st.t, "s": list(st.s)}

    def native_prove(self, seed: bytes = SEED) -> bytes:
        secret = self.owner.trapdoor
        witness = {"p": secret.p, "q": secret.q, "lam": list(self.witness.lam)}
        proof = testing.prove("bprm", native_context(self.context), self.fields(), witness, None, seed)
        assert isinstance(proof, bytes)
        return proof

    def twin_prove(self, seed: bytes = SEED) -> bytes:
        proof = bprm.prove(self.context, self.statement, self.witness, SeededRng(seed))
        return proof.encode(self.owner.profile)

    def verdicts(self, proof: bytes, ctx: Context | None = None) -> tuple[Verdict, Verdict]:
        """Of the native core and of the twin."""
        at, st = ctx or self.context, self.statement

        def by_twin() -> None:
            bprm.verify(at, st, bprm.Proof.decode(proof, self.owner.profile, len(st.s)))

        native = native_verdict(lambda: testing.verify("bprm", native_context(at), self.fields(), None, proof))
        return native, twin_verdict(by_twin)

    def kinds(self, proof: bytes, ctx: Context | None = None) -> tuple[str, str]:
        native, other = self.verdicts(proof, ctx)
        return native.kind, other.kind

    def claiming(self, s: Sequence[int]) -> "Case":
        """The same with other generators, of which the witness is not true."""
        return replace(self, statement=replace(self.statement, s=tuple(s)))

    def with_generator(self, at: int, value: int) -> "Case":
        s = self.statement.s
        return self.claiming((*s[:at], value, *s[at + 1 :]))


@cache
def bprm_case(count: int, profile: str = "TOY", party: int = 1) -> Case:
    owner = twin(profile, party)
    rng = random.Random(f"bprm {profile} {party}")
    nh, t, phi = owner.params.nh, owner.params.t, owner.trapdoor.phi
    lam = (owner.trapdoor.lam, *(rng.randrange(phi // 4) for _ in range(count - 1)))
    return Case(owner, bprm.Statement(nh, t, tuple(pow(t, lam_a, nh) for lam_a in lam)), bprm.Witness(lam, phi))


@cache
def honest(count: int) -> tuple[Case, bytes]:
    case = bprm_case(count)
    return case, case.native_prove()


# ---- The same proofs


@pytest.mark.parametrize(("count", "profile"), [(1, "TOY"), (2, "TOY"), (8, "TOY"), (13, "TOY"), (3, "C112")])
def test_one_seed_gives_one_proof_which_both_accept(count: int, profile: str) -> None:
    case = bprm_case(count, profile)
    proof = case.native_prove()
    assert case.twin_prove() == proof
    assert case.verdicts(proof) == (ACCEPTED, ACCEPTED)
    p = case.owner.profile
    assert len(proof) == p.m_prm * count // 8 + p.m_prm * p.nh_bytes


@pytest.mark.parametrize("count", [1, 2, 8])
@pytest.mark.parametrize("seed", range(3))
def test_each_accepts_what_the_other_proves(count: int, seed: int) -> None:
    case = bprm_case(count, party=2 + seed)
    native, other = case.native_prove(b"native %d" % seed), case.twin_prove(b"twin %d" % seed)
    assert native != other
    for proof in (native, other):
        assert case.verdicts(proof) == (ACCEPTED, ACCEPTED)


def test_all_generators_of_a_large_grid_at_toy() -> None:
    case = bprm_case(128)
    proof = case.native_prove()
    assert case.twin_prove() == proof
    assert case.verdicts(proof) == (ACCEPTED, ACCEPTED)


@pytest.mark.long
def test_all_generators_of_a_large_grid() -> None:
    case = bprm_case(128, "S128")
    proof = case.native_prove()
    assert case.twin_prove() == proof
    assert case.verdicts(proof) == (ACCEPTED, ACCEPTED)


def test_responses_at_the_ends_of_their_range() -> None:
    """lam = 0, 1 and phi/4 - 1: sums of 16 of them wrap, or not at all. s = 1 and s = t are not to be had."""
    owner = twin("TOY", 1)
    nh, t, phi = owner.params.nh, owner.params.t, owner.trapdoor.phi
    lam = (owner.trapdoor.lam, *(phi // 4 - 1 - i for i in range(15)))
    st = bprm.Statement(nh, t, tuple(pow(t, lam_a, nh) for lam_a in lam))
    case = Case(owner, st, bprm.Witness(lam, phi))
    proof = case.native_prove()
    assert case.twin_prove() == proof
    assert case.verdicts(proof) == (ACCEPTED, ACCEPTED)


# ---- What is refused


@pytest.mark.parametrize("count", [1, 2, 8])
def test_every_changed_field_is_refused(count: int) -> None:
    case, data = honest(count)
    proof = bprm.Proof.decode(data, TOY, count)
    changed = [replace(proof, z=other) for _, other in mutants(proof.z)]
    for at in range(len(proof.bits)):
        changed.append(replace(proof, bits=(*proof.bits[:at], 1 - proof.bits[at], *proof.bits[at + 1 :])))
    for wrong in changed:
        assert case.kinds(wrong.encode(TOY)) == ("equation", "equation")
    nh = case.statement.nh
    for z in (nh, 2**1024 - 1):
        assert case.kinds(replace(proof, z=(*proof.z[:-1], z)).encode(TOY)) == ("form", "form")


@pytest.mark.parametrize("count", [1, 8])
def test_another_statement_is_refused(count: int) -> None:
    case, proof = honest(count)
    for path, st in mutants(case.statement):
        native, other = replace(case, statement=st).verdicts(proof)
        assert "accepted" not in (native.kind, other.kind), path
    if count > 1:  # the order of the generators counts
        assert case.claiming(case.statement.s[::-1]).kinds(proof) == ("equation", "equation")


def test_another_context_is_refused() -> None:
    case, proof = honest(8)
    for field, ctx in contexts(case.context).items():
        assert case.kinds(proof, ctx) == ("equation", "equation"), field


def test_a_proof_of_fewer_or_more_generators_is_refused() -> None:
    case, proof = honest(8)
    for count in (1, 2, 7, 9, 16):
        assert bprm_case(count).kinds(proof) == ("form", "form")
    one, two = honest(1)[1], honest(2)[1]
    assert bprm_case(2).kinds(one) == bprm_case(1).kinds(two) == ("form", "form")
    # Two bytes of bits for each generator: the whole length is what tells, and no bits are spare.
    for wrong in (b"", proof[:-1], proof[1:], proof + b"\0", b"\0" + proof):
        native, other = case.verdicts(wrong)
        assert (native.kind, other.kind) == ("form", "form")
        assert native.detail.startswith("E_DECODE"), native


def test_a_proof_of_ordinary_parameters_is_another_one() -> None:
    """One generator, and still neither stands in for the other: the labels differ."""
    case, proof = honest(1)
    st = case.statement
    fields = {"nh": st.nh, "s": st.s[0], "t": st.t}
    context = native_context(case.context)
    native = native_verdict(lambda: testing.verify("prm", context, fields, None, proof))
    assert native.kind == "equation"
    secret = case.owner.trapdoor
    witness = {"p": secret.p, "q": secret.q, "lam": secret.lam}
    ordinary = testing.prove("prm", context, fields, witness, None, SEED)
    assert isinstance(ordinary, bytes)
    assert case.kinds(ordinary) == ("equation", "equation")


def not_a_square(nh: int) -> int:
    return next(s for s in range(2, 100) if jacobi(s, nh) == -1)


MALFORMED: dict[str, Callable[[Case, int], int]] = {
    "zero": lambda case, at: 0,
    "Nh": lambda case, at: case.statement.nh,
    "no unit": lambda case, at: case.owner.trapdoor.p,
    "1": lambda case, at: 1,
    "-1": lambda case, at: case.statement.nh - 1,
    "t": lambda case, at: case.statement.t,
    "doubled": lambda case, at: case.statement.s[at - 1],
    "symbol": lambda case, at: not_a_square(case.statement.nh),
}


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("malformed", MALFORMED.values(), ids=MALFORMED)
def test_malformed_generators_are_refused(malformed: Callable[[Case, int], int], at: int) -> None:
    case, _ = honest(3)
    wrong = case.with_generator(at, malformed(case, at))
    assert wrong.kinds(wrong.twin_prove()) == ("form", "form")


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("seed", range(4))
def test_generators_outside_the_powers_of_t_are_refused(at: int, seed: int) -> None:
    """-t^lam, which the Jacobi symbol does not see, and t^(lam + 1): by a prover that knows lam. At 16 repetitions it
    has one chance in 65536 with each seed, and these seeds are none of them."""
    case, _ = honest(3)
    st = case.statement
    for value in (st.nh - st.s[at], st.s[at] * st.t % st.nh):
        wrong = case.with_generator(at, value)
        assert wrong.kinds(wrong.twin_prove(bytes([seed]))) == ("equation", "equation")


@pytest.mark.long
def test_a_prover_that_guesses_the_bits_of_a_false_generator_passes() -> None:
    """The positive control: with s_2 = -t^lam it makes A_r = -t^a_r where it expects e_r,2 = 1, until all are right."""
    case, _ = honest(2)
    st, phi, lam = case.statement, case.witness.phi, case.witness.lam
    wrong = case.with_generator(1, st.nh - st.s[1])
    rng = random.Random("guess")
    a = [rng.randrange(phi) for _ in range(TOY.m_prm)]
    powers = [pow(st.t, a_r, st.nh) for a_r in a]
    guess = [rng.randrange(2) for _ in a]
    for _ in range(1 << 20):
        a[0], powers[0] = a[0] + 1, powers[0] * st.t % st.nh
        cap_a = [st.nh - power if g else power for power, g in zip(powers, guess, strict=True)]
        bits = bprm._challenge(wrong.context, wrong.statement, cap_a)
        if list(bits[1::2]) == guess:
            break
    z = tuple((a_r + bits[2 * r] * lam[0] + bits[2 * r + 1] * lam[1]) % phi for r, a_r in enumerate(a))
    assert wrong.verdicts(bprm.Proof(bits, z).encode(TOY)) == (ACCEPTED, ACCEPTED)


def test_more_generators_than_any_grid_needs_are_refused() -> None:
    case = bprm_case(129)
    assert case.verdicts(case.twin_prove())[0] == Verdict("form", "bprm: s: too many")
