"""The suites of the benchmark: what each part measures, in which process.

Every part runs in a process of its own: the kernel is chosen once per process, and the switch that admits prepared
primes belongs to signing alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from mpc_fast import _native
from mpc_fast.cli.doctor import gmp_build

from . import ROOT, paillier, powers, primes, proofs, report, signing
from .results import Result
from .timing import Effort

QUICK: Final = Effort(seconds=0, rounds=1, warm_up=False)
THOROUGH: Final = Effort(seconds=1.0, rounds=5)

Measure = Callable[[Effort, int | None], Iterable[Result]]


def _without_samples(measure: Callable[[Effort], Iterator[Result]], factor: float = 1) -> Measure:
    return lambda effort, samples: measure(effort.times(factor))


@dataclass(frozen=True)
class Part:
    measure: Measure
    environment: Mapping[str, str] = field(default_factory=dict)


_TEST_PROFILE: Final = {"MPC_FAST_INSECURE_TEST_PROFILE": "1"}

KEY_WIDTHS: Final = (2048, 3072)

# Factors of the usual seconds for one figure.
PARTS: Final[Mapping[str, Part]] = {
    "plain-portable": Part(_without_samples(powers.plain), {"MPC_FAST_KERNEL": "portable"}),
    "plain-ifma": Part(_without_samples(powers.plain), {"MPC_FAST_KERNEL": "ifma"}),
    "lone": Part(_without_samples(powers.lone, 0.6)),
    "nth": Part(_without_samples(powers.nth)),
    "own-key": Part(_without_samples(powers.own_key)),
    "fixed-base": Part(_without_samples(powers.fixed_base)),
    "products": Part(_without_samples(powers.products)),
    "threads": Part(_without_samples(powers.threads, 2)),
    "signing": Part(_without_samples(signing.presign_sign, 3), _TEST_PROFILE),
    "safe-primes": Part(lambda effort, samples: primes.safe_primes(effort.times(60), samples)),
    "verification": Part(_without_samples(proofs.verification, 3)),
    "presigning": Part(_without_samples(proofs.presigning, 3), _TEST_PROFILE),
    "online": Part(_without_samples(proofs.online), _TEST_PROFILE),
    "auxiliary": Part(_without_samples(proofs.auxiliary), _TEST_PROFILE),
    **{f"paillier-{bits}": Part(_without_samples(partial(paillier.arrays, bits), 0.5)) for bits in KEY_WIDTHS},
    "paillier-client": Part(_without_samples(paillier.client)),
    "powmod-base-list": Part(_without_samples(paillier.base_list)),
    **{f"paillier-threads-{bits}": Part(_without_samples(partial(paillier.two_threads, bits))) for bits in KEY_WIDTHS},
    **{
        f"paillier-others-{bits}": Part(_without_samples(partial(paillier.elsewhere, bits), 0.5)) for bits in KEY_WIDTHS
    },
}
_OF_PROOFS: Final = ("verification", "presigning", "online", "auxiliary")
_OF_PAILLIER: Final = [name for name in PARTS if name.startswith("paillier") or name == "powmod-base-list"]
SUITES: Final[Mapping[str, Sequence[str]]] = {
    "core": [name for name in PARTS if name not in (*_OF_PROOFS, *_OF_PAILLIER)],
    "proofs": _OF_PROOFS,
    "paillier": _OF_PAILLIER,
}


def parts_here(suite: str) -> list[str]:
    """Those that this processor can run."""
    ifma = _native.cpu_features()["avx512ifma"]
    return [name for name in SUITES[suite] if ifma or name != "plain-ifma"]


def machine() -> dict[str, Any]:
    return {
        "cpu": _native.cpu_name(),
        "kernel": _native.kernel_name(),
        "gmp": gmp_build(),
        "openssl": primes.openssl_origin(),
    }


def run(suite: str, *, quick: bool, samples: int | None, out: Path | None) -> None:
    """All parts one after the other."""
    results: list[Result] = []
    for name in parts_here(suite):
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        results += _in_process(name, quick, samples)
    report.show(machine(), quick, results)
    if out is not None:
        out.write_text(json.dumps(report.to_json(machine(), quick, results), indent=2) + "\n")


def _in_process(name: str, quick: bool, samples: int | None) -> list[Result]:
    command = [sys.executable, "-m", "bench", "part", name, *(["--quick"] if quick else [])]
    command += [] if samples is None else ["--samples", str(samples)]
    environment = {**os.environ, **PARTS[name].environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [Result.from_json(key, found) for key, found in json.loads(done.stdout).items()]


def run_part(name: str, *, quick: bool, samples: int | None) -> None:
    """One part; prints its results as JSON. In this process, if its environment is what the part needs."""
    environment = PARTS[name].environment
    if any(os.environ.get(key) != value for key, value in environment.items()):
        os.execve(sys.executable, [sys.executable, "-m", "bench", *sys.argv[1:]], {**os.environ, **environment})
    _native.set_thread_limit(1)
    effort = QUICK if quick else THOROUGH
    results = PARTS[name].measure(effort, 1 if quick and samples is None else samples)
    print(json.dumps({result.key: result.to_json() for result in results}))
