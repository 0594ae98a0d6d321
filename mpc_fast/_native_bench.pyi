"""``_native.bench``, a submodule of the extension: what ``python -m bench`` times.

Operands are drawn from the seed and are nobody's secret. Times are CPU seconds of the calling thread, to which the
engine must be limited (``set_thread_limit(1)``), unless said otherwise.
"""

from typing import Literal, final

@final
class Workload:
    """The same powers by the engine and by GMP. Each has operands of its own, the modulus included."""

    def run(self) -> float:
        """The engine. Raises RuntimeError unless it is limited to one thread."""

    def run_baseline(self) -> float:
        """GMP."""

    def run_on_threads(self) -> float:
        """The engine on as many threads as it may use: wall time."""

    def check(self) -> bool:
        """Whether the latest runs of both gave the same residues; runs what has not run yet."""

def powers(
    bits: int, exponent_bits: int, count: int, exponents: Literal["public", "secret", "secret both"], seed: int
) -> Workload:
    """Plain powers. "secret both": GMP takes the exponent for secret, too (mpn_sec_powm)."""

def products(bits: int, terms: int, count: int, seed: int) -> Workload:
    """Products of powers, with public exponents as long as the modulus."""

def nth_powers(bits: int, count: int, seed: int) -> Workload:
    """r^N mod N^2 for an N of that many bits, of unknown factors."""

@final
class OwnKey:
    """A Paillier key of known factors. The baseline does without them."""

    def __init__(self, bits: int, seed: int) -> None: ...
    def encryption(self, count: int, seed: int) -> Workload:
        """r^N mod N^2."""

    def decryption(self, count: int, seed: int) -> Workload:
        """Baseline: c^phi(N) mod N^2."""

@final
class ReceivedProofs:
    """enc-elg proofs (S128) of one prover, as their verifier finds them. The baseline verifies them one by one, but in
    shared engine runs.
    """

    def __init__(self, count: int, seed: int) -> None: ...
    def verification(self) -> Workload:
        """From the encoding on."""

    def equations(self) -> Workload:
        """The equations modulo the square of the prover's key alone."""

@final
class TablePowers:
    """Powers of one base with a table; the exponents are secret."""

    def __init__(self, bits: int, exponent_bits: int, count: int, seed: int) -> None: ...
    @property
    def workload(self) -> Workload: ...
    @property
    def table_bytes(self) -> int: ...
    @property
    def build_seconds(self) -> float: ...

def lane_window(exponent_bits: int) -> int:
    """The bits that the eight-lane kernel takes from an exponent at a time."""

def multiply_rate(rounds: int) -> float:
    """vpmadd52 instructions, each of eight limbs, per CPU second, at best. RuntimeError on other processors."""

def safe_prime(bits: int) -> tuple[float, int]:
    """Searches one: (CPU seconds, Fermat tests)."""
