"""Cheating provers against BENC and BAFF-A1.  They use the twin's formulas where they do not cheat."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import small_moduli
from batch_cases import SESSION, BencCase, benc_statement

from mpc_fast.reference import baff_a1, benc
from mpc_fast.reference.batch import Session
from mpc_fast.reference.paillier import PaillierSecret
from mpc_fast.reference.params import TOY
from mpc_fast.reference.rng import Rng, SeededRng


class Smallest(Rng):
    """The masks of a prover who wants large witnesses to fit: all are 1."""

    def read(self, n: int) -> bytes:
        return bytes(n - 1) + b"\1"

    def signed(self, bound: int) -> int:
        return 1


@contextmanager
def without_limits() -> Iterator[None]:
    """Provers send whatever comes out."""
    kept = [(module, module._limits) for module in (benc, baff_a1)]
    for module in (benc, baff_a1):
        module._limits = lambda *args: iter(())  # type: ignore[assignment]
    try:
        yield
    finally:
        for module, limits in kept:
            module._limits = limits  # type: ignore[assignment]


@contextmanager
def common_challenge() -> Iterator[None]:
    """The mistake of deriving one challenge for all rows, in the prover and in the verifier."""
    kept = [(module, module._challenges) for module in (benc, baff_a1)]

    def common(derive: Callable[..., tuple[int, ...]]) -> Callable[..., tuple[int, ...]]:
        def derived(*args: Any) -> tuple[int, ...]:
            e = derive(*args)
            return e[:1] * len(e)

        return derived

    for module, derive in kept:
        module._challenges = common(derive)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module, derive in kept:
            module._challenges = derive  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Plan:
    """Of a cheater with one column and no pairs, against one verifier."""

    cap_s: Sequence[int]  # instead of the S_b
    alpha: int
    gamma: int
    r: int
    factor: int = 1  # of A, mod N^2


Answer = Callable[[tuple[int, ...]], tuple[int, int, int]]  # e -> z, z', z''


def forge(case: BencCase, plan: Plan, answer: Answer) -> tuple[benc.Common, list[benc.Private], tuple[int, ...]]:
    """The parts of the proof, and the challenges."""
    session, st, verifier = case.session, case.statement, case.verifiers[0]
    cap_c = verifier.setup.commit([plan.alpha], plan.gamma)
    h = (benc._hash(session, verifier, plan.cap_s, cap_c),)
    cap_a = st.n.encrypt(plan.alpha, plan.r) * plan.factor % st.n.n2
    e = benc._challenges(session, st, h, (1,), cap_a, [])
    z, z_prime, z_second = answer(e)
    return benc.Common(cap_a, (z,), z_prime, h, None), [benc.Private(tuple(plan.cap_s), cap_c, z_second)], e


# ---- Small enough for a hundred thousand proofs

SMALL = Session(replace(TOY, nb=64, nhb=64, l=8, eps=48, kappa=8, sigma=8), SESSION.ssid, SESSION.round, SESSION.prover)
SMALL_KEY: PaillierSecret = small_moduli.paillier(64)


def small_case(values: Sequence[int], session: Session = SMALL) -> BencCase:
    """Plain, one column, one verifier."""
    rng = SeededRng(repr(values).encode())
    wit = benc.Witness(tuple(values), tuple(rng.unit(SMALL_KEY.key.n) for _ in values))
    verifier = benc.Verifier(b"V" * 32, small_moduli.setup(64)[0].vector)
    return BencCase(benc_statement(SMALL_KEY.key, wit, None), wit, (verifier,), session)
