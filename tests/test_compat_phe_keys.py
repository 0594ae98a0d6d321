"""Keys of all lengths: they are generated, and they compute as those of python-paillier do."""

import copy
import random
import time
from math import gcd
from typing import Any

import gmpy2
import pytest
from phe_pair import LIBRARIES, described, key_pair, outcome

import mpc_fast.compat.phe as phe
from mpc_fast.compat.phe import primes, util

TINY_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23)


@pytest.mark.parametrize(
    "bits", [4, *range(6, 40), 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 1025]
)
def test_a_key_of_any_length_encrypts(bits: int) -> None:
    for _ in range(20 if bits < 100 else 2):
        public, private = phe.generate_paillier_keypair(n_length=bits)
        assert public.n.bit_length() == bits
        assert private.p != private.q
        assert private.p * private.q == public.n
        assert gmpy2.is_prime(private.p)
        assert gmpy2.is_prime(private.q)
        assert gcd(public.n, (private.p - 1) * (private.q - 1)) == 1
        for number in (0, public.max_int, -public.max_int):
            encrypted = public.encrypt(number)
            if gcd(encrypted.ciphertext(), public.n) == 1:  # r = p happens with tiny keys
                assert private.decrypt(encrypted) == number


@pytest.mark.parametrize("bits", [-1, 0, 1, 2, 3, 5])
def test_there_are_no_keys_of_these_lengths(bits: int) -> None:
    with pytest.raises(ValueError):
        phe.generate_paillier_keypair(n_length=bits)


@pytest.mark.parametrize("bits", [16.0, "16", None])
def test_lengths_are_ints(bits: Any) -> None:
    for library in LIBRARIES:
        with pytest.raises(TypeError):
            library.generate_paillier_keypair(n_length=bits)


def test_the_ring_is_the_first_argument() -> None:
    ring = phe.PaillierPrivateKeyring()
    public, private = phe.generate_paillier_keypair(ring, 128)
    assert ring == {public: private}
    for wrong in (5, "x", [], {1: 2}):
        for library in LIBRARIES:
            with pytest.raises(AttributeError):
                library.generate_paillier_keypair(wrong, 32)


def test_usual_keys_are_quickly_made() -> None:
    start = time.perf_counter()
    public, private = phe.generate_paillier_keypair()
    assert time.perf_counter() - start < 20  # 0.2 s on a quiet core
    assert public.n.bit_length() == phe.paillier.DEFAULT_KEYSIZE == 3072
    assert private.decrypt(public.encrypt(-1.5)) == -1.5


def tiny_keys() -> list[tuple[int, int]]:
    """All pairs of tiny primes, for which much goes wrong: n may divide the totient, and r share a factor with n."""
    return [(p, q) for i, p in enumerate(TINY_PRIMES) for q in TINY_PRIMES[:i]]


@pytest.mark.parametrize(("p", "q"), tiny_keys())
def test_tiny_keys_compute_as_in_phe(p: int, q: int) -> None:
    assert tiny_results(LIBRARIES[1], p, q) == tiny_results(LIBRARIES[0], p, q)


def tiny_results(library: Any, p: int, q: int) -> list[Any]:
    rng = random.Random(p * q)
    public = library.PaillierPublicKey(p * q)
    results = [outcome(lambda: library.PaillierPrivateKey(public, p, q))]
    if results[0][0] == "raises":
        return results
    private = library.PaillierPrivateKey(public, p, q)
    for _ in range(40):
        number, r, factor = rng.randrange(-9, 9), rng.randrange(1, 3 * p * q), rng.randrange(-4, 5)
        c = rng.randrange(-5, p * p * q * q + 9)
        results += [
            outcome(lambda number=number, r=r: public.encrypt(number, r_value=r)),
            outcome(lambda number=number, r=r: private.decrypt(public.encrypt(number, r_value=r))),
            outcome(lambda c=c, factor=factor: library.EncryptedNumber(public, c) * factor),
            outcome(lambda c=c, r=r: library.EncryptedNumber(public, c) - library.EncryptedNumber(public, r)),
            outcome(lambda c=c: library.EncryptedNumber(public, c) + 1.5),
            outcome(lambda c=c: private.raw_decrypt(c)),
        ]
    return results


def test_getprimeover_has_the_bits() -> None:
    for bits in (*range(2, 80), 200, 512):
        prime = util.getprimeover(bits)
        assert prime.bit_length() == bits
        assert gmpy2.is_prime(prime)
    for bits in (0, -1):
        with pytest.raises(ValueError):
            util.getprimeover(bits)


def test_all_primes_of_a_length_occur() -> None:
    assert util.getprimeover(1) == 2
    for bits in (2, 3, 4, 7):
        found = {util.getprimeover(bits) for _ in range(2000)}
        assert found == {prime for prime in range(1 << (bits - 1), 1 << bits) if prime > 2 and gmpy2.is_prime(prime)}


def test_primality_agrees_with_gmp() -> None:
    rng = random.Random(5)
    numbers = [*range(20000), *(rng.getrandbits(bits) for bits in range(16, 200) for _ in range(3))]
    numbers += [561, 1105, 1729, 3215031751, 341550071728321, 2**61 - 1, (2**61 - 1) ** 2, 2**89 - 1]
    wrong = [number for number in numbers if util.is_prime(number) != gmpy2.is_prime(number)]
    assert wrong == []


def test_first_primes() -> None:
    assert util.first_primes == list(LIBRARIES[0].util.first_primes)
    assert primes.SMALL_PRIMES is not util.first_primes  # which programs may change


@pytest.mark.parametrize("have_gmp", [False, True])
@pytest.mark.parametrize("have_crypto", [False, True])
def test_flags_may_be_set(monkeypatch: pytest.MonkeyPatch, have_gmp: bool, have_crypto: bool) -> None:
    monkeypatch.setattr(util, "HAVE_GMP", have_gmp)
    monkeypatch.setattr(util, "HAVE_CRYPTO", have_crypto)
    assert util.powmod(5, 3, 3) == 2
    assert util.invert(3, 7) == 5
    assert util.isqrt(10**40) == 10**20
    assert util.getprimeover(64).bit_length() == 64
    public, private = phe.generate_paillier_keypair(n_length=256)
    assert private.decrypt(public.encrypt(3.25) * -2) == -6.5


@pytest.mark.parametrize("bits", [1024, 1536, 1600, 1664, 2048])
def test_many_decryptions_agree(bits: int) -> None:
    """After the first ones the core's own keys may decrypt, if there is one of that length."""
    of_phe, ours = (key_pair(library, bits, seed=3)[1] for library in LIBRARIES)
    n = ours.public_key.n
    rng = random.Random(bits)
    odd = [0, 1, -1, 5, n, -n, ours.p, 7 * ours.q, n * n - 1, n * n, n * n + 5, -3 * n * n + 7, True]
    for ciphertext in [*odd, *(rng.randrange(n * n) for _ in range(110)), *odd]:
        assert described(ours.raw_decrypt(ciphertext)) == described(of_phe.raw_decrypt(ciphertext))


def test_replaced_factors_are_used() -> None:
    public, private = key_pair(phe, 2048, seed=3)
    _, other = key_pair(phe, 2048, seed=4)
    ciphertext = public.raw_encrypt(99)
    for _ in range(110):
        assert private.raw_decrypt(ciphertext) == 99
    for name in ("p", "q", "psquare", "qsquare", "hp", "hq", "p_inverse"):
        setattr(private, name, getattr(other, name))
    for _ in range(110):
        assert private.raw_decrypt(other.public_key.raw_encrypt(-3)) == other.public_key.n - 3
    assert set(vars(copy.copy(private))) == set(vars(key_pair(LIBRARIES[0], 64)[1]))


def test_factors_that_are_not_prime_compute_as_in_phe() -> None:
    p, q = 3 * key_pair(phe, 1020)[1].p, key_pair(phe, 1024, seed=1)[1].q * key_pair(phe, 1024, seed=2)[1].q
    keys = [library.PaillierPrivateKey(library.PaillierPublicKey(p * q), p, q) for library in LIBRARIES]
    for i in range(110):
        assert keys[1].raw_decrypt(i**400 + 7) == keys[0].raw_decrypt(i**400 + 7)
