"""--pool of keygen and demo: primes that are ready, as far as there are any."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._native import PrimeSet
from ..pool import PoolKey, PrimePool
from .inputs import known_passphrase
from .output import Stages, note


class PrimeSource:
    """A pool that was unlocked, or that has nothing to unlock; or no pool at all."""

    def __init__(self, pool: PrimePool | None, key: PoolKey | None) -> None:
        """Use open_source."""
        self._pool = pool
        self._key = key

    def draw(self, profile: str, parties: int) -> list[PrimeSet]:
        """Sets for as many of the parties as the pool can serve, and says so."""
        if self._pool is None:
            return []
        sets: list[PrimeSet] = []
        if self._key is not None:
            with Stages() as stages:
                stages("opening primes of the pool")
                sets, damaged = self._pool.draw(self._key, profile, parties)
            if damaged:
                note(f"warning: {damaged} damaged sets of primes were in the pool, and are gone")
        text = f"{len(sets)} of {parties} sets of primes come from the pool"
        if missing := parties - len(sets):
            text += f"; it has no more of profile {profile}, and {missing} {'is' if missing == 1 else 'are'} made now"
        note(text)
        return sets

    def result(self, drawn: int) -> dict[str, int]:
        """What --json adds."""
        return {} if self._pool is None else {"primes_from_pool": drawn}


@contextmanager
def open_source(folder: Path | None, profile: str) -> Iterator[PrimeSource]:
    """Everything that can be refused is refused now, before a set leaves the pool."""
    if folder is None:
        yield PrimeSource(None, None)
        return
    with PrimePool.open(folder) as pool:
        key = None
        counts = pool.counts()
        if profile in counts and counts[profile].available:
            passphrase = known_passphrase(f"the pool {folder}")
            with Stages() as stages:
                stages("unlocking the pool")
                key = pool.unlock(passphrase)
        yield PrimeSource(pool, key)
