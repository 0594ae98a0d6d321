"""Encrypted numbers as Python objects: put-off products, copies, subclasses, threads."""

import copy
import pickle
import random
import threading
from collections.abc import Callable
from typing import Any

import gmpy2
import phe as oracle
import pytest
from phe_pair import LIBRARIES, described, key_pair

import mpc_fast.compat.phe as phe
from mpc_fast.compat.phe import products

BITS = 512
COPIES = [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]


@pytest.fixture
def multiplied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many factors each product had that was multiplied out."""
    counts: list[int] = []
    value = products.Group.value

    def counted(group: products.Group, product: products.Product) -> int:
        counts.append(len(product.bases))
        return value(group, product)

    monkeypatch.setattr(products.Group, "value", counted)
    return counts


def some(library: Any, count: int, *, exponents: bool = True) -> list[Any]:
    rng = random.Random(count)
    public, _ = key_pair(library, BITS)
    return [
        library.EncryptedNumber(public, rng.randrange(public.nsquare), -rng.randrange(5) * exponents)
        for _ in range(count)
    ]


@pytest.mark.parametrize("count", [2, 3, 4, 63, 64, 65, 66, 130, 300])
def test_long_sums_agree(count: int) -> None:
    weights = [random.Random(i).uniform(-9, 9) if i % 3 else i - 50 for i in range(count)]
    of_phe, ours = (
        [
            described(sum(some(library, count))),
            described(sum(w * number for w, number in zip(weights, some(library, count), strict=True))),
            described(sum(number * w + w for w, number in zip(weights, some(library, count), strict=True)) / 3),
        ]
        for library in LIBRARIES
    )
    assert ours == of_phe


def test_sums_are_multiplied_out_together(multiplied: list[int]) -> None:
    total = sum(some(phe, 50, exponents=False))
    assert multiplied == []
    assert total.ciphertext(False) == total.ciphertext(False)
    assert multiplied == [50]


def test_long_sums_are_multiplied_out_in_pieces(multiplied: list[int]) -> None:
    sum(some(phe, 200, exponents=False)).ciphertext(False)
    assert multiplied == [65, 65, 65, 8]


def test_what_is_used_again_is_multiplied_out_for_all(multiplied: list[int]) -> None:
    total = sum(some(phe, 20, exponents=False))
    results = [total * 2, total * 3, total + 1, total - 1]
    assert multiplied == [20]
    for result in results:
        result.ciphertext(False)
    assert multiplied == [20, 20, 1, 1, 1]


@pytest.mark.parametrize("scalar", [2**40 + 1, 3**100, 7**160, -(2**90) - 1])
def test_scaled_sums_agree(scalar: int) -> None:
    of_phe, ours = (
        [described((sum(some(library, 7)) * scalar + scalar) * 5), described((sum(some(library, 2)) * 3) * scalar)]
        for library in LIBRARIES
    )
    assert ours == of_phe


@pytest.mark.parametrize("copied", COPIES)
def test_copies_have_the_ciphertext(copied: Callable[[Any], Any]) -> None:
    number = sum(some(phe, 9))
    twin = copied(number)
    assert set(vars(twin)) == set(vars(some(oracle, 1)[0]))
    assert twin.ciphertext(False) == number.ciphertext(False)
    assert twin.exponent == number.exponent
    assert twin.public_key == number.public_key
    twin.obfuscate()
    assert number.ciphertext(False) != twin.ciphertext(False)


@pytest.mark.parametrize("copied", COPIES)
def test_copies_of_private_keys_and_rings(copied: Callable[[Any], Any]) -> None:
    public, private = key_pair(phe, BITS)
    number = public.encrypt(2.5)
    assert copied(private) == private
    assert copied(private).decrypt(copied(number)) == 2.5
    assert copied(phe.PaillierPrivateKeyring([private])).decrypt(number) == 2.5


def test_ciphertexts_can_be_written_before_they_are_read() -> None:
    number = sum(some(phe, 3))
    number._EncryptedNumber__ciphertext = 77
    assert (number + 0).ciphertext(False) == number.ciphertext(False) == 77


def test_a_changed_key_holds_from_then_on() -> None:
    """A sum keeps the modulus that it was made with; what comes after has the new one."""

    def result(library: Any) -> list[Any]:
        total = sum(some(library, 3))
        total.public_key, _ = key_pair(library, BITS + 2)
        return [described(total + 5), described(total)]

    assert result(phe) == result(oracle)


def test_obfuscated_once_then_stable() -> None:
    public, private = key_pair(phe, BITS)
    number = public.encrypt(3) + 4
    stored = number.ciphertext(be_secure=False)
    secure = number.ciphertext()
    assert secure != stored
    assert secure == number.ciphertext() == number.ciphertext(be_secure=False)
    number.obfuscate()
    assert number.ciphertext() != secure
    assert private.decrypt(number) == 7


def test_missing_attributes_are_missing() -> None:
    number = sum(some(phe, 3))
    assert not hasattr(number, "nothing")
    empty = phe.EncryptedNumber.__new__(phe.EncryptedNumber)
    for name in ("nothing", "exponent"):
        with pytest.raises(AttributeError):
            getattr(empty, name)
    with pytest.raises(AttributeError):
        empty.ciphertext(False)


def test_an_encrypted_number_is_no_ciphertext() -> None:
    with pytest.raises(TypeError):
        phe.EncryptedNumber(key_pair(phe, BITS)[0], some(phe, 1)[0])


def test_methods_of_subclasses_are_used() -> None:
    calls: list[str] = []

    class Watched(phe.EncryptedNumber):
        def ciphertext(self, be_secure: bool = True) -> int:
            calls.append("ciphertext")
            return super().ciphertext(be_secure)

        def _raw_add(self, e_a: int, e_b: int) -> int:
            calls.append("add")
            return super()._raw_add(e_a, e_b)

        def _raw_mul(self, plaintext: int) -> int:
            calls.append("mul")
            return super()._raw_mul(plaintext)

    class Key(phe.PaillierPublicKey):
        def raw_encrypt(self, plaintext: int, r_value: int | None = None) -> int:
            calls.append("encrypt")
            return super().raw_encrypt(plaintext, r_value)

    public, private = key_pair(phe, BITS)
    number = Watched(public, public.raw_encrypt(20, 3))
    assert private.decrypt(number + number) == 40
    assert private.decrypt(number * -2 + 1) == -39
    assert calls == ["ciphertext", "ciphertext", "add", "mul", "ciphertext"]
    calls.clear()
    key = Key(public.n)
    assert private.decrypt(key.encrypt(5)) == 5
    assert private.decrypt(key.encrypt(5) + 1) == 6
    assert calls == ["encrypt"] * 3
    assert type(number + 1) is phe.EncryptedNumber


def test_numbers_of_gmpy2_are_taken() -> None:
    public, private = key_pair(phe, BITS)
    number = phe.EncryptedNumber(public, gmpy2.mpz(public.raw_encrypt(20, 3)))
    assert private.decrypt(number + 1) == 21
    assert private.decrypt(number * 3) == 60
    assert phe.PaillierPublicKey(gmpy2.mpz(public.n)) == public
    assert phe.PaillierPrivateKey(public, gmpy2.mpz(private.p), gmpy2.mpz(private.q)).decrypt(public.encrypt(-4)) == -4


def test_threads_share_numbers_and_keys() -> None:
    public, private = key_pair(phe, BITS)
    numbers = [public.encrypt(i) for i in range(40)]
    total = sum(numbers)
    seen: list[Any] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        seen.append((total.ciphertext(False), private.decrypt(sum(numbers) * 2), private.decrypt(public.encrypt(-7))))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [(total.ciphertext(False), 2 * sum(range(40)), -7)] * 6
