"""BEXACT of the readable twin (experimental): exact ranges, and the sums of squares behind them.  TOY size."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from math import isqrt

import pytest
from batch_cases import SESSION, VERIFIER, generators, mutants, refused, rejects
from keys import twin

from mpc_fast.reference import bexact, squares
from mpc_fast.reference.errors import DecodeError
from mpc_fast.reference.numbers import is_prime
from mpc_fast.reference.pedersen import VectorParams
from mpc_fast.reference.rng import SeededRng

pytestmark = pytest.mark.usefixtures("toy_profile")

OWNER = twin("TOY", 2)

UPPER = 2**32 - 1


def exact(values: Sequence[int], upper: int = UPPER) -> tuple[bexact.Statement, bexact.Witness, VectorParams]:
    """Under the key of party 2, who collects."""
    rng, key = random.Random(1), OWNER.key
    rho = tuple(rng.randrange(1, key.n) for _ in values)
    cap_k = tuple(key.encrypt(x, r) for x, r in zip(values, rho, strict=True))
    return bexact.Statement(key, cap_k, upper), bexact.Witness(tuple(values), rho), generators(2, 4 * len(values))


def prove_exact(st: bexact.Statement, wit: bexact.Witness, setup: VectorParams, seed: bytes = b"e") -> bexact.Proof:
    return bexact.prove(SESSION, VERIFIER, st, wit, setup, SeededRng(seed))


def verify_exact(st: bexact.Statement, proof: bexact.Proof, setup: VectorParams) -> None:
    bexact.verify(SESSION, VERIFIER, st, proof, setup)


@pytest.mark.parametrize(
    ("values", "upper"),
    [([0], UPPER), ([UPPER], UPPER), ([0, 1, 2, 77, UPPER // 2, UPPER - 1, UPPER, 5], UPPER), ([0, 1, 1], 1)],
)
def test_exact_ranges_are_complete(values: list[int], upper: int) -> None:
    st, wit, setup = exact(values, upper)
    proof = prove_exact(st, wit, setup)
    verify_exact(st, proof, setup)
    data = proof.encode(SESSION, st)
    assert bexact.Proof.decode(data, SESSION, st) == proof
    with pytest.raises(DecodeError):
        bexact.Proof.decode(data + b"\0", SESSION, st)


@pytest.mark.parametrize("bad", [-1, UPPER + 1, 2**40])
def test_values_out_of_range_are_rejected(bad: int, monkeypatch: pytest.MonkeyPatch) -> None:
    st, wit, setup = exact([7, bad])
    with pytest.raises(ValueError, match="1 mod 4"):  # a negative number is no sum of squares
        prove_exact(st, wit, setup)
    for parts in ((0, 0, 0), (1, 2, 3), (2**16, 2**20, 1)):
        monkeypatch.setattr(bexact, "three_squares", lambda n, rng, parts=parts: parts)
        rejects("com(Q(e); tau)", verify_exact, st, prove_exact(st, wit, setup), setup)


def test_relations_that_cancel_need_known_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """x_1 = -1 lacks 4U + 4 and the squares of x_2 are too small by as much: f_1 = f_2 would not notice."""
    st, wit, setup = exact([-1, 5])
    deficit = 4 * UPPER + 4
    roots = {
        4 * -1 * (UPPER + 1) + 1: (0, 0, 1),
        4 * 5 * (UPPER - 5) + 1: squares.three_squares(4 * 5 * (UPPER - 5) + 1 - deficit, SeededRng(b"c")),
    }
    monkeypatch.setattr(bexact, "three_squares", lambda n, rng: roots[n])
    rejects("com(Q(e); tau)", verify_exact, st, prove_exact(st, wit, setup), setup)
    monkeypatch.setattr(bexact, "_weights", lambda *args: (9, 9))
    verify_exact(st, prove_exact(st, wit, setup), setup)  # positive control


def test_exact_ranges_reject_every_change() -> None:
    st, wit, setup = exact([3, UPPER])
    proof = prove_exact(st, wit, setup)
    changed = list(mutants(proof))
    assert len(changed) == 8 + 8
    for _, other in changed:
        assert refused(verify_exact, st, other, setup)
    for other_st in (*(replace(st, cap_k=other) for _, other in mutants(st.cap_k)), replace(st, upper=UPPER - 1)):
        assert refused(verify_exact, other_st, proof, setup)
    off = replace(st, cap_k=(st.n.add(st.cap_k[0], 1 + st.n.n), st.cap_k[1]))
    rejects("enc(z; z')", verify_exact, off, prove_exact(off, wit, setup), setup)
    for session, pid in ((replace(SESSION, ssid=b"T" * 32), VERIFIER), (SESSION, SESSION.prover)):
        assert refused(bexact.verify, session, pid, st, proof, setup)
    for cap_k, upper in (((), 1), ((1,) * 33, 1), ((1,), 0), ((1,), 2**256)):
        with pytest.raises(ValueError, match="bexact"):
            bexact.Statement(st.n, cap_k, upper)
    with pytest.raises(ValueError, match="four generators"):
        prove_exact(st, wit, generators(2, 4))


def test_exact_membership_and_ranges() -> None:
    st, wit, setup = exact([3, UPPER])
    proof, n, bound, limit = prove_exact(st, wit, setup), st.n.n, 2 ** (33 + 64), 2**1120
    for check, changed in {
        "z range": [replace(proof, z=(*proof.z[1:], z)) for z in (bound, -bound)],
        "z count": [replace(proof, z=proof.z[1:])],
        "com(z; z'')": [replace(proof, z=(bound - 1, *proof.z[1:])), replace(proof, z_second=limit - 1)],
        "com(Q(e); tau)": [replace(proof, tau=limit - 1)],
        "z'' length": [replace(proof, z_second=z) for z in (limit, -limit)],
        "tau length": [replace(proof, tau=tau) for tau in (limit, -limit)],
        "A unit": [replace(proof, cap_a=a) for a in (0, n, proof.cap_a + n**2)],
        "z' unit": [replace(proof, z_prime=z) for z in (0, n, proof.z_prime + n)],
        "S, C, T unit": [
            *(replace(proof, cap_s=0), replace(proof, cap_c=setup.nh)),
            *(replace(proof, cap_t1=0), replace(proof, cap_t0=proof.cap_t0 + setup.nh)),
        ],
    }.items():
        for mutant in changed:
            rejects(check, verify_exact, st, mutant, setup)
    rejects("K unit", verify_exact, replace(st, cap_k=(st.cap_k[0], n)), proof, setup)


def test_exact_proof_is_frozen() -> None:
    st, wit, setup = exact([3, UPPER])
    found = hashlib.sha256(prove_exact(st, wit, setup).encode(SESSION, st)).hexdigest()
    assert found == "ab05087514cfe529003ec17ad97ea9ef077ec70cf98531131701b35239bebc0d"


def test_no_small_number_runs_out_of_tries() -> None:
    """Below a root of 2^10 every even a is tried once, in turn: one of them must do."""
    end = 1 << 20
    prime = bytearray([1]) * end
    prime[:2] = b"\0\0"
    for p in range(2, isqrt(end) + 1):
        if prime[p]:
            prime[p * p :: p] = bytes(len(prime[p * p :: p]))
    good = {n for n in range(1, end, 4) if prime[n]} | {n * n for n in range(1 << 10)}
    for n in range(1, end, 4):
        assert any(n - a * a in good for a in range(0, isqrt(n) + 1, 2)), n


def test_sums_of_squares() -> None:
    rng = SeededRng(b"squares")
    for n in [
        *range(1, 4000, 4),
        *(4 * rng.below(2**bits) + 1 for bits in (20, 40, 64, 80) for _ in range(5)),
        (2**64 - 1) ** 2,
    ]:
        parts = squares.three_squares(n, rng)
        assert sum(part * part for part in parts) == n
        assert min(parts) >= 0
    for p in range(5, 2000, 4):
        if is_prime(p, rng):
            b, c = squares.two_squares(p, rng)
            assert b * b + c * c == p
    for bad in (-3, 0, 3, 6):
        with pytest.raises(ValueError, match="1 mod 4"):
            squares.three_squares(bad, rng)
