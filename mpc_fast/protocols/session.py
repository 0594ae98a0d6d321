"""The machine that runs one party of one session. It does no I/O: messages in, messages out (specification 4.0).

A session opens with a half-round in which every party broadcasts 32 random bytes. From these the protocol computes the
session's name, ssid, which every later message carries. Then the rounds of the protocol follow, until there is a
result or an abort. A party that has given up answers nothing any more; one with a result still shows its originals
if others dispute a broadcast.

What the machine sees to: signatures and senders, one message for each slot (two different ones are B-EQ), messages
that come early, echo vectors and the exchange of originals, ABORT in both directions, timeouts. What the messages
mean is the protocol's business (``steps``).

Two different messages of the opening accuse nobody (``opening`` says why), and an ABORT under its name, like the name
of a foreign session (E_CONTEXT), counts only if nothing else comes. A session that is Named has no opening.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from .. import _native
from ..errors import ContextError, DecodeError, EnvelopeRejected, Finding, ProtocolAbort, from_native
from .author import Author, Outgoing, Writer
from .envelope import Message, verify
from .exchange import Exchange
from .mailbox import Mailbox
from .members import Member
from .notice import ABORT_ROUND, decode_notice, encode_notice
from .opening import OPENING_ROUND, Begin, Named, Opening
from .originals import HASH_BYTES, ORIGINALS
from .steps import Agreement, Check, Received, Round, Schedule, Shape, Step, Steps

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What keeps a session from going on: the round, and the parties whose messages are not all there."""

    round: int
    missing: tuple[int, ...]

    def __str__(self) -> str:
        return f"round {self.round}: waiting for {', '.join(f'party {i}' for i in self.missing) or 'nobody'}"


class Party(Generic[T]):
    """One party of one session. Not thread-safe: one call at a time."""

    def __init__(
        self,
        *,
        protocol: str,
        schedule: Schedule,
        identity: _native.Identity,
        members: Sequence[Member],
        index: int,
        key_id: str | None,
        begin: Begin[T] | Named[T],
    ) -> None:
        """members: who takes part, in index order; begin: the protocol, after an opening or at once.

        Raises ContextError if the identity is not that of ``index``.
        """
        self.protocol = protocol
        self.index = index
        self._keys = dict(members)
        if self._keys.get(index) != identity.public_key:
            raise ContextError(f"the identity key is not that of party {index}")
        self._peers = tuple(i for i in self._keys if i != index)
        self._schedule = schedule
        self._opening: Opening[T] | None = None
        self._ssid: bytes | None = None
        self._body: Steps[T] | None = None
        if isinstance(begin, Named):
            self._ssid, self._body = begin.ssid, begin.steps
        else:
            self._opening = Opening(protocol, members, key_id, begin)
        self.author: Writer = Author(identity, protocol, index, self._peers)
        self._mail = Mailbox(index, list(self._keys))
        self._out: list[Outgoing] = []
        self._started = False
        self._awaited: tuple[int, ...] = (OPENING_ROUND,)  # rounds of which each party's broadcast may be, ours first
        self._exchange = Exchange(protocol, index, self._keys, schedule, self._mail)
        self._reports: dict[int, str] = {}  # codes of the ABORTs of others, one each
        self._foreign: set[int] = set()  # who was heard in sessions of other names
        self._result: list[T] = []  # none or one
        self._failure: ProtocolAbort | None = None

    # ---- For callers

    @property
    def members(self) -> dict[int, bytes]:
        """Identity keys of the participants by index."""
        return dict(self._keys)

    @property
    def ssid(self) -> bytes | None:
        """The session's name, 32 bytes, which messages carry after the opening; None until that is complete."""
        return self._ssid

    @property
    def round(self) -> int:
        """The number of the current round; 0 is the opening."""
        return self._awaited[0]

    @property
    def finished(self) -> bool:
        """Whether there is a result."""
        return bool(self._result)

    @property
    def failure(self) -> ProtocolAbort | None:
        """Why the session ended without a result, if it did."""
        return self._failure

    @property
    def ended(self) -> bool:
        return self.finished or self._failure is not None

    def result(self) -> T:
        """Raises the failure of a failed session, RuntimeError while the session goes on."""
        if self._failure is not None:
            raise self._failure
        if not self._result:
            raise RuntimeError("the session has not ended")
        return self._result[0]

    def waiting_for(self) -> Waiting | None:
        """What the session waits for; None when it has ended or not started."""
        return None if self.ended or not self._started else Waiting(self.round, self._missing())

    def start(self) -> list[Outgoing]:
        """Opens the session. Messages of others may have come before."""
        if self._started:
            raise RuntimeError("the session was started before")
        self._started = True
        if not self.ended:
            if self._opening is None:
                self._run(None)
            else:
                self._post(OPENING_ROUND, _native.session_random(), {})
            self._advance()
        return self._take_out()

    def receive(self, data: bytes, channel_sender: int | None = None) -> list[Outgoing]:
        """Takes an encoded envelope and gives what to send in answer.

        channel_sender: who sent it, where the channel knows. Raises EnvelopeRejected for an envelope that is damaged,
        forged or not meant for this party; the session goes on as if it had not come.
        """
        if self._failure is not None:
            return []
        message = verify(data, self._keys)
        self._refuse_misdelivered(message, channel_sender)
        if self.finished:
            self._show_originals(message)
        else:
            self._place(message)
            self._advance()
        return self._take_out()

    def expire(self) -> list[Outgoing]:
        """Gives up waiting: TIMEOUT, which accuses nobody. In an exchange of originals, what is there is judged."""
        if not self.ended:
            waiting = Waiting(self.round, self._missing())
            if self._exchange.disputed is None or not self._judge():
                self._fail(*self._why_nothing_came(waiting))
        return self._take_out()

    def _why_nothing_came(self, waiting: Waiting) -> tuple[str, str]:
        if strangers := [i for i in waiting.missing if i in self._foreign]:
            return "E_CONTEXT", f"party {strangers[0]} speaks in a session of another name"
        if self._opening is not None and self._opening.reports:
            sender, code = next(iter(self._opening.reports.items()))
            return code, f"reported by party {sender} in an opening, unproven"
        return "TIMEOUT", str(waiting)

    def cancel(self) -> list[Outgoing]:
        """Ends the session because its user wants so; also gives what an interrupted call left to be sent."""
        if not self.ended:
            self._fail("CANCELLED", "stopped by its user")
        return self._take_out()

    # ---- Sorting what arrives

    def _refuse_misdelivered(self, message: Message, channel_sender: int | None) -> None:
        if message.envelope.protocol != self.protocol:
            raise EnvelopeRejected("envelope: another protocol")
        if message.sender == self.index:
            raise EnvelopeRejected("envelope: of this party itself")
        if channel_sender is not None and channel_sender != message.sender:
            raise EnvelopeRejected("envelope: sender is not who sent it over this channel")
        if message.kind == "p2p" and message.envelope.recipient != self.index:
            raise EnvelopeRejected("envelope: for another party")

    def _place(self, message: Message) -> None:
        ssid = message.envelope.ssid
        if self._opening is not None and ssid == self._opening.ssid:
            self._opening.place(message, self._mail)
        elif self._ssid is None:
            self._mail.set_aside(message)
        elif ssid != self._ssid:
            self._foreign.add(message.sender)
            raise EnvelopeRejected("envelope: of a session of another name")
        elif message.kind == "bcast" and message.round == ABORT_ROUND:
            self._note_abort(message)
        elif not self._expects(message):
            raise EnvelopeRejected("envelope: no such message in this protocol")
        elif len(message.payload) > self._exchange.limit(message.round, message.kind):
            what = "broadcast" if message.kind == "bcast" else "private message"
            self._convict([Finding(message.sender, "B-DEC", f"{what} of round {message.round}: too long")])
        elif (earlier := self._mail.put(message)) is not None:
            detail = f"signed two different messages for one slot of round {message.round}"
            self._convict([Finding(message.sender, "B-EQ", detail)], [earlier.data, message.data])

    def _note_abort(self, message: Message) -> None:
        try:
            self._reports.setdefault(message.sender, decode_notice(message.payload, self._keys).code)
        except DecodeError as error:
            self._convict([Finding(message.sender, "B-DEC", error.field)])

    def _expects(self, message: Message) -> bool:
        if message.kind == "bcast" and self._exchange.subject(message.round) is not None:
            return True
        shape = self._schedule.get(message.round)
        return shape is not None and (message.kind == "bcast" or shape.private)

    # ---- Going on

    def _advance(self) -> None:
        """Goes as far as the messages allow. What this party finds itself comes before what others report."""
        while self._started and not self.ended:
            if self._exchange.disputed is None and (number := self._exchange.requested(self.round)) is not None:
                self._enter_exchange(number)
            if self._missing():
                break
            if self._exchange.disputed is not None:
                if not self._judge() and not self._reports:
                    self._fail("E_TRANSPORT", "echoes differ or were disputed, but all originals agree")
                break
            elif self._body is None:
                self._open()
            else:
                self._run(self._mail.received(self._awaited))
        if self._reports and not self.ended and (self._exchange.disputed is None or not self._missing()):
            sender, code = next(iter(self._reports.items()))
            self._fail(code, f"reported by party {sender}, unproven")

    def _missing(self) -> tuple[int, ...]:
        private = self._schedule.get(self.round, Shape()).private
        missing = self._mail.missing(self._awaited, private)
        if self._exchange.disputed is None:
            return missing
        # An ABORT does not cut an exchange short, or an equivocator could. But its sender will show nothing any more.
        return tuple(i for i in missing if i not in self._reports)

    def _open(self) -> None:
        assert self._opening is not None
        values = self._mail.received(self._awaited).broadcast
        if wrong := self._opening.wrong(values):
            self._convict([Finding(i, "B-DEC", "opening: length") for i in wrong])
            return
        try:
            self._ssid, self._body = self._opening.complete(values)
        except _native.NativeError as error:
            refusal = from_native(error.code, error.detail)
            self._fail(refusal.code, refusal.detail)
            return
        except BaseException as error:
            self._fail("E_INTERNAL", f"ended by {type(error).__name__}")
            raise
        for message in self._mail.take_unplaced():
            if not self.ended:
                with suppress(EnvelopeRejected):  # whoever delivered it does not wait for the answer any more
                    self._place(message)
        if not self.ended:
            self._run(None)

    def _run(self, reply: Received | None) -> None:
        """Runs the protocol up to its next round, or to its end."""
        step = self._step(reply)
        while step is not None and not isinstance(step, Round):
            if isinstance(step, Check):
                if step.failures:
                    self._convict([Finding(*failure) for failure in step.failures])
                    return
            elif not self._agrees(step):
                return
            step = self._step(reply)
        if step is not None:
            self._awaited = (step.number, *(number for number in step.accepts if number != step.number))
            self._post(step.number, step.broadcast, step.private)

    def _step(self, reply: Received | None) -> Step | None:
        assert self._body is not None
        refusal = None
        try:
            return next(self._body) if reply is None else self._body.send(reply)
        except StopIteration as stop:
            self._result.append(stop.value)
        except _native.NativeError as error:
            refusal = from_native(error.code, error.detail)
        except BaseException as error:  # of a store callback, or Ctrl-C; cancel() gives the ABORT to send
            self._fail("E_INTERNAL", f"ended by {type(error).__name__}")
            raise
        finally:
            if self.ended or refusal is not None:
                self._forget()
        if refusal is not None:
            self._fail(refusal.code, refusal.detail)
        return None

    # ---- Echoes

    def _agrees(self, agreement: Agreement) -> bool:
        """Compares echo vectors with what this party received; starts the exchange of originals if they differ."""
        self._exchange.vectors[agreement.round] = agreement.vectors
        wrong = [i for i, vector in agreement.vectors.items() if len(vector) != HASH_BYTES * len(self._keys)]
        if wrong:
            self._convict([Finding(i, "B-DEC", "echo vector: length") for i in wrong])
        elif any(vector != self._mail.vector(agreement.round) for vector in agreement.vectors.values()):
            self._enter_exchange(agreement.round)
        else:
            return True
        return False

    def _enter_exchange(self, number: int) -> None:
        """Shows the envelopes behind the own vector of a round, and waits for everybody's."""
        self._forget()
        self._exchange.disputed = number
        self._awaited = (ORIGINALS + number,)
        self._post(ORIGINALS + number, self._exchange.originals(number), {})

    def _show_originals(self, message: Message) -> None:
        """All that a party with a result still answers, once: somebody else disputes a round that it found good."""
        number = self._exchange.subject(message.round)
        asked = number is not None and message.kind == "bcast" and message.envelope.ssid == self._ssid
        if asked and self._exchange.disputed is None:
            self._enter_exchange(message.round - ORIGINALS)

    def _judge(self) -> bool:
        """Ends the session if the originals shown so far convict somebody."""
        assert self._ssid is not None
        verdict = self._exchange.verdict(self._ssid)
        if verdict.findings:
            self._convict(verdict.findings, verdict.evidence)
        return bool(verdict.findings)

    # ---- Sending and ending

    def _post(self, number: int, broadcast: bytes, private: Mapping[int, bytes]) -> None:
        ssid = self._ssid or (self._opening.ssid if self._opening is not None else b"")
        own, out = self.author.write(ssid, number, broadcast, private)
        self._mail.put(own)
        self._out += out

    def _take_out(self) -> list[Outgoing]:
        out, self._out = self._out, []
        return out

    def _convict(self, findings: Sequence[Finding], evidence: Sequence[bytes] = ()) -> None:
        detail = "; ".join(str(finding) for finding in findings)
        self._fail(findings[0].code, detail, findings=findings, evidence=evidence)

    def _fail(
        self,
        code: str,
        detail: str,
        *,
        findings: Sequence[Finding] = (),
        evidence: Sequence[bytes] = (),
    ) -> None:
        """Ends the session without a result, wipes its secrets, and tells the others."""
        self._forget()
        self._failure = ProtocolAbort(
            code,
            detail,
            culprits=[finding.party for finding in findings if finding.party],
            round=self.round,
            reported_by=list(self._reports.items()),
            findings=findings,
            evidence=evidence,
        )
        notice = encode_notice(code, self._failure.culprits)
        self._post(ABORT_ROUND, notice, {})

    def _forget(self) -> None:
        """Drops the protocol, and with it the native state, which wipes itself."""
        if self._opening is not None:
            self._opening.forget()
        if self._body is not None:
            self._body.close()
        self._body = None
