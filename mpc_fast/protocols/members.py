"""Who takes part: indices and identity keys."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .. import _native
from ..errors import ContextError, ParameterError
from .envelope import MAX_PARTIES

Member = tuple[int, bytes]
"""(index, identity public key)"""


def canonical_members(identity_keys: Iterable[bytes]) -> list[Member]:
    """The parties of a new key: index = rank of the pid, from 1 (specification 4.0)."""
    keys = sorted(identity_keys, key=_native.pid)
    members = list(enumerate(keys, start=1))
    check_members(members)
    return members


def check_members(members: Sequence[Member]) -> None:
    """Raises ParameterError for a number of parties outside 2..16, ContextError unless the order is canonical."""
    if not 2 <= len(members) <= MAX_PARTIES:
        raise ParameterError(f"{len(members)} parties; there must be 2 to {MAX_PARTIES}")
    if [index for index, _ in members] != list(range(1, len(members) + 1)):
        raise ContextError("members: indices must be 1, 2, ... in order")
    if any(len(key) != 32 for _, key in members):
        raise ContextError("members: an identity key has 32 bytes")
    pids = [_native.pid(key) for _, key in members]
    if any(earlier >= later for earlier, later in pairwise(pids)):
        raise ContextError("members: must be in the order of their pids, each once")


def check_key_id(key_id: str) -> None:
    """A key id is 1 to 64 printable ASCII characters. Raises ParameterError."""
    if not (1 <= len(key_id) <= 64 and key_id.isascii() and key_id.isprintable()):
        raise ParameterError("key id: must be 1 to 64 printable ASCII characters")


def check_threshold(threshold: int, parties: int) -> None:
    """2 <= t <= n <= 16. Raises ParameterError."""
    if not 2 <= parties <= MAX_PARTIES:
        raise ParameterError(f"{parties} parties; there must be 2 to {MAX_PARTIES}")
    if not 2 <= threshold <= parties:
        raise ParameterError(f"threshold {threshold} with {parties} parties; it must be 2 to {parties}")
