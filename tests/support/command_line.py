"""Running the command line in tests."""

import json
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from mpc_fast.cli.app import app

TOY = {"MPC_FAST_INSECURE_TEST_PROFILE": "1"}
PASSPHRASE = "correct horse battery staple"
UNLOCKED = {**TOY, "MPC_FAST_PASSPHRASE": PASSPHRASE}

TRANSFER: dict[str, Any] = {
    "chainId": 1,
    "nonce": 7,
    "gas": 21000,
    "maxFeePerGas": 30 * 10**9,
    "maxPriorityFeePerGas": 10**9,
    "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "value": "0xde0b6b3a7640000",
}

Json = dict[str, Any]


def run(*arguments: str | Path, env: dict[str, str] = UNLOCKED, input: str | None = None) -> Result:
    """One command in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=env, input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run_json(*arguments: str | Path, status: int = 0, env: dict[str, str] = UNLOCKED) -> Json:
    """One command with --json: exactly one line on stdout, an object."""
    result = run(*arguments, "--json", env=env)
    assert result.exit_code == status, result.output
    assert result.stdout.endswith("\n")
    assert result.stdout.count("\n") == 1
    answer: Json = json.loads(result.stdout)
    if status not in (0, 1) or "error" in answer:
        assert set(answer) == {"error", "code", "culprits"}
    return answer


def command(*arguments: str | Path) -> list[str]:
    """One command in a process of its own."""
    return [sys.executable, "-P", "-m", "mpc_fast.cli", *map(str, arguments)]


def shares(folder: Path, *indices: int) -> list[str]:
    return [part for index in indices for part in ("--share", str(folder / f"party-{index}.share"))]


def write_json(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path
