"""Honest instances of the batch proofs over the prepared TOY keys.  Party 1 proves, the next ones verify."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import pytest
from keys import TwinKeys, twin

from mpc_fast.reference import baff_a1, benc
from mpc_fast.reference.batch import Session
from mpc_fast.reference.curve import G, Point, bal, q
from mpc_fast.reference.errors import ProofError
from mpc_fast.reference.paillier import PaillierKey
from mpc_fast.reference.params import TOY
from mpc_fast.reference.pedersen import VectorParams
from mpc_fast.reference.rng import SeededRng

SESSION = Session(TOY, b"S" * 32, 4, b"P" * 32)
PROVER = twin("TOY", 1)
PIDS = [bytes([party]) * 32 for party in range(1, 7)]


def trapdoors(party: int, columns: int) -> list[int]:
    """lam_1 .. lam_M of the generators of a party; the first is its ordinary one."""
    keys = twin("TOY", party)
    rng = SeededRng(f"generators of {party}".encode())
    return [keys.trapdoor.lam, *(rng.below(keys.trapdoor.phi // 4) for _ in range(columns - 1))]


def generators(party: int, columns: int) -> VectorParams:
    setup = twin("TOY", party).params
    return VectorParams(setup.nh, setup.t, tuple(pow(setup.t, lam, setup.nh) for lam in trapdoors(party, columns)))


@dataclass(frozen=True)
class BencCase:
    """A statement with its witness, and who verifies it."""

    statement: benc.Statement
    witness: benc.Witness
    verifiers: tuple[benc.Verifier, ...]
    session: Session = SESSION

    def prove(self, seed: bytes = b"benc") -> tuple[benc.Common, list[benc.Private]]:
        return benc.prove(self.session, self.statement, self.witness, self.verifiers, SeededRng(seed))

    def verify(self, common: benc.Common, private: Sequence[benc.Private]) -> None:
        """By every verifier."""
        for at, (part, verifier) in enumerate(zip(private, self.verifiers, strict=True)):
            benc.verify(self.session, self.statement, common, part, verifier, at)


def benc_statement(key: PaillierKey, wit: benc.Witness, cap_y: Point | None, columns: int = 1) -> benc.Statement:
    """What is true of the witness; plain without Y."""
    cap_k = tuple(key.encrypt(k, rho) for k, rho in zip(wit.k, wit.rho, strict=True))
    if cap_y is None:
        return benc.Statement(key, cap_k, None, columns)
    cap_b = tuple(a * cap_y + k * G for a, k in zip(wit.a, wit.k, strict=True))
    return benc.Statement(key, cap_k, benc.ElGamal(cap_y, tuple(a * G for a in wit.a), cap_b), columns)


def benc_case(
    cells: int | Sequence[int], columns: int = 1, verifiers: int = 1, *, plain: bool = False, seed: int = 0
) -> BencCase:
    """cells: how many random values, or the values themselves."""
    rng = random.Random(f"benc {seed}")
    values = [rng.randint(-(2**TOY.l), 2**TOY.l) for _ in range(cells)] if isinstance(cells, int) else cells
    rho = tuple(rng.randrange(1, PROVER.key.n) for _ in values)
    wit = benc.Witness(tuple(values), rho, () if plain else tuple(rng.randrange(1, q) for _ in values))
    cap_y = None if plain else rng.randrange(1, q) * G
    parties = tuple(benc.Verifier(PIDS[j], generators(j + 2, columns)) for j in range(verifiers))
    return BencCase(benc_statement(PROVER.key, wit, cap_y, columns), wit, parties)


VERIFIER = PIDS[1]


@dataclass(frozen=True)
class BaffCase:
    statement: baff_a1.Statement
    witness: baff_a1.Witness
    owner: TwinKeys  # of N0 and of the setup: the verifier
    session: Session = SESSION

    def prove(self, seed: bytes = b"baff") -> baff_a1.Proof:
        rng = SeededRng(seed)
        return baff_a1.prove(self.session, VERIFIER, self.statement, self.witness, self.owner.params, rng)

    def verify(self, proof: baff_a1.Proof) -> None:
        baff_a1.verify(self.session, VERIFIER, self.statement, proof, self.owner.params)


def baff_case(
    pairs: int, seed: int = 0, *, x: int | None = None, y: int | None = None, k: Sequence[int] | None = None
) -> BaffCase:
    """x, y: instead of random witnesses; k: the plaintexts of C_u."""
    rng = random.Random(f"baff {seed}")
    owner = twin("TOY", 2)
    n0, n1 = owner.key, PROVER.key

    def some_x() -> int:
        return bal(rng.randrange(1, q)) if x is None else x

    def some_y() -> int:
        return rng.randint(-(2**TOY.lp), 2**TOY.lp) if y is None else y

    def secrets() -> baff_a1.Secrets:
        units = [rng.randrange(1, n.n) for n in (n0, n0, n1, n1)]
        return baff_a1.Secrets(some_x(), (some_y(), some_y()), (units[0], units[1]), (units[2], units[3]))

    wit = baff_a1.Witness(some_x(), tuple(secrets() for _ in range(pairs)))
    plain = [rng.randrange(q) for _ in range(pairs)] if k is None else k
    cap_c = [n0.encrypt(value, rng.randrange(1, n0.n)) for value in plain]
    return BaffCase(baff_a1.operate(n0, n1, cap_c, wit), wit, owner)


def mutants(value: Any) -> Iterator[tuple[str, Any]]:
    """`value` with one leaf changed at a time, every element of every vector included."""
    if isinstance(value, Point):
        yield "", value + G
    elif isinstance(value, PaillierKey):
        yield ".n", PaillierKey(value.n + 2)
    elif isinstance(value, int):
        yield "", value + 1
    elif isinstance(value, bytes):
        yield "", bytes([value[0] ^ 1]) + value[1:]
    elif isinstance(value, tuple | list):
        for i, element in enumerate(value):
            for path, changed in mutants(element):
                yield f"[{i}]{path}", type(value)((*value[:i], changed, *value[i + 1 :]))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            for path, changed in mutants(getattr(value, field.name)):
                yield f".{field.name}{path}", replace(value, **{field.name: changed})


def rejects(check: str, verify: Callable[..., None], *args: Any) -> None:
    with pytest.raises(ProofError) as caught:
        verify(*args)
    assert caught.value.check == check


def refused(verify: Callable[..., None], *args: Any) -> str:
    """The check that failed."""
    with pytest.raises(ProofError) as caught:
        verify(*args)
    return caught.value.check
