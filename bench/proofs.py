"""Batch proofs and batch verification: what they save, in presigning and on their own.

Bytes are payloads of one ordered pair of signers, without envelopes, echo vectors and the h hashes.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from statistics import mean, median
from typing import Final

from mpc_fast import _native
from mpc_fast._native import bench as native
from mpc_fast.messages import sha256_message
from mpc_fast.presignatures import PresignatureStore
from mpc_fast.protocols.local import exchange_generators, generate_key, presign
from mpc_fast.protocols.network import Network
from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.sign_presigned import PresignedSigning

from .powers import SEED, check
from .results import Result
from .signing import PROFILE, Clocks, Session, prepared_primes, sid_values, sign_natively, start_each, sums_natively
from .timing import Effort, in_turns

RECEIVED: Final = 64
BULK: Final = 64
AHEAD: Final = 8  # sessions that a pool is filled for
HASH_BYTES: Final = 32
PER_PAIR: Final = 2 * HASH_BYTES  # h and h^ of a presignature and receiver


def verification(effort: Effort) -> Iterator[Result]:
    """64 ordinary proofs of one prover, against the same ones verified one by one in full lanes."""
    proofs = native.ReceivedProofs(RECEIVED, SEED)
    for name, workload in (("equations", proofs.equations()), ("whole", proofs.verification())):
        rounds = in_turns([workload.run, workload.run_baseline], effort)
        check(name, workload)
        details = {"ours_ms": rounds.median(0) * 1e3, "baseline_ms": rounds.median(1) * 1e3}
        yield Result(f"verify_batch.{name}.ratio", rounds.ratio(1, 0), "x", details)


def presigning(effort: Effort) -> Iterator[Result]:
    """Two signers of two: one interactive session, and 64 presignatures in one, also in a grid."""
    shares = generate_key(2, 2, PROFILE, "bench", primes=prepared_primes(2)).shares
    unit = native.powers(6144, 3072, 1, "public", seed=1)
    yield from _one(shares, unit, effort)
    yield from _pooled(shares, unit, effort)
    for count in (1, BULK):
        yield from _bulk(f"presign_batched.{count}", shares, count, unit, effort)
    made, _ = exchange_generators(shares, 2 * BULK, experimental=True)
    generators = {share.index: own for share, own in zip(shares, made, strict=True)}
    yield from _bulk(f"presign_grid.{BULK}", shares, BULK, unit, effort, generators)


def _one(shares: Sequence[_native.KeyShare], unit: native.Workload, effort: Effort) -> Iterator[Result]:
    sessions: list[tuple[float, float]] = []
    started = time.monotonic()
    while len(sessions) < effort.rounds or time.monotonic() - started < effort.seconds:
        clocks = Clocks()
        before = unit.run_baseline()
        sign_natively(shares, clocks)
        u = mean((before, unit.run_baseline()))
        sessions.append((mean(clocks.rounds.values()), u))
    details = {"cpu_ms": median(cpu for cpu, _ in sessions) * 1e3, "unit_ms": median(u for _, u in sessions) * 1e3}
    yield Result("presign_batched.sign.u", median(cpu / u for cpu, u in sessions), "U", details)


def _pooled(shares: Sequence[_native.KeyShare], unit: native.Workload, effort: Effort) -> Iterator[Result]:
    """Randomness made ahead in full lanes; the time of that counts, shared out over the sessions."""
    signers = [share.index for share in shares]
    pools = {share.index: _native.PresignPool(share) for share in shares}
    started = time.process_time()
    for pool in pools.values():
        pool.fill(signers, 1, AHEAD)
    filling = (time.process_time() - started) / len(pools) / AHEAD
    sessions: list[tuple[float, float]] = []
    for _ in range(AHEAD):
        clocks = Clocks()
        before = unit.run_baseline()
        sign_natively(shares, clocks, pools)
        sessions.append((mean(clocks.rounds.values()), mean((before, unit.run_baseline()))))
    u = median(u for _, u in sessions)
    details = {"cpu_ms": median(cpu for cpu, _ in sessions) * 1e3, "unit_ms": u * 1e3, "filling_ms": filling * 1e3}
    yield Result("presign_batched.pooled.u", median((filling + cpu) / u for cpu, _ in sessions), "U", details)


def _bulk(
    key: str,
    shares: Sequence[_native.KeyShare],
    count: int,
    unit: native.Workload,
    effort: Effort,
    generators: Mapping[int, _native.Generators] | None = None,
) -> Iterator[Result]:
    """generators: proofs in a grid, which is experimental."""
    signers, values = [share.index for share in shares], sid_values(shares)
    proofs, own = (Proofs.GRID, generators) if generators else (Proofs.BATCHED, {})
    found: list[tuple[float, float]] = []
    sent = 0
    for _ in range(effort.rounds):
        clocks = Clocks()
        before = unit.run_baseline()
        runs = start_each(
            shares,
            clocks,
            lambda share: _native.PresignRun(share, signers, values, proofs, count, None, own.get(share.index)),
        )
        session = Session("presign", runs, clocks)
        rounds, echo3 = sums_natively(session)
        session.broadcast(lambda run, i: run.round4(echo3))  # noqa: B023
        u = mean((before, unit.run_baseline()))
        found.append((mean(clocks.rounds.values()) / count, u))
        sent = sum(len(one.broadcast[1]) + len(one.private[1].get(2, b"")) for one in rounds)
    echoes = 2 * HASH_BYTES * len(shares)
    hashes = PER_PAIR * count + HASH_BYTES  # and BENC's own, of its one verifier
    details = {"cpu_ms": median(cpu for cpu, _ in found) * 1e3, "unit_ms": median(u for _, u in found) * 1e3}
    yield Result(f"{key}.u", median(cpu / u for cpu, u in found), "U", details)
    yield Result(f"{key}.bytes", (sent - echoes - hashes) / count, "bytes", {"all": sent / count})


def auxiliary(effort: Effort) -> Iterator[Result]:
    """Auxiliary information of three parties, primes apart, by the round machines: signed envelopes included."""
    found = [
        mean(generate_key(2, 3, PROFILE, "bench", primes=prepared_primes(3)).stages["aux"].cpu_seconds.values())
        for _ in range(1 if effort.seconds == 0 else 3)
    ]
    yield Result("aux_info.3.cpu_s", median(found), "s")


def online(effort: Effort) -> Iterator[Result]:
    """Signing from an opened store: the claim, which is on the disk before anything leaves, and one round."""
    shares = generate_key(2, 2, PROFILE, "bench", primes=prepared_primes(2)).shares
    count = 2 if effort.seconds == 0 else 24
    signers = [share.index for share in shares]
    with tempfile.TemporaryDirectory() as folder:
        store, access = PresignatureStore.create(f"{folder}/store", "only for a moment", state=f"{folder}/state")
        with store:
            for _ in range(count):
                store.add(access, presign(shares)[0])
            claims, sessions = [], []
            for number in range(count):
                message = sha256_message(number.to_bytes(4, "big"))
                started = time.process_time()
                first = store.claim_next(access, shares[0], signers, message)
                claimed = [first, *(store.claim(access, share, first.id, message) for share in shares[1:])]
                claims.append((time.process_time() - started) / len(shares))
                parties = [PresignedSigning(share, one) for share, one in zip(shares, claimed, strict=True)]
                sessions.append(mean(Network(parties).run().cpu_seconds.values()))
                for one in claimed:
                    store.finish(access, one)
    details = {"claim_ms": median(claims) * 1e3, "session_ms": median(sessions) * 1e3}
    yield Result("sign_presigned.cpu_ms", (median(claims) + median(sessions)) * 1e3, "ms", details)
