"""Exact range proofs between strangers (experimental): mpc_fast.proofs, against the readable twin."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from keys import PROFILES
from range_setups import own_setup, published, twin_key, twin_params

from mpc_fast.errors import ContextError, DecodeError, MpcError, ParameterError, ProfileError, ProofError
from mpc_fast.proofs import (
    MAX_EXACT_VALUES,
    EncryptedValues,
    ExactRangeProof,
    ExactSetup,
    OwnExactSetup,
    OwnSetup,
    exact_range_proof_batch,
    verify_exact_batch,
)
from mpc_fast.reference import bexact, bprm, squares, transcript, wire
from mpc_fast.reference.batch import Range, Session
from mpc_fast.reference.context import Context
from mpc_fast.reference.pedersen import VectorParams
from mpc_fast.reference.rng import SeededRng
from mpc_fast.reference.transcript import octets

pytestmark = pytest.mark.usefixtures("toy_profile")

CONTEXT, PROVER = b"poll 7", b"client 12"
UPPER = 2**32 - 1
HEADER = 2 + 32 + 2  # of published generators: version, id of the setup, number of values


@cache
def both_sides(party: int, profile: str = "TOY", values: int = 4) -> tuple[OwnExactSetup, ExactSetup]:
    own = OwnExactSetup(own_setup(party, profile), values=values, experimental=True)
    return own, ExactSetup.from_bytes(own.public.to_bytes(), published(party, profile))


def own_exact(party: int = 1) -> OwnExactSetup:
    return both_sides(party)[0]


def generators(party: int = 1) -> ExactSetup:
    return both_sides(party)[1]


def prove(values: EncryptedValues, verifier: ExactSetup, **terms: Any) -> bytes:
    agreed = {"upper": UPPER, "context": CONTEXT, "prover": PROVER, "experimental": True, **terms}
    return exact_range_proof_batch(values, verifier, **agreed)


def proof_of(values: Sequence[int], upper: int = UPPER, prover: bytes = PROVER) -> ExactRangeProof:
    """By somebody who encrypts under the key of verifier 1."""
    encrypted = published(1).encrypt(values, bits=300)
    proof = prove(encrypted, generators(), upper=upper, prover=prover)
    return ExactRangeProof(own_setup(1).key, encrypted.ciphertexts, proof, upper, CONTEXT, prover)


def verdicts(proofs: Sequence[ExactRangeProof], own: OwnExactSetup | None = None) -> list[MpcError | None]:
    return verify_exact_batch(own or own_exact(), proofs, experimental=True)


def refusal(proof: ExactRangeProof, own: OwnExactSetup | None = None) -> MpcError | None:
    (found,) = verdicts([proof], own)
    return found


# ---- The twin's view of the same bytes


def twin_generators(exact: ExactSetup, party: int, profile: str = "TOY") -> VectorParams:
    """Read by hand, and proven to the twin."""
    p, setup, first = PROFILES[profile], published(party, profile), twin_params(published(party, profile))
    reader = wire.Reader(exact.to_bytes())
    assert (reader.take(2), reader.take(32)) == (b"\0\1", setup.id)
    count = 4 * int.from_bytes(reader.take(2), "big")
    s = (*first.s, *(reader.nat(p.nh_bytes) for _ in range(count - 1)))
    proof = bprm.Proof.decode(reader.take(p.m_prm * count // 8 + p.m_prm * p.nh_bytes), p, count)
    reader.end()
    context = Context(p, setup.id, 0, setup.id, None, "bprm")
    bprm.verify(context, bprm.Statement(first.nh, first.t, s), proof)
    return VectorParams(first.nh, first.t, s)


def twin_session(profile: str) -> Session:
    p = PROFILES[profile]
    ssid = transcript.h256("exact-range-proof", octets(CONTEXT))
    return Session(p, ssid, 0, transcript.h256("exact-range-prover", octets(PROVER)), Range(0, p.kappa + 128))


def twin_accepts(proof: ExactRangeProof, exact: ExactSetup, party: int = 1, profile: str = "TOY") -> None:
    params = twin_generators(exact, party, profile)
    params = VectorParams(params.nh, params.t, params.s[: 4 * len(proof.ciphertexts)])
    st = bexact.Statement(twin_key(profile, party).key, tuple(proof.ciphertexts), proof.upper)
    session = twin_session(profile)
    assert proof.proof[:2] == b"\0\1"
    decoded = bexact.Proof.decode(proof.proof[2:], session, st)
    bexact.verify(session, exact.setup_id, st, decoded, params)


def twin_proof(values: Sequence[int], upper: int = UPPER) -> ExactRangeProof:
    """Made by the twin, for verifier 1."""
    key, params, session = twin_key("TOY", 1).key, twin_generators(generators(), 1), twin_session("TOY")
    nonces = SeededRng(b"nonces")
    wit = bexact.Witness(tuple(values), tuple(nonces.unit(key.n) for _ in values))
    cap_k = tuple(key.encrypt(x, rho) for x, rho in zip(wit.x, wit.rho, strict=True))
    st = bexact.Statement(key, cap_k, upper)
    params = VectorParams(params.nh, params.t, params.s[: 4 * len(values)])
    made = bexact.prove(session, published(1).id, st, wit, params, SeededRng(b"twin"))
    data = b"\0\1" + made.encode(session, st)
    return ExactRangeProof(own_setup(1).key, cap_k, data, upper, CONTEXT, PROVER)


@pytest.mark.parametrize("upper", [1, 5, UPPER, 2**256 - 1])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_twin_accepts_what_the_core_proves(count: int, upper: int) -> None:
    proof = proof_of([0, upper, upper // 2, 1][:count], upper)
    twin_accepts(proof, generators())
    assert refusal(proof) is None


@pytest.mark.parametrize("values", [[0], [UPPER], [7, 0, UPPER, UPPER // 3]], ids=len)
def test_the_core_accepts_what_the_twin_proves(values: list[int]) -> None:
    assert refusal(twin_proof(values)) is None


def test_the_largest_number_of_values() -> None:
    own, exact = both_sides(2, values=MAX_EXACT_VALUES)
    assert exact.values == own.public.values == MAX_EXACT_VALUES
    values = [0, 1000, *(31 * i for i in range(MAX_EXACT_VALUES - 2))]
    encrypted = published(2).encrypt(values, bits=10)
    proof = prove(encrypted, exact, upper=1000)
    received = ExactRangeProof(own_setup(2).key, encrypted.ciphertexts, proof, 1000, CONTEXT, PROVER)
    assert refusal(received, own) is None
    twin_accepts(received, exact, 2)
    with pytest.raises(ParameterError, match="number"):
        prove(published(2).encrypt([1] * 33, bits=10), exact)


def test_a_proof_at_full_size() -> None:
    own, exact = both_sides(1, "S128", 3)
    encrypted = published(1, "S128").encrypt([0, UPPER, 17], bits=32)
    received = ExactRangeProof(
        own_setup(1, "S128").key, encrypted.ciphertexts, prove(encrypted, exact), UPPER, CONTEXT, PROVER
    )
    found = verdicts([received, replace(received, upper=UPPER - 1)], own)
    assert found[0] is None
    assert isinstance(found[1], ProofError)
    twin_accepts(received, exact, 1, "S128")


# ---- Values out of range


@pytest.mark.parametrize("bad", [-1, UPPER + 1, 2**40, -(2**40), 2**290])
@pytest.mark.parametrize("at", [0, 2])
def test_values_out_of_range_cannot_be_proven(bad: int, at: int) -> None:
    values = [5, UPPER, 0]
    values[at] = bad
    with pytest.raises(ParameterError, match=rf"values\[{at}\]: not within 0 and upper"):
        proof_of(values)


@pytest.mark.parametrize("bad", [-1, UPPER + 1, 2**40, -(2**40)])
@pytest.mark.parametrize("parts", [(0, 0, 0), (0, 0, 1), (2**16, 2**20, 1)])
def test_cheating_provers_are_refused(bad: int, parts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bexact, "three_squares", lambda n, rng: parts)
    found = refusal(twin_proof([7, bad]))
    assert isinstance(found, ProofError)
    assert found.detail == "bexact: T_0: equation"


def test_relations_that_cancel_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in test_cross_bexact: what one value lacks, another has too much of."""
    good = 4 * 5 * (UPPER - 5) + 1
    roots = {-4 * (UPPER + 1) + 1: (0, 0, 1), good: squares.three_squares(good - 4 * UPPER - 4, SeededRng(b"c"))}
    monkeypatch.setattr(bexact, "three_squares", lambda n, rng: roots[n])
    assert str(refusal(twin_proof([-1, 5]))) == "E_PROOF: bexact: T_0: equation"


def test_a_ciphertext_of_another_value_is_found() -> None:
    """Values at the end of the range, one of them raised by one: 1 + N is an encryption of 1."""
    good, n = proof_of([3, UPPER]), own_setup(1).key.n
    raised = good.ciphertexts[1] * (1 + n) % n**2
    assert twin_key("TOY", 1).decrypt(raised) == UPPER + 1
    assert str(refusal(replace(good, ciphertexts=[good.ciphertexts[0], raised]))).startswith("E_PROOF: bexact")


# ---- Batches


def test_culprits_of_a_batch_are_named_exactly() -> None:
    """Of proofs with several numbers of values, ranges and provers."""
    n = own_setup(1).key.n
    received = [proof_of([i, 0, 3, i][: 1 + i % 4], 9 + i, b"client %d" % i) for i in range(9)]
    assert verdicts(received) == [None] * 9
    received[2] = replace(received[2], context=b"poll 8")
    received[4] = replace(received[4], proof=received[4].proof[:-1])
    received[6] = replace(received[6], upper=16)
    wrong = [received[7].ciphertexts[0] * (1 + n) % n**2, *received[7].ciphertexts[1:]]
    received[7] = replace(received[7], ciphertexts=wrong)
    received[8] = replace(received[8], upper=0)
    assert [None if error is None else type(error) for error in verdicts(received)] == [
        *(None, None, ProofError, None),
        *(DecodeError, None, ProofError, ProofError, ParameterError),
    ]


def test_provers_with_keys_of_their_own() -> None:
    prover = own_setup(2)
    key = own_setup(1).accept_key(published(2), prover.prove_factors(published(1)))
    encrypted = prover.public.encrypt([0, UPPER], bits=32)
    mine = ExactRangeProof(key, encrypted.ciphertexts, prove(encrypted, generators()), UPPER, CONTEXT, PROVER)
    assert verdicts([mine, proof_of([1])]) == [None, None]
    found = verdicts([replace(mine, key=own_setup(1).key), proof_of([1])])
    assert isinstance(found[0], ProofError | DecodeError)
    assert found[1] is None


def test_an_empty_batch_has_no_verdicts() -> None:
    assert verdicts([]) == []


# ---- What a verifier refuses


def changes() -> dict[str, Callable[[ExactRangeProof], ExactRangeProof]]:
    n = own_setup(1).key.n
    return {
        "context": lambda p: replace(p, context=p.context + b" "),
        "prover": lambda p: replace(p, prover=b""),
        "upper - 1": lambda p: replace(p, upper=p.upper - 1),
        "upper + 1": lambda p: replace(p, upper=p.upper + 1),
        "upper, longer": lambda p: replace(p, upper=2**40),
        "key": lambda p: replace(p, key=own_setup(2).key),
        "order": lambda p: replace(p, ciphertexts=p.ciphertexts[::-1]),
        "fewer ciphertexts": lambda p: replace(p, ciphertexts=p.ciphertexts[:1]),
        "more ciphertexts": lambda p: replace(p, ciphertexts=[*p.ciphertexts, 1]),
        "ciphertext 0": lambda p: replace(p, ciphertexts=[0, p.ciphertexts[1]]),
        "ciphertext N": lambda p: replace(p, ciphertexts=[n, p.ciphertexts[1]]),
        "ciphertext N^2": lambda p: replace(p, ciphertexts=[n**2, p.ciphertexts[1]]),
        "ciphertext + N^2": lambda p: replace(p, ciphertexts=[p.ciphertexts[0] + n**2, p.ciphertexts[1]]),
        "ciphertext < 0": lambda p: replace(p, ciphertexts=[p.ciphertexts[0] - n**2, p.ciphertexts[1]]),
        "empty": lambda p: replace(p, proof=b""),
        "version": lambda p: replace(p, proof=b"\0\2" + p.proof[2:]),
        "longer": lambda p: replace(p, proof=p.proof + b"\0"),
        "shorter": lambda p: replace(p, proof=p.proof[:-1]),
        "no ciphertexts": lambda p: replace(p, ciphertexts=[]),
        "more ciphertexts than generators": lambda p: replace(p, ciphertexts=[p.ciphertexts[0]] * 5),
        "upper 0": lambda p: replace(p, upper=0),
        "upper < 0": lambda p: replace(p, upper=-p.upper),
        "upper 2^256": lambda p: replace(p, upper=2**256),
    }


def test_every_change_is_refused() -> None:
    good = proof_of([1, UPPER])
    spoiled = {name: change(good) for name, change in changes().items()}
    found = dict(zip(spoiled, verdicts(list(spoiled.values())), strict=True))
    assert {name for name, error in found.items() if error is None} == set()
    terms = {name for name, error in found.items() if isinstance(error, ParameterError)}
    assert terms == {name for name in spoiled if name.startswith(("upper 0", "upper <", "upper 2"))} | {
        "no ciphertexts",
        "more ciphertexts than generators",
    }
    assert {type(error) for error in found.values()} == {ParameterError, DecodeError, ProofError}
    alone = {name: refusal(proof) for name, proof in spoiled.items()}
    assert {name: str(error) for name, error in alone.items()} == {name: str(error) for name, error in found.items()}


def test_every_flipped_byte_is_refused() -> None:
    good = proof_of([1, UPPER])
    spoiled = [
        replace(good, proof=good.proof[:at] + bytes([good.proof[at] ^ 1]) + good.proof[at + 1 :])
        for at in range(0, len(good.proof), 7)
    ]
    found = verdicts([good, *spoiled])
    assert found[0] is None
    assert all(isinstance(error, ProofError | DecodeError) for error in found[1:])


def test_a_proof_convinces_its_verifier_only() -> None:
    good = proof_of([1])
    assert isinstance(refusal(good, own_exact(2)), ProofError | DecodeError)
    theirs = replace(good, proof=prove(published(1).encrypt([1], bits=8), generators(2)))
    assert isinstance(refusal(theirs), ProofError | DecodeError)


def test_profiles_do_not_mix() -> None:
    encrypted = published(1).encrypt([1], bits=8)
    with pytest.raises(ProfileError):
        prove(encrypted, both_sides(1, "S128", 3)[1])
    assert isinstance(refusal(replace(proof_of([1]), key=own_setup(1, "S128").key)), ProfileError)


# ---- What a prover cannot ask for


@pytest.mark.parametrize("upper", [0, -1, 2**256])
def test_ranges_that_cannot_be_proven(upper: int) -> None:
    with pytest.raises(ParameterError, match="upper: out of range"):
        prove(published(1).encrypt([0], bits=8), generators(), upper=upper)


@pytest.mark.parametrize("upper", ["1", 1.0, None])
def test_upper_is_an_integer(upper: Any) -> None:
    with pytest.raises(TypeError):
        prove(published(1).encrypt([0], bits=8), generators(), upper=upper)


@pytest.mark.parametrize("count", [0, 5, 33])
def test_there_are_generators_for_every_value(count: int) -> None:
    with pytest.raises(ParameterError, match="ciphertexts: their number"):
        prove(published(1).encrypt([1] * count, bits=8), generators())


@pytest.mark.parametrize("experimental", [False, None, 1, "yes"])
def test_nothing_works_without_the_switch(experimental: Any) -> None:
    encrypted = published(1).encrypt([1], bits=8)
    for attempt in (
        lambda: OwnExactSetup(own_setup(1), values=1, experimental=experimental),
        lambda: prove(encrypted, generators(), experimental=experimental),
        lambda: verify_exact_batch(own_exact(), [], experimental=experimental),
    ):
        with pytest.raises(ParameterError, match="experimental=True"):
            attempt()


# ---- Generators


def test_fewer_generators_are_the_first_of_more() -> None:
    """So a verifier who publishes more goes on to accept what was made for fewer."""
    some, more = (both_sides(1, values=values)[1] for values in (4, 9))
    assert twin_generators(some, 1).s == twin_generators(more, 1).s[:16]
    assert len(set(twin_generators(more, 1).s)) == 36
    good = proof_of([1, 2])
    assert refusal(good, both_sides(1, values=9)[0]) is None
    assert refusal(good, both_sides(1, values=2)[0]) is None
    assert isinstance(refusal(good, both_sides(1, values=1)[0]), ParameterError)


def test_a_setup_that_is_opened_again_has_the_same_generators() -> None:
    opened = OwnSetup.open(own_setup(1).seal("correct horse"), "correct horse")
    again = OwnExactSetup(opened, values=4, experimental=True)
    size = HEADER + 15 * PROFILES["TOY"].nh_bytes
    assert again.public.to_bytes()[:size] == generators().to_bytes()[:size]
    assert verdicts([proof_of([0, UPPER]), replace(proof_of([1]), upper=5)], again)[0] is None
    assert own_exact(2).public.to_bytes()[HEADER:size] != generators().to_bytes()[HEADER:size]


@pytest.mark.parametrize("values", [0, -1, 33, 2**70])
def test_there_are_1_to_32_values(values: int) -> None:
    with pytest.raises(ParameterError, match="values"):
        OwnExactSetup(own_setup(1), values=values, experimental=True)


def test_every_flipped_byte_of_generators_is_refused() -> None:
    data = generators().to_bytes()
    for at in [*range(HEADER + 2), *range(HEADER, len(data), 211)]:
        with pytest.raises((DecodeError, ProofError, ContextError)):
            ExactSetup.from_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], published(1))
    for wrong in (b"", data[:-1], data + b"\0", published(1).to_bytes()):
        with pytest.raises((DecodeError, ContextError)):
            ExactSetup.from_bytes(wrong, published(1))


def test_generators_that_are_no_powers_of_t_are_refused() -> None:
    """One of them wrong by a sign, by a factor, or exchanged for another; or one that is no unit of order above two."""
    data, size = generators().to_bytes(), PROFILES["TOY"].nh_bytes
    params = twin_generators(generators(), 1)
    nh, s = params.nh, params.s
    for number in (nh - s[3], s[3] * 4 % nh, s[3] * params.t % nh, s[4], s[0], params.t, 0, 1, nh - 1):
        at = HEADER + 2 * size  # of s[3]
        assert int.from_bytes(data[at : at + size], "big") == s[3]
        with pytest.raises(ProofError):
            ExactSetup.from_bytes(data[:at] + number.to_bytes(size, "big") + data[at + size :], published(1))


@pytest.mark.parametrize("values", [0, 33, 65535])
def test_the_number_of_published_generators_has_its_bounds(values: int) -> None:
    data = generators().to_bytes()
    with pytest.raises(DecodeError, match="values"):
        ExactSetup.from_bytes(data[:34] + values.to_bytes(2, "big") + data[HEADER:], published(1))


def test_generators_belong_to_one_setup() -> None:
    data = generators(2).to_bytes()
    with pytest.raises(ContextError, match="another setup"):
        ExactSetup.from_bytes(data, published(1))
    with pytest.raises((ProofError, DecodeError)):
        ExactSetup.from_bytes(data[:2] + published(1).id + data[34:], published(1))


@pytest.mark.parametrize("make", [lambda: own_exact()._native, lambda: generators()._native])
def test_handles_are_neither_printed_nor_pickled(make: Callable[[], Any]) -> None:
    handle = make()
    assert repr(handle) in ("<OwnExactRangeSetup>", "<ExactRangeSetup>")
    with pytest.raises(TypeError):
        pickle.dumps(handle)
