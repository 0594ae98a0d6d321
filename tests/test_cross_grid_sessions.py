"""Whole sessions of mode 2: native signers and the twin say the same bytes, and conversions are right (7.2, 4)."""

from collections.abc import Mapping
from functools import cache

import pytest
from cross_sessions import check_conversions, replay
from sessions import Key, Presigning, exchange_generators, make_key, presign

from mpc_fast._native import Generators

pytestmark = pytest.mark.usefixtures("toy_profile")

# threshold, parties, P, signers
Kind = tuple[int, int, int, tuple[int, ...]]
SESSIONS: list[Kind] = [(2, 2, 1, (1, 2)), (2, 3, 2, (1, 3)), (2, 3, 3, (1, 2, 3)), (3, 4, 5, (1, 3, 4))]


@cache
def keyed(profile: str, threshold: int, parties: int, count: int) -> tuple[Key, Mapping[int, Generators]]:
    """With more generators than a session takes."""
    key = make_key(profile, threshold, parties)
    return key, exchange_generators(key, 2 * count + 1)


@cache
def session(profile: str, kind: Kind) -> Presigning:
    threshold, parties, count, signers = kind
    key, generators = keyed(profile, threshold, parties, count)
    return presign(key, list(signers), count, f"grid {count}", generators)


@pytest.mark.parametrize("kind", SESSIONS)
def test_the_twin_says_what_the_core_says(kind: Kind) -> None:
    threshold, parties, count, _ = kind
    key, generators = keyed("TOY", threshold, parties, count)
    check_conversions(replay(key, session("TOY", kind), count, f"grid {count}", generators))


def test_the_twin_says_what_the_core_says_at_full_size() -> None:
    kind = (2, 2, 2, (1, 2))
    key, generators = keyed("S128", 2, 2, 2)
    replay(key, session("S128", kind), 2, "grid 2", generators)


# Frozen as in test_cross_batched_sessions.py.
FROZEN: dict[tuple[str, Kind], str] = {
    ("TOY", (2, 3, 2, (1, 3))): "0a3d2daa675d2b87f90f75c48dff489f7eeeccc9bcd7f199e1e5b0ecb3a05d2c",
    ("S128", (2, 2, 2, (1, 2))): "43c074f2b4310946b719ef99b192560d8bbcc66fc3f1b0b7249846bf1f1c44da",
}


@pytest.mark.parametrize(("profile", "kind"), FROZEN)
def test_sessions_of_mode_2_are_frozen(profile: str, kind: Kind) -> None:
    assert session(profile, kind).digest() == FROZEN[profile, kind]
