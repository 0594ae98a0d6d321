"""The wheel as a user gets it: libraries vendored, installed into an empty virtual environment."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="auditwheel is for Linux")
def test_a_repaired_wheel_generates_a_key_and_signs_in_an_empty_environment() -> None:
    run = subprocess.run([PROJECT / "scripts/wheel_test.sh"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "wheel: works" in run.stdout
