"""Times of several things, taken in turns: on a busy machine only ratios within a round say much."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

Timed = Callable[[], float]
"""Does its work and tells how long that took."""

MOST_ROUNDS: Final = 1000


@dataclass(frozen=True)
class Effort:
    """How long to measure one thing: until both are reached."""

    seconds: float
    rounds: int
    warm_up: bool = True

    def times(self, factor: float) -> "Effort":
        return Effort(self.seconds * factor, self.rounds, self.warm_up)


@dataclass(frozen=True)
class Rounds:
    """What each side took, round by round."""

    times: list[tuple[float, ...]]

    def median(self, side: int) -> float:
        return median(times[side] for times in self.times)

    def ratio(self, over: int, under: int) -> float:
        """The median of the ratios within the rounds."""
        return median(times[over] / times[under] for times in self.times)


def in_turns(sides: Sequence[Timed], effort: Effort) -> Rounds:
    """Runs the sides one after the other, every other round in reverse order."""
    if effort.warm_up:
        for side in sides:
            side()
    order = list(range(len(sides)))
    rounds: list[tuple[float, ...]] = []
    started = time.monotonic()
    while len(rounds) < effort.rounds or time.monotonic() - started < effort.seconds:
        times = {i: sides[i]() for i in order}
        rounds.append(tuple(times[i] for i in sorted(times)))
        order.reverse()
        if len(rounds) == MOST_ROUNDS:
            break
    return Rounds(rounds)
