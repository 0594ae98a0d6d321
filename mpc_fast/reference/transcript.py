"""The Fiat-Shamir transcript: typed items, one XOF, challenges (2.1, 2.3); and the digests of a session (2.2)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType

from . import curve
from .curve import Point
from .params import CURVE_ID, Profile

# ---- 2.1 Typed encoding: an item is  tag (1 byte) || length of the payload (8 bytes BE) || payload.

Item = NewType("Item", bytes)


def _item(tag: int, payload: bytes) -> Item:
    return Item(bytes([tag]) + len(payload).to_bytes(8, "big") + payload)


def label(text: str) -> Item:
    return _item(0x01, text.encode("ascii"))


def octets(data: bytes) -> Item:
    """A bytes item."""
    return _item(0x02, data)


def u64(value: int) -> Item:
    return _item(0x03, value.to_bytes(8, "big"))


def nat(value: int, length: int) -> Item:
    """A natural number; the length is fixed by its modulus or bound."""
    return _item(0x04, value.to_bytes(length, "big"))


def integer(value: int, length: int) -> Item:
    """A signed integer: sign byte, then the magnitude in `length` bytes."""
    return _item(0x05, bytes([value < 0]) + abs(value).to_bytes(length, "big"))


def point(value: Point) -> Item:
    """33 bytes; O is 33 zero bytes."""
    return _item(0x06, curve.encode_for_transcript(value))


def scalar(value: int) -> Item:
    return _item(0x07, value.to_bytes(32, "big"))


def sequence(items: Sequence[Item]) -> Item:
    """A list: the count as 8 raw bytes, then the items."""
    return _item(0x08, len(items).to_bytes(8, "big") + b"".join(items))


def te(name: str, *items: Item) -> bytes:
    """TE("name", ...): the encoding of a label and the items behind it."""
    return label(name) + b"".join(items)


# ---- 2.1 XOF, 2.3 challenges


class Xof:
    """XOF(T): seed = BLAKE2b-512(T); block c = BLAKE2b-512(key = seed, c as 8 bytes LE); read sequentially."""

    def __init__(self, data: bytes) -> None:
        self._seed = hashlib.blake2b(data).digest()
        self._next_block = 0
        self._buffer = b""

    def read(self, n: int) -> bytes:
        while len(self._buffer) < n:
            counter = self._next_block.to_bytes(8, "little")
            self._buffer += hashlib.blake2b(counter, key=self._seed).digest()
            self._next_block += 1
        out, self._buffer = self._buffer[:n], self._buffer[n:]
        return out

    def _natural(self, n: int) -> int:
        return int.from_bytes(self.read(n), "big")

    def scalar(self) -> int:
        """A scalar: 48 bytes mod q, bias <= 2^-128.  The challenge of sch and elog, in every profile."""
        return self._natural(48) % curve.q

    def signed(self, profile: Profile) -> int:
        """The integer challenge of enc-elg and aff-g: bal of a scalar; TOY: 32 bits, two's complement."""
        if profile.is_toy:
            return self._toy()
        return curve.bal(self.scalar())

    def fac(self, profile: Profile) -> int:
        """The challenge of fac, in [-2^255, 2^255); TOY: 32 bits."""
        if profile.is_toy:
            return self._toy()
        return self._natural(32) - 2**255

    def _toy(self) -> int:
        return self._natural(4) - 2**31

    def bits(self, n: int) -> tuple[int, ...]:
        """n bits from ceil(n/8) bytes, least significant bit of each byte first."""
        data = self.read((n + 7) // 8)
        return tuple((data[i >> 3] >> (i & 7)) & 1 for i in range(n))

    def blocks(self, count: int, bits: int) -> tuple[int, ...]:
        """The challenges of a batch proof: `count` blocks of `bits` bits (whole bytes), each in [0, 2^bits)."""
        return tuple(self._natural(bits // 8) for _ in range(count))

    def unit(self, n: int) -> int:
        """Nearly uniform mod n, bias <= 2^-128.  No retry: the caller tests gcd(value, n) = 1."""
        return self._natural((n.bit_length() + 7) // 8 + 16) % n


def xof(name: str, *items: Item) -> Xof:
    """XOF("name", ...)."""
    return Xof(te(name, *items))


def h256(name: str, *items: Item) -> bytes:
    """H("name", ...): H-256, the first 32 bytes of the XOF."""
    return xof(name, *items).read(32)


# ---- 2.2 Session binding


@dataclass(frozen=True)
class Session:
    """The fields of ssid, in the order in which they are hashed.

    None means "does not exist (yet)" and is hashed as an empty bytes item; "no HD path" is path = (), a list.
    Members are (index, pid).  The protocol's version and the curve are hashed as well.
    """

    protocol: str
    profile: Profile
    sid: bytes
    participants: Sequence[tuple[int, bytes]]
    threshold: int | None = None
    key_id: str | None = None
    epoch: int | None = None
    public_key: Point | None = None  # X
    public_shares: Sequence[Point] | None = None  # X_j
    chain_code: bytes | None = None
    aux_digest: bytes | None = None
    base_digest: bytes | None = None  # refresh, reshare, repair
    new_committee: Sequence[tuple[int, bytes]] | None = None  # reshare
    new_threshold: int | None = None  # t', reshare
    signers: Sequence[int] | None = None  # S
    path: Sequence[int] | None = None  # HD path, signing
    child_key: Point | None = None  # X_c, signing
    proof_mode: int | None = None  # presigning
    presignatures: int | None = None  # P, presigning
    digest: bytes | None = None  # of the message, interactive signing only


PROTOCOL_VERSION = 1
_ABSENT = octets(b"")


def ssid(s: Session) -> bytes:
    """H-256(TE("ssid", ...)) over every field."""
    return h256(
        "ssid",
        label(s.protocol),
        u64(PROTOCOL_VERSION),
        label(s.profile.name),
        label(CURVE_ID),
        octets(s.sid),
        _members(s.participants),
        _ABSENT if s.threshold is None else u64(s.threshold),
        _ABSENT if s.key_id is None else label(s.key_id),
        _ABSENT if s.epoch is None else u64(s.epoch),
        _ABSENT if s.public_key is None else point(s.public_key),
        _ABSENT if s.public_shares is None else sequence([point(x) for x in s.public_shares]),
        octets(s.chain_code or b""),
        octets(s.aux_digest or b""),
        octets(s.base_digest or b""),
        _ABSENT if s.new_committee is None else _members(s.new_committee),
        _ABSENT if s.new_threshold is None else u64(s.new_threshold),
        _ABSENT if s.signers is None else _indices(s.signers),
        _ABSENT if s.path is None else _indices(s.path),
        _ABSENT if s.child_key is None else point(s.child_key),
        _ABSENT if s.proof_mode is None else u64(s.proof_mode),
        _ABSENT if s.presignatures is None else u64(s.presignatures),
        octets(s.digest or b""),
    )


def _members(members: Sequence[tuple[int, bytes]]) -> Item:
    return sequence([sequence([u64(index), octets(pid_)]) for index, pid_ in members])


def _indices(values: Sequence[int]) -> Item:
    return sequence([u64(value) for value in values])


def pid(identity_key: bytes) -> bytes:
    """pid = H-256(TE("pid", identity key)): the name of a party, 32 bytes."""
    return h256("pid", octets(identity_key))


def rid(ssid_: bytes, parts: Sequence[bytes]) -> bytes:
    """The jointly random string: H-256(TE("rid", ssid, list rid_j)), parts in index order."""
    return h256("rid", octets(ssid_), sequence([octets(part) for part in parts]))


@dataclass(frozen=True)
class AuxEntry:
    """What one party contributes to the aux record."""

    index: int
    pid: bytes
    n: int
    nh: int
    s: int
    t: int


def aux_digest(profile: Profile, entries: Sequence[AuxEntry]) -> bytes:
    """H-256(TE("aux", profile id, list over j of list(j, pid_j, N_j, Nh_j, s_j, t_j)))."""
    size = profile.nh_bytes
    rows = [
        sequence(
            [u64(a.index), octets(a.pid), nat(a.n, profile.n_bytes), nat(a.nh, size), nat(a.s, size), nat(a.t, size)]
        )
        for a in entries
    ]
    return h256("aux", label(profile.name), sequence(rows))


def mask(ssid_: bytes, rid_: bytes, i: int, j: int, shared: Point) -> int:
    """rho_ij, the mask of the share that i sends to j; shared = y_ij Y_ji (4.0, V3)."""
    return xof("mask", octets(ssid_), octets(rid_), u64(i), u64(j), point(shared)).scalar()


def rerand(
    ssid_: bytes, id_: bytes, gamma: Point, child_key: Point, path: Sequence[int], signers: Sequence[int], digest: bytes
) -> int:
    """zeta, the re-randomiser of a presignature (4.6): gamma is Gamma, child_key is X_c.  The caller tests for 0."""
    items = (octets(id_), point(gamma), point(child_key), _indices(path), _indices(signers), octets(digest))
    return xof("rerand", octets(ssid_), *items).scalar()
