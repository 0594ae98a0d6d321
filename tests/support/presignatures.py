"""Presignatures and stores of the test key, for tests that play all its parties."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from parties import Key, make_key, results, run

from mpc_fast._native import ClaimedPresignature, Presignature
from mpc_fast.messages import TypedMessage, sha256_message
from mpc_fast.presignatures import PresignatureStore, StoreAccess
from mpc_fast.protocols.presign import DEFAULT_LIFETIME, Presigning

PASSPHRASE = "correct horse battery staple"
MESSAGE = sha256_message(b"message")
OTHER = sha256_message(b"another message")


def toy_key() -> Key:
    """2 of 3."""
    return make_key("TOY", 2, 3)


def presignature(signers: Sequence[int] = (1, 2), lifetime: int = DEFAULT_LIFETIME) -> dict[int, Presignature]:
    """The parts of one presignature by party."""
    shares = toy_key().shares
    parts = results(run([Presigning(shares[index], signers, lifetime=lifetime) for index in signers]))
    return {index: one for index, [one] in parts.items()}


def fill(
    store: PresignatureStore, access: StoreAccess, count: int, signers: Sequence[int] = (1, 2), party: int | None = None
) -> list[bytes]:
    """Adds presignatures of all signers, or of one; their ids."""
    ids = []
    for _ in range(count):
        parts = presignature(signers)
        ids.append(parts[signers[0]].id)
        store.add(access, [one for index, one in parts.items() if party in (None, index)])
    return ids


def claim_for_all(
    store: PresignatureStore, access: StoreAccess, signers: Sequence[int], message: TypedMessage = MESSAGE
) -> dict[int, ClaimedPresignature]:
    """The same presignature for each of the signers."""
    shares = toy_key().shares
    first, *others = signers
    claimed = {first: store.claim_next(access, shares[first], signers, message)}
    for index in others:
        claimed[index] = store.claim(access, shares[index], claimed[first].id, message)
    return claimed


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    """The file as SQLite alone sees it."""
    with closing(sqlite3.connect(folder / "presignatures.sqlite3", isolation_level=None)) as connection:
        yield connection
