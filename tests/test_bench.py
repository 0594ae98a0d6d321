"""The core benchmark runs, compares every result with the baseline's and reports all figures. Times do not matter."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mpc_fast import _native
from mpc_fast._native import bench as native

PROJECT = Path(__file__).resolve().parent.parent
IFMA = _native.cpu_features()["avx512ifma"]
SIZES = (1024, 1536, 2048, 3072, 4096, 6144)

KEYS = {
    *(f"plain.{bits}.portable{how}.ratio" for bits in SIZES for how in ("", ".secret")),
    *(f"plain.{bits}.ifma{how}.ratio" for bits in SIZES for how in ("", ".secret") if IFMA),
    *(f"peak_fraction.{bits}" for bits in SIZES if IFMA),
    *(f"lone.{bits}{what}.ratio" for bits in SIZES for what in ("", ".secret", ".batch2", ".batch3")),
    *(f"nth.{bits}.ratio" for bits in (1024, 1536, 2048, 3072)),
    *(f"own_{what}.{bits}{batch}.ratio" for what in ("encrypt", "decrypt") for bits in (2048, 3072)
      for batch in ("", ".batch16")),
    *(f"fixed_base.{bits}.{what}" for bits in (512, 4096) for what in ("ratio", "table_bytes", "build_s")),
    *(f"product.{terms}.ratio" for terms in (2, 3)),
    *(f"threads.{jobs}.ratio" for jobs in (16, 32)),
    *(f"safe_prime.{bits}.{what}" for bits in (1024, 1536)
      for what in ("mean_s", "ratio", "ratio_low", "us_per_fermat_test", "tests_per_prime")),
    *(f"presign_sign.{n}of{n}.u" for n in (2, 3)),
}  # fmt: skip

PROOF_KEYS = {
    *(f"verify_batch.{what}.ratio" for what in ("equations", "whole")),
    "presign_batched.sign.u",
    "presign_batched.pooled.u",
    *(f"presign_batched.{count}.{what}" for count in (1, 64) for what in ("u", "bytes")),
    *(f"presign_grid.64.{what}" for what in ("u", "bytes")),
    "sign_presigned.cpu_ms",
    "aux_info.3.cpu_s",
}

PAILLIER_PARTS = {
    "paillier-2048": {
        *(f"paillier.2048.{what}.ratio" for what in ("encrypt", "encrypt_owner", "encrypt_short", "decrypt")),
        *(f"paillier.2048.{what}.ratio" for what in ("sum", "dot", "matrix")),
        "paillier.2048.memory",
    },
    "paillier-client": {"paillier_client.2048.ratio"},
    "powmod-base-list": {f"powmod_base_list.{bits}.ratio" for bits in (2048, 3072)},
    "paillier-threads-2048": {
        f"paillier_threads.2048.{what}" for what in ("encrypt", "decrypt", "sum", "dot", "matrix")
    },
    "paillier-others-2048": {
        f"paillier_others.2048.{package}.{what}.ratio"
        for package in ("phe_without_gmpy2", "lightphe", "tno")
        for what in ("encrypt", "decrypt")
    },
}

needs_bench = pytest.mark.skipif(not (PROJECT / "bench").is_dir(), reason="needs the source tree, not only the tests")


def bench(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    command = [sys.executable, "-m", "bench", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


@needs_bench
def test_a_quick_run_reports_everything(tmp_path: Path) -> None:
    """Every workload's results are compared with the baseline's on the way: a difference ends the run."""
    out = tmp_path / "core.json"
    done = bench("core", "--quick", "--json", out)
    assert done.returncode == 0, done.stderr
    answer = json.loads(out.read_text())
    assert answer["quick"] is True
    check_figures(answer["results"])
    check_targets(answer["results"])
    check_machine(answer["machine"], done.stdout)


def check_figures(results: dict[str, Any]) -> None:
    assert set(results) == KEYS
    for key, result in results.items():
        assert {"value", "unit", "target", "met"} <= set(result)
        assert result["value"] > 0 or key.endswith("ratio_low")
        assert (result["target"] is None) == (result["met"] is None)


def check_targets(results: dict[str, Any]) -> None:
    targets = {key: result["target"] for key, result in results.items() if result["target"] is not None}
    assert targets["lone.1024.ratio"] == 1.6
    assert targets["nth.3072.ratio"] == 6.6
    assert targets["presign_sign.2of2.u"] == 3.0
    assert targets["fixed_base.512.table_bytes"] == 3 * 2**20
    for key, target in targets.items():
        value = results[key]["value"]
        at_most = key.endswith(("table_bytes", ".u"))
        assert results[key]["met"] == (value <= 1.03 * target if at_most else value >= 0.97 * target)


def check_machine(machine: dict[str, Any], text: str) -> None:
    assert machine["cpu"] == _native.cpu_name()
    assert machine["gmp"]["version"] == _native.library_versions()["gmp"]
    assert "libgmp" in machine["gmp"]["path"]
    for part in (_native.cpu_name(), machine["gmp"]["path"], "mpz_powm", "OpenSSL", "targets met"):
        assert part in text


@needs_bench
def test_a_quick_run_of_the_proofs_reports_everything(tmp_path: Path) -> None:
    out = tmp_path / "proofs.json"
    done = bench("proofs", "--quick", "--json", out)
    assert done.returncode == 0, done.stderr
    results = json.loads(out.read_text())["results"]
    assert set(results) == PROOF_KEYS
    assert all(result["value"] > 0 for result in results.values())
    assert results["presign_batched.1.bytes"]["met"] is True
    assert results["presign_batched.64.bytes"]["met"] is True
    assert results["presign_grid.64.bytes"]["met"] is True


@needs_bench
@pytest.mark.parametrize(("part", "keys"), PAILLIER_PARTS.items(), ids=PAILLIER_PARTS)
def test_a_quick_run_of_paillier_reports_everything(part: str, keys: set[str]) -> None:
    """Results are compared with those of the other packages on the way."""
    done = bench("part", part, "--quick")
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert set(results) == keys
    assert all(result["value"] > 0 for result in results.values())
    if "paillier.2048.memory" in results:
        assert results["paillier.2048.memory"]["met"] is True


@needs_bench
def test_an_unknown_part_is_refused() -> None:
    done = bench("part", "nonsense")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@needs_bench
def test_a_wrong_result_ends_the_run() -> None:
    program = (
        "from bench import powers\n"
        "from bench.timing import Rounds\n"
        "class Wrong:\n"
        "    def check(self): return False\n"
        "powers.ratio('key', Rounds([(1, 1)]), Wrong(), 1)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "WrongResult: key" in done.stderr


# ---- The native workloads

WORKLOADS = {
    "public": lambda: native.powers(1024, 1024, 9, "public", 1),
    "secret": lambda: native.powers(1100, 700, 3, "secret", 2),
    "secret both": lambda: native.powers(1024, 1024, 2, "secret both", 3),
    "products": lambda: native.products(1024, 3, 5, 4),
    "nth": lambda: native.nth_powers(512, 5, 5),
    "table": lambda: native.TablePowers(1024, 300, 5, 6).workload,
    "encryption": lambda: native.OwnKey(1024, 7).encryption(5, 8),
    "decryption": lambda: native.OwnKey(1024, 7).decryption(5, 8),
}


@pytest.fixture
def one_thread() -> Any:
    limit = _native.thread_limit()
    _native.set_thread_limit(1)
    yield
    _native.set_thread_limit(limit)


@pytest.mark.parametrize("name", WORKLOADS)
@pytest.mark.usefixtures("one_thread")
def test_both_sides_of_a_workload_agree(name: str) -> None:
    workload = WORKLOADS[name]()
    assert workload.check()
    assert workload.run() >= 0
    assert workload.run_baseline() >= 0
    assert workload.run_on_threads() >= 0
    assert workload.check()


def test_cpu_time_is_told_of_one_thread_only() -> None:
    workload = native.powers(512, 512, 1, "public", 1)
    limit = _native.thread_limit()
    _native.set_thread_limit(2)
    try:
        with pytest.raises(RuntimeError, match="set_thread_limit"):
            workload.run()
    finally:
        _native.set_thread_limit(limit)


def test_unknown_exponents_are_refused() -> None:
    with pytest.raises(ValueError, match="exponents"):
        native.powers(512, 512, 1, "nonsense", 1)  # type: ignore[arg-type]


@pytest.mark.skipif(not IFMA, reason="this processor has no AVX-512 IFMA")
def test_the_peak_is_measured() -> None:
    assert native.multiply_rate(1000) > 0
