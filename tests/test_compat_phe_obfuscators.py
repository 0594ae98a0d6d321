"""Obfuscators: made in batches, used once, by nobody else."""

import copy
import os
import pickle
import threading
from collections.abc import Callable
from math import gcd

import pytest
from phe_pair import key_pair

import mpc_fast.compat.phe as phe
from mpc_fast.compat.phe import obfuscators
from mpc_fast.compat.phe.obfuscators import Obfuscators

N = phe.util.first_primes[-1] * phe.util.first_primes[-2]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many powers each run of the engine made."""
    sizes: list[int] = []
    powmod_base_list = obfuscators.powmod_base_list

    def counted(bases: list[int], exp: int, mod: int) -> list[int]:
        sizes.append(len(bases))
        return powmod_base_list(bases, exp, mod)

    monkeypatch.setattr(obfuscators, "powmod_base_list", counted)
    return sizes


def in_child(compute: Callable[[], bytes]) -> bytes:
    """What a forked child computes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, compute())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        result = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    return result


def test_batches_grow(batches: list[int]) -> None:
    factors = Obfuscators(N)
    assert batches == []
    for _ in range(8 + 16 + 32 + 64 + 64 + 1):
        factors.take()
    assert batches == [8, 16, 32, 64, 64, 64]


def test_values_are_nth_powers_of_numbers_below_n() -> None:
    n = 11 * 13
    powers = {pow(r, n, n * n) for r in range(1, n)}
    factors = Obfuscators(n)
    taken = {factors.take() for _ in range(3000)}
    assert taken == powers  # a power is missing with probability below 143 (142/143)^3000


@pytest.mark.parametrize("n", [0, 1, -35])
def test_there_are_none_for_these(n: int) -> None:
    with pytest.raises(ValueError):
        Obfuscators(n).take()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_they_are_not_copied(copied: Callable[[Obfuscators], object]) -> None:
    factors = Obfuscators(N)
    factors.take()
    with pytest.raises(TypeError):
        copied(factors)


def test_threads_get_different_ones() -> None:
    factors = Obfuscators(key_pair(phe, 512)[0].n)
    taken: list[list[int]] = [[] for _ in range(8)]
    start = threading.Barrier(8)

    def take(mine: list[int]) -> None:
        start.wait()
        mine.extend(factors.take() for _ in range(150))

    threads = [threading.Thread(target=take, args=(mine,)) for mine in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({factor for mine in taken for factor in mine}) == 8 * 150


def test_a_forked_child_gets_others() -> None:
    factors = Obfuscators(key_pair(phe, 512)[0].n)
    factors.take()
    of_child = pickle.loads(in_child(lambda: pickle.dumps([factors.take() for _ in range(30)])))
    of_grandchild = pickle.loads(
        in_child(lambda: factors.take() and in_child(lambda: pickle.dumps([factors.take() for _ in range(30)])))
    )
    of_parent = [factors.take() for _ in range(30)]
    assert len({*of_child, *of_grandchild, *of_parent}) == 90


def test_keys_encrypt_with_batches(batches: list[int]) -> None:
    public, private = key_pair(phe, 512)
    numbers = [public.encrypt(i) for i in range(8)]
    assert batches == [8]
    assert [private.decrypt(number) for number in numbers] == list(range(8))
    assert private.raw_decrypt(public.raw_encrypt(77)) == 77
    number = public.encrypt(1) + 2
    number.obfuscate()
    assert private.decrypt(number) == 3
    assert batches == [8, 16]


def test_given_nonces_need_none(batches: list[int]) -> None:
    public, _ = key_pair(phe, 512)
    number = public.encrypt(5.5, r_value=3) + public.encrypt(2, r_value=0)
    assert public.raw_encrypt(5, 7) == (1 + 5 * public.n) * pow(7, public.n, public.nsquare) % public.nsquare
    assert number.ciphertext(be_secure=False)
    assert batches == []
    assert number.ciphertext() == number.ciphertext()
    assert batches == [8]


def test_nonces_of_a_replaced_method_are_used(batches: list[int]) -> None:
    class Fixed(phe.PaillierPublicKey):
        def get_random_lt_n(self) -> int:
            return 7

    public, _ = key_pair(phe, 512)
    expected = public.raw_encrypt(5, 7)
    assert Fixed(public.n).raw_encrypt(5) == expected
    public.get_random_lt_n = lambda: 7
    assert public.encrypt(5).ciphertext() == public.raw_encrypt(5) == expected
    assert batches == []


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda key: pickle.loads(pickle.dumps(key))])
def test_copies_of_keys_have_none(
    copied: Callable[[phe.PaillierPublicKey], phe.PaillierPublicKey], batches: list[int]
) -> None:
    public, _ = key_pair(phe, 512)
    public.encrypt(1)
    twin = copied(public)
    assert twin == public
    assert vars(twin).keys() == {"g", "n", "nsquare", "max_int"}
    twin.encrypt(1)
    assert batches == [8, 8]


def test_a_new_n_has_its_own(batches: list[int]) -> None:
    public, _ = key_pair(phe, 512, seed=1)
    public.encrypt(1)
    other, other_private = key_pair(phe, 512, seed=2)
    for name in ("n", "g", "nsquare", "max_int"):
        setattr(public, name, getattr(other, name))
    assert other_private.decrypt(public.encrypt(9)) == 9
    assert batches == [8, 8]


def test_ciphertexts_are_units() -> None:
    public, _ = key_pair(phe, 512)
    assert all(gcd(public.encrypt(0).ciphertext(), public.n) == 1 for _ in range(20))
