"""python -m bench"""

import argparse
import subprocess
import sys
from pathlib import Path

from . import core as benchmark
from . import primes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks of mpc_fast.")
    commands = parser.add_subparsers(dest="command", required=True)

    core = commands.add_parser("core", help="the engine against GMP, primes against OpenSSL, presigning and signing")
    proofs = commands.add_parser("proofs", help="batch proofs, batch verification, presignatures in bulk")
    paillier = commands.add_parser("paillier", help="Paillier for data, against python-paillier and others")
    for suite in (core, proofs, paillier):
        suite.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    part = commands.add_parser("part", help="one part of a suite; prints JSON")
    part.add_argument("name", choices=benchmark.PARTS)
    for command in (core, proofs, paillier, part):
        command.add_argument("--quick", action="store_true", help="each figure once, to see that all works")
        command.add_argument("--samples", type=int, metavar="N", help="safe primes of each size; default: for a minute")

    openssl = commands.add_parser("openssl-primes", help="take the samples of OpenSSL anew, minutes on a quiet machine")
    openssl.add_argument("--samples", type=int, default=40, metavar="N", help="of each size; default: 40")

    given = parser.parse_args()
    if given.command in benchmark.SUITES:
        benchmark.run(given.command, quick=given.quick, samples=given.samples, out=given.json)
    elif given.command == "part":
        benchmark.run_part(given.name, quick=given.quick, samples=given.samples)
    else:
        primes.take_openssl_samples(given.samples)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(error.cmd)}: failed")
