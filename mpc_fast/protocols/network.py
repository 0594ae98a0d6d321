"""An in-process network: parties of one session that exchange nothing but encoded bytes.

Deterministic: the same seed and the same messages give the same order of events. For ceremonies on one machine, and for
tests, in which it drops, delays, doubles and reorders, and lets an adversary tamper.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..errors import Cancelled, EnvelopeRejected, ProtocolAbort
from .adversary import Adversary, MaliciousAuthor
from .author import Outgoing
from .envelope import Envelope
from .session import Party

T = TypeVar("T")

Progress = Callable[[str], bool]
"""Told what is going on; False cancels."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How badly messages travel. Probabilities are per message and recipient."""

    reorder: bool = False
    """Deliver in random order, not in the order of sending."""
    duplicate: float = 0.0
    drop: float = 0.0
    delay: float = 0.0
    """Hold a message until nothing else moves."""


PERFECT = Conditions()


@dataclass(frozen=True, slots=True)
class Rejection:
    """An envelope that its recipient refused."""

    sender: int
    recipient: int
    reason: str


@dataclass(slots=True)
class Report(Generic[T]):
    """How a session went, by party. Each party is in ``results`` or in ``failures``."""

    results: dict[int, T] = field(default_factory=dict)
    failures: dict[int, ProtocolAbort] = field(default_factory=dict)
    payload_bytes: dict[int, dict[int, int]] = field(default_factory=dict)
    """Bytes sent by party and round: payloads only, a broadcast counted once for each recipient (6.3)."""
    cpu_seconds: dict[int, float] = field(default_factory=dict)
    """CPU time, of all threads, inside each party's calls."""
    rejections: list[Rejection] = field(default_factory=list)

    def raise_failure(self) -> None:
        """Raises what says most about a failed session: a failure with culprits before one that was only reported."""
        if self.failures:
            raise min(self.failures.values(), key=lambda abort: (not abort.culprits, bool(abort.reported_by)))


@dataclass(frozen=True, slots=True)
class _Parcel:
    sender: int
    recipient: int
    data: bytes


class Network(Generic[T]):
    """Runs the parties of one session until all have ended. When nothing moves any more, those left over expire."""

    def __init__(
        self,
        parties: Sequence[Party[T]],
        *,
        conditions: Conditions = PERFECT,
        rng: random.Random | None = None,
        adversary: Adversary | None = None,
        progress: Progress | None = None,
    ) -> None:
        """rng decides about the conditions; it never touches cryptography. The adversary speaks for every party."""
        self._parties = {party.index: party for party in parties}
        self._conditions = conditions
        self._rng = rng or random.Random(0)
        self._adversary = adversary or Adversary()
        self._progress = progress
        self._round = -1
        self._moving: list[_Parcel] = []
        self._held: list[_Parcel] = []
        self._bytes: dict[int, dict[int, int]] = {i: defaultdict(int) for i in self._parties}
        self._report = Report[T](cpu_seconds=dict.fromkeys(self._parties, 0.0))
        if adversary is not None:
            for party in parties:
                party.author = MaliciousAuthor(party.author, adversary)

    def run(self) -> Report[T]:
        """Raises Cancelled when progress says so; failures of parties are in the report."""
        for party in self._parties.values():
            self._call(party, party.start)
        while True:
            if self._moving:
                self._deliver(self._next())
            elif self._held:
                self._moving.append(self._held.pop(self._rng.randrange(len(self._held))))
            elif stuck := [party for party in self._parties.values() if not party.ended]:
                for party in stuck:
                    self._call(party, party.expire)
            else:
                break
            self._tell_progress()
        return self._finish()

    def _finish(self) -> Report[T]:
        for index, party in self._parties.items():
            if party.failure is not None:
                self._report.failures[index] = party.failure
            else:
                self._report.results[index] = party.result()
        self._report.payload_bytes = {i: dict(rounds) for i, rounds in self._bytes.items()}
        return self._report

    def _tell_progress(self) -> None:
        reached = max(party.round for party in self._parties.values())
        if self._progress is None or reached <= self._round:
            return
        self._round = reached
        if not self._progress(f"round {reached}"):
            for party in self._parties.values():
                party.cancel()
            raise Cancelled("stopped by the caller")

    def _next(self) -> _Parcel:
        at = self._rng.randrange(len(self._moving)) if self._conditions.reorder else 0
        return self._moving.pop(at)

    def _deliver(self, parcel: _Parcel) -> None:
        party = self._parties[parcel.recipient]
        try:
            self._call(party, lambda: party.receive(parcel.data, parcel.sender))
        except EnvelopeRejected as error:
            self._report.rejections.append(Rejection(parcel.sender, parcel.recipient, error.reason))

    def _call(self, party: Party[T], action: Callable[[], list[Outgoing]]) -> None:
        started = time.process_time()
        try:
            sent = action()
        finally:
            self._report.cpu_seconds[party.index] += time.process_time() - started
        for outgoing in sent:
            self._send(party.index, outgoing)

    def _send(self, sender: int, outgoing: Outgoing) -> None:
        everybody = [i for i in self._parties if i != sender]
        recipients = everybody if outgoing.recipient is None else [outgoing.recipient]
        envelope = Envelope.decode(outgoing.data)
        self._bytes[sender][envelope.round] += len(envelope.payload) * len(recipients)
        for recipient in recipients:
            for data in self._adversary.carry(sender, recipient, outgoing.data):
                self._transmit(_Parcel(sender, recipient, data))

    def _transmit(self, parcel: _Parcel) -> None:
        conditions = self._conditions
        if self._happens(conditions.drop):
            return
        for _ in range(2 if self._happens(conditions.duplicate) else 1):
            (self._held if self._happens(conditions.delay) else self._moving).append(parcel)

    def _happens(self, probability: float) -> bool:
        return probability > 0 and self._rng.random() < probability
