"""The time to a safe prime, here and in OpenSSL, whose samples are taken once and kept in data/."""

import ctypes
import ctypes.util
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any, Final

from mpc_fast import _native
from mpc_fast._native import bench as native

from .results import Result
from .timing import Effort

SIZES: Final = (1024, 1536)
SHARES: Final = {1024: 0.2, 1536: 0.8}  # of the time
OPENSSL_SAMPLES: Final = Path(__file__).resolve().parent / "data" / "openssl_safe_primes.json"


@dataclass(frozen=True)
class Sample:
    """A mean with its standard error, in seconds."""

    mean_s: float
    error_s: float
    count: int

    @staticmethod
    def of(seconds: list[float]) -> "Sample":
        error = stdev(seconds) / math.sqrt(len(seconds)) if len(seconds) > 1 else mean(seconds)
        return Sample(mean(seconds), error, len(seconds))

    def over(self, other: "Sample") -> tuple[float, float]:
        """The ratio of the means, and its standard error."""
        ratio = self.mean_s / other.mean_s
        return ratio, ratio * math.hypot(self.error_s / self.mean_s, other.error_s / other.mean_s)


def safe_primes(effort: Effort, samples: int | None) -> Iterator[Result]:
    """Searches for as long as the effort says, or that many times for each size.

    A search that runs when time is up is finished and counts: leaving it out would favour short searches.
    """
    openssl = openssl_samples()
    for bits in SIZES:
        seconds: list[float] = []
        fermat_tests = 0
        started = time.monotonic()
        while len(seconds) < (samples or 1) or (
            samples is None and time.monotonic() - started < effort.seconds * SHARES[bits]
        ):
            taken, tests = native.safe_prime(bits)
            seconds.append(taken)
            fermat_tests += tests
        yield from _figures(bits, Sample.of(seconds), fermat_tests, openssl[bits])


def _figures(bits: int, ours: Sample, fermat_tests: int, openssl: Sample) -> Iterator[Result]:
    key = f"safe_prime.{bits}"
    yield Result(f"{key}.mean_s", ours.mean_s, "s", {"standard_error_s": ours.error_s, "samples": ours.count})
    yield Result(f"{key}.us_per_fermat_test", ours.mean_s * ours.count / fermat_tests * 1e6, "us")
    yield Result(f"{key}.tests_per_prime", fermat_tests / ours.count, "")
    ratio, error = openssl.over(ours)
    baseline = {"openssl_mean_s": openssl.mean_s, "openssl_error_s": openssl.error_s, "openssl_samples": openssl.count}
    yield Result(f"{key}.ratio", ratio, "x", {"standard_error": error, **baseline})
    yield Result(f"{key}.ratio_low", ratio - 2 * error, "x")


# ---- OpenSSL


def openssl_samples() -> dict[int, Sample]:
    kept = json.loads(OPENSSL_SAMPLES.read_text())
    return {bits: Sample(**{name: kept[str(bits)][name] for name in ("mean_s", "error_s", "count")}) for bits in SIZES}


def openssl_origin() -> dict[str, str]:
    """Where the samples come from: the version, and the processor on which they were taken."""
    kept = json.loads(OPENSSL_SAMPLES.read_text())
    return {"version": kept["openssl"], "cpu": kept["cpu"]}


def take_openssl_samples(count: int, out: Path = OPENSSL_SAMPLES) -> dict[str, Any]:
    library = _libcrypto()
    found: dict[str, Any] = {
        "function": "BN_generate_prime_ex(safe=1)",
        "openssl": library.OpenSSL_version(0).decode(),
        "cpu": _native.cpu_name(),
    }
    for bits in SIZES:
        seconds = [_openssl_safe_prime(library, bits) for _ in range(count)]
        sample = Sample.of(seconds)
        found[str(bits)] = {
            "mean_s": round(sample.mean_s, 4),
            "error_s": round(sample.error_s, 4),
            "count": count,
            "seconds": [round(s, 4) for s in seconds],
        }
    out.write_text(json.dumps(found, indent=2) + "\n")
    return found


def _libcrypto() -> ctypes.CDLL:
    name = ctypes.util.find_library("crypto")
    if name is None:
        raise RuntimeError("libcrypto of OpenSSL is not installed")
    library = ctypes.CDLL(name)
    library.OpenSSL_version.restype = ctypes.c_char_p
    library.BN_new.restype = ctypes.c_void_p
    pointer = ctypes.c_void_p
    library.BN_free.argtypes = [pointer]
    library.BN_generate_prime_ex.argtypes = [pointer, ctypes.c_int, ctypes.c_int, pointer, pointer, pointer]
    return library


def _openssl_safe_prime(library: ctypes.CDLL, bits: int) -> float:
    number = library.BN_new()
    try:
        started = time.thread_time()
        if library.BN_generate_prime_ex(number, bits, 1, None, None, None) != 1:
            raise RuntimeError("BN_generate_prime_ex failed")
        return time.thread_time() - started
    finally:
        library.BN_free(number)
