"""Attackers for tests of the protocols: one that speaks for a party, before signing, and one that carries messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .author import Outgoing, Writer
from .envelope import Kind, Message


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is signed. A broadcast is asked about once for each party that shall get it."""

    ssid: bytes
    protocol: str
    round: int
    kind: Kind
    sender: int
    recipient: int
    payload: bytes


class Adversary:
    """Does nothing; override either method."""

    def speak(self, draft: Draft) -> bytes | None:
        """What a malicious sender says instead, validly signed; None: nothing.

        Different answers for the recipients of one broadcast make it an equivocation. If they are all alike, the
        sender's own protocol, too, sees what was sent in place of what it made.
        """
        return draft.payload

    def carry(self, sender: int, recipient: int, data: bytes) -> Sequence[bytes]:
        """What arrives in place of an encoded envelope: nothing, changed bytes, several messages."""
        return [data]


class MaliciousAuthor:
    """Signs what an adversary makes of a party's messages."""

    def __init__(self, honest: Writer, adversary: Adversary) -> None:
        self._honest = honest
        self._adversary = adversary

    @property
    def protocol(self) -> str:
        return self._honest.protocol

    @property
    def index(self) -> int:
        return self._honest.index

    @property
    def peers(self) -> tuple[int, ...]:
        return self._honest.peers

    def sign(self, ssid: bytes, round: int, recipient: int | None, payload: bytes) -> Message:
        return self._honest.sign(ssid, round, recipient, payload)

    def write(
        self, ssid: bytes, round: int, broadcast: bytes, private: Mapping[int, bytes]
    ) -> tuple[Message, list[Outgoing]]:
        spoken = {to: self._speak(ssid, round, "bcast", to, broadcast) for to in self.peers}
        out = [Outgoing(to, self.sign(ssid, round, None, said).data) for to, said in spoken.items() if said is not None]
        said_to_all = set(spoken.values())
        uniform = said_to_all.pop() if len(said_to_all) == 1 else None
        own = self.sign(ssid, round, None, broadcast if uniform is None else uniform)
        for to in sorted(private):
            said = self._speak(ssid, round, "p2p", to, private[to])
            if said is not None:
                out.append(Outgoing(to, self.sign(ssid, round, to, said).data))
        return own, out

    def _speak(self, ssid: bytes, round: int, kind: Kind, recipient: int, payload: bytes) -> bytes | None:
        return self._adversary.speak(Draft(ssid, self.protocol, round, kind, self.index, recipient, payload))
