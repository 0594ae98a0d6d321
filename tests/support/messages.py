"""Every message as a table of its fields: name, place, kind, what a wrong value leads to (specification, Appendix A).

The table knows nothing about the code that makes the messages. An expected code is that of 4.8: what the honest parties
say when the field holds another value of its kind, and when its bytes are no value of its kind at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Literal

from mpc_fast.protocols.envelope import Kind
from mpc_fast.reference.params import Profile

ACCEPTED: Final = ""
"""In place of a code: every value is as good as any other."""
SUMS: Final = ("NONCE_SUM", "CHI_SUM")
"""Codes that accuse nobody."""

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
class Slot:
    """A message of a session, up to its sender and recipient."""

    protocol: str
    round: int
    kind: Kind

    def __str__(self) -> str:
        return f"{self.protocol} {NAMES[self]}"


@dataclass(frozen=True)
class Setting:
    """The session to which a message belongs."""

    profile: Profile
    parties: tuple[int, ...]
    threshold: int = 2


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


# ---- Proofs


def _sequence(table: Table, names: Sequence[str], add: Callable[[str, tuple[int, int]], None], count: int) -> None:
    for i in range(count):
        for name in names:
            add(f"{name}[{i}]", (i, count))


def _enc_elg(table: Table, slot: str, code: str) -> None:
    p, prover, verifier = table.profile, table.sender, table.recipient
    table.residue(f"{slot}.S", "Nh", verifier, code)
    table.residue(f"{slot}.T", "Nh", verifier, code)
    table.residue(f"{slot}.D", "N^2", prover, code)
    table.points(f"{slot}.Y {slot}.Z", code)
    table.signed(f"{slot}.z1", p.x_bits, code)
    table.residue(f"{slot}.z2", "N", prover, code)
    table.signed(f"{slot}.z3", p.mask_bits, code)
    table.scalars(f"{slot}.w", code)


def _aff_g(table: Table, slot: str, code: str) -> None:
    p, prover, verifier = table.profile, table.sender, table.recipient
    table.residue(f"{slot}.A", "N^2", verifier, code)
    table.points(f"{slot}.Bx", code)
    table.residue(f"{slot}.By", "N^2", prover, code)
    for name in "ESFT":
        table.residue(f"{slot}.{name}", "Nh", verifier, code)
    for name, bits in (("z1", p.x_bits), ("z2", p.y_bits), ("z3", p.mask_bits), ("z4", p.mask_bits)):
        table.signed(f"{slot}.{name}", bits, code)
    table.residue(f"{slot}.w", "N", verifier, code)
    table.residue(f"{slot}.w_y", "N", prover, code)


def _elog(table: Table, code: str) -> None:
    table.points("elog.A elog.N elog.B", code)
    table.scalars("elog.z elog.u", code)


# ---- Messages


def _opening(table: Table) -> None:
    table.digest("value", ACCEPTED)


def _commitment(table: Table) -> None:
    table.digest("V", "B-COM")


def _echo(table: Table) -> None:
    table.echo()


def _a2(table: Table) -> None:
    p = table.profile
    table.add("N", Is.MODULUS, p.n_bytes, "B-COM")
    table.add("Nh", Is.MODULUS, p.nh_bytes, "B-COM")
    table.residue("s", "Nh", table.sender, "B-COM")
    table.residue("t", "Nh", table.sender, "B-COM")
    table.add("prm.e", Is.BITS, p.m_prm // 8, "B-COM")
    # The commitment covers prm as a string of bytes, so it is looked at first.
    for i in range(p.m_prm):
        position = (i, p.m_prm)
        table.residue(f"prm.z[{i}]", "Nh", table.sender, "B-COM", undecodable="B-COM", position=position)
    table.digest("rid", "B-COM")
    table.digest("u", "B-COM")


def _a3(table: Table) -> None:
    p = table.profile
    table.residue("mod.w", "N", table.sender, "B-MOD")
    for i in range(p.m_mod):
        position = (i, p.m_mod)
        table.residue(f"mod.x[{i}]", "N", table.sender, "B-MOD", position=position)
        table.residue(f"mod.z[{i}]", "N", table.sender, "B-MOD", position=position)
        table.add(f"mod.ab[{i}]", Is.CHOICE, 1, "B-MOD", choices=(0, 1, 2, 3), position=position)


def _a3_private(table: Table) -> None:
    p = table.profile
    for name in "PQABT":
        table.residue(f"fac.{name}", "Nh", table.recipient, "B-FAC")
    for name, bits in (("z1", p.factor_bits), ("z2", p.factor_bits), ("w1", p.mask_bits), ("w2", p.mask_bits)):
        table.signed(f"fac.{name}", bits, "B-FAC")
    table.signed("fac.v", p.v_bits, "B-FAC")


def _a4(table: Table) -> None:
    table.digest("confirmation", "B-CONF")


def _v2(table: Table) -> None:
    table.add("count", Is.COUNT, 2, "B-DEC")
    for name in "SA":
        for k in range(table.setting.threshold):
            table.points(f"{name}[{k}]", "B-COM")
    for j in table.peers:
        table.points(f"Y[{j}]", "B-COM")
    for name in ("rid", "cc", "u"):
        table.digest(name, "B-COM")


def _v3(table: Table) -> None:
    for k in range(table.setting.threshold):
        table.scalars(f"psi[{k}]", "B-POK")


def _v3_private(table: Table) -> None:
    table.scalars("c", "B-SHARE")


def _v4(table: Table) -> None:
    table.add("tag", Is.CHOICE, 1, "B-DEC", choices=(0, 1))
    table.digest("confirmation", "B-CONF")


def _r1(table: Table) -> None:
    table.residue("K", "N^2", table.sender, "B-ENC0")
    table.residue("G", "N^2", table.sender, "B-ENC1")
    table.points("Y A1 A2", "B-ENC0")
    table.points("B1 B2", "B-ENC1")


def _r1_private(table: Table) -> None:
    _enc_elg(table, "psi0", "B-ENC0")
    _enc_elg(table, "psi1", "B-ENC1")


def _r2(table: Table) -> None:
    table.points("Gamma", "B-ELOG2")
    _elog(table, "B-ELOG2")
    for j in table.peers:
        table.digest(f"h[{j}]", "B-HASH")
        table.digest(f"h^[{j}]", "B-HASH")
    table.echo()


def _r2_private(table: Table) -> None:
    for name in ("D", "F", "D^", "F^"):
        owner = table.recipient if name[0] == "D" else table.sender
        table.residue(name, "N^2", owner, "B-HASH")
    _aff_g(table, "psi", "B-AFF")
    _aff_g(table, "psi^", "B-AFFH")


def _r3(table: Table) -> None:
    table.scalars("delta", "NONCE_SUM")
    table.points("Delta", "B-ELOG3")
    table.points("S", "CHI_SUM")
    _elog(table, "B-ELOG3")
    table.echo()


def _r3e(table: Table) -> None:
    table.add("outcome", Is.CHOICE, 1, "B-CONF", choices=(0, 1, 2))
    table.echo()


def _r4(table: Table) -> None:
    table.add("outcome", Is.CHOICE, 1, "B-DEC", choices=(0, 1, 2))
    table.echo()
    table.digest("id", "B-CONF", 16)
    table.digest("digest", "B-CONF")
    table.digest("tr", "B-CONF")
    table.scalars("sigma", "B-SIGMA")


_MESSAGES: Final[Mapping[Slot, tuple[str, Callable[[Table], None]]]] = {
    Slot("aux", 0, "bcast"): ("opening", _opening),
    Slot("aux", 1, "bcast"): ("A1", _commitment),
    Slot("aux", 2, "bcast"): ("A1e", _echo),
    Slot("aux", 3, "bcast"): ("A2", _a2),
    Slot("aux", 4, "bcast"): ("A3", _a3),
    Slot("aux", 4, "p2p"): ("A3 p2p", _a3_private),
    Slot("aux", 5, "bcast"): ("A4", _a4),
    Slot("dkg", 0, "bcast"): ("opening", _opening),
    Slot("dkg", 1, "bcast"): ("V1", _commitment),
    Slot("dkg", 2, "bcast"): ("V1e", _echo),
    Slot("dkg", 3, "bcast"): ("V2", _v2),
    Slot("dkg", 4, "bcast"): ("V3", _v3),
    Slot("dkg", 4, "p2p"): ("V3 p2p", _v3_private),
    Slot("dkg", 5, "bcast"): ("V4", _v4),
    Slot("sign", 0, "bcast"): ("opening", _opening),
    Slot("sign", 1, "bcast"): ("R1", _r1),
    Slot("sign", 1, "p2p"): ("R1 p2p", _r1_private),
    Slot("sign", 2, "bcast"): ("R2", _r2),
    Slot("sign", 2, "p2p"): ("R2 p2p", _r2_private),
    Slot("sign", 3, "bcast"): ("R3", _r3),
    Slot("sign", 4, "bcast"): ("R3e", _r3e),
    Slot("sign", 5, "bcast"): ("R4", _r4),
}

NAMES: Final = {slot: name for slot, (name, _) in _MESSAGES.items()}
R3E: Final = Slot("sign", 4, "bcast")
"""Sent only after a failed sum."""


def slots(protocol: str) -> list[Slot]:
    """The messages of a protocol, in order."""
    return [slot for slot in _MESSAGES if slot.protocol == protocol]


def find_slot(protocol: str, name: str) -> Slot:
    return next(slot for slot in slots(protocol) if NAMES[slot] == name)


def fields(slot: Slot, setting: Setting, sender: int, recipient: int) -> list[Field]:
    """The fields of one message in order; they cover it. The recipient matters for p2p messages only."""
    table = Table(setting, sender, recipient)
    _MESSAGES[slot][1](table)
    return table.fields


def find_field(slot: Slot, setting: Setting, sender: int, recipient: int, name: str) -> Field:
    return next(field for field in fields(slot, setting, sender, recipient) if field.name == name)


def edit(
    slot: Slot, setting: Setting, sender: int, recipient: int, payload: bytes, values: Mapping[str, bytes]
) -> bytes:
    """The payload with other values, of the same lengths, in some fields."""
    for name, value in values.items():
        field = find_field(slot, setting, sender, recipient, name)
        assert len(value) == field.length, name
        payload = field.replaced(payload, value)
    return payload


# ---- Messages of variable form


def complaint_fields(payload: bytes) -> list[Field]:
    """COMPLAINT, which may stand in place of V4: 0x01, count, then (dealer, y, length, the dealer's share envelope)."""
    out = [
        Field("tag", Is.CHOICE, 0, 1, "B-DEC", "B-DEC", choices=(0, 1)),
        Field("count", Is.COUNT, 1, 2, "B-DEC", "B-DEC"),
    ]
    at = 3
    for k in range(int.from_bytes(payload[1:3], "big")):
        length = int.from_bytes(payload[at + 34 : at + 38], "big")
        out += [
            Field(f"dealer[{k}]", Is.COUNT, at, 2, "B-SHARE", "B-DEC"),
            Field(f"y[{k}]", Is.SCALAR, at + 2, 32, "B-SHARE", "B-DEC"),
            Field(f"length[{k}]", Is.COUNT, at + 34, 4, "B-DEC", "B-DEC"),
            Field(f"envelope[{k}]", Is.DIGEST, at + 38, length, "B-SHARE", "B-DEC"),
        ]
        at += 38 + length
    return out


def originals_fields(payload: bytes) -> list[Field]:
    """Originals (round 100 + r): count, then (length, envelope). They do not save who caused the exchange: B-ECHO."""
    out = [Field("count", Is.COUNT, 0, 2, "B-DEC", "B-DEC")]
    at = 2
    for k in range(int.from_bytes(payload[:2], "big")):
        length = int.from_bytes(payload[at : at + 4], "big")
        out.append(Field(f"length[{k}]", Is.COUNT, at, 4, "B-DEC", "B-DEC"))
        out.append(Field(f"envelope[{k}]", Is.DIGEST, at + 4, length, "B-ECHO", "B-DEC"))
        at += 4 + length
    return out
