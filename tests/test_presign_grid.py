"""Presigning with proofs in a grid, proof mode 2, which is experimental: its switch, its results, who is blamed."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from parties import DIGEST, Key, make_key, results, run
from presignatures import PASSPHRASE
from verdicts import CULPRIT, Recorder, assert_named

from mpc_fast._native import Generators, KeyShare, NativeError, PresignPool, PresignRun, SignRun
from mpc_fast.errors import ContextError, ParameterError
from mpc_fast.messages import sha256_message
from mpc_fast.presignatures import PresignatureStore
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.local import presign, sign_presigned
from mpc_fast.protocols.network import Report
from mpc_fast.protocols.presign import MOST, Presigning, Proofs
from mpc_fast.protocols.sign import Signing
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")

ALL = (1, 2, 3)


def key(profile: str = "TOY") -> Key:
    return make_key(profile, 2, 3 if profile == "TOY" else 2)


@cache
def others() -> dict[int, Generators]:
    """Of another exchange of the same members."""
    return key().exchange_generators(10)


def assert_signs(signature: bytes, share: KeyShare, digest: bytes) -> None:
    coincurve = pytest.importorskip("coincurve", reason="needs the extra [wallet]")
    from coincurve.ecdsa import cdata_to_der, deserialize_compact

    der = cdata_to_der(deserialize_compact(signature))
    assert coincurve.PublicKey(share.public_key).verify(der, digest, hasher=None)


# ---- What it makes


@pytest.mark.parametrize(
    ("profile", "count", "signers"),
    [("TOY", 1, (1, 2)), ("TOY", 2, ALL), ("TOY", 5, (1, 3)), ("TOY", 5, ALL), ("S128", 2, (1, 2))],
)
def test_presignatures_sign(profile: str, count: int, signers: Sequence[int], tmp_path: Path) -> None:
    on = key(profile)
    shares = [on.shares[i] for i in signers]
    parts, _ = presign(
        shares, count, proofs=Proofs.GRID, generators=[on.generators[i] for i in signers], experimental=True
    )
    assert len({one.id for one in parts}) == count
    assert {one.aux_digest for one in parts} == {on.shares[1].aux_digest}
    store, access = PresignatureStore.create(tmp_path / "store", PASSPHRASE, state=tmp_path / "state")
    with store:
        store.add(access, parts)
        for number in range(count):
            message = sha256_message(bytes([number]))
            assert_signs(sign_presigned(shares, store, access, message).signature, shares[0], message.digest)


def test_interactive_signing() -> None:
    parties = [
        Signing(key().shares[i], ALL, DIGEST, proofs=Proofs.GRID, generators=key().generators[i], experimental=True)
        for i in ALL
    ]
    assert_signs(results(run(parties))[1][0], key().shares[1], DIGEST)


def test_a_session_makes_as_many_as_it_may() -> None:
    """All messages fit into what its schedule allows, R3e included."""
    generators = key().exchange_generators(2 * MOST)
    made = results(run([key().grid_party(i, (1, 2), MOST, generators[i]) for i in (1, 2)]))
    assert [one.id for one in made[1]] == [one.id for one in made[2]]
    assert len({one.id for one in made[1]}) == MOST


@pytest.mark.parametrize("count", [1, 3])
def test_a_pool_serves_a_grid_as_well(count: int) -> None:
    pools = {i: PresignPool(key().shares[i]) for i in (1, 2)}
    for pool in pools.values():
        pool.fill((1, 2), count, 2)
    parties = [
        Presigning(
            key().shares[i],
            (1, 2),
            count=count,
            proofs=Proofs.GRID,
            pool=pools[i],
            generators=key().generators[i],
            experimental=True,
        )
        for i in (1, 2)
    ]
    results(run(parties))
    assert [pool.sessions((1, 2), count) for pool in pools.values()] == [1, 1]


# ---- The switch and the arguments


def refuse(match: str, **arguments: Any) -> None:
    for make in (
        lambda: Presigning(key().shares[1], (1, 2), **arguments),
        lambda: Signing(key().shares[1], (1, 2), DIGEST, **arguments),
    ):
        with pytest.raises(ParameterError, match=match):
            make()


@pytest.mark.parametrize("answer", [False, None, 1, "yes"])
def test_nothing_happens_without_the_experimental_switch(answer: Any) -> None:
    refuse("experimental", proofs=Proofs.GRID, generators=key().generators[1], experimental=answer)
    with pytest.raises(ParameterError, match="experimental"):
        presign(
            [key().shares[i] for i in (1, 2)],
            proofs=Proofs.GRID,
            generators=[key().generators[i] for i in (1, 2)],
            experimental=answer,
        )


def test_a_grid_needs_generators_and_nothing_else_takes_them() -> None:
    refuse("generators", proofs=Proofs.GRID, experimental=True)
    for proofs in (Proofs.ORDINARY, Proofs.BATCHED):
        refuse("GRID alone", proofs=proofs, generators=key().generators[1], experimental=True)
    with pytest.raises(ParameterError, match="generators"):
        presign(
            [key().shares[i] for i in (1, 2)],
            proofs=Proofs.GRID,
            generators=[key().generators[1]],
            experimental=True,
        )


def test_too_few_generators_are_refused() -> None:
    with pytest.raises(ParameterError, match="10; 6 presignatures take 12"):
        key().grid_party(1, (1, 2), 6)


def test_generators_of_another_share_are_refused() -> None:
    with pytest.raises(ContextError):
        key().grid_party(1, (1, 2), 1, key().generators[2])
    with pytest.raises(ContextError):
        key().grid_party(1, (1, 2), 1, make_key("TOY", 2, 2).generators[1])


@pytest.mark.parametrize(
    ("mode", "count", "generators", "code"),
    [
        (2, 1, None, "E_PARAMETER"),
        (2, 6, 1, "E_PARAMETER"),
        (1, 1, 1, "E_PARAMETER"),
        (0, 1, 1, "E_PARAMETER"),
        (2, 1, 2, "E_CONTEXT"),
    ],
)
def test_the_core_refuses_too(mode: int, count: int, generators: int | None, code: str) -> None:
    own = None if generators is None else key().generators[generators]
    share, values = key().shares[1], [bytes([i]) * 32 for i in (1, 2)]
    with pytest.raises(NativeError) as caught:
        PresignRun(share, (1, 2), values, mode, count, None, own)
    assert caught.value.code == code
    if count == 1:
        with pytest.raises(NativeError) as caught:
            SignRun(share, (1, 2), values, DIGEST, mode, None, own)
        assert caught.value.code == code


# ---- Sessions that do not belong together


def assert_nobody_meets(parties: list[Presigning]) -> None:
    report = run(parties)
    assert not report.results
    assert {(failure.code, failure.culprits) for failure in report.failures.values()} == {("E_CONTEXT", frozenset())}


@pytest.mark.parametrize("signers", [(1, 2), ALL])
def test_another_mode_is_e_context(signers: Sequence[int]) -> None:
    batched = [Presigning(key().shares[i], signers) for i in signers if i != CULPRIT]
    assert_nobody_meets([*batched, key().grid_party(CULPRIT, signers)])


@pytest.mark.parametrize("signers", [(1, 2), ALL])
def test_other_generators_are_e_context(signers: Sequence[int]) -> None:
    some = [key().grid_party(i, signers) for i in signers if i != CULPRIT]
    assert_nobody_meets([*some, key().grid_party(CULPRIT, signers, 1, others()[CULPRIT])])


# ---- Old messages; single fields are in test_mutations.py


def presign_against(adversary: Adversary, signers: Sequence[int]) -> Report[Any]:
    return run(key().presigning_parties(signers, 2, Proofs.GRID), adversary=adversary)


@pytest.mark.parametrize(
    ("round_", "kind", "code"),
    [(1, "bcast", "B-BENC"), (1, "p2p", "B-BENC"), (2, "bcast", "B-ECHO"), (2, "p2p", "B-HASH")],
)
@pytest.mark.parametrize("signers", [(1, 2), ALL])
def test_old_messages_name_their_sender(round_: int, kind: str, code: str, signers: Sequence[int]) -> None:
    old = Recorder()
    assert not presign_against(old, signers).failures

    class Replay(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            if (draft.sender, draft.round, draft.kind) == (CULPRIT, round_, kind):
                return old.sent[round_, kind, CULPRIT, draft.recipient]
            return draft.payload

    assert_named(presign_against(Replay(), signers), code)


def test_the_baff_of_an_old_session_is_b_baff() -> None:
    """Behind the D and F of this one."""
    old = Recorder()
    assert not presign_against(old, ALL).failures

    class Replay(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            if (draft.sender, draft.round, draft.kind) != (CULPRIT, 2, "p2p"):
                return draft.payload
            ciphertexts = 2 * 4 * TOY.n2_bytes
            return draft.payload[:ciphertexts] + old.sent[2, "p2p", CULPRIT, draft.recipient][ciphertexts:]

    assert_named(presign_against(Replay(), ALL), "B-BAFF")
