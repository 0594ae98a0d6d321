"""Wrong values for the fields of messages: for each kind of field, ways to change it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from messages import Field, Is

from mpc_fast.reference import curve
from mpc_fast.reference.curve import G


@dataclass(frozen=True, slots=True)
class Way:
    """A way to get a value wrong."""

    name: str
    undecodable: bool = False
    """Whether what comes out is no value of the field's kind."""


VALUES: Final[Mapping[Is, tuple[Way, ...]]] = {
    Is.RESIDUE: (
        Way("flip a bit"),
        Way("add one"),
        Way("another"),
        Way("zero"),
        Way("the modulus", undecodable=True),
        Way("all ones", undecodable=True),
    ),
    Is.MODULUS: (Way("flip a bit"), Way("add two"), Way("add one")),
    Is.SIGNED: (
        Way("flip a bit"),
        Way("add one"),
        Way("another"),
        Way("negative"),
        Way("zero"),
        Way("minus zero", undecodable=True),
        Way("sign 2", undecodable=True),
    ),
    Is.POINT: (
        Way("add G"),
        Way("negative"),
        Way("another"),
        Way("flip a bit of the prefix", undecodable=True),
        Way("off the curve", undecodable=True),
        Way("O", undecodable=True),
        Way("x >= p", undecodable=True),
    ),
    Is.SCALAR: (
        Way("add one"),
        Way("flip a bit"),
        Way("another"),
        Way("zero"),
        Way("q", undecodable=True),
        Way("all ones", undecodable=True),
    ),
    Is.DIGEST: (Way("flip a bit"), Way("another"), Way("zero")),
    Is.BITS: (Way("flip the first bit"), Way("flip the last bit"), Way("another")),
    Is.COUNT: (Way("add one"), Way("subtract one"), Way("zero"), Way("all ones")),
    Is.CHOICE: (Way("another"), Way("next"), Way("out of range", undecodable=True)),
}

WHOLE: Final = (Way("empty", True), Way("cut by a byte", True), Way("one byte more", True))
"""Wrong lengths of a whole message."""


@dataclass(frozen=True)
class Moduli:
    """(N, Nh) of each party."""

    of: Mapping[int, tuple[int, int]]

    def modulus(self, ring: tuple[str, int]) -> int:
        n, nh = self.of[ring[1]]
        return {"N": n, "N^2": n * n, "Nh": nh}[ring[0]]


def wrong_value(target: Field, way: Way, value: bytes, moduli: Moduli, rng: random.Random) -> bytes:
    """Never the value itself."""
    made = _wrong_value(target, way.name, value, moduli, rng)
    assert made != value, (target.name, way.name)
    return made


def _wrong_value(target: Field, way: str, value: bytes, moduli: Moduli, rng: random.Random) -> bytes:
    size = len(value)
    number = int.from_bytes(value, "big")
    if way == "zero":
        return bytes(size)
    if way == "all ones":
        return b"\xff" * size
    match target.kind:
        case Is.RESIDUE | Is.SCALAR:
            modulus = curve.q if target.kind is Is.SCALAR else moduli.modulus(target.ring or ("N", 0))
            if way in ("q", "the modulus"):
                return modulus.to_bytes(size, "big")
            return _residue(way, number, modulus, rng).to_bytes(size, "big")
        case Is.MODULUS:
            # Far from the ends, so that the length stays and s, t stay below.
            changed = {
                "flip a bit": number ^ 2 << rng.randrange(4 * size),
                "add two": number + 2,
                "add one": number + 1,
            }
            return changed[way].to_bytes(size, "big")
        case Is.SIGNED:
            return _signed(way, value, rng)
        case Is.POINT:
            return _point(way, value, rng)
        case Is.DIGEST:
            return rng.randbytes(size) if way == "another" else flipped(value, rng.randrange(8 * size))
        case Is.BITS:
            if way == "another":
                return rng.randbytes(size)
            return flipped(value, 0 if way == "flip the first bit" else 8 * size - 1)
        case Is.COUNT:
            return ((number + (1 if way == "add one" else -1)) % (1 << 8 * size)).to_bytes(size, "big")
        case Is.CHOICE:
            if way == "out of range":
                return bytes([max(target.choices) + 1])
            others = [choice for choice in target.choices if choice != number]
            return bytes([rng.choice(others) if way == "another" else others[number % len(others)]])


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit >> 3] ^= 1 << (bit & 7)
    return bytes(changed)


def _residue(way: str, number: int, modulus: int, rng: random.Random) -> int:
    if way == "add one":
        return (number + 1) % modulus
    while True:
        drawn = number ^ 1 << rng.randrange(modulus.bit_length()) if way == "flip a bit" else rng.randrange(modulus)
        if drawn < modulus and drawn != number:
            return drawn


def _signed(way: str, value: bytes, rng: random.Random) -> bytes:
    sign, magnitude = value[:1], value[1:]
    size = len(magnitude)
    if way == "flip a bit":
        return sign + flipped(magnitude, rng.randrange(8 * size))
    if way == "add one":
        return sign + ((int.from_bytes(magnitude, "big") + 1) % (1 << 8 * size)).to_bytes(size, "big")
    if way == "another":
        return bytes([rng.randrange(2)]) + rng.randbytes(size)
    if way == "negative":
        return bytes([sign[0] ^ 1]) + magnitude
    return b"\1" + bytes(size) if way == "minus zero" else b"\2" + magnitude


def _point(way: str, value: bytes, rng: random.Random) -> bytes:
    if way == "add G":
        return curve.encode(curve.decode(value) + G)
    if way == "negative":
        return bytes([value[0] ^ 1]) + value[1:]
    if way == "another":
        return curve.encode(rng.randrange(1, curve.q) * G)
    if way == "flip a bit of the prefix":
        return bytes([value[0] ^ 4]) + value[1:]
    if way == "off the curve":
        x = 5  # 5^3 + 7 is no square
        return value[:1] + x.to_bytes(32, "big")
    return bytes(33) if way == "O" else value[:1] + b"\xff" * 32
