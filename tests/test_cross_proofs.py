"""The native core and its readable twin prove and verify the same things, byte for byte."""

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from math import isqrt

import pytest
from cross import ACCEPTED, PROOFS, Case, aff_g_case, case, contexts, enc_elg_case, mutants
from keys import twin

from mpc_fast import _native
from mpc_fast.reference import mod, prm
from mpc_fast.reference.curve import G, O

pytestmark = pytest.mark.usefixtures("toy_profile")

ALL = pytest.mark.parametrize("name", PROOFS)
SEED = b"seed of both"
SLOW_TWIN_PROVER = [("mod", "S128"), ("prm", "S128"), ("prm", "C112")]


@cache
def honest(name: str, profile: str = "TOY") -> tuple[Case, bytes]:
    """A case and its native proof."""
    subject = case(name, profile)
    return subject, subject.native_prove(subject.context, SEED)


def both_accept(subject: Case, proof: bytes) -> None:
    assert subject.verdicts(subject.context, proof) == (ACCEPTED, ACCEPTED)


def same_bytes(subject: Case, seed: bytes = SEED) -> bytes:
    """One seed, two provers, one proof."""
    proof = subject.native_prove(subject.context, seed)
    assert subject.twin_prove(subject.context, seed) == proof
    return proof


# ---- The same proofs


@ALL
@pytest.mark.parametrize("profile", ["TOY", "C112", "S128"])
def test_one_seed_gives_one_proof_which_both_accept(name: str, profile: str) -> None:
    subject, proof = honest(name, profile)
    if (name, profile) not in SLOW_TWIN_PROVER:
        assert subject.twin_prove(subject.context, SEED) == proof
    both_accept(subject, proof)


@pytest.mark.long
@pytest.mark.parametrize(("name", "profile"), SLOW_TWIN_PROVER)
def test_one_seed_gives_one_large_proof(name: str, profile: str) -> None:
    subject, proof = honest(name, profile)
    assert subject.twin_prove(subject.context, SEED) == proof


@ALL
@pytest.mark.parametrize("seed", range(4))
def test_random_statements_and_seeds_at_toy(name: str, seed: int) -> None:
    subject = case(name, "TOY", seed + 1)
    both_accept(subject, same_bytes(subject, b"%d" % seed))
    # And with different seeds: neither verifier knows the other prover's.
    native = subject.native_prove(subject.context, b"native")
    twin_ = subject.twin_prove(subject.context, b"twin")
    assert native != twin_
    both_accept(subject, native)
    both_accept(subject, twin_)


@pytest.mark.long
@ALL
@pytest.mark.parametrize("profile", ["TOY", "S128"])
def test_many_random_statements(name: str, profile: str) -> None:
    count = 60 if profile == "TOY" else 1 if name in ("mod", "prm") else 5
    for seed in range(count):
        subject = case(name, profile, f"long {seed}")
        both_accept(subject, same_bytes(subject, b"long %d" % seed))


@pytest.mark.parametrize("name", ["enc-elg", "aff-g", "fac", "prm"])
@pytest.mark.parametrize("profile", ["TOY", "S128"])
def test_owners_shortcuts_and_tables_change_nothing(name: str, profile: str) -> None:
    subject, proof = honest(name, profile)
    for owned, tables in [(True, True), (False, True), (False, False)]:
        assert subject.native_prove(subject.context, SEED, owned=owned, tables=tables) == proof
        subject.native_verify(subject.context, proof, owned=owned, tables=tables)


# ---- Range corners


CORNERS_X = {"zero": 0, "one": 1, "minus one": -1, "least": -(2**256), "largest": 2**256}


@pytest.mark.parametrize("x", CORNERS_X.values(), ids=CORNERS_X)
def test_enc_elg_at_range_corners(x: int) -> None:
    subject = enc_elg_case("TOY", random.Random(x), x)
    both_accept(subject, same_bytes(subject))


@pytest.mark.parametrize("x", [1, -(2**256), 2**256])
@pytest.mark.parametrize("y", [0, -1, 2**608, -(2**608)])
def test_aff_g_at_range_corners(x: int, y: int) -> None:
    subject = aff_g_case("TOY", random.Random(x + y), x, y)
    both_accept(subject, same_bytes(subject))


def test_range_corners_at_full_size() -> None:
    for subject in (
        enc_elg_case("S128", random.Random(1), -(2**256)),
        aff_g_case("S128", random.Random(1), 2**256, -(2**1280)),
    ):
        both_accept(subject, subject.native_prove(subject.context, SEED))


def test_fac_bound_is_the_same_to_the_last_unit() -> None:
    subject, data = honest("fac")
    p = subject.prover.profile
    proof = subject.module.Proof.decode(data, p)
    bound = isqrt(subject.statement.n0) << (p.l + p.eps)
    for field in ("z1", "z2"):
        for value, kind in [(bound, "form"), (-bound, "form"), (bound - 1, "equation"), (1 - bound, "equation")]:
            encoding = replace(proof, **{field: value}).encode(p)
            native, twin_ = subject.verdicts(subject.context, encoding)
            assert (native.kind, twin_.kind) == (kind, kind), (field, value == bound, native, twin_)


# ---- What is refused


def refused_alike(subject: Case, proof: bytes, what: str) -> None:
    native, twin_ = subject.verdicts(subject.context, proof)
    assert native.kind == twin_.kind != "accepted", (what, native, twin_)


@ALL
@pytest.mark.parametrize("author", ["native", "twin"])
def test_every_changed_field_is_refused_by_both_for_the_same_kind_of_reason(name: str, author: str) -> None:
    subject, proof = honest(name)
    if author == "twin":
        proof = subject.twin_prove(subject.context, b"another seed")
    p = subject.prover.profile
    for path, changed in mutants(subject.module.Proof.decode(proof, p)):
        refused_alike(subject, changed.encode(p), path)


def test_mod_flipped_bits_are_refused_by_both() -> None:
    subject, proof = honest("mod")
    p = subject.prover.profile
    size = 2 * p.n_bytes + 1
    for entry in (0, p.m_mod - 1):
        at = p.n_bytes + entry * size + size - 1
        for bits in range(5):
            if bits != proof[at]:
                refused_alike(subject, proof[:at] + bytes([bits]) + proof[at + 1 :], f"entry {entry}: ab = {bits}")


@pytest.mark.parametrize("name", ["sch", "elog", "fac", "enc-elg", "aff-g"])
def test_every_changed_field_at_full_size_is_refused(name: str) -> None:
    """By the core; the twin is too slow for all of them, and agrees at TOY."""
    subject, proof = honest(name, "S128")
    p = subject.prover.profile
    for _, changed in mutants(subject.module.Proof.decode(proof, p)):
        with pytest.raises(_native.NativeError):
            subject.native_verify(subject.context, changed.encode(p))


def corrupted(proof: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(proof))
    return proof[:at] + bytes([proof[at] ^ 1 << rng.randrange(8)]) + proof[at + 1 :]


@ALL
def test_flipped_bits_are_refused_alike(name: str) -> None:
    subject, proof = honest(name)
    rng = random.Random(f"flip {name}")
    for _ in range(16):
        refused_alike(subject, corrupted(proof, rng), "flipped bit")


@pytest.mark.long
@ALL
def test_many_flipped_bits_are_refused_alike(name: str) -> None:
    subject, proof = honest(name)
    rng = random.Random(f"many flips {name}")
    for _ in range(400):
        refused_alike(subject, corrupted(proof, rng), "flipped bit")


@ALL
def test_other_lengths_are_refused_by_both(name: str) -> None:
    subject, proof = honest(name)
    for wrong in (b"", proof[:-1], proof[1:], proof + b"\0", b"\0" + proof, proof + proof):
        native, twin_ = subject.verdicts(subject.context, wrong)
        assert (native.kind, twin_.kind) == ("form", "form")
        assert native.detail.startswith("E_DECODE"), native


def residues(subject: Case) -> dict[str, int]:
    """Where the residues of an encoded proof stand, with their moduli."""
    p = subject.prover.profile
    nh = (subject.setup or subject.prover.params).nh
    if subject.name == "enc-elg":
        return {"0:nh": nh, f"{p.nh_bytes}:nh": nh, f"{2 * p.nh_bytes}:n2": subject.statement.n0.n2}
    if subject.name == "aff-g":
        after = 2 * p.n2_bytes + 33
        return {
            "0:n2": subject.statement.n0.n2,
            f"{p.n2_bytes + 33}:n2": subject.statement.n1.n2,
            **{f"{after + i * p.nh_bytes}:nh": nh for i in range(4)},
        }
    if subject.name == "mod":
        return {f"{i}:n": subject.statement.n for i in (0, p.n_bytes, 2 * p.n_bytes)}
    if subject.name == "prm":
        return {f"{p.m_prm // 8}:nh": nh}
    return {f"{i * p.nh_bytes}:nh": nh for i in range(5)}


@pytest.mark.parametrize("name", ["enc-elg", "aff-g", "mod", "prm", "fac"])
def test_zero_modulus_and_multiples_of_a_factor_are_refused_alike(name: str) -> None:
    subject, proof = honest(name)
    p = subject.prover.profile
    lengths = {"n": p.n_bytes, "n2": p.n2_bytes, "nh": p.nh_bytes}
    factors = [subject.prover.paillier.p, subject.verifier.paillier.p, subject.verifier.trapdoor.p]
    for place, modulus in residues(subject).items():
        at, length = int(place.split(":")[0]), lengths[place.split(":")[1]]
        shared = next((f for f in factors if modulus % f == 0), 0)
        for value in (0, modulus, shared):
            if name == "prm" and value < modulus:
                continue  # z is an exponent
            encoding = proof[:at] + value.to_bytes(length, "big") + proof[at + length :]
            native, twin_ = subject.verdicts(subject.context, encoding)
            assert (native.kind, twin_.kind) == ("form", "form"), (place, value == 0, native, twin_)


@ALL
def test_proof_in_another_context_is_refused_by_both(name: str) -> None:
    subject, proof = honest(name)
    for field, ctx in contexts(subject.context).items():
        native, twin_ = subject.verdicts(ctx, proof)
        assert (native.kind, twin_.kind) == ("equation", "equation"), (field, native, twin_)


@pytest.mark.parametrize("name", ["sch", "enc-elg", "aff-g", "elog", "mod", "fac"])
def test_proof_in_another_context_at_full_size_is_refused(name: str) -> None:
    subject, proof = honest(name, "S128")
    for ctx in contexts(subject.context).values():
        with pytest.raises(_native.NativeError):
            subject.native_verify(ctx, proof)


@ALL
def test_proof_of_another_statement_is_refused_by_both(name: str) -> None:
    subject, proof = honest(name)
    for path, statement in mutants(subject.statement):
        native, twin_ = replace(subject, statement=statement).verdicts(subject.context, proof)
        assert "accepted" not in (native.kind, twin_.kind), (path, native, twin_)


@pytest.mark.parametrize("name", ["enc-elg", "aff-g", "fac"])
def test_proof_for_another_verifier_is_refused_by_both(name: str) -> None:
    subject, proof = honest(name)
    other = twin("TOY", 3)
    moved = replace(subject, verifier=replace(subject.verifier, params=other.params), setup=other.params)
    native, twin_ = moved.verdicts(subject.context, proof)
    assert "accepted" not in (native.kind, twin_.kind)


IDENTITIES = {
    "sch": ["cap_x"],
    "enc-elg": ["cap_a", "cap_b", "cap_x"],
    "aff-g": ["cap_x"],
    "elog": ["cap_y", "h"],
}


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, names in IDENTITIES.items() for field in names])
def test_statements_with_the_identity_are_refused_alike(name: str, field: str) -> None:
    subject, proof = honest(name)
    subject = replace(subject, statement=replace(subject.statement, **{field: O}))
    native, twin_ = subject.verdicts(subject.context, proof)
    assert (native.kind, twin_.kind) == ("form", "form"), (native, twin_)


def test_elog_with_allowed_identities() -> None:
    """L, M and X may be O: lam = 0 and so on."""
    subject = case("elog", "TOY")
    module = subject.module
    for lam, x in [(0, 5 * G), (7, O), (0, O)]:
        st = module.Statement(lam * G, lam * x + 3 * G, x, 3 * (2 * G), 2 * G)
        changed = replace(subject, statement=st, witness=module.Witness(3, lam))
        both_accept(changed, same_bytes(changed))


def test_other_moduli_are_refused_by_both() -> None:
    subject, proof = honest("mod")
    own = subject.prover.paillier
    for n in (own.key.n + 1, own.key.n >> 2 | 1, 2**1024 - 105, own.p**2):
        native, twin_ = replace(subject, statement=mod.Statement(n)).verdicts(subject.context, proof)
        # A residue of the proof may also exceed the smaller modulus: a matter of form as well.
        assert (native.kind, twin_.kind) == ("form", "form"), (n, native, twin_)


def test_other_pedersen_parameters_are_refused_by_both() -> None:
    subject, proof = honest("prm")
    nh, s, t = subject.statement.nh, subject.statement.s, subject.statement.t
    cases: list[tuple[int, int, int, str]] = [
        (nh >> 1 | 1, s, t, "form"),
        (nh + 1, s, t, "form"),
        (nh, 0, t, "form"),
        (nh, 1, t, "form"),
        (nh, s, nh - 1, "form"),
        (nh, t, t, "form"),
        (nh, subject.prover.trapdoor.p, t, "form"),
        (nh, nh - s, t, "equation"),
        (nh, s * t % nh, t, "equation"),
    ]
    for nh_, s_, t_, kind in cases:
        changed = replace(subject, statement=prm.Statement(nh_, s_, t_))
        native, twin_ = changed.verdicts(subject.context, proof)
        assert (native.kind, twin_.kind) == (kind, kind), (native, twin_)


# ---- The doors


def test_doors_are_shut_without_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = case("sch", "S128")
    proof = subject.native_prove(subject.context, SEED)
    monkeypatch.delenv("MPC_FAST_INSECURE_TEST_PROFILE")
    calls: list[Callable[[], object]] = [
        lambda: subject.native_prove(subject.context, SEED),
        lambda: subject.native_verify(subject.context, proof),
        lambda: _native.testing.seed_rng(b"seed"),
        lambda: _native.testing.modexp(2, 3, 5, "public"),
        lambda: _native.testing.te([]),
        lambda: _native.testing.multiply_base(1),
    ]
    for call in calls:
        with pytest.raises(_native.NativeError) as caught:
            call()
        assert caught.value.code == "E_PROFILE"


def test_wrong_witness_of_prm_is_not_used() -> None:
    subject = case("prm", "TOY")
    wrong = replace(subject, witness=replace(subject.witness, lam=subject.witness.lam - 1))
    with pytest.raises(ValueError):
        wrong.native_prove(wrong.context, SEED)
