"""The results for people and for programs."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from .results import Result

TITLES: Final = {
    "plain": "Powers, full-length exponents, eight per call, against mpz_powm (secret on portable: mpn_sec_powm)",
    "peak_fraction": "Fraction of the multiplier's peak, counted in schoolbook products",
    "lone": "One power alone, and batches of two and three, against mpz_powm",
    "nth": "r^N mod N^2 without the factors of N, eight per call, against mpz_powm",
    "own_encrypt": "r^N mod N^2 with the factors of N, eight and sixteen per call, against mpz_powm",
    "own_decrypt": "Decryption, eight and sixteen per call, against c^phi(N) mod N^2 by mpz_powm",
    "fixed_base": "Powers of one base modulo 3072 bits, secret exponents, eight per call, against mpz_powm",
    "product": "Products of powers modulo 3072 bits, eight per call, against one mpz_powm for each power",
    "threads": "Two threads against one, wall time, 3072 bits",
    "safe_prime": "Safe primes, against kept samples of OpenSSL's; ratio_low: two standard errors less",
    "verify_batch": "64 enc-elg proofs of one prover verified together, against one by one in full lanes",
    "presign_batched": "Presigning with batch proofs, two signers: CPU per party and presignature; bytes of a pair",
    "presign_grid": "The same with proofs in a grid, experimental",
    "sign_presigned": "Signing from an opened store, two signers, CPU per party",
    "aux_info": "Auxiliary information of three parties without prime generation, CPU per party",
    "paillier": "Paillier on arrays against python-paillier with gmpy2, per number; sum, dot and rows of 1000;\n"
    "short: exponents of half the width of N, under the assumption of Damgard, Jurik and Nielsen",
    "paillier_client": "A program of python-paillier's users, unchanged, one number at a time",
    "powmod_base_list": "powmod_base_list of 16 against gmpy2's, per power",
    "paillier_threads": "Two threads against one, wall time",
    "paillier_others": "Paillier on arrays against other packages, per number",
    "presign_sign": "Presigning and signing, CPU per party; U: mpz_powm, modulus 6144 bits, exponent 3072 bits",
}
JSON_ONLY: Final = ("rounds",)


def to_json(machine: Mapping[str, Any], quick: bool, results: Sequence[Result]) -> dict[str, Any]:
    return {"machine": machine, "quick": quick, "results": {result.key: result.to_json() for result in results}}


def show(machine: Mapping[str, Any], quick: bool, results: Sequence[Result]) -> None:
    # Into a file as wide as the tables need.
    console = Console(width=None if sys.stdout.isatty() else 132, highlight=False)
    for name, value in machine.items():
        text = ", ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value)
        console.print(f"{name:<9}{text}", markup=False, soft_wrap=True)
    for topic, title in TITLES.items():
        if rows := [result for result in results if result.topic == topic]:
            console.print(f"\n[bold]{title}[/bold]")
            console.print(_table(rows))
    judged = [result for result in results if result.met is not None]
    console.print(f"\n{sum(result.met is True for result in judged)} of {len(judged)} targets met")
    if quick:
        console.print("Each figure was taken once: they say that everything works, not how fast it is.")


def _table(rows: Sequence[Result]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    details = [name for name in dict.fromkeys(name for row in rows for name in row.details) if name not in JSON_ONLY]
    table.add_column("", no_wrap=True)
    for heading in ("value", "target", "met"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in details:
        table.add_column(name.replace("_", " "), justify="right")
    for row in rows:
        bound = "" if row.target is None else f"{'≤' if row.target.at_most else '≥'} {_number(row.target.value)}"
        met = {None: "", True: "yes", False: "no"}[row.met]
        found = [_number(row.details[name]) if name in row.details else "" for name in details]
        name = row.key.removeprefix(f"{row.topic}.")
        table.add_row(name, f"{_number(row.value)} {row.unit}".strip(), bound, met, *found)
    return table


def _number(value: float) -> str:
    """Three digits at least, no exponents."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}"
