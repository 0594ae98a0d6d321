"""Every message as a table of its fields: name, place, kind, what a wrong value leads to (specification, Appendix A).

The table knows nothing about the code that makes the messages. An expected code is that of 4.8: what the honest parties
say when the field holds another value of its kind, and when its bytes are no value of its kind at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import batch_messages
from message_table import Field, Is, Setting, Table

from mpc_fast.protocols.envelope import Kind

ACCEPTED: Final = ""
"""In place of a code: every value is as good as any other."""
SUMS: Final = ("NONCE_SUM", "CHI_SUM")
"""Codes that accuse nobody."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A message of a session, up to its sender and recipient."""

    protocol: str
    round: int
    kind: Kind

    def __str__(self) -> str:
        return f"{self.protocol} {NAMES[self]}"


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
    if table.setting.is_batched:
        return batch_messages.r1(table)
    table.residue("K", "N^2", table.sender, "B-ENC0")
    table.residue("G", "N^2", table.sender, "B-ENC1")
    table.points("Y A1 A2", "B-ENC0")
    table.points("B1 B2", "B-ENC1")


def _r1_private(table: Table) -> None:
    if table.setting.is_batched:
        return batch_messages.r1_private(table)
    _enc_elg(table, "psi0", "B-ENC0")
    _enc_elg(table, "psi1", "B-ENC1")


def _r2(table: Table) -> None:
    if table.setting.is_batched:
        return batch_messages.r2(table)
    table.points("Gamma", "B-ELOG2")
    table.elog("B-ELOG2")
    for j in table.peers:
        table.digest(f"h[{j}]", "B-HASH")
        table.digest(f"h^[{j}]", "B-HASH")
    table.echo()


def _r2_private(table: Table) -> None:
    if table.setting.is_batched:
        return batch_messages.r2_private(table)
    for name in ("D", "F", "D^", "F^"):
        owner = table.recipient if name[0] == "D" else table.sender
        table.residue(name, "N^2", owner, "B-HASH")
    _aff_g(table, "psi", "B-AFF")
    _aff_g(table, "psi^", "B-AFFH")


def _r3(table: Table) -> None:
    if table.setting.is_batched:
        return batch_messages.r3(table)
    table.scalars("delta", "NONCE_SUM")
    table.points("Delta", "B-ELOG3")
    table.points("S", "CHI_SUM")
    table.elog("B-ELOG3")
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
    Slot("presign", 0, "bcast"): ("opening", _opening),
    Slot("presign", 1, "bcast"): ("R1", _r1),
    Slot("presign", 1, "p2p"): ("R1 p2p", _r1_private),
    Slot("presign", 2, "bcast"): ("R2", _r2),
    Slot("presign", 2, "p2p"): ("R2 p2p", _r2_private),
    Slot("presign", 3, "bcast"): ("R3", _r3),
    Slot("presign", 4, "bcast"): ("R3e", _r3e),
}

NAMES: Final = {slot: name for slot, (name, _) in _MESSAGES.items()}
R3E: Final = Slot("sign", 4, "bcast")
"""Sent only after a failed sum; in presigning always."""


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
