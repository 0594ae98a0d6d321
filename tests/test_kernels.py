"""The kernels by the processor or by MPC_FAST_KERNEL; what they compute is compared in test_cross_*.py under each."""

import os
import subprocess
import sys

import pytest

from mpc_fast import _native

IFMA = _native.cpu_features()["avx512ifma"]


def run(kernel: str, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"MPC_FAST_KERNEL": kernel}
    return subprocess.run(
        [sys.executable, "-P", *command], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


NAME = ("-c", "from mpc_fast import _native; print(_native.kernel_name())")


@pytest.mark.parametrize(
    "kernel",
    ["portable", pytest.param("ifma", marks=pytest.mark.skipif(not IFMA, reason="this processor has no AVX-512 IFMA"))],
)
def test_the_environment_chooses_the_kernel(kernel: str) -> None:
    assert run(kernel, *NAME).stdout.strip() == kernel


def test_the_best_kernel_is_chosen_by_default() -> None:
    assert run("", *NAME).stdout.strip() == ("ifma" if IFMA else "portable")


def test_an_unknown_kernel_is_refused_at_import() -> None:
    ended = run("fastest", *NAME)
    assert ended.returncode == 1
    assert "ImportError: MPC_FAST_KERNEL must be portable or ifma" in ended.stderr


@pytest.mark.parametrize("memory", ["0", "-1", "1e6", "512k", "1048577", "99999999999999999999"])
def test_a_table_memory_out_of_range_is_refused_at_import(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPC_FAST_TABLE_KIB", memory)
    ended = run("", "-m", "mpc_fast.cli", "doctor")
    assert ended.returncode == 1
    assert ended.stderr == "mpc-fast: MPC_FAST_TABLE_KIB must be a number from 1 to 1048576\n"


def test_the_command_line_refuses_an_unknown_kernel_without_a_traceback() -> None:
    ended = run("fastest", "-m", "mpc_fast.cli", "doctor")
    assert ended.returncode == 1
    assert ended.stderr == "mpc-fast: MPC_FAST_KERNEL must be portable or ifma\n"
