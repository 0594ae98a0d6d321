"""What a protocol says to the machine that runs it, and what it is told.

A protocol is a generator that reads top to bottom: it yields a Round (what it sends, and thereby what it waits for) and
is sent Received once every party's message of that round is there; it yields a Check or an Agreement where the session
ends unless all is well. Its return value is the result. It never raises for what others did, so no traceback keeps
its frame, and the secrets in it, alive.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

ECHOED_BYTES: Final = 4096
"""Honest broadcasts that are echoed or carry echoes have 3.6 kB at most, with 16 signers and one presignature."""

T = TypeVar("T")

Failure = tuple[int, str, str]
"""What a check of the core says: the party at fault (0: nobody can be named), the code, the detail."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What belongs to a round besides one broadcast of every party."""

    private: bool = False
    """Every party also sends a p2p message to every other one."""
    echoed_in: tuple[int, ...] = ()
    """Rounds whose broadcasts carry the echo vector of this round's broadcasts."""
    longest: int = ECHOED_BYTES
    """Payload of a broadcast, if it is echoed or carries echoes."""


Schedule = Mapping[int, Shape]
"""The rounds of a protocol by number. Messages of other rounds are refused, so no sender can fill memory with them."""


@dataclass(frozen=True, slots=True)
class Round:
    """Sends this party's messages of a round and waits for those of the others."""

    number: int
    broadcast: bytes
    private: Mapping[int, bytes] = field(default_factory=dict)
    """By recipient."""
    accepts: tuple[int, ...] = ()
    """Rounds of which each party's broadcast may be, when there is a choice; otherwise that of ``number`` only."""


@dataclass(frozen=True, slots=True)
class Received:
    """The messages of one round."""

    broadcast: dict[int, bytes]
    """Payloads by sender, this party's own included."""
    private: dict[int, bytes]
    """Payloads sent to this party, by sender."""
    hashes: bytes
    """The echo vector: m-hashes of the broadcasts in index order, 32 bytes each."""
    envelopes: dict[int, bytes]
    """The encoded envelopes behind ``broadcast``."""
    private_envelopes: dict[int, bytes]
    """The encoded envelopes behind ``private``."""
    rounds: dict[int, int]
    """The round of each broadcast, of interest when there was a choice."""


@dataclass(frozen=True, slots=True)
class Check:
    """Ends the session, naming those at fault, unless the list is empty."""

    failures: Sequence[Failure]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Ends the session by an exchange of originals unless all echo vectors of a round are alike."""

    round: int
    vectors: Mapping[int, bytes]
    """By sender, this party's own included."""


Step = Round | Check | Agreement

Steps = Generator[Step, Received, T]
"""A protocol. The reply to a Check or an Agreement is the latest Received once more."""
