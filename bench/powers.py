"""Modular powers of every kind, by the engine and by GMP's mpz_powm."""

from collections.abc import Iterator
from functools import partial
from typing import Final, Literal

from mpc_fast import _native
from mpc_fast._native import bench as native

from .results import Result
from .timing import Effort, Rounds, in_turns

SIZES: Final = (1024, 1536, 2048, 3072, 4096, 6144)
NTH_SIZES: Final = (1024, 1536, 2048, 3072)
LANES: Final = 8
SEED: Final = 2024
PEAK_ROUNDS: Final = 1_000_000  # some milliseconds


class WrongResult(Exception):
    """The engine and GMP do not agree."""


def compare(key: str, workload: native.Workload, count: int, effort: Effort) -> Result:
    """GMP's time over ours."""
    return ratio(key, in_turns([workload.run, workload.run_baseline], effort), workload, count)


def ratio(key: str, rounds: Rounds, workload: native.Workload, count: int) -> Result:
    check(key, workload)
    details = {"ours_us": rounds.median(0) / count * 1e6, "baseline_us": rounds.median(1) / count * 1e6}
    return Result(f"{key}.ratio", rounds.ratio(1, 0), "x", {**details, "rounds": len(rounds.times)})


def check(key: str, workload: native.Workload) -> None:
    if not workload.check():
        raise WrongResult(key)


# ---- Plain powers


def plain(effort: Effort) -> Iterator[Result]:
    """Eight powers at a time with exponents as long as the modulus, on the kernel of this process."""
    kernel = _native.kernel_name()
    for bits in SIZES:
        key = f"plain.{bits}.{kernel}"
        if kernel == "portable":
            yield compare(key, native.powers(bits, bits, LANES, "public", SEED), LANES, effort)
            yield compare(f"{key}.secret", native.powers(bits, bits, LANES, "secret both", SEED), LANES, effort)
        else:
            yield from with_peak(bits, key, effort)
            yield compare(f"{key}.secret", native.powers(bits, bits, LANES, "secret", SEED), LANES, effort)


def with_peak(bits: int, key: str, effort: Effort) -> Iterator[Result]:
    """The same, with the multiplier's peak measured in every round."""
    workload = native.powers(bits, bits, LANES, "public", SEED)
    sides = [workload.run, workload.run_baseline, lambda: 1 / native.multiply_rate(PEAK_ROUNDS)]
    rounds = in_turns(sides, effort)
    yield ratio(key, rounds, workload, LANES)
    useful = useful_multiplications(bits)
    shares = Rounds([(useful * peak, ours) for ours, _, peak in rounds.times])
    rates = {"achieved_g": useful / rounds.median(0) / 1e9, "peak_g": 1 / rounds.median(2) / 1e9}
    yield Result(f"peak_fraction.{bits}", shares.ratio(0, 1), "", rates)


def useful_multiplications(bits: int) -> int:
    """vpmadd52 instructions that eight powers with full-length exponents need with schoolbook products.

    n limbs: 3 n^2 + 2 n for a squaring, 4 n^2 + n for a multiplication, reductions included. Windows of w bits: the
    table from base^2 on, one multiplication for each window but the first, the way into Montgomery form and back.
    """
    n = -(-(bits + 8) // 520) * 10  # limbs of 52 bits with some bits to spare, in blocks of ten
    w = native.lane_window(bits)
    windows = -(-bits // w)
    squarings = w * (windows - 1)
    multiplications = ((1 << w) - 2) + (windows - 1) + 2
    return squarings * (3 * n * n + 2 * n) + multiplications * (4 * n * n + n)


def lone(effort: Effort) -> Iterator[Result]:
    """One, two or three powers at a time, which do not fill the lanes."""
    for bits in SIZES:
        for exponents in ("public", "secret"):
            yield from _lone(bits, exponents, effort)


def _lone(bits: int, exponents: Literal["public", "secret"], effort: Effort) -> Iterator[Result]:
    for batch in (1, 2, 3) if exponents == "public" else (1,):
        parts = ["lone", str(bits)]
        parts += ["secret"] if exponents == "secret" else []
        parts += [f"batch{batch}"] if batch > 1 else []
        yield compare(".".join(parts), native.powers(bits, bits, batch, exponents, SEED), batch, effort)


# ---- Paillier


def nth(effort: Effort) -> Iterator[Result]:
    """r^N mod N^2 for somebody else's N."""
    for bits in NTH_SIZES:
        yield compare(f"nth.{bits}", native.nth_powers(bits, LANES, SEED), LANES, effort)


def own_key(effort: Effort) -> Iterator[Result]:
    """r^N mod N^2, and decryption, with the factors of N."""
    for bits in (2048, 3072):
        key = native.OwnKey(bits, SEED)
        for count, suffix in ((LANES, ""), (2 * LANES, ".batch16")):
            yield compare(f"own_encrypt.{bits}{suffix}", key.encryption(count, SEED), count, effort)
            yield compare(f"own_decrypt.{bits}{suffix}", key.decryption(count, SEED), count, effort)


# ---- Tables, products, threads


def fixed_base(effort: Effort) -> Iterator[Result]:
    """Powers of one base modulo 3072 bits, with a table."""
    for exponent_bits in (512, 4096):
        key = f"fixed_base.{exponent_bits}"
        powers = native.TablePowers(3072, exponent_bits, LANES, SEED)
        yield compare(key, powers.workload, LANES, effort)
        yield Result(f"{key}.table_bytes", powers.table_bytes, "bytes")
        builds = [native.TablePowers(3072, exponent_bits, 1, SEED).build_seconds for _ in range(min(5, effort.rounds))]
        yield Result(f"{key}.build_s", min(builds), "s")


def products(effort: Effort) -> Iterator[Result]:
    """Products of two and three powers modulo 3072 bits."""
    for terms in (2, 3):
        yield compare(f"product.{terms}", native.products(3072, terms, LANES, SEED), LANES, effort)


def threads(effort: Effort) -> Iterator[Result]:
    """Wall time on two threads against one."""
    for count in (16, 32):
        workload = native.powers(3072, 3072, count, "secret", SEED)
        rounds = in_turns([partial(_on_threads, workload, limit) for limit in (1, 2)], effort)
        check(f"threads.{count}", workload)
        walls = {"one_us": rounds.median(0) / count * 1e6, "two_us": rounds.median(1) / count * 1e6}
        yield Result(f"threads.{count}.ratio", rounds.ratio(0, 1), "x", {**walls, "rounds": len(rounds.times)})


def _on_threads(workload: native.Workload, limit: int) -> float:
    _native.set_thread_limit(limit)
    try:
        return workload.run_on_threads()
    finally:
        _native.set_thread_limit(1)
