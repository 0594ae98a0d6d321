"""Honest instances of the grid form of BAFF over the prepared keys, for the twin and for the native core's doors."""

import random
from dataclasses import dataclass
from typing import Any

from batch_cases import SESSION, VERIFIER, baff_case
from cross_batch import Fields, baff_fields, session_fields
from keys import TwinKeys, twin

from mpc_fast._native import testing
from mpc_fast.reference import baff_a1, baff_grid
from mpc_fast.reference.batch import Session
from mpc_fast.reference.pedersen import VectorParams
from mpc_fast.reference.rng import SeededRng

Results = list[tuple[int, int, int, int]]


@dataclass(frozen=True)
class GridCase:
    """Party 1 proves to party 2."""

    statement: baff_a1.Statement
    witness: baff_a1.Witness
    owner: TwinKeys  # of N0 and of the setup: the verifier
    lam: tuple[int, ...]  # of the generators
    session: Session = SESSION
    verifier: bytes = VERIFIER

    @property
    def setup(self) -> VectorParams:
        nh, t = self.owner.params.nh, self.owner.params.t
        return VectorParams(nh, t, tuple(pow(t, lam, nh) for lam in self.lam))

    @property
    def setup_fields(self) -> Fields:
        return {"nh": self.setup.nh, "t": self.setup.t, "s": list(self.setup.s)}

    @property
    def owner_fields(self) -> Fields:
        """The same setup by its trapdoor."""
        secret = self.owner.trapdoor
        return {"p": secret.p, "q": secret.q, "t": self.owner.params.t, "lam": list(self.lam)}

    @property
    def pairs(self) -> int:
        return len(self.statement.operations)

    def prove(self, seed: bytes) -> baff_grid.Proof:
        setup = self.setup
        return baff_grid.prove(self.session, self.verifier, self.statement, self.witness, setup, SeededRng(seed))

    def verify(self, encoding: bytes) -> None:
        proof = baff_grid.Proof.decode(encoding, self.session, self.pairs)
        baff_grid.verify(self.session, self.verifier, self.statement, proof, self.setup)

    def native_prove(self, seed: bytes) -> tuple[Results, bytes]:
        """(D_g, D_x, Y_g, Y_x) of every pair, and the proof."""
        names = ("gamma", "y", "rho", "rho_y")
        secrets = [{name: getattr(pair, name) for name in names} for pair in self.witness.operations]
        return testing.prove_baff_grid(
            session_fields(self.session),
            self.verifier,
            baff_fields(self.statement),
            {"w": self.witness.w, "operations": secrets},
            self.setup_fields,
            seed,
        )

    def native_verify(self, encoding: bytes, setup: Fields | None = None) -> None:
        testing.verify_baff_grid(
            session_fields(self.session),
            self.verifier,
            baff_fields(self.statement),
            setup or self.setup_fields,
            encoding,
        )


def _trapdoors(owner: TwinKeys, count: int) -> tuple[int, ...]:
    """The first generator is the ordinary one."""
    rng = SeededRng(b"generators of the grid")
    return (owner.trapdoor.lam, *(rng.below(owner.trapdoor.phi // 4) for _ in range(count - 1)))


def grid_case(pairs: int, **named: Any) -> GridCase:
    """TOY; x and y as in baff_case."""
    case = baff_case(pairs, **named)
    return GridCase(case.statement, case.witness, case.owner, _trapdoors(case.owner, 2 * pairs))


def full_size_case(pairs: int) -> GridCase:
    """S128."""
    rng = random.Random("grid of full size")
    prover, owner = twin("S128", 1), twin("S128", 2)
    n0, n1, p = owner.key, prover.key, owner.profile

    def within(bits: int) -> int:
        return rng.randint(-(2**bits), 2**bits)

    def secrets() -> baff_a1.Secrets:
        units = [rng.randrange(1, n.n) for n in (n0, n0, n1, n1)]
        return baff_a1.Secrets(within(p.l), (within(p.lp), within(p.lp)), (units[0], units[1]), (units[2], units[3]))

    wit = baff_a1.Witness(within(p.l), tuple(secrets() for _ in range(pairs)))
    cap_c = [n0.encrypt(within(p.l), rng.randrange(1, n0.n)) for _ in range(pairs)]
    session = Session(p, b"S" * 32, 4, b"P" * 32)
    return GridCase(baff_a1.operate(n0, n1, cap_c, wit), wit, owner, _trapdoors(owner, 2 * pairs), session)
