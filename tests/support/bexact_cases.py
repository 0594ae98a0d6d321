"""Exact ranges: honest instances, and the native core's doors for them.  Party 1 proves to party 2, who collects."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from batch_cases import PIDS
from cross import Verdict, native_verdict, twin_verdict
from keys import TwinKeys, twin

from mpc_fast._native import testing
from mpc_fast.reference import bexact
from mpc_fast.reference.batch import Session
from mpc_fast.reference.pedersen import VectorParams
from mpc_fast.reference.rng import SeededRng

Fields = dict[str, Any]


@dataclass(frozen=True)
class BexactCase:
    statement: bexact.Statement
    witness: bexact.Witness
    setup: VectorParams
    owner: TwinKeys
    lams: tuple[int, ...]  # behind the generators
    session: Session
    verifier: bytes = PIDS[1]

    def prove(self, seed: bytes) -> bytes:
        rng = SeededRng(seed)
        proof = bexact.prove(self.session, self.verifier, self.statement, self.witness, self.setup, rng)
        return self.encode(proof)

    def encode(self, proof: bexact.Proof) -> bytes:
        return proof.encode(self.session, self.statement)

    def decode(self, data: bytes) -> bexact.Proof:
        return bexact.Proof.decode(data, self.session, self.statement)

    def verify(self, data: bytes) -> None:
        bexact.verify(self.session, self.verifier, self.statement, self.decode(data), self.setup)

    # The same by the native core.

    @property
    def _place(self) -> tuple[Fields, bytes, Fields]:
        session, st = self.session, self.statement
        fields = {name: getattr(session, name) for name in ("ssid", "round", "prover")}
        fields |= {"profile": session.profile.name, "eps": session.range.eps}
        return fields, self.verifier, {"n": st.n.n, "cap_k": list(st.cap_k), "upper": st.upper}

    def setup_fields(self, *, tables: bool = False) -> Fields:
        return {"nh": self.setup.nh, "t": self.setup.t, "s": list(self.setup.s), "tables": tables}

    @property
    def owned(self) -> Fields:
        """The setup as its owner has it."""
        secret = self.owner.trapdoor
        return {"p": secret.p, "q": secret.q, "lam": list(self.lams), "t": self.setup.t}

    def native_prove(self, seed: bytes, *, tables: bool = False) -> bytes:
        witness = {"x": list(self.witness.x), "rho": list(self.witness.rho)}
        return testing.prove_bexact(*self._place, witness, self.setup_fields(tables=tables), seed)

    def native_verify(self, data: bytes, setup: Fields | None = None) -> None:
        testing.verify_bexact(*self._place, setup or self.setup_fields(), data)

    def native_batch(self, proofs: Sequence[bytes]) -> list[str]:
        """By the owner."""
        return testing.verify_bexact_batch(*self._place, self.owned, proofs, b"weights")

    def verdict(self, data: bytes) -> Verdict:
        """The one of all verifiers: the core by public evaluation, the core with the trapdoor, the twin."""
        public, owned = (native_verdict(lambda: self.native_verify(data, setup)) for setup in (None, self.owned))  # noqa: B023
        assert owned == public
        assert twin_verdict(lambda: self.verify(data)).kind == public.kind
        return public


def bexact_case(values: Sequence[int], upper: int, profile: str = "TOY") -> BexactCase:
    rng, owner = random.Random(f"bexact {profile}"), twin(profile, 2)
    key, t = owner.key, owner.params.t
    order = owner.trapdoor.phi // 4
    lams = (owner.trapdoor.lam, *(rng.randrange(order) for _ in range(4 * len(values) - 1)))
    setup = VectorParams(owner.params.nh, t, tuple(pow(t, lam, owner.params.nh) for lam in lams))
    rho = tuple(rng.randrange(1, key.n) for _ in values)
    cap_k = tuple(key.encrypt(x, r) for x, r in zip(values, rho, strict=True))
    statement = bexact.Statement(key, cap_k, upper)
    session = Session(owner.profile, b"S" * 32, 4, PIDS[0])
    return BexactCase(statement, bexact.Witness(tuple(values), rho), setup, owner, lams, session)


def with_statement(case: BexactCase, **changes: Any) -> BexactCase:
    return replace(case, statement=replace(case.statement, **changes))
