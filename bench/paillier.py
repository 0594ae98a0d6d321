"""Paillier for data, against python-paillier with gmpy2 and without, LightPHE and TNO's package, number by number.

CPU time of one thread, but for the figures of two threads. The baselines' slow operations are timed on fewer numbers.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, Final

import numpy as np

from mpc_fast import _native, modexp
from mpc_fast.paillier import EncryptedArray, PrivateKey, PublicKey

from .powers import WrongResult
from .results import Result
from .timing import Effort, Timed, in_turns

COUNT: Final = 1000  # of a sum and a dot product
BATCH: Final = 128  # of our encryptions and decryptions
FEW: Final = 8  # of the baselines'
ROWS: Final = 100
SEED: Final = 7


@dataclass(frozen=True)
class Setting:
    """One key as both know it, and the same numbers encrypted for both."""

    bits: int
    phe: ModuleType
    their_key: Any
    their_private_key: Any
    key: PublicKey
    private_key: PrivateKey
    values: Any
    encrypted: EncryptedArray
    their_numbers: list[Any]
    weights: Any

    @staticmethod
    def of(bits: int) -> "Setting":
        import phe

        their_key, their_private_key = phe.generate_paillier_keypair(n_length=bits)
        private_key = PrivateKey.from_primes(int(their_private_key.p), int(their_private_key.q))
        rng = np.random.default_rng(SEED)
        values = rng.standard_normal(COUNT)
        # As python-paillier encrypts them, in a fraction of its time.
        encodings = [phe.EncodedNumber.encode(their_key, float(x)) for x in values]
        obfuscators = private_key.public_key.native.obfuscators(COUNT)
        square = their_key.nsquare
        numbers = [
            phe.EncryptedNumber(their_key, (1 + e.encoding * their_key.n) * r % square, e.exponent)
            for e, r in zip(encodings, obfuscators, strict=True)
        ]
        return Setting(
            bits,
            phe,
            their_key,
            their_private_key,
            private_key.public_key,
            private_key,
            values,
            private_key.encrypt(values),
            numbers,
            rng.standard_normal((ROWS, COUNT)),
        )


def arrays(bits: int, effort: Effort) -> Iterator[Result]:
    """Against python-paillier with gmpy2, what the targets speak of."""
    s = Setting.of(bits)
    few = s.values[:FEW].tolist()
    many = s.values[:BATCH]
    short = s.key.with_randomness("short")
    short.encrypt(many)  # the table
    theirs = _per_number(lambda: [s.their_key.encrypt(x) for x in few], FEW)
    for name, key in (("encrypt", s.key), ("encrypt_owner", s.private_key), ("encrypt_short", short)):
        ours = _per_number(partial(key.encrypt, many), BATCH)
        yield _ratio(f"paillier.{bits}.{name}", ours, theirs, effort)
        _check(name, s.private_key.decrypt(key.encrypt(many)), many)
    yield _ratio(
        f"paillier.{bits}.decrypt",
        _per_number(lambda: s.private_key.decrypt(s.encrypted[:BATCH]), BATCH),
        _per_number(lambda: [s.their_private_key.decrypt(c) for c in s.their_numbers[:FEW]], FEW),
        effort,
    )
    yield from _sums_and_products(s, effort)
    block = s.encrypted.ciphertexts(be_secure=False)
    held = len(bytes(s.encrypted._content.block)) + s.encrypted._content.at.nbytes
    yield Result(f"paillier.{bits}.memory", held / (COUNT * 2 * bits / 8), "x", {"bytes": block.nbytes / COUNT})


def _sums_and_products(s: Setting, effort: Effort) -> Iterator[Result]:
    ours, theirs = s.encrypted, s.their_numbers
    w = s.weights[0]
    yield _ratio(f"paillier.{s.bits}.sum", _once(ours.sum), _once(lambda: sum(theirs)), effort)
    _check("sum", s.private_key.decrypt(ours.sum()), s.their_private_key.decrypt(sum(theirs)))
    yield _ratio(f"paillier.{s.bits}.dot", _once(lambda: ours.dot(w)), _once(lambda: np.dot(theirs, w)), effort)
    _check("dot", s.private_key.decrypt(ours.dot(w)), s.their_private_key.decrypt(np.dot(theirs, w)))
    yield _ratio(
        f"paillier.{s.bits}.matrix",
        _per_number(lambda: s.weights @ ours, ROWS),
        _per_number(lambda: [np.dot(theirs, row) for row in s.weights[:2]], 2),
        effort,
    )
    _check("matrix", s.private_key.decrypt(s.weights @ ours), s.weights @ s.values)


def elsewhere(bits: int, effort: Effort) -> Iterator[Result]:
    """The other packages, and python-paillier without gmpy2."""
    s = Setting.of(bits)
    ours = _per_number(lambda: s.key.encrypt(s.values[:BATCH]), BATCH)
    decrypt = _per_number(lambda: s.private_key.decrypt(s.encrypted[:BATCH]), BATCH)
    for name, (encrypt_one, decrypt_one) in (
        ("phe_without_gmpy2", _phe_without_gmpy2(s)),
        ("lightphe", _lightphe(s)),
        ("tno", _tno(s)),
    ):
        yield _ratio(f"paillier_others.{bits}.{name}.encrypt", ours, encrypt_one, effort)
        yield _ratio(f"paillier_others.{bits}.{name}.decrypt", decrypt, decrypt_one, effort)


def client(effort: Effort) -> Iterator[Result]:
    """python-paillier's client code, unchanged, with either package under it."""
    import phe

    import mpc_fast.compat.phe as ours

    from .phe_client import train

    public_key, private_key = phe.generate_paillier_keypair(n_length=2048)
    key = (int(public_key.n), int(private_key.p), int(private_key.q))
    model = train(ours, *key, 1)
    _check("client", model, train(phe, *key, 1))
    yield _ratio(
        "paillier_client.2048", _once(lambda: train(ours, *key, 4)), _once(lambda: train(phe, *key, 1), 4), effort
    )


def base_list(effort: Effort) -> Iterator[Result]:
    """powmod_base_list, sixteen bases, full exponents, against gmpy2's."""
    import gmpy2

    for bits in (2048, 3072):
        m = secrets.randbits(bits) | 1 << bits - 1 | 1
        bases = [secrets.randbelow(m) for _ in range(16)]
        exponent = secrets.randbits(bits)
        if modexp.powmod_base_list(bases, exponent, m) != [pow(b, exponent, m) for b in bases]:
            raise WrongResult("powmod_base_list")
        large = [gmpy2.mpz(b) for b in bases]
        yield _ratio(
            f"powmod_base_list.{bits}",
            _per_number(partial(modexp.powmod_base_list, bases, exponent, m), 16),
            _per_number(partial(gmpy2.powmod_base_list, large, gmpy2.mpz(exponent), gmpy2.mpz(m)), 16),
            effort,
        )


def two_threads(bits: int, effort: Effort) -> Iterator[Result]:
    """Wall time of one thread over that of two."""
    s = Setting.of(bits)
    many = np.tile(s.values[:BATCH], 2)
    work: dict[str, Callable[[], object]] = {
        "encrypt": partial(s.key.encrypt, many),
        "decrypt": lambda: s.private_key.decrypt(s.encrypted[: 2 * BATCH]),
        "sum": s.encrypted.sum,
        "dot": lambda: s.encrypted.dot(s.weights[0]),
        "matrix": lambda: s.weights[:16] @ s.encrypted,
    }
    for name, run in work.items():
        rounds = in_turns([partial(_wall, run, threads) for threads in (2, 1)], effort)
        details = {"two_ms": rounds.median(0) * 1e3, "one_ms": rounds.median(1) * 1e3}
        yield Result(f"paillier_threads.{bits}.{name}", rounds.ratio(1, 0), "x", details)
    _native.set_thread_limit(1)


def _phe_without_gmpy2(s: Setting) -> tuple[Timed, Timed]:
    def without(run: Callable[[], object]) -> Timed:
        timed = _per_number(run, 1)

        def timed_without() -> float:
            s.phe.util.HAVE_GMP = False
            try:
                return timed()
            finally:
                s.phe.util.HAVE_GMP = True

        return timed_without

    return (
        without(lambda: s.their_key.encrypt(1.5)),
        without(lambda: s.their_private_key.decrypt(s.their_numbers[0])),
    )


def _lightphe(s: Setting) -> tuple[Timed, Timed]:
    from lightphe.cryptosystems.Paillier import Paillier

    n, phi = s.key.n, (s.their_private_key.p - 1) * (s.their_private_key.q - 1)
    keys = {
        "public_key": {"g": 1 + n, "n": n},
        "private_key": {"phi": int(phi)},
    }
    system = Paillier(keys=keys, key_size=s.bits)
    c = system.encrypt(12345)
    if system.decrypt(c) != 12345:
        raise WrongResult("lightphe")
    return _per_number(lambda: system.encrypt(12345), 1), _per_number(lambda: system.decrypt(c), 1)


def _tno(s: Setting) -> tuple[Timed, Timed]:
    from tno.mpc.encryption_schemes.paillier import Paillier, PaillierPublicKey, PaillierSecretKey

    n, p, q = s.key.n, int(s.their_private_key.p), int(s.their_private_key.q)
    lambda_ = (p - 1) * (q - 1)
    public_key = PaillierPublicKey(n, n + 1)
    scheme = Paillier(
        public_key, PaillierSecretKey(lambda_, pow(lambda_, -1, n), n), precision=0, share_secret_key=False
    )
    c = scheme.encrypt(12345)
    if int(scheme.decrypt(c)) != 12345:
        raise WrongResult("tno")
    return _per_number(lambda: scheme.encrypt(12345), 1), _per_number(lambda: scheme.decrypt(c), 1)


def _per_number(run: Callable[[], object], count: int) -> Timed:
    """CPU time of one of those that are done at a time."""

    def timed() -> float:
        started = time.process_time()
        run()
        return (time.process_time() - started) / count

    return timed


def _once(run: Callable[[], object], times: int = 1) -> Timed:
    """CPU time of a baseline that stands for so many runs."""
    timed = _per_number(run, 1)
    return lambda: timed() * times


def _wall(run: Callable[[], object], threads: int) -> float:
    _native.set_thread_limit(threads)
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _ratio(key: str, ours: Timed, theirs: Timed, effort: Effort) -> Result:
    rounds = in_turns([ours, theirs], effort)
    return Result(
        f"{key}.ratio",
        rounds.ratio(1, 0),
        "x",
        {"ours_ms": rounds.median(0) * 1e3, "baseline_ms": rounds.median(1) * 1e3, "rounds": len(rounds.times)},
    )


def _check(name: str, found: Any, expected: Sequence[float] | Any) -> None:
    if not np.allclose(found, expected, rtol=1e-9, atol=1e-9):
        raise WrongResult(name)
