"""How a session gets its name: by an opening half-round, or from what its parties hold already.

In the opening every party broadcasts 32 random bytes, under a name that is the same whenever the same parties meet. So
what is signed under it may be a replay, and accuses nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from .. import _native
from ..errors import DecodeError, EnvelopeRejected
from .envelope import Message
from .mailbox import Mailbox
from .members import Member
from .notice import ABORT_ROUND, decode_notice
from .steps import Steps

T = TypeVar("T")

OPENING_ROUND = 0
OPENING_BYTES = 32

Begin = Callable[[list[bytes]], tuple[bytes, Steps[T]]]
"""From the opening's values in index order: the session's name and its protocol."""


@dataclass(frozen=True, slots=True)
class Named(Generic[T]):
    """A session that needs no opening: nobody has used its name before, and all its parties know it."""

    ssid: bytes
    steps: Steps[T]


class Opening(Generic[T]):
    """The opening of one session. ``reports``: codes of ABORTs under its name, by sender."""

    def __init__(self, protocol: str, members: Sequence[Member], key_id: str | None, begin: Begin[T]) -> None:
        self.ssid = _native.pre_session_id(protocol, [_native.pid(key) for _, key in members], key_id)
        self.reports: dict[int, str] = {}
        self._keys = dict(members)
        self._begin: Begin[T] | None = begin

    def place(self, message: Message, mail: Mailbox) -> None:
        """Takes a message under the name of the opening. Raises EnvelopeRejected."""
        if message.kind == "bcast" and message.round == OPENING_ROUND:
            mail.put(message)
        elif message.kind == "bcast" and message.round == ABORT_ROUND:
            with suppress(DecodeError):
                self.reports[message.sender] = decode_notice(message.payload, self._keys).code
        else:
            raise EnvelopeRejected("envelope: no such message in the opening")

    @staticmethod
    def wrong(values: Mapping[int, bytes]) -> list[int]:
        """Whose value is none."""
        return [i for i, value in values.items() if len(value) != OPENING_BYTES]

    def complete(self, values: Mapping[int, bytes]) -> tuple[bytes, Steps[T]]:
        """Once: the session's name and its protocol."""
        begin, self._begin = self._begin, None
        assert begin is not None
        return begin(list(values.values()))

    def forget(self) -> None:
        """Drops the protocol that was not begun."""
        self._begin = None
