"""Puts a party's messages into signed envelopes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from .. import _native
from .envelope import Message, sign


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An encoded envelope to deliver: to one party, or to every other one when recipient is None."""

    recipient: int | None
    data: bytes


class Writer(Protocol):
    """What signs for a party. Tests of malicious senders put another one in its place (``Party.author``)."""

    @property
    def protocol(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def peers(self) -> tuple[int, ...]: ...

    def sign(self, ssid: bytes, round: int, recipient: int | None, payload: bytes) -> Message: ...

    def write(
        self, ssid: bytes, round: int, broadcast: bytes, private: Mapping[int, bytes]
    ) -> tuple[Message, list[Outgoing]]:
        """This party's own copy of its broadcast, and everything to send."""
        ...


class Author:
    """Signs with an identity key."""

    def __init__(self, identity: _native.Identity, protocol: str, index: int, peers: Sequence[int]) -> None:
        self._identity = identity
        self.protocol = protocol
        self.index = index
        self.peers = tuple(peers)

    def sign(self, ssid: bytes, round: int, recipient: int | None, payload: bytes) -> Message:
        return sign(
            self._identity,
            ssid=ssid,
            protocol=self.protocol,
            round=round,
            sender=self.index,
            recipient=recipient,
            payload=payload,
        )

    def write(
        self, ssid: bytes, round: int, broadcast: bytes, private: Mapping[int, bytes]
    ) -> tuple[Message, list[Outgoing]]:
        own = self.sign(ssid, round, None, broadcast)
        out = [Outgoing(None, own.data)]
        out += [Outgoing(to, self.sign(ssid, round, to, private[to]).data) for to in sorted(private)]
        return own, out
