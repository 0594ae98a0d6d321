"""The prepared key material is what tests take it for, and the script beside it makes it again."""

import importlib.util
from math import gcd
from types import ModuleType

import gmpy2
import pytest
from keys import PARTIES, PROFILES, VECTORS, prime_set, primes, twin

from mpc_fast.reference import paillier, pedersen
from mpc_fast.reference.rng import SystemRng

pytestmark = pytest.mark.usefixtures("toy_profile")

EACH_PROFILE = pytest.mark.parametrize("profile", PROFILES)


@EACH_PROFILE
def test_prepared_primes(profile: str) -> None:
    bits = PROFILES[profile].nb // 2
    seen: set[int] = set()
    for party in range(1, PARTIES + 1):
        own = primes(profile, party)
        for prime in (own.p, own.q, own.hat_p, own.hat_q):
            assert prime >> (bits - 2) == 3
            assert prime % 4 == 3
            assert gmpy2.is_prime(prime)
        assert gmpy2.is_prime(own.hat_p // 2)
        assert gmpy2.is_prime(own.hat_q // 2)
        assert abs(own.p - own.q) > 1 << (bits - 100)
        assert gcd(own.p * own.q, (own.p - 1) * (own.q - 1)) == 1
        assert prime_set(profile, party).profile == profile
        seen |= {own.p, own.q, own.hat_p, own.hat_q}
    assert len(seen) == 4 * PARTIES


def test_twin_accepts_the_toy_keys() -> None:
    rng = SystemRng()
    keys = [twin("TOY", party) for party in range(1, PARTIES + 1)]
    for own in keys:
        paillier.check_secret(own.paillier, 1024, rng)
        pedersen.check_primes(own.trapdoor.p, own.trapdoor.q, 1024, rng)
    paillier.check_moduli([own.key.n for own in keys], [own.params.nh for own in keys], PROFILES["TOY"])


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_keys", VECTORS / "make_keys.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_script_makes_the_same_keys() -> None:
    made = {name: int(value, 16) for name, value in script().party("TOY", 1).items()}
    own = primes("TOY", 1)
    assert made == {"p": own.p, "q": own.q, "hat_p": own.hat_p, "hat_q": own.hat_q}


@pytest.mark.long
@EACH_PROFILE
def test_script_makes_all_keys(profile: str) -> None:
    make = script()
    for party in range(1, PARTIES + 1):
        made = {name: int(value, 16) for name, value in make.party(profile, party).items()}
        own = primes(profile, party)
        assert made == {"p": own.p, "q": own.q, "hat_p": own.hat_p, "hat_q": own.hat_q}
