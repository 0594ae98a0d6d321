"""Prepared key material (tests/vectors/keys_*.json) for the native core and for the readable twin.

Nothing here is secret.  Party i of every profile is the same in all tests.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mpc_fast import _native
from mpc_fast.reference import params, pedersen
from mpc_fast.reference.paillier import PaillierKey, PaillierSecret
from mpc_fast.reference.params import Profile
from mpc_fast.reference.pedersen import PedersenParams, PedersenSecret
from mpc_fast.reference.rng import SeededRng

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
PARTIES = 5
PROFILES = {profile.name: profile for profile in (params.S128, params.C112, params.TOY)}


@dataclass(frozen=True)
class Primes:
    """Of one party: Blum primes p, q and safe primes hat_p, hat_q."""

    p: int
    q: int
    hat_p: int
    hat_q: int


@dataclass(frozen=True)
class TwinKeys:
    """The keys of one party as the twin has them; the ring-Pedersen parameters are drawn from a fixed seed."""

    profile: Profile
    paillier: PaillierSecret
    params: PedersenParams
    trapdoor: PedersenSecret

    @property
    def key(self) -> PaillierKey:
        return self.paillier.key

    @property
    def factors(self) -> tuple[int, int]:
        """(p, q), what the native core takes for a key of our own."""
        return self.paillier.p, self.paillier.q

    def native_setup(self, *, tables: bool = False) -> dict[str, Any]:
        """The verifier's (Nh, s, t) as `_native.testing` takes them."""
        return {"nh": self.params.nh, "s": self.params.s, "t": self.params.t, "tables": tables}


@cache
def _file(profile: str) -> dict[int, Primes]:
    data = json.loads((VECTORS / f"keys_{profile.lower()}.json").read_text())
    return {int(i): Primes(**{name: int(value, 16) for name, value in primes.items()}) for i, primes in data.items()}


def primes(profile: str, party: int) -> Primes:
    """The primes of a party, 1 to PARTIES."""
    return _file(profile)[party]


def prime_set(profile: str, party: int) -> _native.PrimeSet:
    """The same for the native core, good for one use.  Needs the switch of the test profile."""
    own = primes(profile, party)
    length = PROFILES[profile].nb // 16
    p, q, hat_p, hat_q = (n.to_bytes(length, "big") for n in (own.p, own.q, own.hat_p, own.hat_q))
    return _native.testing.prime_set(profile, p, q, hat_p, hat_q)


def prime_sets(profile: str, parties: int) -> list[_native.PrimeSet]:
    """One set for each of the parties 1 to `parties`."""
    return [prime_set(profile, party) for party in range(1, parties + 1)]


@cache
def twin(profile: str, party: int) -> TwinKeys:
    """The keys of a party for the twin."""
    own = primes(profile, party)
    setup, trapdoor = pedersen.setup(own.hat_p, own.hat_q, SeededRng(f"{profile} {party}".encode()))
    return TwinKeys(PROFILES[profile], PaillierSecret(own.p, own.q), setup, trapdoor)
