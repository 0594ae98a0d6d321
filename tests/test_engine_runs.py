"""The batch interface of the engine is real: work for all counterparties goes into the same runs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from parties import make_key

from mpc_fast import _native
from mpc_fast.protocols.author import Outgoing
from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.session import Party

pytestmark = pytest.mark.usefixtures("toy_profile")

PARTIES = 5
THRESHOLD = 2
MOST = 4


def signing(signers: tuple[int, ...], proofs: Proofs) -> list[Party[Any]]:
    return [*make_key("TOY", THRESHOLD, PARTIES).signing_parties(signers, proofs=proofs)]


def presigning(signers: tuple[int, ...], count: int, proofs: Proofs = Proofs.BATCHED) -> list[Party[Any]]:
    return [*make_key("TOY", THRESHOLD, PARTIES).presigning_parties(signers, count, proofs)]


def runs_by_round(sessions: Sequence[Party[Any]]) -> dict[int, dict[int, int]]:
    """Engine runs of every signer, by the round that it reaches: checking what came, then making the next messages."""
    parties = {party.index: party for party in sessions}
    runs: dict[int, dict[int, int]] = {index: defaultdict(int) for index in parties}
    moving: list[tuple[int, Outgoing]] = [(i, out) for i, party in parties.items() for out in party.start()]
    while moving:
        sender, outgoing = moving.pop(0)
        for index, party in parties.items():
            if index == sender or outgoing.recipient not in (None, index):
                continue
            before = _native.engine_stats()[0]
            moving += [(index, out) for out in party.receive(outgoing.data, sender)]
            runs[index][party.round] += _native.engine_stats()[0] - before
    assert all(party.finished for party in parties.values())
    return runs


def assert_bounded(sessions: Sequence[Party[Any]]) -> None:
    for index, runs in runs_by_round(sessions).items():
        assert {1, 2, 3} <= set(runs)
        assert max(runs.values()) <= MOST, f"party {index}: {dict(runs)}"


@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3), (1, 2, 3, 4, 5)])
@pytest.mark.parametrize("proofs", [Proofs.ORDINARY, Proofs.BATCHED])
def test_signing_takes_at_most_four_runs_per_party_and_round(signers: tuple[int, ...], proofs: Proofs) -> None:
    assert_bounded(signing(signers, proofs))


@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3, 4, 5)])
@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("proofs", [Proofs.BATCHED, Proofs.GRID])
def test_many_presignatures_take_at_most_four_runs_per_party_and_round(
    signers: tuple[int, ...], count: int, proofs: Proofs
) -> None:
    assert_bounded(presigning(signers, count, proofs))


@pytest.mark.parametrize("proofs", Proofs)
def test_the_number_of_runs_does_not_depend_on_the_number_of_counterparties(proofs: Proofs) -> None:
    """Modes 1 and 2: a single counterparty sends a single proof, which is verified alone, in one run instead of two."""
    two, three, five = (runs_by_round(presigning(tuple(range(1, n + 1)), 1, proofs))[1] for n in (2, 3, 5))
    for round in (1, 2, 3):
        assert three[round] == five[round] >= two[round] >= 1
        assert two[round] == three[round] or proofs is not Proofs.ORDINARY


def test_the_number_of_runs_does_not_depend_on_the_number_of_presignatures() -> None:
    one, two, five = (runs_by_round(presigning((1, 2, 3), count))[1] for count in (1, 2, 5))
    for round in (1, 2, 3):
        assert one[round] == two[round] == five[round] >= 1
