"""The messages that a party holds: one for each place, and a few that cannot be placed yet."""

from collections.abc import Sequence

from ..errors import EnvelopeRejected
from .envelope import USUAL_BYTES, Message
from .steps import Received

UNPLACED_PER_SENDER = 8
"""An honest party sends at most three messages before this one has all openings; replays may come on top."""


class Mailbox:
    """At most one message for each round, kind and sender. Kept until the session ends, so that equivocation shows."""

    def __init__(self, own: int, parties: Sequence[int]) -> None:
        self._own = own
        self._parties = tuple(parties)
        self._held: dict[tuple[int, str, int], Message] = {}
        self._unplaced: dict[int, dict[bytes, Message]] = {}

    def put(self, message: Message) -> Message | None:
        """Keeps a message, unless its place is taken. Returns what is there instead, if that says something else.

        Content decides, not the signature: two signatures of one content are one message.
        """
        earlier = self._held.setdefault((message.round, message.kind, message.sender), message)
        return None if earlier.hash == message.hash else earlier

    def broadcast(self, round: int, sender: int) -> Message | None:
        return self._held.get((round, "bcast", sender))

    def broadcasts(self, round: int) -> list[Message]:
        """The broadcasts of a round that are here, this party's own included, in index order."""
        found = (self.broadcast(round, i) for i in self._parties)
        return [message for message in found if message is not None]

    def vector(self, round: int) -> bytes:
        """The echo vector of a round: the m-hashes of its broadcasts in index order."""
        return b"".join(message.hash for message in self.broadcasts(round))

    def is_complete(self, round: int) -> bool:
        """Whether everybody's broadcast is here."""
        return len(self.broadcasts(round)) == len(self._parties)

    def heard(self, sender: int) -> bool:
        """Whether anything of this sender is here beyond its opening."""
        return any(round > 0 and party == sender for round, _, party in self._held)

    # ---- A round that is waited for: `rounds` are those of which each party's broadcast may be, the own one first.

    def missing(self, rounds: Sequence[int], private: bool) -> tuple[int, ...]:
        """The other parties whose messages are not all here."""
        return tuple(
            i
            for i in self._parties
            if i != self._own
            and (self._one_of(rounds, i) is None or (private and (rounds[0], "p2p", i) not in self._held))
        )

    def received(self, rounds: Sequence[int]) -> Received:
        broadcast = {i: message for i in self._parties if (message := self._one_of(rounds, i)) is not None}
        private = {i: message for i in self._parties if (message := self._held.get((rounds[0], "p2p", i))) is not None}
        return Received(
            broadcast={i: message.payload for i, message in broadcast.items()},
            private={i: message.payload for i, message in private.items()},
            hashes=b"".join(message.hash for message in broadcast.values()),
            envelopes={i: message.data for i, message in broadcast.items()},
            private_envelopes={i: message.data for i, message in private.items()},
            rounds={i: message.round for i, message in broadcast.items()},
        )

    def _one_of(self, rounds: Sequence[int], sender: int) -> Message | None:
        found = (self.broadcast(number, sender) for number in rounds)
        return next((message for message in found if message is not None), None)

    # ---- Before the session's name is known

    def set_aside(self, message: Message) -> None:
        """Keeps a message of a session whose name is not known yet. Of many of one sender, the oldest goes."""
        if len(message.payload) > USUAL_BYTES:
            raise EnvelopeRejected("envelope: too long for a session that has not begun")
        waiting = self._unplaced.setdefault(message.sender, {})
        waiting[message.hash] = message
        if len(waiting) > UNPLACED_PER_SENDER:
            del waiting[next(iter(waiting))]

    def take_unplaced(self) -> list[Message]:
        """What was set aside, in the order of senders and arrival."""
        taken = [message for _, waiting in sorted(self._unplaced.items()) for message in waiting.values()]
        self._unplaced.clear()
        return taken
