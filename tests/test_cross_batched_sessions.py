"""Whole sessions of mode 1: native signers and the twin say the same bytes, and the twin accepts what they say."""

from functools import cache

import pytest
from cross_sessions import Twins, replay
from keys import PROFILES
from sessions import Key, Presigning, make_key, presign, sign

from mpc_fast.protocols.presign import Proofs
from mpc_fast.reference import baff_a1, benc
from mpc_fast.reference.errors import ProofError

pytestmark = pytest.mark.usefixtures("toy_profile")

DIGEST = bytes(range(32))

# threshold, parties, P, signers; P = 0: interactive signing
Kind = tuple[int, int, int, tuple[int, ...]]
TOY_SESSIONS: list[Kind] = [
    (2, 2, 1, (1, 2)),
    (2, 3, 3, (1, 3)),
    (3, 3, 2, (1, 2, 3)),
    (2, 4, 5, (1, 3, 4)),
    (2, 3, 0, (1, 3)),
    (3, 3, 0, (1, 2, 3)),
]
LARGE_SESSIONS: list[Kind] = [(2, 2, 0, (1, 2)), (2, 2, 3, (1, 2))]  # made again; of the first the proofs are verified


@cache
def key(profile: str, threshold: int, parties: int) -> Key:
    return make_key(profile, threshold, parties)


@cache
def session(profile: str, kind: Kind) -> tuple[Presigning, Twins]:
    threshold, parties, count, signers = kind
    on, seed = key(profile, threshold, parties), f"batched {count}"
    if count == 0:
        made: Presigning = sign(on, list(signers), DIGEST, seed, Proofs.BATCHED)
    else:
        made = presign(on, list(signers), count, seed)
    return made, replay(on, made, count or 1, seed)


def verify_proofs(profile: str, made: Presigning, twins: Twins) -> None:
    """BENC by every verifier, BAFF-A1 by every receiver, as they stand in the messages."""
    p = PROFILES[profile]
    for i, twin in twins.items():
        place, statement = twin.session(1), twin.benc_statement()
        common_at = 33 + twin.count * (2 * p.n2_bytes + 4 * 33)
        common = benc.Common.decode(made.broadcast[1][i][common_at:], place, statement, len(twin.peers))
        for at, j in enumerate(twin.peers):
            private = benc.Private.decode(made.private[1][i][j], place, statement)
            benc.verify(place, statement, common, private, twin.verifier(j), at)
            with pytest.raises(ProofError):
                benc.verify(twin.session(2), statement, common, private, twin.verifier(j), at)
        for j, payload in made.private[2][i].items():
            proof = baff_a1.Proof.decode(payload[4 * p.n2_bytes * twin.count :], twin.session(2), twin.count)
            baff_a1.verify(twin.session(2), twin.pids[j], twin.baff_statement(j), proof, twin.setups[j])
            with pytest.raises(ProofError):
                baff_a1.verify(twin.session(2), twin.pids[i], twin.baff_statement(j), proof, twin.setups[j])


@pytest.mark.parametrize("kind", TOY_SESSIONS)
def test_a_session_of_mode_1(kind: Kind) -> None:
    verify_proofs("TOY", *session("TOY", kind))


def test_a_session_of_mode_1_at_full_size() -> None:
    verify_proofs("S128", *session("S128", LARGE_SESSIONS[0]))


# Frozen as in test_cross_protocol.py: interactive signing, and three presignatures.
FROZEN: dict[tuple[str, Kind], str] = {
    ("TOY", (2, 3, 0, (1, 3))): "6e330cd39352ddf54b9dfa9866501505b64d0e62aae954c62e0791d00d16f9a6",
    ("TOY", (2, 3, 3, (1, 3))): "8d758d0cc124d1d0bd6d1076f5f56c756db235e24ebace2a02023b300ea14016",
    ("S128", (2, 2, 0, (1, 2))): "69aeca3da043a4ff76bd47db3eb1e46f44a4fbd468ea89d77e5ef01ab4f7b668",
    ("S128", (2, 2, 3, (1, 2))): "d34af1081868f99231371a35a2bc81cf04b365e07245297f7f1b5da339feb340",
}


@pytest.mark.parametrize(("profile", "kind"), FROZEN)
def test_sessions_of_mode_1_are_frozen(profile: str, kind: Kind) -> None:
    assert session(profile, kind)[0].digest() == FROZEN[profile, kind]
