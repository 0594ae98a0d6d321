"""The fields of modes 1 and 2: R1 to R3 for P presignatures (4.5; batch-range-proofs.md 3 and 4). u counts from 1."""

from message_table import Is, Table

from mpc_fast.reference.params import ceil_log2


def _places(table: Table) -> range:
    return range(1, table.setting.mode.count + 1)


def r1(table: Table) -> None:
    p, sender, code = table.profile, table.sender, "B-BENC"
    table.points("Y", code)
    for u in _places(table):
        table.residue(f"K[{u}]", "N^2", sender, code)
        table.residue(f"G[{u}]", "N^2", sender, code)
        table.points(f"A1[{u}] A2[{u}] B1[{u}] B2[{u}]", code)
    table.residue("benc.A", "N^2", sender, code)
    table.points("benc.Z benc.W", code)
    for column in range(1, table.setting.columns + 1):
        table.signed(f"benc.z[{column}]" if table.setting.is_grid else "benc.z", p.l + _slack(table), code)
    table.residue("benc.z'", "N", sender, code)
    table.scalars("benc.w", code)
    for j in table.peers:
        table.digest(f"benc.h[{j}]", code)


def r1_private(table: Table) -> None:
    p = table.profile
    for row in range(1, table.setting.rows + 1):
        table.residue(f"benc.S[{row}]", "Nh", table.recipient, "B-BENC")
    table.residue("benc.C", "Nh", table.recipient, "B-BENC")
    table.signed("benc.z''", p.sigma + _slack(table) + p.nhb, "B-BENC")


def r2(table: Table) -> None:
    for u in _places(table):
        table.points(f"Gamma[{u}]", "B-ELOG2")
        table.elog("B-ELOG2", f"[{u}]")
        for j in table.peers:
            table.digest(f"h[{j}][{u}]", "B-HASH")
            table.digest(f"h^[{j}][{u}]", "B-HASH")
    table.echo()


def r2_private(table: Table) -> None:
    for u in _places(table):
        for name in ("D", "F", "D^", "F^"):
            owner = table.recipient if name[0] == "D" else table.sender
            table.residue(f"{name}[{u}]", "N^2", owner, "B-HASH")
    (_baff_grid if table.setting.is_grid else _baff)(table, "B-BAFF")


def _baff(table: Table, code: str) -> None:
    p, prover, verifier = table.profile, table.sender, table.recipient
    table.residue("baff.S_x", "Nh", verifier, code)
    for u in _places(table):
        for name in ("S", "E", "T_g", "T_x"):
            table.residue(f"baff.{name}[{u}]", "Nh", verifier, code)
    table.residue("baff.F", "Nh", verifier, code)
    table.residue("baff.A", "N^2", verifier, code)
    table.residue("baff.By", "N^2", prover, code)
    table.points("baff.Bx", code)
    for u in _places(table):
        table.signed(f"baff.z1[{u}]", p.l + p.eps + 1, code)
        table.signed(f"baff.z3[{u}]", p.sigma + p.eps + 1 + p.nhb, code)
    table.signed("baff.z2", p.lp + _slack(table), code)
    table.signed("baff.z4", p.sigma + _slack(table) + p.nhb, code)
    table.residue("baff.w", "N", verifier, code)
    table.residue("baff.w_y", "N", prover, code)


def _baff_grid(table: Table, code: str) -> None:
    p, prover, verifier = table.profile, table.sender, table.recipient
    for name in ("S_g", "S_x", "C"):
        table.residue(f"baff.{name}", "Nh", verifier, code)
    table.residue("baff.A", "N^2", verifier, code)
    table.residue("baff.By", "N^2", prover, code)
    table.points("baff.Bx", code)
    for u in _places(table):
        table.signed(f"baff.z1[{u}]", p.l + p.eps + 1, code)
        table.signed(f"baff.z2[{u}]", p.lp + p.eps + 1, code)
    table.signed("baff.z3", p.sigma + p.eps + 1 + p.nhb, code)
    table.residue("baff.w", "N", verifier, code)
    table.residue("baff.w_y", "N", prover, code)


def r3(table: Table) -> None:
    for u in _places(table):
        table.add(f"delta[{u}]", Is.SCALAR, 32, "NONCE_SUM")
        table.points(f"Delta[{u}]", "B-ELOG3")
        table.points(f"S[{u}]", "CHI_SUM")
        table.elog("B-ELOG3", f"[{u}]")
    table.echo()


def _slack(table: Table) -> int:
    """eps_B of BENC, eps_y of BAFF-A1: in mode 1 both have 2P rows."""
    return table.profile.eps + ceil_log2(table.setting.rows)
