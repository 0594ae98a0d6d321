"""``_native.testing``, a submodule of the extension: doors for tests.

Shut unless MPC_FAST_INSECURE_TEST_PROFILE=1: NativeError(E_PROFILE). O is 33 zero bytes; (p, q) owns p q.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ._native import Generators, PrimeSet

Fields = Mapping[str, Any]
Modulus = int | tuple[int, int]

def seed_rng(seed: bytes | None) -> None:
    """Everything drawn from now on comes from the XOF over this seed; None goes back to the system."""

def prime_set(profile: str, p: bytes, q: bytes, hat_p: bytes, hat_q: bytes) -> PrimeSet: ...

# Proofs. Fields are named as in mpc_fast.reference; setup: {"nh", "s", "t"} and optionally "tables": bool.
def prove(
    proof: str, context: Fields, statement: Fields, witness: Fields, setup: Fields | None, seed: bytes
) -> bytes | tuple[int, int, bytes]:
    """The encoded proof; for aff-g (D, Yc, encoded proof). prm, bprm: the witness also has p and q of Nh."""

def verify(proof: str, context: Fields, statement: Fields, setup: Fields | None, encoding: bytes) -> None:
    """Raises NativeError: (E_DECODE, field), (E_MODULUS, rule) or (name of the proof, check)."""

# Batch proofs; fields as in mpc_fast.reference, see native/bindings/bind_testing_batch.cpp for what is listed how.
def prove_benc(
    session: Fields,
    statement: Fields,
    witness: Sequence[tuple[int, int, int | None]],
    verifiers: Sequence[Fields],
    seed: bytes,
) -> tuple[bytes, list[bytes]]:
    """witness: (k, rho, a) of every cell. The common part, and the private one of every verifier."""

def verify_benc(
    session: Fields,
    statement: Fields,
    common: bytes,
    private: bytes,
    verifier: Fields,
    position: int,
    verifiers: int,
) -> None: ...
def prove_baff_a1(
    session: Fields, verifier: bytes, statement: Fields, witness: Fields, setup: Fields, seed: bytes
) -> tuple[list[tuple[int, int, int, int]], bytes]:
    """(D_g, D_x, Y_g, Y_x) of every pair, and the proof."""

def verify_baff_a1(session: Fields, verifier: bytes, statement: Fields, setup: Fields, encoding: bytes) -> None: ...
def prove_bexact(
    session: Fields, verifier: bytes, statement: Fields, witness: Fields, setup: Fields, seed: bytes
) -> bytes:
    """setup: {"nh", "t", "s": [s_1, ...]} and optionally "tables"; or the owner's {"p", "q", "lam": [...], "t"}."""

def verify_bexact(session: Fields, verifier: bytes, statement: Fields, setup: Fields, encoding: bytes) -> None: ...
def verify_bexact_batch(
    session: Fields, verifier: bytes, statement: Fields, setup: Fields, encodings: Sequence[bytes], seed: bytes
) -> list[str]:
    """Many proofs of one statement: what is wrong with each, or ""; seed: of the weights."""

def three_squares(n: int, seed: bytes) -> tuple[int, int, int]: ...

# The grid. setup: {"nh", "t", "s": [s_1, ...]} or the owner's {"p", "q", "t", "lam": [lam_1, ...]}.
def prove_baff_grid(
    session: Fields, verifier: bytes, statement: Fields, witness: Fields, setup: Fields, seed: bytes
) -> tuple[list[tuple[int, int, int, int]], bytes]: ...
def verify_baff_grid(session: Fields, verifier: bytes, statement: Fields, setup: Fields, encoding: bytes) -> None: ...
def verify_batch(
    requests: Sequence[tuple[str, Fields, Fields, Fields, bytes]], seed: bytes, owner: tuple[int, int] | None = None
) -> list[str]:
    """requests: (proof, context, statement, setup, encoding) of enc-elg, aff-g and the grid, "baff", whose context is
    the session with the verifier. What is wrong with each, or ""; seed: of the weights; owner: the primes of the
    verifier's key, whose equations are then checked by plaintexts."""

# Generators of a party.
def generator_list(generators: Generators, party: int) -> tuple[int, int, list[int]]:
    """(Nh, t, [s_1, ...])."""

def generator_commitment(generators: Generators, party: int, x: Sequence[int], mu: int) -> int:
    """s_1^x_1 s_2^x_2 ... t^mu mod Nh; of one's own by its trapdoor."""

# Powers. how: public, secret, secret natural, secret base, table, secret table; nth, secret nth: the exponent is taken
# to be N, the modulus must be its square. Every second factor is secret.
def modexp(base: int, exponent: int, modulus: Modulus, how: str, *, squared: bool = False, spare_bits: int = 0) -> int:
    """spare_bits: by how much the declared width of the exponent exceeds its length."""

def multi_modexp(
    powers: Sequence[tuple[int, int, str]],
    modulus: Modulus,
    factors: Sequence[int] = (),
    *,
    squared: bool = False,
    spare_bits: int = 0,
) -> int:
    """powers: (base, exponent, how)."""

def batch_modexp(
    groups: Sequence[tuple[Modulus, bool, Sequence[tuple[Sequence[tuple[int, int, str]], Sequence[int]]]]],
    *,
    spare_bits: int = 0,
) -> list[int]:
    """One engine run. groups: (modulus, squared, its products as (powers, factors)); tables are shared in a group."""

def nth_power(r: int, n: Modulus, secret: bool) -> int: ...
def encrypt(m: int, r: int, n: Modulus) -> int: ...
def decrypt(c: int, primes: tuple[int, int]) -> int: ...
def multiply(k: int, point: bytes) -> bytes: ...
def multiply_base(k: int) -> bytes: ...

# Transcripts. Items: (kind, value) or (kind, value, length); reads: (kind,) or (kind, length or modulus).
def te(items: Sequence[tuple[Any, ...]]) -> bytes: ...
def challenges(items: Sequence[tuple[Any, ...]], reads: Sequence[tuple[Any, ...]]) -> list[int | bytes]: ...
def session_id(**fields: Any) -> bytes: ...
def combined_sid(pre: bytes, values: Sequence[bytes]) -> bytes: ...
def joint_rid(ssid: bytes, parts: Sequence[bytes]) -> bytes: ...
def share_mask(ssid: bytes, rid: bytes, dealer: int, receiver: int, shared: bytes) -> int: ...
def rerandomiser(
    ssid: bytes, id: bytes, gamma: bytes, child_key: bytes, signers: Sequence[int], digest: bytes
) -> int: ...
def aux_digest(profile: str, rows: Sequence[tuple[int, bytes, int, int, int, int]]) -> bytes:
    """rows: (index, pid, N, Nh, s, t)."""

def key_record_digest(
    profile: str,
    key_id: str,
    epoch: int,
    threshold: int,
    members: Sequence[tuple[int, bytes]],
    public_key: bytes,
    public_shares: Sequence[bytes],
    chain_code: bytes,
    aux_digest: bytes,
) -> bytes:
    """members: (index, pid)."""

def confirmation(ssid: bytes, base_digest: bytes, result_digest: bytes) -> bytes: ...
