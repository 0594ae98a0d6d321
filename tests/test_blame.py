"""Whatever one party does and however messages travel: nobody honest is ever blamed, and every session ends."""

import random
from collections.abc import Sequence

import pytest
from toy_protocol import Talk, forge, make_parties

from mpc_fast.errors import DecodeError
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.envelope import Envelope
from mpc_fast.protocols.network import Conditions, Network
from mpc_fast.protocols.notice import encode_notice
from mpc_fast.protocols.originals import ORIGINALS, decode_originals

SESSIONS = 400


class Chaos(Adversary):
    """Party ``culprit`` lies at random; the network, too, damages what it carries."""

    def __init__(self, rng: random.Random, parties: dict[int, Talk], culprit: int, damage: float) -> None:
        self.rng, self.parties, self.culprit, self.damage = rng, parties, culprit, damage
        self.lies = rng.choice([0.02, 0.1, 0.3])
        self.seen: list[bytes] = []

    def speak(self, draft: Draft) -> bytes | None:
        self.seen.append(draft.payload)
        if draft.sender != self.culprit or self.rng.random() > self.lies:
            return draft.payload
        return self.rng.choice([self.nothing, self.flip, self.cut, self.other, self.reshuffle])(draft.payload)

    def carry(self, sender: int, recipient: int, data: bytes) -> Sequence[bytes]:
        out = [data]
        if sender == self.culprit and self.rng.random() < self.lies:
            out.insert(self.rng.randrange(2), self.extra(data))
        if self.rng.random() < self.damage:
            out.append(self.flip(data))
        return out

    def extra(self, data: bytes) -> bytes:
        """Another message of the culprit, validly signed."""
        party = self.parties[self.culprit]
        envelope = Envelope.decode(data)
        kinds = [
            (envelope.round, self.rng.choice(self.seen)),
            (ORIGINALS + 1, self.rng.choice(self.seen)),
            (255, encode_notice("B-EQ", [i for i in self.parties if self.rng.random() < 0.5])),
            (self.rng.randrange(6), b"early or late"),
        ]
        round, payload = self.rng.choice(kinds)
        return forge(party, round, payload, ssid=envelope.ssid).data

    def nothing(self, payload: bytes) -> None:
        return None

    def flip(self, payload: bytes) -> bytes:
        changed = bytearray(payload or b"\0")
        changed[self.rng.randrange(len(changed))] ^= 1 << self.rng.randrange(8)
        return bytes(changed)

    def cut(self, payload: bytes) -> bytes:
        return payload[: self.rng.randrange(len(payload) + 1)]

    def other(self, payload: bytes) -> bytes:
        return self.rng.choice(self.seen)

    def reshuffle(self, payload: bytes) -> bytes:
        """Originals in another order, some missing, some doubled; of other payloads, blocks of 32 bytes."""
        try:
            parts = decode_originals(payload)
        except DecodeError:
            parts = []
        blocks = parts or [payload[at : at + 32] for at in range(0, len(payload), 32)]
        chosen = [self.rng.choice(blocks) for _ in blocks] if blocks else []
        if not parts:
            return b"".join(chosen)
        return len(chosen).to_bytes(2, "big") + b"".join(len(part).to_bytes(4, "big") + part for part in chosen)


@pytest.mark.parametrize("block", range(8))
def test_nobody_honest_is_blamed(block: int) -> None:
    codes: set[str] = set()
    for seed in range(block * SESSIONS // 8, (block + 1) * SESSIONS // 8):
        rng = random.Random(seed)
        parties = make_parties(rng.randint(2, 5))
        culprit = rng.choice(list(parties))
        bad = rng.random() < 0.5
        conditions = Conditions(reorder=bad, duplicate=0.2 * bad, delay=0.2 * bad, drop=rng.choice([0.0, 0.02]))
        chaos = Chaos(rng, parties, culprit, damage=rng.choice([0.0, 0.1]))
        report = Network(list(parties.values()), conditions=conditions, rng=rng, adversary=chaos).run()
        for i, failure in report.failures.items():
            if i != culprit:
                assert failure.culprits <= {culprit}, f"seed {seed}: party {i} blames {sorted(failure.culprits)}"
                codes.add(failure.code)
        assert set(report.results) | set(report.failures) == set(parties)
    assert {"B-EQ", "TIMEOUT"} <= codes
