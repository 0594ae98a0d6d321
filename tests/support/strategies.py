"""Random malicious parties: one or two lies each, of the kinds in the table of fields and of a few others."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from message_table import ORDINARY, Mode
from messages import R3E, Slot, fields, slots
from mutations import Case, Stage, Tamper
from wrong_values import VALUES, WHOLE

from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.author import Author
from mpc_fast.protocols.envelope import Envelope
from mpc_fast.protocols.network import Conditions, Network, Report
from mpc_fast.protocols.notice import encode_notice
from mpc_fast.protocols.presign import Proofs

Lie = Callable[[Draft], bytes | None]

EXTRA_ROUNDS: Final = (1, 2, 3, 4, 5, 6, 101, 102, 103, 104, 255)


def random_case(
    stage: Stage,
    slot: Slot,
    parties: tuple[int, ...],
    sender: int,
    rng: random.Random,
    *,
    for_all: bool = False,
    mode: Mode = ORDINARY,
) -> Case:
    """A mutation from the table, of a field mostly, to a value that decodes mostly.

    for_all: of a field that every recipient can judge alone. The hashes in R2 are for one recipient each, and about
    echoes an exchange of originals decides, from which a malicious party may stay away.
    """
    recipient = rng.choice([i for i in parties if i != sender])
    table = fields(slot, stage.setting(slot.protocol, parties, mode), sender, recipient)
    table = [target for target in table if not for_all or target.code not in ("B-HASH", "B-ECHO")]
    target = rng.choice(table) if table and rng.random() < 0.95 else None
    ways = WHOLE if target is None else VALUES[target.kind]
    way = rng.choices(ways, [1 if way.undecodable else 8 for way in ways])[0]
    return Case(slot, sender, recipient, target, way, False, parties, rng.randrange(1 << 32), mode)


@dataclass
class Malicious(Adversary):
    """A party that lies in some of its messages, and may say more than it should."""

    stage: Stage
    parties: tuple[int, ...]
    culprit: int
    protocol: str
    rng: random.Random
    broadcast_only: bool = False
    """Nothing but wrong values in broadcasts, the same for all."""
    mode: Mode = ORDINARY
    lies: dict[Slot, Lie] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)

    def plan(self, lies: int) -> None:
        """Draws what is lied about."""
        places = [slot for slot in slots(self.protocol) if slot.kind == "bcast" or not self.broadcast_only]
        for slot in self.rng.sample(places, lies):
            self.lies[slot] = self.draw(slot)

    def speak(self, draft: Draft) -> bytes | None:
        if draft.sender != self.culprit:
            return draft.payload
        self.said.append(draft.payload)
        if draft.round >= 100:
            return self._about_the_end(draft)
        lie = self.lies.get(Slot(draft.protocol, draft.round, draft.kind))
        return draft.payload if lie is None else lie(draft)

    # ---- Kinds of lies

    def draw(self, slot: Slot) -> Lie:
        for_all = self.broadcast_only
        case = random_case(self.stage, slot, self.parties, self.culprit, self.rng, for_all=for_all, mode=self.mode)
        tamper = Tamper(case, self.stage.moduli)
        kind = (
            "uniform" if self.broadcast_only else self.rng.choice(["uniform"] * 4 + ["to one", "silent", "old", "junk"])
        )
        self.told.append(f"{kind}: {case}")
        if kind == "uniform":
            return lambda draft: tamper.speak(draft)
        if kind == "to one":
            return lambda draft: tamper.payload(draft.payload) if draft.recipient == case.recipient else draft.payload
        if kind == "silent":
            return lambda draft: None if draft.recipient == case.recipient or slot.kind == "bcast" else draft.payload
        if kind == "old":
            return lambda draft: self.rng.choice(self.said)
        return lambda draft: self.rng.randbytes(self.rng.choice([0, 1, len(draft.payload), len(draft.payload) + 7]))

    def _about_the_end(self, draft: Draft) -> bytes | None:
        """ABORT and originals: mostly as they are, else garbled, kept back, or accusing anybody."""
        if self.broadcast_only or self.rng.random() < 0.6:
            return draft.payload
        garbled = bytearray(draft.payload or b"\0")
        garbled[self.rng.randrange(len(garbled))] ^= 1 << self.rng.randrange(8)
        accusing = encode_notice("B-EQ", [i for i in self.parties if self.rng.random() < 0.5])
        return self.rng.choice([None, bytes(garbled), accusing, self.rng.choice(self.said)])


@dataclass
class Talkative(Malicious):
    """Also sends messages that nobody asked for, validly signed."""

    author: Author | None = None

    def carry(self, sender: int, recipient: int, data: bytes) -> Sequence[bytes]:
        if sender != self.culprit or self.author is None or self.rng.random() > 0.05:
            return [data]
        ssid = Envelope.decode(data).ssid
        to = self.rng.choice([None, recipient])
        payload = self.rng.choice([*self.said, b"", encode_notice("TIMEOUT", [])])
        extra = self.author.sign(ssid, self.rng.choice(EXTRA_ROUNDS), to, payload).data
        return self.rng.choice([[data, extra], [extra, data], [data, data]])


@dataclass(frozen=True)
class Session:
    """A session that was attacked: what happened, to whom."""

    parties: tuple[int, ...]
    culprits: frozenset[int]
    report: Report[Any]
    story: str

    def accused(self) -> dict[int, frozenset[int]]:
        """What each honest party that found something itself says."""
        return {
            i: failure.culprits
            for i, failure in self.report.failures.items()
            if i not in self.culprits and failure.culprits
        }


def attacked_session(stage: Stage, seed: int) -> Session:
    """One malicious party with one or two lies, on a network with moods of its own."""
    rng = random.Random(f"attack {seed}")
    protocol = rng.choice(["aux", "dkg", "dkg", "dkg", "sign", "sign", "sign"])
    return _attacked(stage, f"seed {seed}", protocol, ORDINARY, rng)


def batched_attack(stage: Stage, seed: int) -> Session:
    """The same, of sessions in mode 1."""
    rng = random.Random(f"batched attack {seed}")
    return _attacked(stage, f"seed {seed}", *_batched(rng), rng)


def _batched(rng: random.Random) -> tuple[str, Mode]:
    protocol = rng.choice(["sign", "presign", "presign"])
    return protocol, Mode(Proofs.BATCHED, 1 if protocol == "sign" else rng.randint(1, 3))


def _attacked(stage: Stage, name: str, protocol: str, mode: Mode, rng: random.Random) -> Session:
    everybody = stage.key.group.indices
    chosen = tuple(sorted(rng.sample(everybody, rng.randint(stage.key.threshold, len(everybody)))))
    parties = stage.setting(protocol, chosen, mode).parties
    culprit = rng.choice(parties)
    kind = Talkative if rng.random() < 0.3 else Malicious
    adversary = kind(stage, parties, culprit, protocol, rng, mode=mode)
    adversary.plan(rng.choice([1, 1, 2]))
    if isinstance(adversary, Talkative):
        others = [i for i in parties if i != culprit]
        adversary.author = Author(stage.key.group.identities[culprit], protocol, culprit, others)
    rough = rng.random() < 0.6
    conditions = Conditions(
        reorder=rough,
        duplicate=rng.choice([0.0, 0.3]) * rough,
        delay=rng.choice([0.0, 0.2]) * rough,
        drop=rng.choice([0.0, 0.0, 0.03]),
    )
    sessions = stage.parties(protocol, parties, mode)
    report = Network(sessions, conditions=conditions, rng=rng, adversary=adversary).run()
    story = f"{name}: {protocol} ({mode}), party {culprit} of {parties}, {conditions}: {adversary.told}"
    return Session(parties, frozenset({culprit}), report, story)


@dataclass
class Several(Adversary):
    """Malicious parties side by side."""

    members: Sequence[Malicious]

    def speak(self, draft: Draft) -> bytes | None:
        for member in self.members:
            if member.culprit == draft.sender:
                return member.speak(draft)
        return draft.payload


def broadcast_attack(stage: Stage, seed: int) -> Session:
    """Two malicious parties, each with a wrong value in a broadcast of the same round, the same for all recipients."""
    rng = random.Random(f"broadcast {seed}")
    protocol = rng.choice(["aux", "dkg", "dkg", "dkg", "sign"])
    return _broadcast_attacked(stage, f"seed {seed}", protocol, ORDINARY, rng)


def batched_broadcast_attack(stage: Stage, seed: int) -> Session:
    """The same, of sessions in mode 1."""
    rng = random.Random(f"batched broadcast {seed}")
    return _broadcast_attacked(stage, f"seed {seed}", *_batched(rng), rng)


def _broadcast_attacked(stage: Stage, name: str, protocol: str, mode: Mode, rng: random.Random) -> Session:
    parties = stage.key.group.indices
    culprits = rng.sample(parties, 2)
    slot = rng.choice([one for one in slots(protocol) if one.kind == "bcast" and one != R3E])
    members = []
    for culprit in culprits:
        member = Malicious(stage, parties, culprit, protocol, rng, broadcast_only=True, mode=mode)
        member.lies[slot] = member.draw(slot)
        members.append(member)
    conditions = Conditions(reorder=rng.random() < 0.5)
    network = Network(
        stage.parties(protocol, parties, mode), conditions=conditions, rng=rng, adversary=Several(members)
    )
    report = network.run()
    story = f"{name}: {protocol} ({mode}), {conditions}: {[told for member in members for told in member.told]}"
    return Session(parties, frozenset(culprits), report, story)
