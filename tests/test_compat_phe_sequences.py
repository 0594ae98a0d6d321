"""Random sequences of operations through python-paillier and mpc_fast.compat.phe: the same ciphertexts and errors."""

import copy
import pickle
import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from phe_pair import LIBRARIES, described, key_pair, outcome

SEQUENCES_OF_A_BLOCK = 25
# Of tiny keys, of those whose numbers are multiplied at once, and of those whose products are put off.
BLOCKS = [(bits, block) for bits in (16, 24, 40, 64, 128, 250, 264, 320, 384, 511) for block in range(5)]


class Side:
    """One library with its numbers; everything random comes from outside."""

    def __init__(self, library: Any, bits: int, seed: int) -> None:
        self.library = library
        self.public, self.private = key_pair(library, bits, seed)
        self.other, _ = key_pair(library, bits + 2, seed)
        self.ring = library.PaillierPrivateKeyring([self.private])
        nonces = random.Random(seed)
        for key in (self.public, self.other):
            key.get_random_lt_n = lambda n=key.n: nonces.randrange(1, n)
        self.numbers: list[Any] = [self.encrypted(1234567 + i, -i) for i in range(2)]
        base_two = type("BaseTwo", (library.EncodedNumber,), {"BASE": 2, "LOG2_BASE": 1})
        base_13 = type("Base13", (library.EncodedNumber,), {"BASE": 13, "LOG2_BASE": np.log2(13)})
        base_64 = type("Base64", (library.EncodedNumber,), {"BASE": 64, "LOG2_BASE": 6.0})
        self.encodings = [library.EncodedNumber, base_two, base_13, base_64]

    def encrypted(self, ciphertext: Any, exponent: Any = 0) -> Any:
        return self.library.EncryptedNumber(self.public, ciphertext, exponent)

    def number(self, i: int) -> Any:
        return self.numbers[i % len(self.numbers)]

    def keep(self, number: Any) -> Any:
        """Without a look at its ciphertext, which may not be multiplied out yet."""
        if not isinstance(number, self.library.EncryptedNumber):
            return number
        self.numbers.append(number)
        return "number", number.exponent


Operation = Callable[[Side], Any]


def scalar(rng: random.Random) -> Any:
    return rng.choice(
        [
            rng.randrange(-20, 20),
            rng.getrandbits(60) - 2**59,
            rng.uniform(-100, 100),
            rng.uniform(-1, 1) * 10.0 ** rng.randrange(-20, 20),
            np.float64(rng.uniform(-5, 5)),
            rng.choice([0, 1, -1, 0.0, -0.0, 0.5, True, False, 1e300, 5e-324, 2**70]),
            rng.choice([float("inf"), float("nan"), "a", None, 1j, [1], b"1"]),
        ]
    )


def arithmetic(rng: random.Random) -> Operation:
    i, j, x = rng.randrange(50), rng.randrange(50), scalar(rng)
    lower = rng.choice([rng.randrange(-50, 5), rng.randrange(-50, 5), -2.0, "a", None])
    few = [rng.randrange(50) for _ in range(rng.randrange(1, 6))]
    weights = [rng.uniform(-2, 2) if rng.random() < 0.5 else rng.randrange(-9, 9) for _ in few]
    return rng.choice(
        [
            lambda side: side.number(i) + side.number(j),
            lambda side: side.number(i) - side.number(j),
            lambda side: side.number(i) + x,
            lambda side: x + side.number(i),
            lambda side: side.number(i) - x,
            lambda side: x - side.number(i),
            lambda side: side.number(i) * x,
            lambda side: x * side.number(i),
            lambda side: side.number(i) / x,
            lambda side: sum(side.number(k) for k in few),
            lambda side: np.dot([side.number(k) for k in few], weights),
            lambda side: np.mean([side.number(k) for k in few]),
            lambda side: side.number(i).decrease_exponent_to(lower),
        ]
    )


def encryption(rng: random.Random) -> Operation:
    x, r, precision = scalar(rng), rng.randrange(1, 10**6), rng.choice([None, None, 1, 0.1, 1e-6, 17, 0, -1])
    ciphertext = rng.choice([rng.getrandbits(200), 0, 1, -5, rng.getrandbits(2000)])
    exponent = rng.randrange(-40, 10)
    return rng.choice(
        [
            lambda side: side.public.encrypt(x, precision=precision, r_value=r),
            lambda side: side.public.encrypt(x, precision=precision),
            lambda side: side.public.encrypt(x, r_value=0),
            lambda side: side.encrypted(ciphertext, exponent),
            lambda side: side.encrypted(side.public.raw_encrypt(r, 3), exponent),
            lambda side: side.other.encrypt(x, r_value=r),
        ]
    )


def with_encoding(rng: random.Random) -> Operation:
    i, which, x = rng.randrange(50), rng.randrange(4), scalar(rng)
    exponent, residue, top = rng.randrange(-30, 5), rng.getrandbits(3000), rng.choice([None, None, -3, -20, 5])
    precision = rng.choice([None, None, None, 1, 1e-3, 0.5])

    def encoded(side: Side) -> Any:
        return side.encodings[which].encode(side.public, x, precision, top)

    def plain(side: Side) -> Any:
        # Now and then no residue.
        return side.encodings[which](side.public, residue % (side.public.n + side.public.n // 50), exponent)

    return rng.choice(
        [
            encoded,
            plain,
            lambda side: encoded(side).decode(),
            lambda side: plain(side).decode(),
            lambda side: encoded(side).decrease_exponent_to(exponent),
            lambda side: side.public.encrypt(encoded(side), r_value=5),
            lambda side: side.number(i) + encoded(side),
            lambda side: side.number(i) * encoded(side),
            lambda side: encoded(side) * side.number(i),
            lambda side: plain(side) + side.number(i),
            lambda side: side.number(i) - encoded(side),
            lambda side: side.number(i) + side.encodings[which](side.other, 5, 0),
            lambda side: side.private.decrypt_encoded(side.number(i), side.encodings[which]),
        ]
    )


def looking(rng: random.Random) -> Operation:
    i, j, k = rng.randrange(50), rng.randrange(50), rng.getrandbits(300)
    return rng.choice(
        [
            lambda side: side.private.decrypt(side.number(i)),
            lambda side: side.ring.decrypt(side.number(i)),
            lambda side: side.private.raw_decrypt(k),
            lambda side: side.number(i).ciphertext(be_secure=False),
            lambda side: side.number(i).ciphertext(),
            lambda side: side.number(i).obfuscate(),
            lambda side: side.number(i)._raw_add(k, side.number(j).ciphertext(False)),
            lambda side: side.number(i)._raw_mul(k % side.public.n),
            lambda side: side.number(i)._raw_mul(k),
            lambda side: side.public.raw_encrypt(k, k + 1),
            lambda side: side.number(i) * side.number(j),
        ]
    )


def changing(rng: random.Random) -> Operation:
    i, exponent, ciphertext = rng.randrange(50), rng.randrange(-20, 5), rng.getrandbits(250)
    return rng.choice(
        [
            lambda side: setattr(side.number(i), "exponent", exponent),
            lambda side: setattr(side.number(i), "_EncryptedNumber__ciphertext", ciphertext),
            lambda side: setattr(side.number(i), "_EncryptedNumber__is_obfuscated", ciphertext % 2 == 0),
            lambda side: setattr(side.number(i), "public_key", side.other if ciphertext % 2 else side.public),
            lambda side: copy.copy(side.number(i)),
            lambda side: copied(side.number(i), side),
        ]
    )


def copied(number: Any, side: Side) -> Any:
    """Through pickle; with the key, whose numbers are not random here, put back."""
    state = {**number.__getstate__(), "public_key": None}
    new = type(number).__new__(type(number))
    new.__dict__.update(pickle.loads(pickle.dumps(state)), public_key=number.public_key)
    return new


def operations(rng: random.Random, count: int) -> list[Operation]:
    kinds = (encryption, arithmetic, with_encoding, looking, changing)
    return [rng.choices(kinds, (3, 8, 3, 3, 1))[0](rng) for _ in range(count)]


def run(library: Any, bits: int, seed: int, sequence: list[Operation]) -> list[Any]:
    side = Side(library, bits, seed)
    results = [outcome(lambda operation=operation: side.keep(operation(side))) for operation in sequence]
    results += [outcome(lambda number=number: side.private.decrypt(number)) for number in side.numbers]
    return [*results, *(outcome(lambda number=number: described(number)) for number in side.numbers)]


def assert_same(bits: int, seed: int, length: int) -> None:
    sequence = operations(random.Random(f"{bits} {seed}"), length)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # numpy, on division by zero
        of_phe, ours = (run(library, bits, seed, sequence) for library in LIBRARIES)
    assert ours == of_phe


@pytest.mark.parametrize(("bits", "block"), BLOCKS)
def test_sequences_agree(bits: int, block: int) -> None:
    for seed in range(block * SEQUENCES_OF_A_BLOCK, (block + 1) * SEQUENCES_OF_A_BLOCK):
        assert_same(bits, seed, length=18)


@pytest.mark.parametrize(("bits", "seed"), [*((1024, seed) for seed in range(8)), (2048, 1), (2048, 2), (2050, 3)])
def test_sequences_of_usual_keys_agree(bits: int, seed: int) -> None:
    assert_same(bits, seed, length=20)
