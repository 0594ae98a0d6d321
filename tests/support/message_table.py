"""Fields of messages and how a table of them is put together."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from mpc_fast.protocols.presign import Proofs
from mpc_fast.reference.params import Profile

Ring = Literal["N", "N^2", "Nh"]


class Is(Enum):
    """Kinds of fields."""

    RESIDUE = auto()
    """A natural number below a modulus."""
    MODULUS = auto()
    """A natural number that is itself a modulus."""
    SIGNED = auto()
    """A sign byte and a magnitude."""
    POINT = auto()
    SCALAR = auto()
    DIGEST = auto()
    """A hash, or random bytes: each string is a value."""
    BITS = auto()
    COUNT = auto()
    """A number of bytes or entries, or an index, which other fields must match."""
    CHOICE = auto()
    """One byte; a few values are in use."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Is
    offset: int
    length: int
    code: str
    """For another value of this kind."""
    undecodable: str
    """For bytes that are no value of this kind."""
    ring: tuple[Ring, int] | None = None
    """Which modulus, of which party."""
    choices: tuple[int, ...] = ()
    position: tuple[int, int] | None = None
    """(place, length) in an array."""

    def of(self, payload: bytes) -> bytes:
        return payload[self.offset : self.offset + self.length]

    def replaced(self, payload: bytes, value: bytes) -> bytes:
        """The payload with another value in this field; lengths may differ."""
        return payload[: self.offset] + value + payload[self.offset + self.length :]

    @property
    def is_sampled(self) -> bool:
        """Whether it stands for its array: first, middle or last, or no element of an array."""
        if self.position is None:
            return True
        place, length = self.position
        return place in (0, length // 2, length - 1)


@dataclass(frozen=True, slots=True)
class Mode:
    """The proof mode of a session, and the number of its presignatures."""

    proofs: Proofs = Proofs.ORDINARY
    count: int = 1

    def __str__(self) -> str:
        return "mode 0" if self.proofs is Proofs.ORDINARY else f"mode {int(self.proofs)}, P = {self.count}"


ORDINARY = Mode()


def grid_columns(count: int) -> int:
    """M: the largest power of two <= sqrt(4 * 2P)."""
    return max(m for m in (1, 2, 4, 8, 16) if m * m <= 8 * count)


@dataclass(frozen=True)
class Setting:
    """The session to which a message belongs."""

    profile: Profile
    parties: tuple[int, ...]
    threshold: int = 2
    mode: Mode = ORDINARY

    @property
    def is_batched(self) -> bool:
        return self.mode.proofs is not Proofs.ORDINARY

    @property
    def is_grid(self) -> bool:
        return self.mode.proofs is Proofs.GRID

    @property
    def columns(self) -> int:
        """M of BENC."""
        return grid_columns(self.mode.count) if self.is_grid else 1

    @property
    def rows(self) -> int:
        """B of BENC."""
        return -(-2 * self.mode.count // self.columns)


class Table:
    """Collects fields one behind the other."""

    def __init__(self, setting: Setting, sender: int, recipient: int) -> None:
        self.setting = setting
        self.profile = setting.profile
        self.sender = sender
        self.recipient = recipient
        self.fields: list[Field] = []
        self._at = 0

    @property
    def peers(self) -> list[int]:
        return [i for i in self.setting.parties if i != self.sender]

    def add(
        self,
        name: str,
        kind: Is,
        length: int,
        code: str,
        *,
        undecodable: str = "B-DEC",
        ring: tuple[Ring, int] | None = None,
        choices: tuple[int, ...] = (),
        position: tuple[int, int] | None = None,
    ) -> None:
        self.fields.append(Field(name, kind, self._at, length, code, undecodable, ring, choices, position))
        self._at += length

    def residue(
        self,
        name: str,
        ring: Ring,
        owner: int,
        code: str,
        *,
        undecodable: str = "B-DEC",
        position: tuple[int, int] | None = None,
    ) -> None:
        size = {"N": self.profile.n_bytes, "N^2": self.profile.n2_bytes, "Nh": self.profile.nh_bytes}[ring]
        self.add(name, Is.RESIDUE, size, code, undecodable=undecodable, ring=(ring, owner), position=position)

    def signed(self, name: str, bits: int, code: str) -> None:
        self.add(name, Is.SIGNED, 1 + (bits + 7) // 8, code)

    def points(self, names: str, code: str) -> None:
        for name in names.split():
            self.add(name, Is.POINT, 33, code)

    def scalars(self, names: str, code: str) -> None:
        for name in names.split():
            self.add(name, Is.SCALAR, 32, code)

    def digest(self, name: str, code: str, length: int = 32) -> None:
        self.add(name, Is.DIGEST, length, code)

    def echo(self) -> None:
        """A vector that its sender cannot show the envelopes for."""
        for i in self.setting.parties:
            self.digest(f"echo[{i}]", "B-ECHO")

    def elog(self, code: str, at: str = "") -> None:
        self.points(" ".join(f"elog.{name}{at}" for name in "ANB"), code)
        self.scalars(f"elog.z{at} elog.u{at}", code)
