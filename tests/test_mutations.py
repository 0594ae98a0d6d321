"""Every field of every message, changed: see mutation_run.py, which this runs."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from message_table import ORDINARY, Mode, Setting
from messages import Slot, fields, slots

from mpc_fast.protocols.presign import Proofs
from mpc_fast.reference.params import TOY

SCRIPT = Path(__file__).parent / "mutation_run.py"


def mutate(*arguments: str) -> str:
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = re.search(r"(\d+) mutations tried, (\d+) caught with the right outcome", done.stdout)
    assert counts is not None
    assert int(counts[1]) == int(counts[2]) > 0
    return done.stdout


def before_signing(output: str) -> dict[str, int]:
    """How many mutations of each message were tried."""
    lines = re.findall(r"^  (\S.*?) +before signing +(\d+) tried", output, re.MULTILINE)
    return {message: int(count) for message, count in lines}


@pytest.mark.parametrize("profile", ["TOY", "S128"])
def test_a_sample_of_mutations_is_caught(profile: str) -> None:
    """TOY: every field before signing. S128: messages of signing."""
    tried = before_signing(mutate("--profile", profile, "--quick"))
    if profile == "TOY":
        # Every field, and the message as a whole.
        table = {f"{slot}{mark}": 1 + number for slot, mark, number in numbers_of_fields()}
        assert tried == table
        assert sum(table.values()) == 584
        assert table["presign R2 p2p (mode 1, P = 3)"] == 40
        assert table["presign R2 p2p (mode 2, P = 3)"] == 28


def numbers_of_fields() -> Iterator[tuple[Slot, str, int]]:
    batched, many, grid = Mode(Proofs.BATCHED, 1), Mode(Proofs.BATCHED, 3), Mode(Proofs.GRID, 3)
    for protocol, mode in [
        ("aux", ORDINARY),
        ("dkg", ORDINARY),
        ("sign", ORDINARY),
        ("sign", batched),
        ("presign", many),
        ("presign", grid),
    ]:
        for slot in slots(protocol):
            mark = "" if mode == ORDINARY else f" ({mode})"
            yield slot, mark, len(fields(slot, Setting(TOY, (1, 2, 3), mode=mode), 1, 2))


@pytest.mark.long
def test_every_mutation_at_toy_is_caught() -> None:
    mutate("--profile", "TOY", "--all")


@pytest.mark.long
def test_a_mutation_of_every_kind_at_s128_is_caught() -> None:
    mutate("--profile", "S128")
