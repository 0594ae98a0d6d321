"""Keys for data, and what is stored and sent: bytes and JSON that are read in one form only."""

import copy
import json
import pickle
import threading
from collections.abc import Callable
from typing import Any

import gmpy2
import numpy as np
import pytest
from keys import primes

from mpc_fast.errors import Cancelled, DecodeError, ProofError, SealError
from mpc_fast.paillier import EncryptedArray, EncryptedNumber, PrivateKey, PublicKey, generate_keypair

P, Q = primes("C112", 1).p, primes("C112", 1).q
SK = PrivateKey.from_primes(P, Q)
PK = SK.public_key
OTHER = PublicKey(primes("C112", 2).p * primes("C112", 2).q)
ARRAY = SK.encrypt(np.array([[1, -2], [3, 4]]))


def test_keys_have_the_width_that_was_asked_for() -> None:
    public_key, private_key = generate_keypair(1024)
    assert public_key.bits == 1024
    assert private_key.public_key == public_key
    assert private_key.decrypt(public_key.encrypt(-5)) == -5
    for bits in (0, 512, 2047, 1000, 8192):
        with pytest.raises(ValueError, match="bits"):
            generate_keypair(bits)
    with pytest.raises(Cancelled):
        generate_keypair(2048, progress=lambda: False)


def test_the_default_key_has_3072_bits() -> None:
    public_key, _ = generate_keypair()
    assert public_key.bits == 3072


@pytest.mark.parametrize("n", [0, -7, 15, 2**2048, PK.n + 1, PK.n * 3, (1 << 2048) - 1])
def test_what_cannot_be_a_key_is_refused(n: int) -> None:
    with pytest.raises((ProofError, ValueError)):
        PublicKey(n)


@pytest.mark.parametrize(("p", "q"), [(P, P), (P, Q + 2), (P, 3), (0, Q), (-P, Q)])
def test_what_cannot_be_factors_is_refused(p: int, q: int) -> None:
    with pytest.raises((ProofError, ValueError)):
        PrivateKey.from_primes(p, q)


def test_private_keys_are_sealed_and_never_pickled_or_shown() -> None:
    sealed = SK.seal("passphrase")
    opened = PrivateKey.open(sealed, "passphrase")
    assert opened.decrypt(ARRAY).tolist() == [[1, -2], [3, 4]]
    with pytest.raises(SealError):
        PrivateKey.open(sealed, "another")
    with pytest.raises(SealError):
        PrivateKey.open(sealed[:-1], "passphrase")
    with pytest.raises(TypeError, match="seal"):
        pickle.dumps(SK)
    assert copy.deepcopy(SK) is SK
    for prime in (P, Q):
        assert str(prime)[:20] not in repr(SK)
        assert f"{prime:x}"[:16] not in repr(SK)
    with pytest.raises(TypeError) as refusal:
        PrivateKey.open("sealed", "passphrase")  # type: ignore[arg-type]
    assert "'passphrase'" not in str(refusal.value)


def test_public_keys_are_stored_compared_and_pickled() -> None:
    for back in (
        PublicKey.from_bytes(PK.to_bytes()),
        PublicKey.from_json(PK.to_json()),
        pickle.loads(pickle.dumps(PK)),
        copy.deepcopy(PK),
    ):
        assert back == PK
        assert hash(back) == hash(PK)
        assert back.n == PK.n
    assert PK != OTHER
    assert PK.n != PK
    short = PK.with_randomness("short")
    assert pickle.loads(pickle.dumps(short)).randomness == "short"
    assert PublicKey.from_bytes(short.to_bytes()).randomness == "full"


def test_encrypted_numbers_are_stored_and_pickled() -> None:
    number = PK.encrypt(2.5) * 2
    for value, expected in (
        (ARRAY, [[1, -2], [3, 4]]),
        (ARRAY.T[1:], [[-2, 4]]),
        (ARRAY[0] * 0.5, [0.5, -1]),
        (number, 5),
    ):
        cls = type(value)
        for back in (
            cls.from_bytes(value.to_bytes()),
            cls.from_json(value.to_json(), PK),
            pickle.loads(pickle.dumps(value)),
        ):
            assert type(back) is cls
            assert (back.exponent, back.bound, back.kind) == (value.exponent, value.bound, value.kind)
            assert np.array_equal(SK.decrypt(back), expected)
    assert type(EncryptedArray.from_bytes(number.to_bytes())) is EncryptedArray
    with pytest.raises(ValueError, match="not a number"):
        EncryptedNumber.from_bytes(ARRAY.to_bytes())
    with pytest.raises(ValueError, match="another key"):
        EncryptedArray.from_bytes(ARRAY.to_bytes(), OTHER)


def test_what_was_stored_raw_is_obfuscated_when_it_is_shown() -> None:
    raw = EncryptedArray.from_bytes((ARRAY + 1).to_bytes(be_secure=False))
    assert not (raw.ciphertexts(be_secure=False) == raw.ciphertexts()).all(axis=-1).any()
    safe = EncryptedArray.from_bytes((ARRAY + 1).to_bytes())
    assert (safe.ciphertexts(be_secure=False) == safe.ciphertexts()).all()


def changed(at: int, value: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + bytes([value]) + data[at + 1 :]


# "MPCFENC" 7, version, kind, obfuscated, ndim, exponent 4, sides 2 x 8, len(N) 2, N 256, len(bound) 2, bound
N_AT = 7 + 4 + 4 + 16
BOUND_AT = N_AT + 2 + 256
HEAD = BOUND_AT + 2 + 8
DAMAGED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("format", lambda data: b""),
    ("format", lambda data: b"foreign bytes"),
    ("format", changed(0, 0)),
    ("version", changed(7, 2)),
    ("kind", changed(8, 2)),
    ("obfuscated", changed(9, 2)),
    ("shape", changed(10, 65)),
    ("exponent", changed(11, 0x7F)),
    ("exponent", changed(11, 0xFF)),
    ("ciphertexts: length", changed(22, 3)),
    ("shape", changed(15, 0x80)),
    ("n", lambda data: data[: N_AT + 100]),
    ("n", changed(N_AT + 2, 0)),
    ("bound", lambda data: data[: BOUND_AT + 3]),
    ("bound", changed(BOUND_AT + 2, 0)),
    ("bound", lambda data: data[:BOUND_AT] + b"\x01\x00" + b"\xff" * 256 + data[HEAD:]),
    ("ciphertexts: length", lambda data: data[:-1]),
    ("ciphertexts: length", lambda data: data + b"\0"),
    ("ciphertexts: length", lambda data: data[:-512]),
]


@pytest.mark.parametrize(("field", "damage"), DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_bytes_are_refused_by_field(field: str, damage: Callable[[bytes], bytes]) -> None:
    data = ARRAY.to_bytes()
    assert len(data) == HEAD + 4 * 512
    with pytest.raises(DecodeError) as refusal:
        EncryptedArray.from_bytes(damage(data))
    assert refusal.value.field == field


@pytest.mark.parametrize("c", [0, PK.n, P, PK.n**2, PK.n**2 + 1, 2**4096 - 1])
def test_what_is_no_ciphertext_is_refused_by_place(c: int) -> None:
    good = ARRAY[0, 0].ciphertext()
    with pytest.raises(ProofError, match=r"\[1\]"):
        EncryptedArray(PK, [good, c], bound=1)
    data = ARRAY.to_bytes()
    with pytest.raises(ProofError, match=r"\[1, 1\]"):
        EncryptedArray.from_bytes(data[:-512] + c.to_bytes(512, "little"))
    with pytest.raises(ProofError):
        EncryptedNumber(PK, c, bound=1)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "other"},
        {"version": 2},
        {"n": "0"},
        {"n": "zz"},
        {"n": 7},
        {"kind": "complex"},
        {"shape": [-1]},
        {"shape": [2, 3]},
        {"shape": "22"},
        {"exponent": 0.5},
        {"exponent": 2**40},
        {"exponent": -1},
        {"bound": "00"},
        {"bound": "0"},
        {"bound": "a\n"},
        {"bound": "f" * 600},
        {"ciphertexts": "!"},
        {"ciphertexts": ""},
        {"more": 1},
    ],
    ids=str,
)
def test_changed_json_is_refused(change: dict[str, Any]) -> None:
    record = json.loads(ARRAY.to_json())
    with pytest.raises((DecodeError, ProofError)):
        EncryptedArray.from_json(json.dumps({**record, **change}))
    with pytest.raises(DecodeError):
        EncryptedArray.from_json(b'{"type": "\xff"}')
    for field in record:
        with pytest.raises(DecodeError, match=field):
            EncryptedArray.from_json(json.dumps({k: v for k, v in record.items() if k != field}))


@pytest.mark.parametrize(
    "data", [b"", b"MPCFPUB", b"MPCFPUB\x01", b"MPCFPUB\x02" + b"\xff" * 256, b"MPCFPUB\x01\x00\xff"]
)
def test_damaged_public_keys_are_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        PublicKey.from_bytes(data)
    for text in ("", "{}", '{"type": "mpc_fast.paillier.public_key", "version": 1, "n": "0f"}'):
        with pytest.raises(DecodeError):
            PublicKey.from_json(text)


def test_numbers_come_from_elsewhere_and_go_there() -> None:
    """By the definition: (1 + m N) r^N."""
    m, r = 1234, 5678
    c = (1 + m * PK.n) * pow(r, PK.n, PK.n**2) % PK.n**2
    assert SK.decrypt(EncryptedNumber(PK, c, bound=10**6)) == m
    assert SK.decrypt(EncryptedNumber(PK, c, -1, bound=10**6)) == m / 16
    assert EncryptedNumber(PK, c, bound=10**6).ciphertext(be_secure=False) == c

    assert SK.decrypt(EncryptedNumber(PublicKey(gmpy2.mpz(PK.n)), gmpy2.mpz(c), bound=10**6)) == m
    words = ARRAY.ciphertexts()
    assert SK.decrypt(EncryptedArray(PK, words, bound=4)).tolist() == [[1, -2], [3, 4]]
    assert EncryptedArray(PK, words, bound=4, kind="float").kind == "float"
    for wrong in (np.array([5, 7]), words[..., :-1], words.astype(np.int64), words.astype(float)):
        with pytest.raises(TypeError, match="last axis"):
            EncryptedArray(PK, wrong, bound=4)
    for wrong in (1.5, "1", None):
        with pytest.raises(TypeError):
            EncryptedNumber(PK, wrong, bound=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="exponent"):
        EncryptedNumber(PK, c, -1, bound=1, kind="int")
    phi = (P - 1) * (Q - 1)
    theirs = PK.encrypt(m).ciphertext()
    assert (pow(theirs, phi, PK.n**2) - 1) // PK.n * pow(phi, -1, PK.n) % PK.n == m


def test_progress_is_told_and_may_cancel() -> None:
    seen: list[int] = []
    encrypted = SK.encrypt(np.zeros(1000, int), progress=seen.append)
    SK.decrypt(encrypted, progress=seen.append)
    encrypted.dot(np.ones((1000, 3), int), progress=seen.append)
    assert seen.count(1000) == 2
    assert seen[-1] == 3
    for call in (
        lambda stop: PK.encrypt(np.zeros(1000), progress=stop),
        lambda stop: SK.decrypt(encrypted, progress=stop),
        lambda stop: encrypted.dot(np.ones((1000, 3)), progress=stop),
    ):
        with pytest.raises(Cancelled):
            call(lambda done: False)


def test_threads_share_keys_and_arrays() -> None:
    failures: list[BaseException] = []

    def work(k: int) -> None:
        try:
            for _ in range(5):
                assert SK.decrypt(ARRAY * k + PK.encrypt(k)).tolist() == [[2 * k, -k], [4 * k, 5 * k]]
                shared.ciphertexts()
                assert SK.decrypt(shared).tolist() == [[2, -1], [4, 5]]
        except BaseException as error:
            failures.append(error)

    shared = ARRAY + 1
    threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
