"""The batch interface of the engine is real: work for all counterparties goes into the same runs."""

from collections import defaultdict

import pytest
from parties import make_key

from mpc_fast import _native
from mpc_fast.protocols.author import Outgoing

pytestmark = pytest.mark.usefixtures("toy_profile")

PARTIES = 5
THRESHOLD = 2
MOST = 4


def runs_by_round(signers: tuple[int, ...]) -> dict[int, dict[int, int]]:
    """Engine runs of every signer, by the round that it reaches: checking what came, then making the next messages."""
    parties = {party.index: party for party in make_key("TOY", THRESHOLD, PARTIES).signing_parties(signers)}
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


@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3), (1, 2, 3, 4, 5)])
def test_presigning_takes_at_most_four_runs_per_party_and_round(signers: tuple[int, ...]) -> None:
    for index, runs in runs_by_round(signers).items():
        assert {1, 2, 3} <= set(runs)
        assert max(runs.values()) <= MOST, f"party {index}: {dict(runs)}"


def test_the_number_of_runs_does_not_depend_on_the_number_of_counterparties() -> None:
    two, three, five = (runs_by_round(tuple(range(1, count + 1)))[1] for count in (2, 3, 5))
    for round in (1, 2, 3):
        assert two[round] == three[round] == five[round] >= 1
