"""The table of fields in support/messages.py against what the parties send, and against Appendix A."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from message_table import ORDINARY, Mode
from messages import R3E, Field, Is, Setting, Slot, fields, find_slot, slots
from parties import make_key, run
from verdicts import Recorder
from wrong_values import VALUES, Moduli, wrong_value

from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.session import Party
from mpc_fast.reference import curve
from mpc_fast.reference.errors import DecodeError
from mpc_fast.reference.params import S128, TOY, Profile

pytestmark = pytest.mark.usefixtures("toy_profile")

BATCHED = Proofs.BATCHED
SESSIONS = [
    ("aux", ORDINARY),
    ("dkg", ORDINARY),
    ("sign", ORDINARY),
    ("sign", Mode(BATCHED, 1)),
    ("presign", ORDINARY),
    ("presign", Mode(BATCHED, 1)),
    ("presign", Mode(BATCHED, 3)),
]
EACH_SESSION = pytest.mark.parametrize(("protocol", "mode"), SESSIONS, ids=lambda value: str(value))


def size(protocol: str, name: str, parties: int, profile: Profile = S128, mode: Mode = ORDINARY) -> int:
    setting = Setting(profile, tuple(range(1, parties + 1)), mode=mode)
    return sum(field.length for field in fields(find_slot(protocol, name), setting, 1, 2))


@pytest.mark.parametrize("parties", [2, 3, 5])
def test_sizes_at_s128_are_those_of_the_specification(parties: int) -> None:
    sizes = {
        ("aux", "A1"): 32,
        ("aux", "A1e"): 32 * parties,
        ("aux", "A2"): 50_768,
        ("aux", "A3"): 99_585,
        ("aux", "A3 p2p"): 4325,
        ("aux", "A4"): 32,
        ("dkg", "V1"): 32,
        ("dkg", "V2"): 2 + 2 * 2 * 33 + 33 * (parties - 1) + 3 * 32,
        ("dkg", "V3"): 2 * 32,
        ("dkg", "V3 p2p"): 32,
        ("dkg", "V4"): 33,
        ("sign", "R1"): 1701,
        ("sign", "R1 p2p"): 5192,
        ("sign", "R2"): 196 + 64 * (parties - 1) + 32 * parties,
        ("sign", "R2 p2p"): 13_386,
        ("sign", "R3"): 261 + 32 * parties,
        ("sign", "R3e"): 1 + 32 * parties,
        ("sign", "R4"): 113 + 32 * parties,
    }
    for (protocol, name), expected in sizes.items():
        assert size(protocol, name, parties) == expected, name


@pytest.mark.parametrize("parties", [2, 3, 5])
@pytest.mark.parametrize("count", [1, 8, 64])
def test_sizes_of_mode_1_at_s128_are_those_of_the_specification(parties: int, count: int) -> None:
    """From the lengths in batch-range-proofs.md 3 and 4: |N^2| = 768 bytes, |N| = |Nh| = 384, l = 256, eps = 512."""
    peers, rows = parties - 1, 2 * count
    slack = 512 + (rows - 1).bit_length()

    def signed(bits: int) -> int:
        return 1 + -(-bits // 8)

    common = 768 + 2 * 33 + signed(256 + slack) + 384 + 32 + 32 * peers
    baff = 384 * (2 + 4 * count) + 2 * 768 + 33 + count * (signed(256 + 513) + signed(128 + 513 + 3072))
    sizes = {
        "R1": 33 + count * (2 * 768 + 4 * 33) + common,
        "R1 p2p": 384 * (rows + 1) + signed(128 + slack + 3072),
        "R2": count * (33 + 163 + 64 * peers) + 32 * parties,
        "R2 p2p": count * 4 * 768 + baff + signed(1280 + slack) + signed(128 + slack + 3072) + 2 * 384,
        "R3": count * (32 + 2 * 33 + 163) + 32 * parties,
        "R3e": 1 + 32 * parties,
    }
    for name, expected in sizes.items():
        assert size("presign", name, parties, mode=Mode(BATCHED, count)) == expected, name


@EACH_SESSION
def test_fields_follow_one_another_and_have_names_of_their_own(protocol: str, mode: Mode) -> None:
    for slot in slots(protocol):
        at = 0
        table = fields(slot, Setting(TOY, (1, 2, 3), mode=mode), 2, 3)
        for field in table:
            assert field.offset == at
            at += field.length
        assert len({field.name for field in table}) == len(table)


def sessions(protocol: str, mode: Mode) -> list[tuple[tuple[int, ...], Sequence[Party[Any]]]]:
    key = make_key("TOY", 2, 3)
    if protocol == "aux":
        return [(key.group.indices, key.group.aux_parties())]
    if protocol == "dkg":
        return [(key.group.indices, key.group.dkg_parties(2, key.aux))]
    chosen = ((1, 3), (1, 2, 3))
    if protocol == "presign":
        return [(signers, key.presigning_parties(signers, mode.count, mode.proofs)) for signers in chosen]
    return [(signers, key.signing_parties(signers, proofs=mode.proofs)) for signers in chosen]


@EACH_SESSION
def test_the_table_covers_every_message_that_is_sent(protocol: str, mode: Mode) -> None:
    """Exactly, and what is in the fields is of their kinds; no message is missing here or there."""
    moduli = Moduli(make_key("TOY", 2, 3).group.moduli)
    for indices, parties in sessions(protocol, mode):
        recorder = Recorder()
        assert not run(parties, adversary=recorder).failures
        seen = set()
        for (round, kind, sender, recipient), payload in recorder.sent.items():
            slot = Slot(protocol, round, "bcast" if kind == "bcast" else "p2p")
            seen.add(slot)
            table = fields(slot, Setting(TOY, indices, mode=mode), sender, recipient)
            assert sum(field.length for field in table) == len(payload), slot
            for field in table:
                assert is_value(field, field.of(payload), moduli), f"{slot} {field.name}"
                assert field.replaced(payload, field.of(payload)) == payload
        assert seen == set(slots(protocol)) - {R3E}


@EACH_SESSION
def test_wrong_values_are_as_decodable_as_they_claim(protocol: str, mode: Mode) -> None:
    """Otherwise the mutation run would test something else than it says."""
    moduli, rng = Moduli(make_key("TOY", 2, 3).group.moduli), random.Random(1)
    indices, parties = sessions(protocol, mode)[-1]
    recorder = Recorder()
    run(parties, adversary=recorder)
    for (round, kind, sender, recipient), payload in recorder.sent.items():
        if (sender, recipient) != (1, 2):
            continue
        slot = Slot(protocol, round, "bcast" if kind == "bcast" else "p2p")
        for field in fields(slot, Setting(TOY, indices, mode=mode), sender, recipient):
            for way in VALUES[field.kind]:
                value = wrong_value(field, way, field.of(payload), moduli, rng)
                assert len(value) == field.length
                assert is_value(field, value, moduli) != way.undecodable, f"{slot} {field.name}: {way.name}"


def is_value(field: Field, data: bytes, moduli: Moduli) -> bool:
    """Whether these bytes encode something of the field's kind."""
    number = int.from_bytes(data, "big")
    match field.kind:
        case Is.RESIDUE:
            assert field.ring is not None
            return number < moduli.modulus(field.ring)
        case Is.SIGNED:
            return data[0] == 0 or (data[0] == 1 and any(data[1:]))
        case Is.SCALAR:
            return number < curve.q
        case Is.CHOICE:
            return number in field.choices
        case Is.POINT:
            try:
                curve.decode(data)
            except DecodeError:
                return False
    return True
