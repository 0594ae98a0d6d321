"""A protocol without cryptography, for tests of the machine: everybody learns what everybody said."""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mpc_fast import _native
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.author import Outgoing
from mpc_fast.protocols.envelope import Message, sign
from mpc_fast.protocols.members import Member, canonical_members
from mpc_fast.protocols.network import PERFECT, Conditions, Network, Report
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.steps import Agreement, Check, Failure, Round, Shape, Steps

SCHEDULE = {1: Shape(echoed_in=(2,)), 2: Shape(), 3: Shape(private=True), 4: Shape(), 5: Shape()}

Learned = dict[int, tuple[bytes, bytes]]


@dataclass
class Script:
    """What one party does, and what became of it."""

    failures: Sequence[Failure] = ()
    """What its check of round 3 finds."""
    last_round: int = 4
    """4 or 5; the others take either."""
    on_check: Callable[[], None] = lambda: None
    closed: bool = field(default=False, init=False)


def rounds(index: int, parties: Sequence[int], script: Script) -> Steps[Learned]:
    try:
        said = yield Round(1, b"said by %d" % index)
        echoed = yield Round(2, said.hashes)
        yield Agreement(1, echoed.broadcast)
        whispered = yield Round(3, b"3", {j: b"%d to %d" % (index, j) for j in parties if j != index})
        script.on_check()
        yield Check(script.failures)
        last = yield Round(script.last_round, b"last", accepts=(4, 5))
        assert set(last.rounds.values()) <= {4, 5}
        return {i: (said.broadcast[i], whispered.private.get(i, b"")) for i in parties}
    finally:
        script.closed = True


class Talk(Party[Learned]):
    def __init__(self, identity: _native.Identity, members: Sequence[Member], index: int, script: Script) -> None:
        self.script = script
        self.identity = identity
        parties = [i for i, _ in members]

        def begin(values: list[bytes]) -> tuple[bytes, Steps[Learned]]:
            return hashlib.sha256(b"".join(values)).digest(), rounds(index, parties, script)

        super().__init__(
            protocol="talk",
            schedule=SCHEDULE,
            identity=identity,
            members=members,
            index=index,
            key_id="key",
            begin=begin,
        )


def make_parties(n: int, scripts: Mapping[int, Script] | None = None) -> dict[int, Talk]:
    identities = {i.public_key: i for i in (_native.Identity.generate() for _ in range(n))}
    members = canonical_members(identities)
    given = scripts or {}
    return {i: Talk(identities[key], members, i, given.get(i, Script())) for i, key in members}


def run(
    parties: Mapping[int, Talk], conditions: Conditions = PERFECT, seed: int = 0, adversary: Adversary | None = None
) -> Report[Learned]:
    network = Network(list(parties.values()), conditions=conditions, rng=random.Random(seed), adversary=adversary)
    return network.run()


def expected(n: int, index: int) -> Learned:
    everybody = range(1, n + 1)
    return {i: (b"said by %d" % i, b"%d to %d" % (i, index) if i != index else b"") for i in everybody}


class Liar(Adversary):
    """One malicious sender: says in a round what a function makes of the draft."""

    def __init__(self, culprit: int, round: int, lie: Callable[[Draft], bytes | None]) -> None:
        self.culprit, self.round, self.lie = culprit, round, lie

    def speak(self, draft: Draft) -> bytes | None:
        if (draft.sender, draft.round) == (self.culprit, self.round):
            return self.lie(draft)
        return draft.payload


def forge(party: Talk, round: int, payload: bytes, recipient: int | None = None, ssid: bytes | None = None) -> Message:
    """Another message of this party, validly signed, in its session."""
    name = ssid or party.ssid or party._opening.ssid
    return sign(
        party.identity,
        ssid=name,
        protocol="talk",
        round=round,
        sender=party.index,
        recipient=recipient,
        payload=payload,
    )


def exchange(parties: Mapping[int, Talk], sent: Mapping[int, list[Outgoing]]) -> dict[int, list[Outgoing]]:
    """Delivers everything, in order, and gives what was sent in answer."""
    answers: dict[int, list[Outgoing]] = {i: [] for i in parties}
    for sender, messages in sent.items():
        for message in messages:
            for i, party in parties.items():
                if i != sender and message.recipient in (None, i):
                    answers[i] += party.receive(message.data, sender)
    return answers
