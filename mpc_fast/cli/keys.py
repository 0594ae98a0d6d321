"""keygen and address."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .. import _native
from ..keys import FolderError, ShareFile, encode_passphrase, prepare_folder, save_shares, share_name
from ..wallet.errors import MissingExtra
from ..wallet.ethereum import address_of, require_wallet
from .inputs import check_ceremony, new_key_id, new_passphrase, open_shares
from .output import Stages, note, print_json, print_text
from .prime_source import open_source


def address_if_possible(public_key: bytes) -> str | None:
    """The address, or None with a note where the extra [wallet] is missing."""
    try:
        return address_of(public_key)
    except MissingExtra as error:
        note(f"no address: {error.detail}")
        return None


@contextmanager
def _folder_for(folder: Path, names: list[str], *, force: bool) -> Iterator[None]:
    """The folder, ready for the files; gone again if it was created for a run that fails."""
    is_new = not os.path.lexists(folder)
    try:
        prepare_folder(folder, names, force=force)
        yield
    except BaseException as error:
        if isinstance(error, FolderError) and error.code == "E_EXISTS":
            raise FolderError(f"{error.detail}; --force overwrites", error.code) from None
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


def run_keygen(
    threshold: int, parties: int, profile: str, out: Path, pool: Path | None, *, force: bool, as_json: bool
) -> None:
    """All parties on this machine: for trying out, and for keys whose shares are handed out afterwards."""
    from ..protocols.local import generate_key

    check_ceremony(threshold, parties, profile)
    paths = [out / share_name(index) for index in range(1, parties + 1)]
    with _folder_for(out, [path.name for path in paths], force=force), open_source(pool, profile) as source:
        passphrase = encode_passphrase(new_passphrase())
        primes = source.draw(profile, parties)
        with Stages() as stages:
            shares = generate_key(threshold, parties, profile, new_key_id(), stages, primes=primes).shares
            stages("sealing the shares")
            sealed = {path: share.seal(passphrase) for path, share in zip(paths, shares, strict=True)}
            save_shares(sealed, overwrite=force)
    public_key = shares[0].public_key
    address = address_if_possible(public_key)
    files = [str(path) for path in paths]
    if as_json:
        result = {"address": address, "public_key": "0x" + public_key.hex(), "files": files}
        print_json(result | source.result(len(primes)))
        return
    print_text(f"address     {address or 'unknown without mpc_fast[wallet]'}")
    print_text(f"public key  0x{public_key.hex()}")
    print_text(f"threshold   {threshold} of {parties}, profile {profile}")
    for file in files:
        print_text(f"share       {file}")
    print_text(f"Keep the shares in different places: any {threshold} of them, with the passphrase, are the key.")


def run_address(path: Path, *, verify: bool, as_json: bool) -> None:
    """The address that the file claims, or with --verify the one that its certificates prove."""
    require_wallet()
    file = ShareFile.read(path)
    record: _native.PublicRecord | _native.KeyShare = file.record
    if verify:
        [record] = open_shares([file])
    address = address_of(record.public_key)
    if as_json:
        parties = len(record.members)
        result = {"address": address, "public_key": "0x" + record.public_key.hex(), "threshold": record.threshold}
        print_json({**result, "parties": parties, "verified": verify})
        return
    print_text(f"address     {address}  ({'verified' if verify else 'unverified'})")
    print_text(f"public key  0x{record.public_key.hex()}")
    print_text(f"threshold   {record.threshold} of {len(record.members)}, profile {record.profile}")
    print_text(f"share       of party {record.index}, epoch {record.epoch}, key {record.key_id}")
    if verify:
        print_text("The share opens, and the certificates of key and auxiliary record are signed by all parties.")
    else:
        print_text("Unverified: this is what the file says, and anybody could have written it. --verify checks it.")
