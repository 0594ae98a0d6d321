"""All parties on one machine: a ceremony for demonstrations and tests, and signing with several shares.

The shares meet in one process here, so this protects against nothing that happens on that machine.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

from .. import _native
from .._native import Generators, Identity, KeyShare, Presignature, PrimeSet
from ..errors import Cancelled, ContextError, ParameterError, ProfileError, SignersError
from ..messages import TypedMessage
from ..presignatures import PresignatureStore, StoreAccess
from .aux_info import AuxInfo
from .generators import MOST as MOST_GENERATORS
from .generators import GeneratorExchange
from .keygen import KeyGeneration
from .members import canonical_members, check_key_id, check_threshold
from .network import Network, Progress, Report
from .presign import DEFAULT_CHUNK, DEFAULT_LIFETIME, MOST, Presigning, Proofs
from .session import Party
from .sign import Signing
from .sign_presigned import PresignedSigning

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage of a ceremony took."""

    seconds: float
    """Wall time."""
    cpu_seconds: dict[int, float]
    """By party; of the prime search the whole."""
    bytes_sent: dict[int, int]
    """Payload bytes by party, a broadcast counted once for each recipient."""


class Ceremony(NamedTuple):
    """A new key."""

    shares: list[KeyShare]
    """In index order."""
    stages: dict[str, Stage]
    """"primes" (if they were searched for), "aux", "dkg"."""


class PresignState(NamedTuple):
    """How far presigning is."""

    done: int
    """Presignatures that are finished, and kept."""
    wanted: int
    chunk: int
    """How many the present session makes; 0 between sessions."""

    def __str__(self) -> str:
        return f"{self.done} of {self.wanted} presignatures"


PresignProgress = Callable[[PresignState, str], bool]
"""Told how far presigning is, and the round of the present session ("round 2"); False cancels."""


class Signed(NamedTuple):
    """A signature with the key of the shares."""

    signature: bytes
    """r || s with low s, 64 bytes."""
    recovery_id: int
    stage: Stage


def generate_key(
    threshold: int,
    parties: int,
    profile: str,
    key_id: str,
    progress: Progress | None = None,
    *,
    primes: Sequence[PrimeSet] = (),
) -> Ceremony:
    """Makes a key among ``parties`` new identities: primes, auxiliary information, key generation.

    progress is told the stage ("primes, party 1 of 3: ...", "aux: round 3", ...); False raises Cancelled. primes, at
    most one set for each party, are used up; those that are missing are searched for here. Raises ParameterError,
    ProfileError, ProtocolAbort.
    """
    check_threshold(threshold, parties)
    check_key_id(key_id)
    if profile not in _native.profile_names():
        raise ProfileError(f"profile {profile!r} is unknown, or not admitted here")
    if len(primes) > parties:
        raise ParameterError(f"{len(primes)} sets of primes for {parties} parties")
    generated = [Identity.generate() for _ in range(parties)]
    identities = {identity.public_key: identity for identity in generated}
    members = canonical_members(identities)
    seats = [(index, identities[key]) for index, key in members]
    stages: dict[str, Stage] = {}
    if len(primes) < parties:
        primes, stages["primes"] = _complete(primes, profile, parties, progress)
    aux, stages["aux"] = _run(
        "aux",
        [AuxInfo(identity, profile, members, index, primes[index - 1]) for index, identity in seats],
        progress,
    )
    shares, stages["dkg"] = _run(
        "dkg",
        [KeyGeneration(identity, members, index, threshold, key_id, aux[index]) for index, identity in seats],
        progress,
    )
    return Ceremony([shares[index] for index, _ in members], stages)


def exchange_generators(
    shares: Sequence[KeyShare],
    count: int = MOST_GENERATORS,
    progress: Progress | None = None,
    *,
    experimental: bool,
) -> tuple[list[Generators], Stage]:
    """Further generators of all members, whose shares these are, in index order. experimental: as GeneratorExchange.

    Raises ContextError for shares that do not belong together, SignersError unless they are all of a key's,
    ParameterError, ProtocolAbort.
    """
    check_together(shares)
    by_index = {share.index: share for share in shares}
    if len(by_index) != len(shares) or len(shares) != len(shares[0].members):
        raise SignersError(f"{len(by_index)} of {len(shares[0].members)} members, each of whom has to take part")
    parties = [GeneratorExchange(share, experimental=experimental, count=count) for share in shares]
    found, stage = _run("generators", parties, progress)
    return [found[index] for index in sorted(found)], stage


def sign_digest(shares: Sequence[KeyShare], digest: bytes, progress: Progress | None = None) -> Signed:
    """Signs 32 bytes with all of these shares.

    Raises ContextError for shares that do not belong together, SignersError for doubled or too few ones,
    ParameterError for a digest of another length, ProtocolAbort.
    """
    check_together(shares)
    signers = sorted(share.index for share in shares)
    report, stage = _run("sign", [Signing(share, signers, digest) for share in shares], progress)
    signature, recovery_id = report[signers[0]]
    return Signed(signature, recovery_id, stage)


def presign(
    shares: Sequence[KeyShare],
    count: int = 1,
    progress: PresignProgress | None = None,
    *,
    chunk: int = DEFAULT_CHUNK,
    lifetime: int = DEFAULT_LIFETIME,
    keep: Callable[[list[Presignature]], None] | None = None,
    proofs: Proofs = Proofs.BATCHED,
    generators: Sequence[Generators] = (),
    experimental: bool = False,
) -> tuple[list[Presignature], Stage]:
    """``count`` presignatures of all of these shares, each share's part of each; for a store.

    They are made in sessions of at most ``chunk``, 1 to presign.MOST. keep: is given what a session made before the
    next one begins, and the result has only what was not given; whatever ends the work early, what was kept is safe.
    progress is asked in every round, and between sessions. proofs, generators (of each share, in the same order),
    experimental: as Presigning has them. Raises as sign_digest; Cancelled.
    """
    check_together(shares)
    if generators and len(generators) != len(shares):
        raise ParameterError(f"generators: {len(generators)} for {len(shares)} shares")
    if count < 1:
        raise ParameterError(f"count: {count} presignatures; it must be 1 or more")
    if not 1 <= chunk <= MOST:
        raise ParameterError(f"chunk: {chunk} presignatures; it must be 1 to {MOST}")
    signers = sorted(share.index for share in shares)
    make = partial(Presigning, signers=signers, lifetime=lifetime, proofs=proofs, experimental=experimental)
    of_shares: Sequence[Generators | None] = generators or [None] * len(shares)
    each = list(zip(shares, of_shares, strict=True))
    made: list[Presignature] = []
    stages: list[Stage] = []
    done = 0
    while done < count:
        state = PresignState(done, count, min(chunk, count - done))
        parts, stage = _presign_once(
            [make(share, count=state.chunk, generators=own) for share, own in each], state, progress
        )
        (keep or made.extend)(parts)
        done += state.chunk
        stages.append(stage)
        if progress is not None and not progress(PresignState(done, count, 0), "") and done < count:
            raise Cancelled("stopped by the caller")
    return made, _sum(stages)


def sign_presigned(
    shares: Sequence[KeyShare],
    store: PresignatureStore,
    access: StoreAccess,
    message: TypedMessage,
    progress: Progress | None = None,
) -> Signed:
    """Signs a message with all of these shares, by the oldest presignature that they have in a store.

    Raises as sign_digest; StoreError(E_STORE_EMPTY) and others of the store.
    """
    check_together(shares)
    signers = sorted(share.index for share in shares)
    first, *others = shares
    claimed = [store.claim_next(access, first, signers, message)]
    try:
        claimed += [store.claim(access, share, claimed[0].id, message) for share in others]
        parties = [PresignedSigning(share, one) for share, one in zip(shares, claimed, strict=True)]
        report, stage = _run("sign", parties, progress)
    finally:
        for one in claimed:
            store.finish(access, one)
    signature, recovery_id = report[signers[0]]
    return Signed(signature, recovery_id, stage)


def check_together(shares: Sequence[KeyShare]) -> None:
    """That these are shares of one key and one epoch. Raises ContextError; SignersError for none."""
    if not shares:
        raise SignersError("no shares")
    first = shares[0]
    for share in shares[1:]:
        if share.public_key != first.public_key:
            raise ContextError("shares of different keys")
        if share.epoch != first.epoch:
            raise ContextError(f"shares of different epochs, {first.epoch} and {share.epoch}")
        if (share.record_digest, share.aux_digest) != (first.record_digest, first.aux_digest):
            raise ContextError("shares with different records")


def _complete(
    primes: Sequence[PrimeSet], profile: str, parties: int, progress: Progress | None
) -> tuple[list[PrimeSet], Stage]:
    """A set for each party that has none, one after the other: each search uses all threads."""
    started = time.perf_counter()
    sets = list(primes)
    cpu_seconds: dict[int, float] = {}
    for party in range(len(sets) + 1, parties + 1):
        cpu_started = time.process_time()
        told = _prefixed(progress, f"primes, party {party} of {parties}")
        try:
            sets.append(_native.generate_primes(profile, told))
        except _native.Cancelled:
            raise Cancelled("stopped by the caller") from None
        cpu_seconds[party] = time.process_time() - cpu_started
    return sets, Stage(time.perf_counter() - started, cpu_seconds, dict.fromkeys(cpu_seconds, 0))


def _presign_once(
    parties: Sequence[Presigning], state: PresignState, progress: PresignProgress | None
) -> tuple[list[Presignature], Stage]:
    """One session."""
    parts, stage = _measured(parties, None if progress is None else lambda text: progress(state, text))
    return [one for index in sorted(parts) for one in parts[index]], stage


def _sum(stages: Sequence[Stage]) -> Stage:
    """Of stages of the same parties."""
    parties = stages[0].cpu_seconds
    return Stage(
        sum(stage.seconds for stage in stages),
        {party: sum(stage.cpu_seconds[party] for stage in stages) for party in parties},
        {party: sum(stage.bytes_sent[party] for stage in stages) for party in parties},
    )


def _run(name: str, parties: Sequence[Party[T]], progress: Progress | None) -> tuple[dict[int, T], Stage]:
    return _measured(parties, _prefixed(progress, name))


def _measured(parties: Sequence[Party[T]], progress: Progress | None) -> tuple[dict[int, T], Stage]:
    started = time.perf_counter()
    report: Report[T] = Network(parties, progress=progress).run()
    report.raise_failure()
    sent = {party: sum(rounds.values()) for party, rounds in report.payload_bytes.items()}
    return report.results, Stage(time.perf_counter() - started, report.cpu_seconds, sent)


def _prefixed(progress: Progress | None, prefix: str) -> Callable[[str], bool] | None:
    return None if progress is None else lambda text: progress(f"{prefix}: {text}")
