"""Signers of mode 2 on the readable twin: BENC(B, M) and BAFF(P) with further generators."""

from typing import Any

from message_table import grid_columns
from twin_presigners import TwinPresigner

from mpc_fast._native import Generators, testing
from mpc_fast.reference import baff_a1, baff_grid, benc
from mpc_fast.reference import transcript as tr
from mpc_fast.reference.batch import Session
from mpc_fast.reference.pedersen import VectorParams


class GridPresigner(TwinPresigner):
    """Once it has been given generators."""

    generators: Generators

    def take(self, generators: Generators) -> None:
        self.generators = generators

    def vector(self, j: int, count: int) -> VectorParams:
        """The parameters of j with its first generators."""
        nh, t, s = testing.generator_list(self.generators, j)
        return VectorParams(nh, t, tuple(s[:count]))

    def session_fields(self) -> dict[str, Any]:
        setup = tr.h256("grid", tr.octets(self.key.aux_digest), tr.octets(self.generators.digest))
        return super().session_fields() | {"proof_mode": 2, "aux_digest": setup}

    def verifier(self, j: int) -> benc.Verifier:
        return benc.Verifier(self.pids[j], self.vector(j, grid_columns(self.count)))

    def benc_statement(self) -> benc.Statement:
        st = super().benc_statement()
        return benc.Statement(st.n, st.cap_k, st.pairs, grid_columns(self.count))

    def baff_proof(  # type: ignore[override]
        self, session: Session, verifier: bytes, statement: baff_a1.Statement, j: int
    ) -> baff_grid.Proof:
        setup = self.vector(j, 2 * self.count)
        return baff_grid.prove(session, verifier, statement, self.baff_witness(j), setup, self.rng)
