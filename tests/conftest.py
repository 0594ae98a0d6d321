"""Shared fixtures. Key material for tests comes from fixtures, never from the environment of whoever runs them."""

import os
import sys
from pathlib import Path

import pytest

TEST_PROFILE_SWITCH = "MPC_FAST_INSECURE_TEST_PROFILE"
PROJECT = Path(__file__).resolve().parent.parent

sys.path.insert(0, str(PROJECT / "tests" / "support"))  # modules that tests share

# A switch left over in the shell must not change what the tests see; those that need it ask for `toy_profile`.
os.environ.pop(TEST_PROFILE_SWITCH, None)


@pytest.fixture
def toy_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allows the insecure profile TOY for one test."""
    monkeypatch.setenv(TEST_PROFILE_SWITCH, "1")


@pytest.fixture(scope="session")
def vectors_elsewhere() -> Path:
    """The folder of test vectors of other projects: $MPC_FAST_VECTORS, or `../shared/vectors` beside the checkout."""
    given = os.environ.get("MPC_FAST_VECTORS")
    folder = Path(given) if given else PROJECT.parent / "shared" / "vectors"
    if not folder.is_dir():
        pytest.skip("vectors of other projects are not here; set MPC_FAST_VECTORS to their folder")
    return folder
