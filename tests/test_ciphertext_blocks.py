"""Blocks of ciphertexts in the core against Python's integers: every operation, by what it computes modulo N^2."""

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keys import primes

from mpc_fast._native import Cancelled, Ciphertexts, DataKey, DataPrivateKey, NativeError

P, Q = primes("C112", 1).p, primes("C112", 1).q
N = P * Q
SQUARE = N * N
HALF = N // 2
OWN = DataPrivateKey.from_primes(P, Q)
KEY = DataKey(N)
OTHER = DataPrivateKey.from_primes(primes("C112", 2).p, primes("C112", 2).q)


def residues(block: Ciphertexts) -> list[int]:
    words = np.asarray(block)
    return [int.from_bytes(row.astype("<u8").tobytes(), "little") for row in words]


def block_of(numbers: list[int]) -> Ciphertexts:
    return KEY.ciphertexts(b"".join(c.to_bytes(SQUARE.bit_length() // 8, "little") for c in numbers))


def decrypted(c: int) -> int:
    """By the definition, with the totient."""
    phi = (P - 1) * (Q - 1)
    m = (pow(c, phi, SQUARE) - 1) // N * pow(phi, -1, N) % N
    return m if m <= HALF else m - N


@pytest.fixture(scope="module")
def sample() -> tuple[list[int], Ciphertexts]:
    rng = random.Random("sample")
    numbers = [0, 1, -1, HALF, -HALF, *(rng.randrange(-HALF, HALF + 1) for _ in range(15))]
    return numbers, OWN.encrypt(numbers)


def all_of(block: Ciphertexts) -> list[int]:
    return list(range(len(block)))


@pytest.mark.parametrize("key", [KEY, OWN], ids=["public", "owner"])
def test_encryptions_decrypt_by_the_definition(key: DataKey | DataPrivateKey) -> None:
    numbers = [0, 1, -1, HALF, -HALF, N - 1, N, N + 5, -3 * N - 7, 2**4000]
    block = key.encrypt(numbers)
    expected = [(m + HALF) % N - HALF for m in numbers]
    assert [decrypted(c) for c in residues(block)] == expected
    assert OWN.decrypt(block, all_of(block)) == expected
    assert len({*residues(key.encrypt([5] * 9))}) == 9


def test_any_positions_in_any_order(sample: tuple[list[int], Ciphertexts]) -> None:
    numbers, block = sample
    at = [7, 7, 0, 19, 3]
    assert OWN.decrypt(block, at) == [numbers[i] for i in at]
    assert OWN.decrypt(block, np.array(at)) == [numbers[i] for i in at]
    assert OWN.decrypt(block, []) == []
    for bad in ([20], [0, -1], [2**40]):
        with pytest.raises(IndexError):
            OWN.decrypt(block, bad)


@pytest.mark.parametrize("key", [KEY, OWN], ids=["public", "owner"])
def test_rerandomised_ciphertexts_have_new_nonces(
    key: DataKey | DataPrivateKey, sample: tuple[list[int], Ciphertexts]
) -> None:
    numbers, block = sample
    other = key.rerandomise(block, all_of(block))
    assert OWN.decrypt(other, all_of(other)) == numbers
    assert not {*residues(other)} & {*residues(block)}


def test_sums_of_pairs_and_with_plain_numbers_are_products(sample: tuple[list[int], Ciphertexts]) -> None:
    _, block = sample
    c = residues(block)
    at, other = [0, 5, 5, 19], [3, 5, 8, 0]
    plain = [0, -1, N + 3, HALF]
    assert residues(block.add(at, block, other)) == [c[i] * c[j] % SQUARE for i, j in zip(at, other, strict=True)]
    assert residues(block.add_plain(at, plain)) == [
        c[i] * (1 + m % N * N) % SQUARE for i, m in zip(at, plain, strict=True)
    ]
    assert residues(block.negate(at)) == [pow(c[i], -1, SQUARE) for i in at]
    assert residues(block.negate([])) == []


@pytest.mark.parametrize("group", [1, 2, 5, 20])
def test_sums_of_groups(group: int, sample: tuple[list[int], Ciphertexts]) -> None:
    _, block = sample
    c = residues(block)
    expected = [math.prod(c[i : i + group]) % SQUARE for i in range(0, 20, group)]
    assert residues(block.sums(all_of(block), group)) == expected


FACTORS = st.integers(-(2**80), 2**80) | st.sampled_from([0, 1, -1, 2, N, -N, 2**2048])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 19), FACTORS), max_size=12))
def test_multiples_are_powers(pairs: list[tuple[int, int]]) -> None:
    at, factors = [i for i, _ in pairs], [k for _, k in pairs]
    c = residues(SAMPLE)
    expected = [pow(c[i], k, SQUARE) for i, k in pairs]
    assert residues(SAMPLE.multiply(at, factors)) == expected


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 30), st.integers(1, 4), st.randoms(use_true_random=False))
def test_products_with_matrices(rows: int, inner: int, columns: int, rng: random.Random) -> None:
    at = [rng.randrange(20) for _ in range(rows * inner)]
    factors = [rng.choice((0, 1, -1, rng.randrange(-(2**64), 2**64))) for _ in range(inner * columns)]
    c = residues(SAMPLE)
    expected = [
        math.prod(pow(c[at[r * inner + i]], factors[i * columns + k], SQUARE) for i in range(inner)) % SQUARE
        for r in range(rows)
        for k in range(columns)
    ]
    assert residues(SAMPLE.multiply_matrix(at, factors, rows, inner, columns)) == expected


SAMPLE = OWN.encrypt([random.Random(i).getrandbits(60) for i in range(20)])


def test_more_terms_than_one_product_of_the_engine_takes() -> None:
    at = [i % 20 for i in range(9001)]
    c = residues(SAMPLE)
    factors = [(-1) ** i * (i % 7) for i in range(9001)]
    assert residues(SAMPLE.sums(at, 9001)) == [math.prod(pow(x, at.count(i), SQUARE) for i, x in enumerate(c)) % SQUARE]
    total = [sum(k for i, k in zip(at, factors, strict=True) if i == place) for place in range(20)]
    expected = math.prod(pow(x, k, SQUARE) for x, k in zip(c, total, strict=True)) % SQUARE
    assert residues(SAMPLE.multiply_matrix(at, factors, 1, 9001, 1)) == [expected]


def test_a_buffer_goes_out_and_comes_back(sample: tuple[list[int], Ciphertexts]) -> None:
    numbers, block = sample
    words = np.asarray(block)
    assert words.shape == (20, 64)
    assert words.dtype == np.uint64
    assert not words.flags.writeable
    again = KEY.ciphertexts(bytes(memoryview(block)))
    assert OWN.decrypt(again, all_of(again)) == numbers
    assert len(KEY.ciphertexts(b"")) == 0


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        *((SQUARE, "not below"), (SQUARE + 1, "not below"), (2**4096 - 1, "not below")),
        *((0, "coprime"), (N, "coprime"), (P, "coprime"), (Q * Q, "coprime"), (SQUARE - N, "coprime")),
    ],
)
def test_what_is_no_ciphertext_is_refused(bad: int, why: str) -> None:
    with pytest.raises(NativeError, match=rf"\[2\].*{why}") as caught:
        block_of([1, 2, bad, 0])
    assert caught.value.code == "E_CIPHERTEXT"


def test_a_buffer_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        KEY.ciphertexts(b"\x01" * 513)


MIXED: list[Callable[[Ciphertexts], Any]] = [
    lambda foreign: SAMPLE.add([0], foreign, [0]),
    lambda foreign: OWN.decrypt(foreign, [0]),
    lambda foreign: KEY.rerandomise(foreign, [0]),
    lambda foreign: OWN.rerandomise(foreign, [0]),
]


@pytest.mark.parametrize("operation", MIXED, ids=range(len(MIXED)))
def test_keys_do_not_mix(operation: Callable[[Ciphertexts], Any]) -> None:
    with pytest.raises(ValueError, match="another key"):
        operation(OTHER.encrypt([1]))


COUNTS: list[Callable[[], Any]] = [
    lambda: SAMPLE.add([0, 1], SAMPLE, [0]),
    lambda: SAMPLE.add_plain([0, 1], [1]),
    lambda: SAMPLE.multiply([0], [1, 2]),
    lambda: SAMPLE.sums([0, 1, 2], 2),
    lambda: SAMPLE.sums([0], 0),
    lambda: SAMPLE.multiply_matrix([0, 1], [1], 1, 2, 1),
    lambda: SAMPLE.multiply_matrix([0, 1], [1, 2], 2, 2, 1),
]


@pytest.mark.parametrize("operation", COUNTS, ids=range(len(COUNTS)))
def test_numbers_of_operands_must_fit(operation: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=r"numbers|group"):
        operation()


def test_progress_is_told_and_may_cancel() -> None:
    seen: list[int] = []

    def hear(done: int) -> bool:
        seen.append(done)
        return True

    OWN.encrypt([1] * 1100, progress=hear)
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert seen[-1] == 1100
    assert OWN.decrypt(OWN.encrypt([7], progress=lambda done: None), [0]) == [7]  # None says nothing
    with pytest.raises(Cancelled):
        OWN.encrypt([1] * 2000, progress=lambda done: False)
    with pytest.raises(KeyError):
        OWN.decrypt(SAMPLE, [0], lambda done: {}[done])  # type: ignore[no-any-return]


def test_positions_are_integers_and_copied() -> None:
    block = OWN.encrypt([10, 11])
    for bad in ([0.0], [True], ["1"], "1", b"1", np.array([1j]), np.array([1], "m8[s]"), [None], [[0], [0, 1]]):
        with pytest.raises((TypeError, ValueError)):
            OWN.decrypt(block, bad)  # type: ignore[arg-type]
    at = np.zeros(3000, np.int64)

    def tamper(done: int) -> bool:
        at[:] = -64
        return True

    assert {*residues(block.multiply(at, [1] * 3000, tamper))} == {residues(block)[0]}


def test_obfuscators_are_powers_and_serve_once() -> None:
    made = KEY.obfuscators(20) + KEY.obfuscators(3) + KEY.obfuscators(3)
    assert len({*made}) == 26
    order = (P - 1) * (Q - 1)
    assert {pow(r, order, SQUARE) for r in made} == {1}


@pytest.mark.parametrize("key", [KEY, OWN], ids=["public", "owner"])
def test_encryptions_by_short_exponents_decrypt(key: DataKey | DataPrivateKey) -> None:
    numbers = [0, 1, -1, HALF, 2**4000]
    block = key.encrypt(numbers, "short")
    expected = [(m + HALF) % N - HALF for m in numbers]
    assert [decrypted(c) for c in residues(block)] == expected
    other = key.rerandomise(block, [0, 1, 2])
    assert not {*residues(other)} & {*residues(block)}
    assert OWN.decrypt(other, [0, 1, 2]) == expected[:3]
    with pytest.raises(ValueError, match="randomness"):
        key.encrypt([1], "shorter")  # type: ignore[arg-type]


def test_blocks_are_joined(sample: tuple[list[int], Ciphertexts]) -> None:
    numbers, block = sample
    joined = KEY.joined([(block, [3, 1]), (block, []), (OWN.encrypt([5]), [0])])
    assert OWN.decrypt(joined, all_of(joined)) == [numbers[3], numbers[1], 5]
    assert len(KEY.joined([])) == 0
    with pytest.raises(ValueError, match="another key"):
        KEY.joined([(OTHER.encrypt([1]), [0])])


# ---- Keys


def test_moduli_with_small_factors_are_refused() -> None:
    """Their nonces, and so their ciphertexts, would have no inverses."""
    for n in ((1 << 1024) - 1, 4093 * (((1 << 1023) + 4093 * 7) // 4093 | 1)):
        with pytest.raises(NativeError, match=r"small factor|width"):
            DataKey(n)
    # A larger one passes; then only units are worked with.
    factor = 1000003
    key = DataKey(factor * ((1 << 1023) // factor | 1))
    assert len(key.encrypt([1, 2], "short")) == 2
    assert math.gcd(*key.obfuscators(1), key.n) in (1, factor)


def test_keys_are_generated() -> None:
    own = DataPrivateKey.generate(1024)
    assert own.public_key.n.bit_length() == 1024
    assert own.public_key.n % 4 == 1  # of two Blum primes
    block = own.public_key.encrypt([-5])
    assert own.decrypt(block, [0]) == [-5]
    with pytest.raises(Cancelled):
        DataPrivateKey.generate(1024, lambda: False)


@pytest.mark.parametrize("bits", [0, 512, 1000, 1025, 1088, 7808])
def test_widths_that_keys_do_not_have(bits: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        DataPrivateKey.generate(bits)
    with pytest.raises(NativeError, match="width"):
        DataKey((1 << bits) - 1)


@pytest.mark.parametrize(
    ("p", "q", "why"),
    [(P, P, "close"), (P, Q + 2, "prime"), (P, 2 * Q, "width"), (P, 3, "width"), (0, Q, "width"), (-P, Q, "negative")],
)
def test_primes_that_make_no_key(p: int, q: int, why: str) -> None:
    with pytest.raises((NativeError, ValueError), match=why):
        DataPrivateKey.from_primes(p, q)


def test_sealed_keys_open_with_their_passphrase() -> None:
    sealed = OWN.seal(b"correct horse")
    assert DataPrivateKey.open(sealed, b"correct horse").decrypt(SAMPLE, [3]) == OWN.decrypt(SAMPLE, [3])
    assert P.to_bytes(128, "big") not in sealed
    changed = bytearray(sealed)
    changed[len(sealed) // 2] ^= 1
    damaged = [bytes(changed), sealed[:-1], sealed + b"\0", b""]
    for data, passphrase in [(sealed, b"wrong"), *((item, b"correct horse") for item in damaged)]:
        with pytest.raises(NativeError, match="E_SEAL"):
            DataPrivateKey.open(data, passphrase)


def test_a_private_key_shows_nothing() -> None:
    assert repr(OWN) == "<DataPrivateKey>"
