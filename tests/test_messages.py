"""The table of fields in support/messages.py against what the parties send, and against Appendix A."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from messages import R3E, Field, Is, Setting, Slot, fields, find_slot, slots
from parties import make_key, run
from verdicts import Recorder
from wrong_values import VALUES, Moduli, wrong_value

from mpc_fast.protocols.session import Party
from mpc_fast.reference import curve
from mpc_fast.reference.errors import DecodeError
from mpc_fast.reference.params import S128, TOY, Profile

pytestmark = pytest.mark.usefixtures("toy_profile")

PROTOCOLS = ("aux", "dkg", "sign")


def size(protocol: str, name: str, parties: int, profile: Profile = S128) -> int:
    setting = Setting(profile, tuple(range(1, parties + 1)))
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


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_fields_follow_one_another_and_have_names_of_their_own(protocol: str) -> None:
    for slot in slots(protocol):
        at = 0
        table = fields(slot, Setting(TOY, (1, 2, 3)), 2, 3)
        for field in table:
            assert field.offset == at
            at += field.length
        assert len({field.name for field in table}) == len(table)


def sessions(protocol: str) -> list[tuple[tuple[int, ...], Sequence[Party[Any]]]]:
    key = make_key("TOY", 2, 3)
    if protocol == "aux":
        return [(key.group.indices, key.group.aux_parties())]
    if protocol == "dkg":
        return [(key.group.indices, key.group.dkg_parties(2, key.aux))]
    return [(signers, key.signing_parties(signers)) for signers in ((1, 3), (1, 2, 3))]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_table_covers_every_message_that_is_sent(protocol: str) -> None:
    """Exactly, and what is in the fields is of their kinds; no message is missing here or there."""
    moduli = Moduli(make_key("TOY", 2, 3).group.moduli)
    for indices, parties in sessions(protocol):
        recorder = Recorder()
        assert not run(parties, adversary=recorder).failures
        seen = set()
        for (round, kind, sender, recipient), payload in recorder.sent.items():
            slot = Slot(protocol, round, "bcast" if kind == "bcast" else "p2p")
            seen.add(slot)
            table = fields(slot, Setting(TOY, indices), sender, recipient)
            assert sum(field.length for field in table) == len(payload), slot
            for field in table:
                assert is_value(field, field.of(payload), moduli), f"{slot} {field.name}"
                assert field.replaced(payload, field.of(payload)) == payload
        assert seen == set(slots(protocol)) - {R3E}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_wrong_values_are_as_decodable_as_they_claim(protocol: str) -> None:
    """Otherwise the mutation run would test something else than it says."""
    moduli, rng = Moduli(make_key("TOY", 2, 3).group.moduli), random.Random(1)
    indices, parties = sessions(protocol)[-1]
    recorder = Recorder()
    run(parties, adversary=recorder)
    for (round, kind, sender, recipient), payload in recorder.sent.items():
        if (sender, recipient) != (1, 2):
            continue
        slot = Slot(protocol, round, "bcast" if kind == "bcast" else "p2p")
        for field in fields(slot, Setting(TOY, indices), sender, recipient):
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
