"""Presigning and signing: CPU time per party, in units of U, one power of GMP modulo 6144 bits to 3072 bits.

The parties take their turns in this process, on one thread; a party's time is what passes inside its own calls. Their
primes are the prepared ones of the tests, which need the switch of the insecure test profile; the profile is S128.
"""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import mean, median
from typing import Final, Generic, TypeVar

from mpc_fast import _native
from mpc_fast._native import bench as native
from mpc_fast.protocols.local import generate_key, sign_digest
from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.steps import Failure

from . import ROOT
from .results import Result
from .timing import Effort

T = TypeVar("T")

PROFILE: Final = "S128"
PRIME_BYTES: Final = 192
DIGEST: Final = bytes(range(32))
TO_ALL: Final = 0xFFFF
UNITS_EACH: Final = 4


def presign_sign(effort: Effort) -> Iterator[Result]:
    """2-of-2 and 3-of-3."""
    unit = native.powers(6144, 3072, 1, "public", seed=1)
    for signers in (2, 3):
        ceremony = generate_key(signers, signers, PROFILE, "bench", primes=prepared_primes(signers))
        yield from _sign(f"presign_sign.{signers}of{signers}", ceremony.shares, unit, effort)


def prepared_primes(parties: int) -> list[_native.PrimeSet]:
    found = json.loads((ROOT / "tests" / "vectors" / f"keys_{PROFILE.lower()}.json").read_text())

    def prime(party: int, name: str) -> bytes:
        return int(found[str(party)][name], 16).to_bytes(PRIME_BYTES, "big")

    return [
        _native.testing.prime_set(PROFILE, *(prime(party, name) for name in ("p", "q", "hat_p", "hat_q")))
        for party in range(1, parties + 1)
    ]


def _sign(key: str, shares: Sequence[_native.KeyShare], unit: native.Workload, effort: Effort) -> Iterator[Result]:
    """The first session counts apart, where there is time for others: it may make tables that later ones use."""
    first = _session_units(shares, unit)
    sessions = [] if effort.warm_up else [first]
    started = time.monotonic()
    while len(sessions) < effort.rounds or time.monotonic() - started < effort.seconds:
        sessions.append(_session_units(shares, unit))
    figures = {name: median(session[name] for session in sessions) for name in first}
    details = {
        "setup_u": figures["setup"],
        "first_u": first["setup"] + first["rounds"],
        "with_envelopes_u": figures["with envelopes"],
        "cpu_ms": figures["rounds"] * figures["unit"] * 1e3,
        "unit_ms": figures["unit"] * 1e3,
        "sessions": float(len(sessions)),
    }
    yield Result(f"{key}.u", figures["rounds"], "U", details)


def _session_units(shares: Sequence[_native.KeyShare], unit: native.Workload) -> dict[str, float]:
    """One session natively, and one as the round machines run it, signed envelopes included; means over the parties."""
    before = [unit.run_baseline() for _ in range(UNITS_EACH // 2)]
    clocks = Clocks()
    sign_natively(shares, clocks)
    whole = sign_digest(shares, DIGEST).stage.cpu_seconds
    u = median([*before, *(unit.run_baseline() for _ in range(UNITS_EACH // 2))])
    return {
        "unit": u,
        "setup": mean(clocks.setup.values()) / u,
        "rounds": mean(clocks.rounds.values()) / u,
        "with envelopes": mean(whole.values()) / u,
    }


@dataclass(frozen=True)
class Clocks:
    """CPU time by party."""

    setup: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    rounds: dict[int, float] = field(default_factory=lambda: defaultdict(float))


def _timed(clock: dict[int, float], party: int, call: Callable[[], T]) -> T:
    started = time.process_time()
    result = call()
    clock[party] += time.process_time() - started
    return result


@dataclass(frozen=True)
class Sent:
    """What all parties sent in one round; private messages by sender, then by recipient."""

    broadcast: dict[int, bytes]
    private: dict[int, dict[int, bytes]]

    def to(self, recipient: int) -> dict[int, bytes]:
        return {sender: sent[recipient] for sender, sent in self.private.items() if sender != recipient}


Run = _native.SignRun | _native.PresignRun
R = TypeVar("R", _native.SignRun, _native.PresignRun)


class Session(Generic[R]):
    """The native parties of one session, each call on its party's clock."""

    def __init__(self, protocol: str, runs: dict[int, R], clocks: Clocks) -> None:
        self._protocol = protocol
        self._runs: dict[int, R] = runs
        self._clocks = clocks
        self._ssid = next(iter(runs.values())).ssid

    def each(self, call: Callable[[R, int], T]) -> dict[int, T]:
        return {i: _timed(self._clocks.rounds, i, partial(call, run, i)) for i, run in self._runs.items()}

    def send(self, call: Callable[[R, int], tuple[bytes, dict[int, bytes]]]) -> Sent:
        sent = self.each(call)
        return Sent({i: broadcast for i, (broadcast, _) in sent.items()}, {i: to for i, (_, to) in sent.items()})

    def broadcast(self, call: Callable[[R, int], bytes]) -> Sent:
        return self.send(lambda run, i: (call(run, i), {}))

    def check(self, call: Callable[[R, int], list[Failure]]) -> None:
        for party, failures in self.each(call).items():
            if failures:
                raise RuntimeError(f"party {party} refused: {failures}")

    def echo(self, number: int, sent: Sent) -> bytes:
        """The hashes of a round's broadcasts."""
        return b"".join(
            _native.message_hash(1, self._ssid, self._protocol, number, "bcast", sender, TO_ALL, payload)
            for sender, payload in sorted(sent.broadcast.items())
        )


def sid_values(shares: Sequence[_native.KeyShare]) -> list[bytes]:
    return [hashlib.sha256(bytes([share.index])).digest() for share in shares]


def start_each(
    shares: Sequence[_native.KeyShare], clocks: Clocks, make: Callable[[_native.KeyShare], T]
) -> dict[int, T]:
    return {share.index: _timed(clocks.setup, share.index, partial(make, share)) for share in shares}


def sums_natively(session: Session[R]) -> tuple[list[Sent], bytes]:
    """R1 to R3 from party to party, without envelopes, and the echo of R3."""
    r1 = session.send(lambda run, i: run.round1())
    session.check(lambda run, i: run.check_round1(r1.broadcast, r1.to(i)))
    echo1 = session.echo(1, r1)
    r2 = session.send(lambda run, i: run.round2(echo1))
    session.check(lambda run, i: run.receive_round2(r2.broadcast, r2.to(i)))
    session.check(lambda run, i: run.check_round2())
    echo2 = session.echo(2, r2)
    r3 = session.broadcast(lambda run, i: run.round3(echo2))
    session.check(lambda run, i: run.receive_round3(r3.broadcast))
    session.check(lambda run, i: run.check_round3())
    return [r1, r2, r3], session.echo(3, r3)


def sign_natively(
    shares: Sequence[_native.KeyShare], clocks: Clocks, pools: Mapping[int, _native.PresignPool] | None = None
) -> None:
    """An interactive session."""
    signers, values = [share.index for share in shares], sid_values(shares)
    ahead = pools or {}
    runs = start_each(
        shares,
        clocks,
        lambda share: _native.SignRun(share, signers, values, DIGEST, Proofs.BATCHED, ahead.get(share.index)),
    )
    session = Session("sign", runs, clocks)
    _, echo3 = sums_natively(session)
    r4 = session.broadcast(lambda run, i: run.round5(echo3))
    session.check(lambda run, i: run.receive_round5(r4.broadcast))
    session.check(lambda run, i: run.check_round5())
    session.each(lambda run, i: run.signature())  # verified before it is released
