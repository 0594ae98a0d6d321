"""Every field of every message, changed: see mutation_run.py, which this runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "mutation_run.py"


def mutate(*arguments: str) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = re.search(r"(\d+) mutations tried, (\d+) caught with the right outcome", done.stdout)
    assert counts is not None
    assert int(counts[1]) == int(counts[2]) > 0


@pytest.mark.parametrize("profile", ["TOY", "S128"])
def test_a_sample_of_mutations_is_caught(profile: str) -> None:
    """TOY: every field before signing. S128: messages of signing."""
    mutate("--profile", profile, "--quick")


@pytest.mark.long
def test_every_mutation_at_toy_is_caught() -> None:
    mutate("--profile", "TOY", "--all")


@pytest.mark.long
def test_a_mutation_of_every_kind_at_s128_is_caught() -> None:
    mutate("--profile", "S128")
