"""What the user gives: options that must fit, files, passphrases."""

import os
import re
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer

from .. import _native
from ..errors import MpcError, SealError
from ..keys import ShareFile
from .failures import UsageError
from .output import Stages, note

MAX_PARTIES: Final = 16
MAX_INPUT_BYTES: Final = 4 * 1024 * 1024
PASSPHRASE_VARIABLE: Final = "MPC_FAST_PASSPHRASE"
SHORT_PASSPHRASE: Final = 12


class InputError(MpcError):
    """A file that cannot be read."""

    default_code = "E_FILE"


class PassphraseError(MpcError):
    """No usable passphrase."""

    default_code = "E_PASSPHRASE"


def check_ceremony(threshold: int, parties: int, profile: str) -> None:
    """Raises UsageError unless a key can be generated with these."""
    if threshold < 2:
        raise UsageError(f"--threshold {threshold}: at least 2 parties must sign together")
    if parties > MAX_PARTIES:
        raise UsageError(f"--parties {parties}: at most {MAX_PARTIES}")
    if threshold > parties:
        raise UsageError(f"--threshold {threshold}: more than there are parties ({parties})")
    check_profile(profile)


def check_profile(profile: str) -> None:
    """Raises UsageError for a profile that this process does not have."""
    usable = _native.profile_names()
    if profile not in usable:
        hint = " (TOY has no security, and is for tests that ask for it)" if profile == "TOY" else ""
        raise UsageError(f"--profile {profile}: not one of {', '.join(usable)}{hint}")


def new_key_id() -> str:
    """A label that tells keys apart in logs and sessions."""
    return f"key-{secrets.token_hex(8)}"


def read_input(path: Path) -> bytes:
    """The bytes of a file that the user named. Raises InputError."""
    try:
        with open(path, "rb") as file:
            if stat.S_ISDIR(os.fstat(file.fileno()).st_mode):
                raise InputError(f"{path}: a folder")
            data = file.read(MAX_INPUT_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    if len(data) > MAX_INPUT_BYTES:
        raise InputError(f"{path}: too large")
    return data


def parse_hex_option(option: str, text: str, length: int | None = None) -> bytes:
    """Bytes from hex digits with or without 0x. Raises UsageError."""
    digits = text.removeprefix("0x")
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})*", digits):
        raise UsageError(f"{option}: expected whole bytes in hex")
    data = bytes.fromhex(digits)
    if length is not None and len(data) != length:
        raise UsageError(f"{option}: expected {length} bytes, got {len(data)}")
    return data


def parse_duration_option(option: str, text: str) -> int:
    """Seconds from a number with its unit: 90s, 30m, 12h, 7d. Raises UsageError."""
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if found is None:
        raise UsageError(f"{option} {text}: expected a number and s, m, h or d, like 12h")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]


def check_text_option(option: str, text: str) -> None:
    """Raises UsageError for a text that has no UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{option}: not valid UTF-8") from None


def new_passphrase(what: str = "the new share files") -> str:
    """The passphrase of something new: from the environment, or asked for twice."""
    passphrase = _passphrase_of_environment()
    if passphrase is None:
        passphrase = _ask(f"Passphrase for {what}", confirm=True)
    if not passphrase:
        raise PassphraseError("an empty passphrase protects nothing")
    if len(passphrase) < SHORT_PASSPHRASE:
        note(f"warning: the passphrase has fewer than {SHORT_PASSPHRASE} characters")
    return passphrase


def known_passphrase(what: str) -> str:
    """The passphrase of something that has one: from the environment, or asked for."""
    given = _passphrase_of_environment()
    return _ask(f"Passphrase of {what}") if given is None else given


def open_shares(files: Sequence[ShareFile]) -> list[_native.KeyShare]:
    """Opens share files; where nothing is in the environment, asks again for a file that has another passphrase."""
    given = _passphrase_of_environment()
    shares: list[_native.KeyShare] = []
    known: str | None = given
    for file in files:
        share = None
        if known is not None:
            share = _unlock(file, known, may_fail=given is None)
        if share is None:
            known = _ask(f"Passphrase of {file.path}")
            share = _unlock(file, known, may_fail=False)
        assert share is not None
        shares.append(share)
    return shares


def _unlock(file: ShareFile, passphrase: str, *, may_fail: bool) -> _native.KeyShare | None:
    try:
        with Stages() as stages:
            stages(f"unlocking {file.path}")
            return file.open(passphrase)
    except SealError as error:
        if not may_fail or error.code != "E_SEAL_PASSPHRASE":
            raise
        return None


def _passphrase_of_environment() -> str | None:
    return os.environ.get(PASSPHRASE_VARIABLE)


def _ask(question: str, *, confirm: bool = False) -> str:
    try:
        return str(typer.prompt(question, hide_input=True, confirmation_prompt=confirm, err=True))
    except typer.Abort as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise PassphraseError(f"no passphrase: answer the prompt, or set {PASSPHRASE_VARIABLE}") from None
