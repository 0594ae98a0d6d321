"""Factors r^n mod n^2 that re-randomise ciphertexts, made ahead in batches and handed out once each.

A batch costs a fraction per factor of what single powers cost, so that programs which encrypt one number at a time
get the rate of those which encrypt arrays.
"""

import os
from random import SystemRandom
from typing import Final

from mpc_fast._native import DataKey, NativeError
from mpc_fast.modexp import powmod_base_list

__all__ = ["Obfuscators"]

_FIRST_BATCH: Final = 8
_LARGEST_BATCH: Final = 64

_random: Final = SystemRandom()

# Which process this is. A child counts on, so that it never hands out what its parent made: the same factor under two
# ciphertexts would show how their plaintexts differ.
_generation = 0


def _count_fork() -> None:
    global _generation
    _generation += 1


os.register_at_fork(after_in_child=_count_fork)


class Obfuscators:
    """Factors for one n, made when there are none left. May be used from many threads.

    It cannot be pickled or copied: two copies would hand out the same factors. For keys of the widths that the core has
    they wait there; for others here.
    """

    def __init__(self, n: int) -> None:
        self._n: Final = n
        self._core = _core_key(n)
        self._batch = _FIRST_BATCH
        self._ready: list[int] = []
        self._made_in = (os.getpid(), _generation)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("obfuscators are neither pickled nor copied")

    def take(self) -> int:
        """r^n mod n^2 for a random r in [1, n), which nobody else gets. Raises ValueError for n below 2."""
        if self._core is not None:
            return self._core.obfuscators(1)[0]
        process = (os.getpid(), _generation)  # both: not every fork tells Python, and process ids come again
        if self._made_in != process:
            self._ready, self._made_in, self._batch = [], process, _FIRST_BATCH
        try:
            # Taking from the end is atomic: threads need no lock to get different factors, and a child whose parent
            # forked in the middle finds none held.
            return self._ready.pop()
        except IndexError:
            return self._make()

    def _make(self) -> int:
        """A new batch; one of it is returned, and the others are ready."""
        ready, count = self._ready, self._batch
        self._batch = min(2 * count, _LARGEST_BATCH)
        factors = powmod_base_list([_random.randrange(1, self._n) for _ in range(count)], self._n, self._n * self._n)
        taken = factors.pop()
        ready.extend(factors)
        return taken


def _core_key(n: int) -> DataKey | None:
    try:
        return DataKey(n) if n > 0 else None
    except NativeError:
        return None
