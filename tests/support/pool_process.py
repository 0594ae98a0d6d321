"""Draws from a pool until it is empty, in a process that others kill: python pool_process.py FOLDER JOURNAL [STEP].

Which set is about to be opened is written to the journal first: that is the hand-out. With STEP the process kills
itself before (even numbers) or after (odd numbers) a statement of its first draw; at the number that follows on these,
before it opens the set.
"""

import os
import signal
import sqlite3
import sys
from typing import Any

from mpc_fast import pool
from mpc_fast._native import PrimeSet

PASSPHRASE = "correct horse battery staple"


class Doomed(sqlite3.Connection):
    """Dies around the statement of that number."""

    step: int | None = None
    count = 0

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        Doomed.reach()
        cursor = super().execute(*arguments)
        Doomed.reach()
        return cursor

    @classmethod
    def reach(cls) -> None:
        if cls.step is not None:
            if cls.count == cls.step:
                os.kill(os.getpid(), signal.SIGKILL)
            cls.count += 1


class Journal:
    """Takes the place of PrimeSet in the pool: notes the set that is handed out, and spares the work of opening it."""

    read_label = staticmethod(PrimeSet.read_label)

    def __init__(self, path: str) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def open_sealed(self, sealed: bytes, passphrase: bytes) -> None:
        Doomed.reach()
        os.write(self.file, PrimeSet.read_label(sealed)[1].hex().encode() + b"\n")
        os.fsync(self.file)


def main(folder: str, journal: str, step: str = "") -> None:
    plain = sqlite3.connect
    sqlite3.connect = lambda *arguments, **options: plain(*arguments, **options, factory=Doomed)  # type: ignore
    pool.PrimeSet = Journal(journal)  # type: ignore
    with pool.PrimePool.open(folder) as opened:
        key = opened.unlock(PASSPHRASE)
        print("ready", flush=True)
        sys.stdin.readline()  # the start, where one is given
        Doomed.step = int(step) if step else None
        while opened.draw(key, "TOY", 1).sets:
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
