"""Parties for adversarial tests: sessions of parties whose primes everybody knows (tests/vectors/keys_<profile>.json)."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from mpc_fast import _native
from mpc_fast._native import AuxShare, Identity, KeyShare, PrimeSet
from mpc_fast.protocols.adversary import Adversary
from mpc_fast.protocols.aux_info import AuxInfo
from mpc_fast.protocols.keygen import KeyGeneration
from mpc_fast.protocols.members import Member, canonical_members
from mpc_fast.protocols.network import PERFECT, Conditions, Network, Report
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.sign import Signing

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
KEY_ID = "test key"
DIGEST = bytes(range(32))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Primes:
    """p, q of the Paillier modulus N, hat_p, hat_q of the ring-Pedersen modulus Nh."""

    p: int
    q: int
    hat_p: int
    hat_q: int

    @property
    def n(self) -> int:
        return self.p * self.q

    @property
    def nh(self) -> int:
        return self.hat_p * self.hat_q

    def handle(self, profile: str) -> PrimeSet:
        """A set for the core; each is used up by one session."""
        size = len(hex(self.hat_p)) // 2 - 1
        numbers = (number.to_bytes(size, "big") for number in (self.p, self.q, self.hat_p, self.hat_q))
        return _native.testing.prime_set(profile, *numbers)  # type: ignore[attr-defined]


@cache
def known_primes(profile: str) -> dict[int, Primes]:
    """Five sets, by party."""
    stored = json.loads((VECTORS / f"keys_{profile.lower()}.json").read_text())
    return {int(i): Primes(**{name: int(value, 16) for name, value in one.items()}) for i, one in stored.items()}


@dataclass(frozen=True)
class Group:
    """Identities and primes of the parties 1 to n of a future key."""

    profile: str
    identities: Mapping[int, Identity]
    members: Sequence[Member]
    primes: Mapping[int, Primes]

    @property
    def indices(self) -> tuple[int, ...]:
        return tuple(self.identities)

    def aux_party(self, index: int) -> AuxInfo:
        primes = self.primes[index].handle(self.profile)
        return AuxInfo(self.identities[index], self.profile, self.members, index, primes)

    def aux_parties(self) -> list[AuxInfo]:
        return [self.aux_party(index) for index in self.indices]

    def dkg_party(self, index: int, threshold: int, aux: AuxShare, key_id: str = KEY_ID) -> KeyGeneration:
        return KeyGeneration(self.identities[index], self.members, index, threshold, key_id, aux)

    def dkg_parties(self, threshold: int, aux: Mapping[int, AuxShare], key_id: str = KEY_ID) -> list[KeyGeneration]:
        return [self.dkg_party(index, threshold, aux[index], key_id) for index in self.indices]


def new_group(profile: str, parties: int) -> Group:
    """New identities with the known primes."""
    identities = {i.public_key: i for i in (Identity.generate() for _ in range(parties))}
    members = canonical_members(identities)
    primes = known_primes(profile)
    return Group(profile, {i: identities[key] for i, key in members}, members, {i: primes[i] for i, _ in members})


@dataclass(frozen=True)
class Key:
    """Everything about a key of which the test plays all parties."""

    group: Group
    threshold: int
    aux: Mapping[int, AuxShare]
    shares: Mapping[int, KeyShare]

    def signing_parties(self, signers: Sequence[int], digest: bytes = DIGEST) -> list[Signing]:
        return [Signing(self.shares[index], signers, digest) for index in signers]


@cache
def make_aux(profile: str, parties: int) -> tuple[Group, dict[int, AuxShare]]:
    group = new_group(profile, parties)
    return group, results(run(group.aux_parties()))


@cache
def make_key(profile: str, threshold: int, parties: int) -> Key:
    """The same key for the same arguments."""
    group, aux = make_aux(profile, parties)
    return Key(group, threshold, aux, results(run(group.dkg_parties(threshold, aux))))


def run(
    parties: Sequence[Party[T]],
    *,
    conditions: Conditions = PERFECT,
    seed: int = 0,
    adversary: Adversary | None = None,
) -> Report[T]:
    return Network(parties, conditions=conditions, rng=random.Random(seed), adversary=adversary).run()


def results(report: Report[T]) -> dict[int, T]:
    """What everybody got; raises if anybody failed."""
    report.raise_failure()
    return report.results
