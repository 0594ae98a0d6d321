"""One party's side of an exchange of originals: when to show them, which, and what follows from those of others."""

from collections.abc import Mapping

from .envelope import MAX_PAYLOAD_BYTES, Message
from .mailbox import Mailbox
from .originals import ORIGINALS, Dispute, Verdict, encode_originals, judge
from .steps import Schedule

MAX_ORIGINAL_BYTES = 4096
"""Payload of a broadcast that is echoed or carries echoes; honest ones have 1.7 kB at most, with 16 signers."""


class Exchange:
    """Knows the echo vectors seen so far. ``disputed`` is the round about which originals are exchanged, if any."""

    def __init__(self, protocol: str, own: int, keys: Mapping[int, bytes], schedule: Schedule, mail: Mailbox) -> None:
        self._protocol = protocol
        self._own = own
        self._keys = keys
        self._carriers = {number: shape.echoed_in for number, shape in sorted(schedule.items()) if shape.echoed_in}
        self._mail = mail
        self.vectors: dict[int, Mapping[int, bytes]] = {}
        """By round and party."""
        self.disputed: int | None = None

    def subject(self, number: int) -> int | None:
        """The round that messages of round ``number`` show the originals of."""
        about = number - ORIGINALS
        return about if about in self._carriers else None

    def limit(self, number: int) -> int:
        """Longest broadcast of a round: what may have to be shown as an original fits into one message with others."""
        shown = {number for subject, carriers in self._carriers.items() for number in (subject, *carriers)}
        return MAX_ORIGINAL_BYTES if number in shown else MAX_PAYLOAD_BYTES

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
        rounds = (number, *self._carriers[number])
        return [message for carrier in rounds for message in self._mail.broadcasts(carrier)]
