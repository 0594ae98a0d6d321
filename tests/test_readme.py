"""The example of the README runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("eth_account", reason="needs the extra [wallet]")

from eth_account import Account

README = Path(__file__).resolve().parent.parent / "README.md"

if not README.is_file():
    pytest.skip("needs the source tree, not only the tests", allow_module_level=True)


def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    [example] = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    quick, replaced = re.subn(r'^profile = "S128"$', 'profile = "TOY"', example, flags=re.MULTILINE)
    assert replaced == 1
    done = subprocess.run(
        [sys.executable, "-P", "-c", quick],
        cwd=tmp_path,
        env={**os.environ, "MPC_FAST_INSECURE_TEST_PROFILE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    address, raw = done.stdout.split()
    assert Account.recover_transaction(raw) == address
    assert sorted(os.listdir(tmp_path)) == ["party-1.share", "party-2.share", "party-3.share"]


def test_the_example_is_short() -> None:
    [example] = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    assert len([line for line in example.splitlines() if line]) <= 20
