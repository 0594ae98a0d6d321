"""Setups of range proofs between strangers, made from the prepared primes, and the twin's view of them."""

from functools import cache

from keys import PROFILES, prime_set, primes

from mpc_fast.proofs import OwnSetup, Setup
from mpc_fast.reference import wire
from mpc_fast.reference.paillier import PaillierSecret
from mpc_fast.reference.pedersen import VectorParams


@cache
def both_sides(party: int, profile: str) -> tuple[OwnSetup, Setup]:
    own = OwnSetup.generate(profile, prime_set(profile, party))
    return own, Setup.from_bytes(own.public.to_bytes())


def own_setup(party: int, profile: str = "TOY") -> OwnSetup:
    return both_sides(party, profile)[0]


def published(party: int, profile: str = "TOY") -> Setup:
    return both_sides(party, profile)[1]


def twin_params(setup: Setup) -> VectorParams:
    """Its published numbers, read by hand."""
    p = PROFILES[setup.profile]
    reader = wire.Reader(setup.to_bytes())
    assert (reader.take(2), reader.take(8).rstrip(b"\0")) == (b"\0\1", setup.profile.encode())
    assert reader.nat(p.n_bytes) == setup.n
    nh, s, t = (reader.nat(p.nh_bytes) for _ in range(3))
    return VectorParams(nh, t, (s,))


def twin_key(profile: str, party: int) -> PaillierSecret:
    own = primes(profile, party)
    return PaillierSecret(own.p, own.q)
