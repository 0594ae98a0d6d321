"""The hooks of docs/hooks.md: other libraries compute on the core, and get what they get by themselves."""

import importlib
import logging
import random
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gmpy2
import lightphe.cryptosystems.DamgardJurik
import lightphe.cryptosystems.Paillier
import numpy as np
import pages
import pytest
from tno.mpc.encryption_schemes.paillier import Paillier
from tno.mpc.encryption_schemes.paillier import paillier as tno
from tno.mpc.encryption_schemes.templates.random_sources import ContextlessSource

import mpc_fast
from mpc_fast.paillier import PublicKey

with pytest.MonkeyPatch.context() as _patch:
    # On import it reads the arguments of the process as its own, and sets up logging.
    _patch.setattr(sys, "argv", sys.argv[:1])
    _patch.setattr(logging, "basicConfig", lambda **_: None)
    _mpyc_gmpy = importlib.import_module("mpyc.gmpy")
    _finfields = importlib.import_module("mpyc.finfields")
    _fingroups = importlib.import_module("mpyc.fingroups")

PAGE = Path(__file__).resolve().parent.parent / "docs" / "hooks.md"
PRIME = 2**1279 - 1  # 3 modulo 4
# The attributes that hooks replace.
PLACES: list[tuple[Any, str]] = [
    (tno, "pow_mod"),
    (lightphe.cryptosystems.Paillier, "pow"),
    (lightphe.cryptosystems.DamgardJurik, "pow"),
    (_mpyc_gmpy, "powmod"),
    (gmpy2, "powmod_base_list"),
    (gmpy2, "powmod_exp_list"),
]
FUNCTIONS = ("pow", "powmod", "powmod_sec", "powmod_base_list", "powmod_exp_list")


class Calls:
    """How often functions of mpc_fast were called: those that a hook put somewhere."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.of = dict.fromkeys(FUNCTIONS, 0)
        for name in FUNCTIONS:
            monkeypatch.setattr(mpc_fast, name, self._counted(name, getattr(mpc_fast, name)))

    def _counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any) -> Any:
            self.of[name] += 1
            return function(*args)

        return counted


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Whatever is hooked is as it was after the test."""
    for module, name in PLACES:
        if hasattr(module, name):
            monkeypatch.setattr(module, name, getattr(module, name))
        else:
            monkeypatch.setattr(module, name, pow, raising=False)
    monkeypatch.setenv("MPYC_MAXWORKERS", "0")
    return Calls(monkeypatch)


@pytest.fixture(scope="module")
def scheme() -> Any:
    return Paillier.from_security_parameter(key_length=1024)


def test_tno_takes_its_randomness_from_a_key(scheme: Any) -> None:
    key = PublicKey(int(scheme.public_key.n))
    given: list[int] = []

    def give() -> int:
        given.append(key.encrypt(0).ciphertext())
        return given[-1]

    source = ContextlessSource(iter(give, None))
    hooked = Paillier(scheme.public_key, scheme.secret_key)
    hooked.register_randomness_source(source, priority=100)
    numbers = [0, 1, -7, 10**50]
    encrypted = [hooked.encrypt(number) for number in numbers]
    assert source.nr_yielded == len(numbers)
    assert [int(scheme.decrypt(one)) for one in encrypted] == numbers
    n, square = scheme.public_key.n, scheme.public_key.n_squared
    for number, one, randomness in zip(numbers, encrypted, given, strict=True):
        assert one.peek_value() == (1 + number * n) * randomness % square
        # The n-th powers are what is 1 to the private exponent.
        assert pow(randomness, scheme.secret_key.lambda_, square) == 1
    assert len({*given}) == len(numbers)


@pytest.mark.filterwarnings("ignore:Generated 1 randomness on the fly")
def test_tno_takes_its_randomness_from_a_list_until_that_is_used_up(scheme: Any, calls: Calls) -> None:
    n, square = scheme.public_key.n, scheme.public_key.n_squared
    bases = [secrets.randbelow(n - 1) + 1 for _ in range(3)]
    powers = mpc_fast.powmod_base_list(bases, n, square)
    assert powers == [pow(int(base), int(n), int(square)) for base in bases]
    hooked = Paillier(scheme.public_key, scheme.secret_key)
    reserve = ContextlessSource(powers)
    hooked.register_randomness_source(reserve, priority=200)
    encrypted = [hooked.encrypt(5) for _ in range(4)]
    assert reserve.nr_yielded == 3
    assert [one.peek_value() for one in encrypted[:3]] == [(1 + 5 * n) * power % square for power in powers]
    assert [int(scheme.decrypt(one)) for one in encrypted] == [5] * 4


@pytest.mark.parametrize("name", ["powmod", "powmod_sec"])
def test_tno_takes_its_powers_from_the_core(scheme: Any, calls: Calls, name: str) -> None:
    encrypted = scheme.unsafe_encrypt(-14)

    def results() -> list[Any]:
        return [scheme.decrypt(encrypted), *((encrypted * k).peek_value() for k in (1, 3, -5, 10**40))]

    expected = results()
    tno.pow_mod = getattr(mpc_fast, name)
    got = results()
    assert got == expected
    assert [type(one) for one in got] == [type(one) for one in expected]
    assert calls.of[name] == 5
    if name == "powmod":
        assert scheme.decrypt(encrypted * 0) == 0
    else:
        with pytest.raises(ValueError, match="exponent"):
            encrypted * 0


def test_lightphe_takes_its_powers_from_the_core(calls: Calls) -> None:
    module = lightphe.cryptosystems.Paillier
    system = module.Paillier(key_size=512)
    n = system.keys["public_key"]["n"]

    def results() -> list[int]:
        encrypted = system.encrypt(20, random_key=12345)
        return [encrypted, system.multiply_by_constant(encrypted, n - 3), system.decrypt(encrypted)]

    expected = results()
    module.pow = mpc_fast.pow
    assert results() == expected
    assert expected[-1] == 20
    assert calls.of["pow"] == 5  # two of an encryption, one of a product, two of a decryption


def test_another_cryptosystem_of_lightphe(calls: Calls) -> None:
    module = lightphe.cryptosystems.DamgardJurik
    system = module.DamgardJurik(key_size=512)
    encrypted = system.encrypt(20, random_key=12345)
    module.pow = mpc_fast.pow
    assert system.encrypt(20, random_key=12345) == encrypted
    assert system.decrypt(encrypted) == 20
    assert calls.of["pow"] >= 4


def test_fields_and_groups_of_mpyc_take_their_powers_from_the_core(calls: Calls) -> None:
    field = _finfields.GF(PRIME)
    group = _fingroups.SchnorrGroup(l=512, n=160)
    rng = random.Random(5)
    base, exps = field(rng.randrange(PRIME)), [0, 1, -1, rng.randrange(PRIME)]

    def results() -> list[Any]:
        powers = [base**exp for exp in exps]
        return [*powers, (base * base).sqrt(), group.generator ^ 12345, (field.array([2, 3, 5]) ** 7).tolist()]

    expected = results()
    _mpyc_gmpy.powmod = mpc_fast.powmod
    assert results() == expected
    assert calls.of["powmod"] >= len(exps) + 1 + 1 + 3


def test_square_roots_of_mpyc_are_one_batch(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    field = _finfields.GF(PRIME)
    rng = random.Random(6)
    values = field.array(np.array([[rng.randrange(PRIME) for _ in range(3)] for _ in range(2)], dtype=object))
    squares = values * values
    expected = [np.sqrt(squares), 1 / np.sqrt(squares)]
    monkeypatch.setenv("MPYC_MAXWORKERS", "1")
    gmpy2.powmod_base_list = mpc_fast.powmod_base_list
    got = [np.sqrt(squares), 1 / np.sqrt(squares)]
    for one, other in zip(got, expected, strict=True):
        assert one.shape == (2, 3)
        assert (one == other).all()
    assert calls.of["powmod_base_list"] == 2


def test_lists_of_gmpy2_are_computed_by_the_core(calls: Calls) -> None:
    rng = random.Random(7)
    modulus, exp = gmpy2.mpz(rng.getrandbits(1024) | 1), rng.getrandbits(1000)
    numbers = [rng.getrandbits(1100) for _ in range(9)]

    def results() -> list[Any]:
        return [gmpy2.powmod_base_list(numbers, exp, modulus), gmpy2.powmod_exp_list(7, numbers, modulus)]

    expected = results()
    gmpy2.powmod_base_list = mpc_fast.powmod_base_list
    gmpy2.powmod_exp_list = mpc_fast.powmod_exp_list
    got = results()
    assert got == expected
    assert {type(one) for row in got for one in row} == {gmpy2.mpz}
    assert calls.of["powmod_base_list"] == calls.of["powmod_exp_list"] == 1


@pytest.mark.skipif(not PAGE.is_file(), reason="needs the source tree, not only the tests")
@pytest.mark.parametrize(
    ("section", "called"),
    [
        ("TNO: randomness", {"powmod_base_list"}),
        ("TNO: powers", {"powmod"}),
        ("LightPHE", {"pow"}),
        ("MPyC", {"powmod", "powmod_base_list"}),
        ("gmpy2", {"powmod_exp_list"}),
        ("The builtin pow", {"pow"}),
    ],
)
def test_the_page_shows_what_its_cells_show(section: str, called: set[str], calls: Calls) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    found = [cell for cell in pages.cells(PAGE) if cell.section == section]
    assert found
    for cell in found:
        pages.check(cell, names)
    assert {name for name, count in calls.of.items() if count} == called


@pytest.mark.skipif(not PAGE.is_file(), reason="needs the source tree, not only the tests")
def test_the_page_has_no_cells_that_are_not_run() -> None:
    sections = {cell.section for cell in pages.cells(PAGE)}
    assert sections == {"TNO: randomness", "TNO: powers", "LightPHE", "MPyC", "gmpy2", "The builtin pow"}


def test_hooks_are_gone_after_each_test() -> None:
    assert not hasattr(lightphe.cryptosystems.Paillier, "pow")
    assert _mpyc_gmpy.powmod is gmpy2.powmod
    assert tno.pow_mod.__module__ == "tno.mpc.encryption_schemes.utils.utils"
