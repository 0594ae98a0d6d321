"""Share files: one party's share of a key, sealed under a passphrase, and what several of them are together.

The core seals and opens; this module finds the bytes, keeps them whole on disk, and says which shares fit each other.
"""

import os
import stat
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ._native import KeyShare, NativeError, PublicRecord
from .atomic_files import write_all
from .errors import CertificateError, ContextError, MpcError, SealError, SignersError, from_native
from .protocols.certificate import verify_certificates

__all__ = [
    "MAX_SHARE_BYTES",
    "FolderError",
    "ShareFile",
    "load_share",
    "prepare_folder",
    "quorum",
    "save_share",
    "save_shares",
    "share_name",
]

MAX_SHARE_BYTES: Final = 4 * 1024 * 1024
"""A share of 16 parties at S128 has less than a twentieth of it."""

_ADVICE: Final = {
    "E_SEAL_FORMAT": "not a share file, or damaged",
    "E_SEAL_VERSION": "made by another version of the format",
    "E_SEAL_KIND": "a sealed file, but not a key share",
    "E_SEAL_PASSPHRASE": "wrong passphrase, or damaged",
    "E_RECORD": "its key record is malformed, or contradicts itself",
    "E_PROFILE": "its security profile is unknown, or not admitted here",
}


class FolderError(MpcError):
    """A folder that cannot take share files."""

    default_code = "E_FOLDER"


def _refusal(path: Path, error: NativeError) -> MpcError:
    code, detail = error.args
    if code == "E_DECODE":  # of the record within the file
        code = "E_RECORD"
    advice = _ADVICE.get(code)
    if code == "E_SEAL_PASSPHRASE":
        return SealError(f"{path}: {advice}", code)
    return from_native(code, f"{path}: {advice} ({detail})" if advice else f"{path}: {detail}")


@dataclass(frozen=True)
class ShareFile:
    """A sealed share as read from its file. Nobody vouches for `record` until the share is opened."""

    path: Path
    data: bytes
    record: PublicRecord

    @classmethod
    def read(cls, path: Path | str) -> "ShareFile":
        """Reads a file; no passphrase. Raises SealError or ProfileError for one that is no share file."""
        path = Path(path)
        data = _read_regular_file(path)
        try:
            return cls(path, data, PublicRecord.read(data))
        except NativeError as error:
            raise _refusal(path, error) from None

    def open(self, passphrase: str) -> KeyShare:
        """The share, its certificates verified. Raises SealError (also for a wrong passphrase), CertificateError."""
        try:
            share = KeyShare.open(self.data, encode_passphrase(passphrase))
        except NativeError as error:
            raise _refusal(self.path, error) from None
        try:
            verify_certificates(share)
        except CertificateError as error:
            raise CertificateError(f"{self.path}: {error.detail}") from None
        return share


def load_share(path: Path | str, passphrase: str) -> KeyShare:
    """The share of a file, its certificates verified."""
    return ShareFile.read(path).open(passphrase)


def encode_passphrase(passphrase: str) -> bytes:
    """UTF-8 in composed form (NFC): keyboards differ in how they compose a letter with its accent."""
    try:
        return unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        raise SealError("the passphrase is not valid UTF-8", "E_PASSPHRASE") from None


def _read_regular_file(path: Path) -> bytes:
    try:
        # O_NONBLOCK: a pipe would wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SealError(f"{path}: not a regular file")
            data = file.read(MAX_SHARE_BYTES + 1)
    except OSError as error:
        raise SealError(f"{path}: {error.strerror}", "E_SHARE_FILE") from None
    if len(data) > MAX_SHARE_BYTES:
        raise SealError(f"{path}: too large for a share file")
    return data


# ---- Several shares together


def quorum(files: Sequence[ShareFile]) -> list[ShareFile]:
    """The first threshold of the files, if all of them are shares of one key and there are enough.

    Raises ContextError for shares that do not belong together, SignersError for doubled or too few ones.
    """
    if not files:
        raise SignersError("no share given")
    first = files[0]
    for other in files[1:]:
        if difference := _difference(first.record, other.record):
            raise ContextError(f"{first.path} and {other.path} {difference}")
    holders: dict[int, Path] = {}
    for file in files:
        if file.record.index in holders:
            raise SignersError(
                f"the share of party {file.record.index} is given twice ({holders[file.record.index]}, {file.path})"
            )
        holders[file.record.index] = file.path
    threshold = first.record.threshold
    if len(files) < threshold:
        others = [str(index) for index, _ in first.record.members if index not in holders]
        raise SignersError(
            f"{len(files)} of {threshold} shares given; need {threshold - len(files)} more of parties "
            + ", ".join(others)
        )
    return list(files[:threshold])


def _difference(one: PublicRecord, other: PublicRecord) -> str | None:
    """Why two shares cannot sign together."""
    if one.public_key != other.public_key:
        return "are shares of different keys"
    if one.profile != other.profile:
        return f"have different security profiles ({one.profile}, {other.profile})"
    if one.epoch != other.epoch:
        return f"are of different epochs of the key ({one.epoch}, {other.epoch})"
    if one.record_digest != other.record_digest:
        return "have different records of the key"
    if one.aux_digest != other.aux_digest:
        return "have different auxiliary records"
    return None


# ---- Writing


def share_name(index: int) -> str:
    """The usual name of a party's file."""
    return f"party-{index}.share"


def prepare_folder(folder: Path, names: Sequence[str], *, force: bool = False) -> None:
    """Sees to it that the files can be written later: the folder is there and takes files, none of the names is taken.

    A new folder gets mode 0700. Raises FolderError.
    """
    probe = folder / f".mpc-fast-{os.getpid()}.tmp"
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
        taken = [name for name in names if os.path.lexists(folder / name)]
        if taken and not force:
            raise FolderError(f"{folder / taken[0]} exists", "E_EXISTS")
        try:
            write_all({probe: b""})
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise FolderError(f"{folder}: {error.strerror}") from None


def save_share(path: Path | str, share: KeyShare, passphrase: str, *, overwrite: bool = False) -> None:
    """Seals a share into a file of mode 0600, in one step. Raises FolderError, also for an existing file."""
    save_shares({Path(path): share.seal(encode_passphrase(passphrase))}, overwrite=overwrite)


def save_shares(sealed: Mapping[Path, bytes], *, overwrite: bool = False) -> None:
    """Writes sealed shares: all of the files, or none."""
    try:
        write_all(sealed, overwrite=overwrite)
    except FileExistsError as error:
        raise FolderError(f"{error.filename2 or error.filename} exists", "E_EXISTS") from None
    except OSError as error:
        raise FolderError(f"{error.filename}: {error.strerror}") from None
