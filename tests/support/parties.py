"""Parties for adversarial tests: sessions of parties whose primes everybody knows."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeVar

from keys import Primes, prime_set, primes

from mpc_fast._native import AuxShare, Generators, Identity, KeyShare
from mpc_fast.protocols.adversary import Adversary
from mpc_fast.protocols.aux_info import AuxInfo
from mpc_fast.protocols.generators import GeneratorExchange
from mpc_fast.protocols.keygen import KeyGeneration
from mpc_fast.protocols.members import Member, canonical_members
from mpc_fast.protocols.network import PERFECT, Conditions, Network, Report
from mpc_fast.protocols.presign import Presigning, Proofs
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.sign import Signing

KEY_ID = "test key"
DIGEST = bytes(range(32))

T = TypeVar("T")


@dataclass(frozen=True)
class Group:
    """The parties 1 to n of a future key, which use the prepared primes of their indices."""

    profile: str
    identities: Mapping[int, Identity]
    members: Sequence[Member]

    def primes(self, index: int) -> Primes:
        return primes(self.profile, index)

    @property
    def moduli(self) -> dict[int, tuple[int, int]]:
        """(N, Nh) of each party."""
        mine = {index: self.primes(index) for index in self.indices}
        return {index: (own.p * own.q, own.hat_p * own.hat_q) for index, own in mine.items()}

    @property
    def indices(self) -> tuple[int, ...]:
        return tuple(self.identities)

    def aux_party(self, index: int) -> AuxInfo:
        return AuxInfo(self.identities[index], self.profile, self.members, index, prime_set(self.profile, index))

    def aux_parties(self) -> list[AuxInfo]:
        return [self.aux_party(index) for index in self.indices]

    def dkg_party(self, index: int, threshold: int, aux: AuxShare, key_id: str = KEY_ID) -> KeyGeneration:
        return KeyGeneration(self.identities[index], self.members, index, threshold, key_id, aux)

    def dkg_parties(self, threshold: int, aux: Mapping[int, AuxShare], key_id: str = KEY_ID) -> list[KeyGeneration]:
        return [self.dkg_party(index, threshold, aux[index], key_id) for index in self.indices]


def new_group(profile: str, parties: int) -> Group:
    """New identities with the prepared primes."""
    identities = {i.public_key: i for i in (Identity.generate() for _ in range(parties))}
    members = canonical_members(identities)
    return Group(profile, {i: identities[key] for i, key in members}, members)


@dataclass(frozen=True)
class Key:
    """Everything about a key of which the test plays all parties."""

    group: Group
    threshold: int
    aux: Mapping[int, AuxShare]
    shares: Mapping[int, KeyShare]

    def signing_parties(
        self, signers: Sequence[int], digest: bytes = DIGEST, proofs: Proofs = Proofs.ORDINARY
    ) -> list[Signing]:
        return [Signing(self.shares[index], signers, digest, proofs=proofs) for index in signers]

    def presigning_parties(
        self, signers: Sequence[int], count: int = 1, proofs: Proofs = Proofs.BATCHED
    ) -> list[Presigning]:
        if proofs is Proofs.GRID:
            return [self.grid_party(index, signers, count) for index in signers]
        return [Presigning(self.shares[index], signers, count=count, proofs=proofs) for index in signers]

    def grid_party(
        self, index: int, signers: Sequence[int], count: int = 1, generators: Generators | None = None
    ) -> Presigning:
        return Presigning(
            self.shares[index],
            signers,
            count=count,
            proofs=Proofs.GRID,
            generators=generators or self.generators[index],
            experimental=True,
        )

    @cached_property
    def generators(self) -> Mapping[int, Generators]:
        """Of one exchange, for up to five presignatures."""
        return self.exchange_generators(10)

    def exchange_generators(self, count: int) -> dict[int, Generators]:
        members = [GeneratorExchange(share, experimental=True, count=count) for share in self.shares.values()]
        return results(run(members))


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
