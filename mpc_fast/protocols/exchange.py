"""One party's side of an exchange of originals: when to show them, which, and what follows from those of others."""

from collections.abc import Mapping

from .envelope import MAX_ENVELOPE_BYTES, MAX_PAYLOAD_BYTES, USUAL_BYTES, Kind, Message
from .mailbox import Mailbox
from .originals import ORIGINALS, Dispute, Verdict, encode_originals, judge
from .steps import Schedule

_FRAME_BYTES = MAX_ENVELOPE_BYTES - MAX_PAYLOAD_BYTES + 4
"""Of an original, beside its payload."""


class Exchange:
    """Knows the echo vectors seen so far. ``disputed`` is the round about which originals are exchanged, if any."""

    def __init__(self, protocol: str, own: int, keys: Mapping[int, bytes], schedule: Schedule, mail: Mailbox) -> None:
        self._protocol = protocol
        self._own = own
        self._keys = keys
        self._schedule = schedule
        self._carriers = {number: shape.echoed_in for number, shape in sorted(schedule.items()) if shape.echoed_in}
        self._mail = mail
        self.vectors: dict[int, Mapping[int, bytes]] = {}
        """By round and party."""
        self.disputed: int | None = None

    def subject(self, number: int) -> int | None:
        """The round that messages of round ``number`` show the originals of."""
        about = number - ORIGINALS
        return about if about in self._carriers else None

    def limit(self, number: int, kind: Kind = "bcast") -> int:
        """Longest payload of a round: what may have to be shown as an original fits into one message with others."""
        if kind == "p2p":
            return USUAL_BYTES
        if (about := self.subject(number)) is not None:
            return 2 + len(self._keys) * sum(self.limit(one) + _FRAME_BYTES for one in self._shown(about))
        shown = {number for subject in self._carriers for number in self._shown(subject)}
        return self._schedule[number].longest if number in shown else USUAL_BYTES

    def _shown(self, subject: int) -> tuple[int, ...]:
        """The rounds of which originals are shown when one of them is disputed."""
        return (subject, *self._carriers[subject])

    def requested(self, current: int) -> int | None:
        """A round whose originals somebody shows, and for which this party, now in another one, has its own vector."""
        for number in self._carriers:
            has_vector = number != current and self._mail.is_complete(number)
            shown = (self._mail.broadcast(ORIGINALS + number, i) for i in self._keys if i != self._own)
            if has_vector and any(shown):
                return number
        return None

    def originals(self, number: int) -> bytes:
        """The payload that shows this party's originals of a round, and what carried their echoes."""
        return encode_originals(self._held(number))

    def verdict(self, ssid: bytes) -> Verdict:
        """From the originals shown so far."""
        number = self.disputed
        assert number is not None
        dispute = Dispute(
            ssid=ssid,
            protocol=self._protocol,
            round=number,
            carriers=self._carriers[number],
            keys=self._keys,
            held=self._held(number),
            vectors=self.vectors.get(number, {}),
        )
        shown = {message.sender: message.payload for message in self._mail.broadcasts(ORIGINALS + number)}
        shown.pop(self._own, None)
        return judge(dispute, shown)

    def _held(self, number: int) -> list[Message]:
        return [message for carrier in self._shown(number) for message in self._mail.broadcasts(carrier)]
