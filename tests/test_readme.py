"""The examples of the README run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")

from eth_account import Account

from mpc_fast.proofs import proven_bits

README = Path(__file__).resolve().parent.parent / "README.md"

if not README.is_file():
    pytest.skip("needs the source tree, not only the tests", allow_module_level=True)


def examples() -> list[str]:
    found = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 5
    return found


def run(example: str, folder: Path, profiles: int = 1) -> str:
    """With the test profile instead of S128."""
    quick, replaced = re.subn('"S128"', '"TOY"', example)
    assert replaced == profiles
    done = subprocess.run(
        [sys.executable, "-P", "-c", quick],
        cwd=folder,
        env={**os.environ, "MPC_FAST_INSECURE_TEST_PROFILE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wallet_example_runs(tmp_path: Path) -> None:
    address, raw = run(examples()[0], tmp_path).split()
    assert Account.recover_transaction(raw) == address
    assert sorted(os.listdir(tmp_path)) == ["party-1.share", "party-2.share", "party-3.share"]


def test_the_range_proof_example_runs_and_says_what_is_proven(tmp_path: Path) -> None:
    run(examples()[1], tmp_path)
    assert f"2^{proven_bits(32, 3)} here" in README.read_text()


def test_the_example_of_powers_runs(tmp_path: Path) -> None:
    run(examples()[2], tmp_path, profiles=0)


def test_the_examples_of_encrypted_data_run(tmp_path: Path) -> None:
    run(examples()[3], tmp_path, profiles=0)
    run(examples()[4], tmp_path, profiles=0)


@pytest.mark.parametrize("number", range(5))
def test_the_examples_are_short(number: int) -> None:
    assert len([line for line in examples()[number].splitlines() if line]) <= 20
