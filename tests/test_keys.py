"""Share files: what is read, what is refused, and that writing leaves all or nothing."""

import os
import random
import signal
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mpc_fast import atomic_files, keys
from mpc_fast._native import KeyShare, NativeError, PublicRecord
from mpc_fast.atomic_files import write_all
from mpc_fast.errors import CertificateError, ContextError, MpcError, ProfileError, SealError, SignersError
from mpc_fast.keys import FolderError, ShareFile, load_share, prepare_folder, quorum, save_share, share_name
from mpc_fast.protocols.local import generate_key

TEST_PROFILE_SWITCH = "MPC_FAST_INSECURE_TEST_PROFILE"
PASSPHRASE = "correct horse battery staple"

VERSION_OFFSET, KIND_OFFSET, MEMORY_OFFSET = 8, 10, 16


@pytest.fixture(scope="module", autouse=True)
def toy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(TEST_PROFILE_SWITCH, "1")
        yield


@pytest.fixture(scope="module")
def shares(toy: None) -> list[KeyShare]:
    return generate_key(2, 3, "TOY", "key-one").shares


@pytest.fixture(scope="module")
def sealed(shares: list[KeyShare]) -> bytes:
    return shares[0].seal(PASSPHRASE.encode())


@pytest.fixture(scope="module")
def folder(shares: list[KeyShare], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three shares of one key and, in `other`, those of another."""
    folder = tmp_path_factory.mktemp("shares")
    (folder / "other").mkdir()
    for share in shares:
        save_share(folder / share_name(share.index), share, PASSPHRASE)
    for share in generate_key(2, 3, "TOY", "key-two").shares:
        save_share(folder / "other" / share_name(share.index), share, PASSPHRASE)
    return folder


def parties(folder: Path, *indices: int) -> list[ShareFile]:
    return [ShareFile.read(folder / share_name(index)) for index in indices]


# ---- Reading


def test_a_share_comes_back_out_of_its_file(folder: Path, shares: list[KeyShare]) -> None:
    share = load_share(folder / "party-2.share", PASSPHRASE)
    assert (share.index, share.threshold, share.key_id, share.epoch) == (2, 2, "key-one", 0)
    assert share.public_key == shares[0].public_key
    assert share.record_digest == shares[0].record_digest
    assert share.certificate == shares[1].certificate


def test_the_public_record_needs_no_passphrase(folder: Path, shares: list[KeyShare]) -> None:
    record = ShareFile.read(folder / "party-3.share").record
    assert (record.index, record.threshold, record.profile) == (3, 2, "TOY")
    assert record.public_key == shares[0].public_key
    assert record.members == shares[0].members


def test_sealing_twice_gives_different_files(shares: list[KeyShare], sealed: bytes) -> None:
    assert shares[0].seal(PASSPHRASE.encode()) != sealed


def test_a_handle_shows_nothing(shares: list[KeyShare]) -> None:
    assert repr(shares[0]) == str(shares[0]) == "<KeyShare>"


def test_passphrases_are_compared_in_composed_form(tmp_path: Path, shares: list[KeyShare]) -> None:
    save_share(tmp_path / "a.share", shares[0], "gr\u00fc\u00dfe an alle")
    assert load_share(tmp_path / "a.share", "gru\u0308\u00dfe an alle").index == 1


@pytest.mark.parametrize("passphrase", ["", "wrong", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_is_refused(folder: Path, passphrase: str) -> None:
    with pytest.raises(SealError) as caught:
        load_share(folder / "party-1.share", passphrase)
    assert caught.value.code == "E_SEAL_PASSPHRASE"
    assert "party-1.share" in caught.value.detail


def test_a_passphrase_that_is_no_text_is_refused(folder: Path) -> None:
    with pytest.raises(SealError) as caught:
        load_share(folder / "party-1.share", "\udcff")
    assert caught.value.code == "E_PASSPHRASE"


def test_a_file_truncated_at_any_byte_is_refused(sealed: bytes) -> None:
    for length in range(len(sealed)):
        with pytest.raises(NativeError) as read:
            PublicRecord.read(sealed[:length])
        with pytest.raises(NativeError) as opened:  # before the passphrase is stretched, so this is quick
            KeyShare.open(sealed[:length], PASSPHRASE.encode())
        assert read.value.args[0] == opened.value.args[0] == "E_SEAL_FORMAT"


def test_trailing_bytes_are_refused(sealed: bytes) -> None:
    with pytest.raises(NativeError, match="E_SEAL_FORMAT"):
        PublicRecord.read(sealed + b"\0")


def test_no_flipped_bit_crashes_the_reader(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "a.share"
    path.write_bytes(sealed)
    flips = [(position, bit) for position in range(80) for bit in range(8)]
    flips += [(position, position % 8) for position in range(80, len(sealed))]
    with open(path, "r+b", buffering=0) as file:
        for position, bit in flips:
            os.pwrite(file.fileno(), bytes([sealed[position] ^ 1 << bit]), position)
            with suppress(SealError, ProfileError):  # nothing else may come out
                ShareFile.read(path)
            os.pwrite(file.fileno(), sealed[position : position + 1], position)


def test_no_flipped_bit_opens(sealed: bytes) -> None:
    generator = random.Random(7)
    positions = [*range(VERSION_OFFSET), VERSION_OFFSET, KIND_OFFSET, MEMORY_OFFSET, MEMORY_OFFSET + 4]
    positions += [len(sealed) - 1, len(sealed) - 17, *(generator.randrange(20, len(sealed)) for _ in range(40))]
    for position in positions:
        damaged = bytearray(sealed)
        damaged[position] ^= 1 << generator.randrange(8)
        with pytest.raises(NativeError):
            KeyShare.open(bytes(damaged), PASSPHRASE.encode())


def test_another_index_in_the_header_is_noticed_on_opening(folder: Path, sealed: bytes) -> None:
    """The header is readable by everybody, but not changeable."""
    readable = 0
    for position in range(60, len(sealed) // 2):
        changed = bytearray(sealed)
        changed[position] ^= 3  # 1 becomes 2
        try:
            record = PublicRecord.read(bytes(changed))
        except NativeError:
            continue
        if record.index == 2:
            readable += 1
            with pytest.raises(NativeError, match=r"E_SEAL_PASSPHRASE|E_RECORD"):
                KeyShare.open(bytes(changed), PASSPHRASE.encode())
    assert readable == 1


@pytest.mark.parametrize(
    ("offset", "code", "advice"),
    [(VERSION_OFFSET + 1, "E_SEAL_VERSION", "version"), (KIND_OFFSET + 1, "E_SEAL_KIND", "not a key share")],
)
def test_another_version_or_kind_is_named(tmp_path: Path, sealed: bytes, offset: int, code: str, advice: str) -> None:
    changed = bytearray(sealed)
    changed[offset] ^= 2
    (tmp_path / "a.share").write_bytes(changed)
    with pytest.raises(SealError, match=advice) as caught:
        ShareFile.read(tmp_path / "a.share")
    assert caught.value.code == code


@pytest.mark.parametrize("memory_kib", [0, 1, 2**31, 2**32 - 1])
def test_a_cost_out_of_range_is_refused_at_once(sealed: bytes, memory_kib: int) -> None:
    changed = sealed[:MEMORY_OFFSET] + memory_kib.to_bytes(4, "big") + sealed[MEMORY_OFFSET + 4 :]
    with pytest.raises(NativeError, match="E_SEAL_FORMAT"):
        KeyShare.open(changed, PASSPHRASE.encode())


def test_a_share_of_a_profile_that_is_not_admitted_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TEST_PROFILE_SWITCH)
    with pytest.raises(ProfileError):
        ShareFile.read(folder / "party-1.share")


def test_a_share_without_its_certificate_is_refused(tmp_path: Path, shares: list[KeyShare], sealed: bytes) -> None:
    share = KeyShare.open(sealed, PASSPHRASE.encode())
    share = share.certified(shares[0].aux_certificate)
    save_share(tmp_path / "a.share", share, PASSPHRASE)
    with pytest.raises(CertificateError, match=r"a\.share"):
        load_share(tmp_path / "a.share", PASSPHRASE)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(bytes(keys.MAX_SHARE_BYTES + 1))
    (tmp_path / "empty").touch()
    for path in (tmp_path / "absent", tmp_path, tmp_path / "pipe", tmp_path / "large", tmp_path / "empty"):
        with pytest.raises(SealError, match=path.name):
            ShareFile.read(path)


# ---- Several shares


@dataclass(frozen=True)
class Record:
    """Stands in for a PublicRecord where no ceremony makes one that differs in the field."""

    index: int
    threshold: int = 2
    profile: str = "S128"
    epoch: int = 0
    public_key: bytes = b"key"
    record_digest: bytes = b"record"
    aux_digest: bytes = b"aux"
    members: list[tuple[int, bytes]] = field(default_factory=lambda: [(index, b"") for index in range(1, 6)])


def given(**fields: Any) -> ShareFile:
    return ShareFile(Path(f"{fields['index']}.share"), b"", Record(**fields))  # type: ignore[arg-type]


def test_a_quorum_is_the_first_threshold_of_the_shares(folder: Path) -> None:
    assert [file.record.index for file in quorum(parties(folder, 3, 1, 2))] == [3, 1]


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        ({"public_key": b"other"}, "different keys"),
        ({"epoch": 1}, "different epochs"),
        ({"profile": "C112"}, r"different security profiles \(S128, C112\)"),
        ({"record_digest": b"other"}, "different records"),
        ({"aux_digest": b"other"}, "different auxiliary records"),
    ],
)
def test_shares_that_do_not_belong_together_are_refused(other: dict[str, Any], difference: str) -> None:
    with pytest.raises(ContextError, match=difference):
        quorum([given(index=1), given(index=2, **other)])
    with pytest.raises(ContextError, match=difference):  # also beyond the threshold
        quorum([given(index=1), given(index=2), given(index=3, **other)])


def test_shares_of_two_keys_are_refused(folder: Path) -> None:
    with pytest.raises(ContextError, match="different keys"):
        quorum([*parties(folder, 1), *parties(folder / "other", 2)])


def test_the_same_share_twice_is_refused(folder: Path, tmp_path: Path, shares: list[KeyShare]) -> None:
    save_share(tmp_path / "copy.share", shares[0], "another passphrase")
    with pytest.raises(SignersError, match="party 1 is given twice"):
        quorum([*parties(folder, 1), ShareFile.read(tmp_path / "copy.share")])


def test_too_few_shares_name_what_is_missing() -> None:
    with pytest.raises(SignersError, match=r"2 of 3 shares given; need 1 more of parties 2, 4, 5"):
        quorum([given(index=1, threshold=3), given(index=3, threshold=3)])
    with pytest.raises(SignersError):
        quorum([])


# ---- Writing


def test_share_files_are_for_their_owner_alone(folder: Path) -> None:
    previous = os.umask(0)
    try:
        write_all({folder / "other" / "open.share": b"x"})
    finally:
        os.umask(previous)
    for path in [folder / "party-1.share", folder / "other" / "open.share"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_existing_files_are_kept_without_overwrite(tmp_path: Path, shares: list[KeyShare]) -> None:
    path = tmp_path / "a.share"
    path.write_bytes(b"precious")
    with pytest.raises(FolderError, match=r"a\.share exists"):
        save_share(path, shares[0], PASSPHRASE)
    assert path.read_bytes() == b"precious"
    save_share(path, shares[0], PASSPHRASE, overwrite=True)
    assert load_share(path, PASSPHRASE).index == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["a.share"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_failure_in_the_middle_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool
) -> None:
    before = {"b": b"old b", "c": b"old c"} if overwrite else {"c": b"old c"}
    for name, data in before.items():
        (tmp_path / name).write_bytes(data)
    if overwrite:
        replace, calls = os.replace, []

        def failing(source: Path, target: Path) -> None:
            calls.append(target)
            if len(calls) == 3:
                raise OSError(28, "No space left on device")
            replace(source, target)

        monkeypatch.setattr(atomic_files.os, "replace", failing)
    with pytest.raises(OSError, match="exists" if not overwrite else "space"):
        write_all({tmp_path / name: b"new" for name in "abc"}, overwrite=overwrite)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("moment", range(1, 8))  # three files synced, three placed, the folder synced
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_interrupt_at_any_moment_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int, overwrite: bool
) -> None:
    if overwrite:
        (tmp_path / "b").write_bytes(b"old b")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    calls = 0

    def interrupting(name: str) -> Any:
        original = getattr(os, name)

        def wrapper(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == moment:
                signal.raise_signal(signal.SIGINT)
            return original(*arguments, **options)

        return wrapper

    for name in ("fsync", "link", "replace"):
        monkeypatch.setattr(atomic_files.os, name, interrupting(name))
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / name: b"new" for name in "abc"}, overwrite=overwrite)
    assert calls >= moment
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_file_systems_without_hard_links_are_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(atomic_files.os, "link", no_links)
    write_all({tmp_path / "a": b"new"})
    with pytest.raises(FileExistsError):
        write_all({tmp_path / "a": b"newer", tmp_path / "b": b"newer"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"new"}


def test_a_link_or_folder_in_the_way_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("folder", "link"):
        for overwrite in (False, True):
            with pytest.raises(FileExistsError):
                write_all({tmp_path / name: b"new"}, overwrite=overwrite)
    assert sorted(os.listdir(tmp_path)) == ["folder", "link"]


def test_a_new_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "new", ["a"])
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    prepare_folder(tmp_path / "new", ["a"])
    assert os.listdir(tmp_path / "new") == []


def test_a_folder_that_takes_no_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/mpc_fast"), Path("/proc/self")):
        with pytest.raises(FolderError):
            prepare_folder(folder, ["a"])
    if os.geteuid() != 0:  # root may write anywhere
        (tmp_path / "closed").mkdir(mode=0o500)
        with pytest.raises(FolderError):
            prepare_folder(tmp_path / "closed", ["a"])


def test_a_folder_with_shares_is_refused_without_force(folder: Path) -> None:
    with pytest.raises(FolderError, match="exists") as caught:
        prepare_folder(folder, ["party-1.share"])
    assert caught.value.code == "E_EXISTS"
    assert isinstance(caught.value, MpcError)
    prepare_folder(folder, ["party-1.share"], force=True)
