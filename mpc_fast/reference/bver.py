"""BVER: the enc-elg and aff-g proofs of a round verified together (batch-range-proofs.md 5).

Equations under one modulus are raised to random weights and multiplied into one.  That leaves one N-th power for each
modulus instead of one for each proof.  Encodings, membership, ranges, challenges and points stay with each proof.

What a passing batch proves, except with probability 2^-128 over weights that the provers cannot foresee:
  mod N^2   that both sides of every equation have the same plaintext.  Factors of order prime to N, such as -1, may
            remain: they are N-th powers, so they encrypt 0.  N must have passed mod and fac.
  mod Nh    every equation up to a factor of order 2: both sides are squared, so that this does not depend on the
            weights.  Nh must be a product of two safe primes, which its owner, the verifier, knows.
Proofs that hold one by one always pass.  If a batch fails, each of its proofs is verified alone; those that fail are
the culprits.  mod, prm and fac are never verified like this: they are what the above rests on, and what they exclude
are elements of small order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import aff_g, enc_elg
from .batch import combine, powers
from .context import Context
from .equations import CommitmentEquation, CurveEquation, EncryptionEquation, Equation
from .errors import ProofError
from .pedersen import PedersenParams
from .rng import Rng

WEIGHT_BITS = 128


@dataclass(frozen=True)
class EncElg:
    """A proof and all it is verified with."""

    ctx: Context
    statement: enc_elg.Statement
    proof: enc_elg.Proof
    setup: PedersenParams
    name = enc_elg.NAME

    def form(self) -> Iterator[tuple[bool, str]]:
        return enc_elg.form(self.ctx, self.statement, self.proof, self.setup)

    def equations(self) -> Iterator[Equation]:
        return enc_elg.equations(self.ctx, self.statement, self.proof, self.setup)


@dataclass(frozen=True)
class AffG:
    ctx: Context
    statement: aff_g.Statement
    proof: aff_g.Proof
    setup: PedersenParams
    name = aff_g.NAME

    def form(self) -> Iterator[tuple[bool, str]]:
        return aff_g.form(self.ctx, self.statement, self.proof, self.setup)

    def equations(self) -> Iterator[Equation]:
        return aff_g.equations(self.ctx, self.statement, self.proof, self.setup)


Claim = EncElg | AffG


def verify(claims: Sequence[Claim], rng: Rng) -> dict[int, ProofError]:
    """The culprits by position, {} if all proofs are accepted.  rng: the verifier's own; draws as `batches_hold`."""
    culprits = {}
    equations: dict[int, list[Equation]] = {}
    for at, claim in enumerate(claims):
        checks = [name for holds, name in claim.form() if not holds]
        if checks:
            culprits[at] = ProofError(claim.name, checks[0])
        else:
            equations[at] = list(claim.equations())
    everything = [equation for own in equations.values() for equation in own]
    if batches_hold(everything, rng):
        return culprits
    for at, own in equations.items():
        failed = [equation.name for equation in own if not equation.holds()]
        if failed:
            culprits[at] = ProofError(claims[at].name, failed[0])
    return culprits


def batches_hold(equations: Sequence[Equation], rng: Rng) -> bool:
    """Draws a weight of WEIGHT_BITS for each equation modulo N^2 or Nh, in their order."""

    def weight() -> int:
        return int.from_bytes(rng.read(WEIGHT_BITS // 8), "big")

    encryptions: dict[int, list[tuple[int, EncryptionEquation]]] = {}
    commitments: dict[PedersenParams, list[tuple[int, CommitmentEquation]]] = {}
    for equation in equations:
        if isinstance(equation, EncryptionEquation):
            encryptions.setdefault(equation.key.n, []).append((weight(), equation))
        elif isinstance(equation, CommitmentEquation):
            commitments.setdefault(equation.setup, []).append((weight(), equation))
    return (
        all(equation.holds() for equation in equations if isinstance(equation, CurveEquation))
        and all(_encryptions_hold(batch) for batch in encryptions.values())
        and all(_commitments_hold(batch) for batch in commitments.values())
    )


def _encryptions_hold(batch: Sequence[tuple[int, EncryptionEquation]]) -> bool:
    """prod of the equations to their weights rho: one enc_N(sum rho z; prod zeta^rho) mod N^2"""
    key = batch[0][1].key
    rho = [weight for weight, _ in batch]
    zeta = powers([equation.zeta for _, equation in batch], rho, key.n)
    left = key.encrypt(combine(rho, [equation.z for _, equation in batch]), zeta)
    right = powers([equation.cap_a for _, equation in batch], rho, key.n2)
    for weight, equation in batch:
        left = key.add(left, powers(*_weighted(weight, equation.plus), key.n2))
        right = key.add(right, powers(*_weighted(weight, equation.terms), key.n2))
    return left == right


def _weighted(rho: int, terms: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [c for c, _ in terms], [rho * e for _, e in terms]


def _commitments_hold(batch: Sequence[tuple[int, CommitmentEquation]]) -> bool:
    """com(sum rho z; sum rho z')^2 = prod (C^rho S^(rho e))^2 mod Nh"""
    setup = batch[0][1].setup
    rho = [weight for weight, _ in batch]
    z, z_prime = combine(rho, [eq.z for _, eq in batch]), combine(rho, [eq.z_prime for _, eq in batch])
    right = powers([eq.cap_c for _, eq in batch], rho, setup.nh)
    right *= powers([eq.cap_s for _, eq in batch], [weight * eq.e for weight, eq in batch], setup.nh)
    return pow(setup.commit(z, z_prime), 2, setup.nh) == pow(right, 2, setup.nh)
