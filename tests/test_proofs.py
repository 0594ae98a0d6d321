"""Range proofs between strangers: mpc_fast.proofs, against the readable twin."""

import pickle
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from batch_cheats import Smallest, without_limits
from keys import PROFILES, prime_set
from range_setups import own_setup, published, twin_key, twin_params

from mpc_fast import proofs
from mpc_fast.errors import DecodeError, MpcError, ParameterError, ProfileError, ProofError, SealError
from mpc_fast.proofs import OwnSetup, RangeProof, Setup, proven_bits, range_proof_batch, verify_batch
from mpc_fast.reference import benc, transcript
from mpc_fast.reference.batch import Range, Session
from mpc_fast.reference.rng import Rng, SeededRng
from mpc_fast.reference.transcript import octets

pytestmark = pytest.mark.usefixtures("toy_profile")

CONTEXT, PROVER = b"poll 7", b"client 12"
BITS = 32


def proof_of(values: Sequence[int], *, owner: int = 1, prover: bytes = PROVER, context: bytes = CONTEXT) -> RangeProof:
    """By somebody who encrypts under the verifier's key."""
    encrypted = published(owner).encrypt(values, bits=BITS)
    (proof,) = range_proof_batch(encrypted, [published(owner)], context=context, prover=prover)
    return RangeProof(own_setup(owner).key, encrypted.ciphertexts, proof, BITS, context, prover)


def refusal(proof: RangeProof, owner: int = 1) -> MpcError | None:
    (found,) = verify_batch(own_setup(owner), [proof])
    return found


# ---- The twin's view of the same proofs


def twin_session(profile: str, context: bytes, prover: bytes, bits: int, hiding: int) -> Session:
    p = PROFILES[profile]
    ssid = transcript.h256("range-proof", octets(context))
    return Session(p, ssid, 0, transcript.h256("range-prover", octets(prover)), Range(bits, p.kappa + hiding))


def twin_verifier(setup: Setup) -> benc.Verifier:
    return benc.Verifier(setup.id, twin_params(setup))


def split(proof: bytes, session: Session, st: benc.Statement) -> tuple[int, benc.Common, benc.Private]:
    version, verifiers, position = (int.from_bytes(proof[at : at + 2], "big") for at in (0, 2, 4))
    assert version == 1
    p = session.profile
    length = p.n2_bytes + 1 + (session.x_bits(st.rows) + 7) // 8 + p.n_bytes + 32 * verifiers
    common = benc.Common.decode(proof[6 : 6 + length], session, st, verifiers)
    return position, common, benc.Private.decode(proof[6 + length :], session, st)


def twin_proof(
    values: Sequence[int], rng: Rng | None = None, *, bits: int = BITS, hiding: int = proofs.HIDING
) -> RangeProof:
    """Made by the twin, for party 1."""
    key, verifier = twin_key("TOY", 1).key, twin_verifier(published(1))
    session = twin_session("TOY", CONTEXT, PROVER, bits, hiding)
    nonces = SeededRng(b"nonces")
    wit = benc.Witness(tuple(values), tuple(nonces.unit(key.n) for _ in values))
    cap_k = tuple(key.encrypt(k, rho) for k, rho in zip(wit.k, wit.rho, strict=True))
    st = benc.Statement(key, cap_k, None, 1)
    common, (private,) = benc.prove(session, st, wit, [verifier], rng or SeededRng(b"twin"))
    data = b"\0\1\0\1\0\0" + common.encode(session, st) + private.encode(session, st)
    return RangeProof(own_setup(1).key, cap_k, data, bits, CONTEXT, PROVER, hiding)


@pytest.mark.parametrize("values", [[0], [1, -1], [2**BITS - 1, 1 - 2**BITS, 0], list(range(128))], ids=len)
@pytest.mark.parametrize("parties", [(1,), (2, 3, 1)], ids=len)
def test_the_twin_accepts_what_the_core_proves(values: list[int], parties: tuple[int, ...]) -> None:
    encrypted = published(1).encrypt(values, bits=BITS)
    secret = twin_key("TOY", 1)
    assert [secret.decrypt(c) for c in encrypted.ciphertexts] == values
    made = range_proof_batch(encrypted, [published(j) for j in parties], context=CONTEXT, prover=PROVER)
    session = twin_session("TOY", CONTEXT, PROVER, BITS, proofs.HIDING)
    st = benc.Statement(secret.key, encrypted.ciphertexts, None, 1)
    for at, (j, proof) in enumerate(zip(parties, made, strict=True)):
        position, common, private = split(proof, session, st)
        assert position == at
        benc.verify(session, st, common, private, twin_verifier(published(j)), position)


@pytest.mark.parametrize("hiding", [32, 128, 200])
def test_the_core_accepts_what_the_twin_proves(hiding: int) -> None:
    assert refusal(twin_proof([5, -7, 2**BITS - 1], hiding=hiding)) is None


def test_a_proof_at_full_size() -> None:
    own, setup = own_setup(1, "S128"), published(1, "S128")
    encrypted = setup.encrypt([17, 4, 0], bits=32)
    (proof,) = range_proof_batch(encrypted, [setup], context=CONTEXT, prover=PROVER)
    received = RangeProof(own.key, encrypted.ciphertexts, proof, 32, CONTEXT, PROVER)
    assert verify_batch(own, [received, replace(received, context=b"another")])[0] is None
    st = benc.Statement(twin_key("S128", 1).key, encrypted.ciphertexts, None, 1)
    session = twin_session("S128", CONTEXT, PROVER, 32, proofs.HIDING)
    position, common, private = split(proof, session, st)
    benc.verify(session, st, common, private, twin_verifier(setup), position)


# ---- The slack


@pytest.mark.parametrize(("values", "logarithm"), [(1, 0), (2, 1), (3, 2), (64, 6), (65, 7), (128, 7)])
def test_proven_bits_are_those_of_the_docstring(values: int, logarithm: int) -> None:
    assert proven_bits(32, values) == 32 + 128 + 128 + logarithm + 1
    assert proven_bits(40, values, hiding=32, profile="C112") == 40 + 128 + 32 + logarithm + 1


@pytest.mark.parametrize("others", [0, 3])
def test_values_beyond_the_range_pass_up_to_the_slack(others: int) -> None:
    """The claim is 2^proven_bits, not 2^bits: nobody may believe more."""
    # TOY has challenges of 32 bits: of the responses of this value, one in 2^9 is out of bounds.
    slack = proven_bits(BITS, 1 + others, profile="TOY") - 32 - 1
    assert refusal(twin_proof([2 ** (slack - 10), *range(others)])) is None


def test_values_past_the_slack_pass_by_chance_only() -> None:
    """With the smallest masks z = e v + 1, so that a value 2^7 past the slack needs a challenge below 2^25."""
    bits = BITS + 1  # 193 bits of z, in a field of 200
    value = 2 ** (proven_bits(bits, 1, profile="TOY") - 32 - 1 + 7)
    with without_limits():
        tried = [twin_proof([value + i], Smallest(), bits=bits) for i in range(10)]
    found = verify_batch(own_setup(1), tried)
    assert {str(error) for error in found if error} == {"E_PROOF: benc: z: out of range"}
    assert found.count(None) <= 4  # five of ten: once in 2^27 runs


def test_responses_for_values_beyond_what_is_proven_have_no_encoding() -> None:
    with without_limits(), pytest.raises(OverflowError):
        twin_proof([2 ** (proven_bits(BITS, 1, profile="TOY") + 1)], Smallest())


# ---- Batches


def test_culprits_of_a_batch_are_named_exactly() -> None:
    n2 = own_setup(1).key.n ** 2
    received = [proof_of([i, 3], prover=b"client %d" % i) for i in range(9)]
    assert verify_batch(own_setup(1), received) == [None] * 9
    received[2] = replace(received[2], context=b"poll 8")
    received[4] = replace(received[4], proof=received[4].proof[:-1])
    wrong = [received[7].ciphertexts[0] * (1 + own_setup(1).key.n) % n2, received[7].ciphertexts[1]]
    received[7] = replace(received[7], ciphertexts=wrong)
    found = verify_batch(own_setup(1), received)
    assert [None if error is None else type(error) for error in found] == [
        *(None, None, ProofError, None),
        *(DecodeError, None, None, ProofError, None),
    ]


def test_proofs_under_several_keys_are_verified_together() -> None:
    """Provers 2 and 3 have keys of their own, and have shown their factors to verifier 1."""
    own, received = own_setup(1), [proof_of([1, 2])]
    for party in (2, 3):
        prover = own_setup(party)
        key = own.accept_key(published(party), prover.prove_factors(published(1)))
        encrypted = prover.public.encrypt([party, -party], bits=BITS)
        assert [twin_key("TOY", party).decrypt(c) for c in encrypted.ciphertexts] == [party, -party]
        (proof,) = range_proof_batch(encrypted, [published(1)], context=CONTEXT, prover=PROVER)
        received.append(RangeProof(key, encrypted.ciphertexts, proof, BITS, CONTEXT, PROVER))
    assert verify_batch(own, received) == [None] * 3
    received[1] = replace(received[1], key=received[2].key)
    assert [error is None for error in verify_batch(own, received)] == [True, False, True]


def test_batches_of_any_size_are_verified() -> None:
    """So many that combinations are split."""
    received = [proof_of([1] * 64, prover=b"client %d" % i) for i in range(70)]
    assert verify_batch(own_setup(1), received) == [None] * 70
    received[66] = replace(received[66], context=b"another")
    assert [at for at, error in enumerate(verify_batch(own_setup(1), received)) if error] == [66]


def test_more_ciphertexts_than_a_product_of_the_engine_may_have() -> None:
    """65 536 and one more, in proofs that fail at their equations only."""
    good, rng = proof_of([1] * 128), random.Random("many")
    n2 = good.key.n**2
    bad = [replace(good, ciphertexts=[rng.randrange(1, n2) for _ in range(128)]) for _ in range(512)]
    found = verify_batch(own_setup(1), [*bad, good])
    assert found[-1] is None
    assert all(isinstance(error, ProofError) for error in found[:-1])


def test_an_empty_batch_has_no_verdicts() -> None:
    assert verify_batch(own_setup(1), []) == []


# ---- What a verifier refuses


def changes() -> dict[str, Callable[[RangeProof], RangeProof]]:
    n = own_setup(1).key.n
    return {
        "context": lambda p: replace(p, context=p.context + b" "),
        "prover": lambda p: replace(p, prover=b""),
        "bits": lambda p: replace(p, bits=p.bits + 1),
        "hiding": lambda p: replace(p, hiding=p.hiding + 1),
        "key": lambda p: replace(p, key=own_setup(2).key),
        "order": lambda p: replace(p, ciphertexts=p.ciphertexts[::-1]),
        "fewer ciphertexts": lambda p: replace(p, ciphertexts=p.ciphertexts[:1]),
        "more ciphertexts": lambda p: replace(p, ciphertexts=[*p.ciphertexts, 1]),
        "no ciphertexts": lambda p: replace(p, ciphertexts=[]),
        "129 ciphertexts": lambda p: replace(p, ciphertexts=[p.ciphertexts[0]] * 129),
        "ciphertext 0": lambda p: replace(p, ciphertexts=[0, p.ciphertexts[1]]),
        "ciphertext N": lambda p: replace(p, ciphertexts=[n, p.ciphertexts[1]]),
        "ciphertext N^2": lambda p: replace(p, ciphertexts=[n**2, p.ciphertexts[1]]),
        "ciphertext + N^2": lambda p: replace(p, ciphertexts=[p.ciphertexts[0] + n**2, p.ciphertexts[1]]),
        "ciphertext < 0": lambda p: replace(p, ciphertexts=[p.ciphertexts[0] - n**2, p.ciphertexts[1]]),
        "empty": lambda p: replace(p, proof=b""),
        "version": lambda p: replace(p, proof=b"\0\2" + p.proof[2:]),
        "no verifiers": lambda p: replace(p, proof=p.proof[:2] + bytes(4) + p.proof[6:]),
        "65535 verifiers": lambda p: replace(p, proof=p.proof[:2] + b"\xff\xff" + p.proof[4:]),
        "position": lambda p: replace(p, proof=p.proof[:4] + b"\0\1" + p.proof[6:]),
        "longer": lambda p: replace(p, proof=p.proof + b"\0"),
        "bits -1": lambda p: replace(p, bits=-1),
        "bits 2^70": lambda p: replace(p, bits=1 << 70),
        "hiding -1": lambda p: replace(p, hiding=-1),
        "hiding 2^70": lambda p: replace(p, hiding=1 << 70),
        "bits 0": lambda p: replace(p, bits=0),
        "hiding 31": lambda p: replace(p, hiding=31),
        "range beyond N": lambda p: replace(p, bits=1024),
    }


def test_every_change_is_refused() -> None:
    good = proof_of([1, 2])
    spoiled = {name: change(good) for name, change in changes().items()}
    found = dict(zip(spoiled, verify_batch(own_setup(1), list(spoiled.values())), strict=True))
    assert {name for name, error in found.items() if error is None} == set()
    terms = {name for name, error in found.items() if isinstance(error, ParameterError)}
    sizes = {"bits -1", "bits 2^70", "hiding -1", "hiding 2^70"}
    assert terms == {"no ciphertexts", "129 ciphertexts", "bits 0", "hiding 31", "range beyond N"} | sizes
    alone = {name: verify_batch(own_setup(1), [proof])[0] for name, proof in spoiled.items()}
    assert {name: str(error) for name, error in alone.items()} == {name: str(error) for name, error in found.items()}


def test_every_flipped_byte_is_refused() -> None:
    good = proof_of([1, 2])
    spoiled = [
        replace(good, proof=good.proof[:at] + bytes([good.proof[at] ^ 1]) + good.proof[at + 1 :])
        for at in range(0, len(good.proof), 7)
    ]
    found = verify_batch(own_setup(1), [good, *spoiled])
    assert found[0] is None
    assert all(isinstance(error, ProofError | DecodeError) for error in found[1:])


def test_the_part_of_one_verifier_convinces_no_other() -> None:
    encrypted = published(1).encrypt([1], bits=BITS)
    one, two = range_proof_batch(encrypted, [published(1), published(2)], context=CONTEXT, prover=PROVER)
    received = RangeProof(own_setup(1).key, encrypted.ciphertexts, one, BITS, CONTEXT, PROVER)
    assert verify_batch(own_setup(2), [replace(received, proof=two)]) == [None]
    assert isinstance(refusal(received, owner=2), ProofError | DecodeError)


# ---- What a prover cannot ask for


@pytest.mark.parametrize(
    ("values", "bits"), [([2**8], 8), ([-(2**8)], 8), ([0, 1, 2**200], 8), ([0], 0), ([0], 1 << 20), ([0], -1)], ids=str
)
def test_values_out_of_range_are_not_encrypted(values: list[int], bits: int) -> None:
    with pytest.raises(ParameterError):
        published(1).encrypt(values, bits=bits)


@pytest.mark.parametrize("values", [["1"], [1.0], [None]], ids=str)
def test_values_are_integers(values: list[Any]) -> None:
    with pytest.raises(TypeError):
        published(1).encrypt(values, bits=BITS)


@pytest.mark.parametrize(
    "terms",
    [{"bits": 31}, {"hiding": 31}, {"bits": 1000}, {"verifiers": []}, {"bits": -1}, {"hiding": 1 << 40}],
    ids=str,
)
def test_there_is_no_proof_without_sense(terms: dict[str, Any]) -> None:
    encrypted = published(1).encrypt([1], bits=BITS)
    arguments = {"verifiers": [published(1)], "context": CONTEXT, "prover": PROVER, **terms}
    with pytest.raises(ParameterError):
        range_proof_batch(encrypted, **arguments)


def test_there_are_1_to_128_values_in_a_proof() -> None:
    for count in (0, 129):
        with pytest.raises(ParameterError, match="number"):
            range_proof_batch(published(1).encrypt([1] * count, bits=2), [published(1)], context=CONTEXT, prover=PROVER)


def test_profiles_do_not_mix() -> None:
    encrypted = published(1).encrypt([1], bits=BITS)
    with pytest.raises(ProfileError):
        range_proof_batch(encrypted, [published(1, "S128")], context=CONTEXT, prover=PROVER)
    assert isinstance(refusal(replace(proof_of([1]), key=own_setup(1, "S128").key)), ProfileError)


# ---- Setups


def test_a_sealed_setup_opens_as_what_it_was() -> None:
    own, proof = own_setup(1), proof_of([1])
    sealed = own.seal("correct horse")
    opened = OwnSetup.open(sealed, "correct horse")
    assert opened.public.to_bytes() == own.public.to_bytes()
    assert verify_batch(opened, [proof]) == [None]
    with pytest.raises(SealError):
        OwnSetup.open(sealed, "wrong horse")
    for at in range(0, len(sealed), 997):
        with pytest.raises(SealError):
            OwnSetup.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], "correct horse")


def test_every_flipped_byte_of_a_setup_is_refused() -> None:
    data = own_setup(1).public.to_bytes()
    for at in [*range(10), *range(10, len(data), 401)]:
        with pytest.raises((DecodeError, ProfileError, ProofError)):
            Setup.from_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    for wrong in (b"", data[:-1], data + b"\0"):
        with pytest.raises(DecodeError):
            Setup.from_bytes(wrong)


def test_the_test_profile_needs_its_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    data = own_setup(1).public.to_bytes()
    monkeypatch.delenv("MPC_FAST_INSECURE_TEST_PROFILE")
    with pytest.raises(ProfileError):
        Setup.from_bytes(data)


def test_factors_are_shown_to_one_verifier() -> None:
    proof = own_setup(2).prove_factors(published(1))
    assert own_setup(1).accept_key(published(2), proof).n == published(2).n
    for verifier, prover in [(3, 2), (1, 3)]:
        with pytest.raises((ProofError, DecodeError)):
            own_setup(verifier).accept_key(published(prover), proof)
    for wrong in (proof[:-1], proof + b"\0", bytes(len(proof)), b""):
        with pytest.raises((ProofError, DecodeError)):
            own_setup(1).accept_key(published(2), wrong)


def test_setups_are_made_from_fresh_primes() -> None:
    own = OwnSetup.generate("TOY")
    assert own.public.n != OwnSetup.generate("TOY").public.n
    assert Setup.from_bytes(own.public.to_bytes()).n == own.key.n


@pytest.mark.parametrize(("profile", "primes_of"), [("S129", "TOY"), ("TOY", "S128"), ("S128", "TOY")])
def test_primes_are_of_the_profile(profile: str, primes_of: str) -> None:
    with pytest.raises(ProfileError):
        OwnSetup.generate(profile, prime_set(primes_of, 5))


def test_factors_are_not_shown_across_profiles() -> None:
    for prover, verifier in [("TOY", "S128"), ("S128", "TOY")]:
        with pytest.raises(ProfileError):
            own_setup(2, prover).prove_factors(published(1, verifier))


def test_primes_serve_once() -> None:
    taken = prime_set("TOY", 4)
    OwnSetup.generate("TOY", taken)
    with pytest.raises(MpcError, match="used already"):
        OwnSetup.generate("TOY", taken)


@pytest.mark.parametrize("make", [lambda: own_setup(1)._native, lambda: published(1).encrypt([7], bits=BITS)._native])
def test_secrets_are_neither_printed_nor_pickled(make: Callable[[], Any]) -> None:
    handle = make()
    assert repr(handle) in ("<OwnRangeSetup>", "<EncryptedValues>")
    with pytest.raises(TypeError):
        pickle.dumps(handle)
