"""Proofs of a round for batch verification: enc-elg and aff-g of provers 1 and 3 for verifier 2, at TOY."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from cross import native_context, native_fields
from cross_batch import setup_fields
from keys import twin

from mpc_fast.reference import aff_g, bver, enc_elg
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, q
from mpc_fast.reference.params import TOY
from mpc_fast.reference.rng import SeededRng

OWNER = twin("TOY", 2)  # verifies
PIDS = [bytes([party]) * 32 for party in range(6)]


def context(prover: int, slot: str) -> Context:
    return Context(TOY, b"S" * 32, 2, PIDS[prover], PIDS[2], slot)


def enc_elg_claim(prover: int, seed: int = 0) -> bver.EncElg:
    rng, key = random.Random(f"{prover} {seed}"), twin("TOY", prover).key
    x, rho, b = rng.randint(-(2**256), 2**256), rng.randrange(1, key.n), rng.randrange(1, q)
    cap_a = rng.randrange(1, q) * G
    st = enc_elg.Statement(key, key.encrypt(x, rho), cap_a, b * G, b * cap_a + x * G)
    ctx, setup = context(prover, f"psi{seed}"), OWNER.params
    proof = enc_elg.prove(ctx, st, enc_elg.Witness(x, rho, b), setup, SeededRng(f"{prover} {seed}".encode()))
    return bver.EncElg(ctx, st, proof, setup)


def aff_g_claim(prover: int, seed: int = 0) -> bver.AffG:
    rng, n0, n1 = random.Random(f"{prover} {seed}"), OWNER.key, twin("TOY", prover).key
    x, y = rng.randint(-(2**256), 2**256), rng.randint(-(2**608), 2**608)
    rho, rho_y = rng.randrange(1, n0.n), rng.randrange(1, n1.n)
    cap_c = n0.encrypt(rng.randrange(q), rng.randrange(1, n0.n))
    cap_d = n0.add(n0.mul(x, cap_c), n0.encrypt(y, rho))
    st = aff_g.Statement(n0, n1, cap_c, cap_d, n1.encrypt(y, rho_y), x * G)
    ctx, setup = context(prover, f"phi{seed}"), OWNER.params
    wit = aff_g.Witness(x, y, rho, rho_y)
    return bver.AffG(ctx, st, aff_g.prove(ctx, st, wit, setup, SeededRng(f"{prover} {seed}".encode())), setup)


def round_of_proofs() -> list[bver.Claim]:
    """Two provers, two proofs of each kind."""
    return [make(prover, seed) for prover in (1, 3) for make in (enc_elg_claim, aff_g_claim) for seed in (0, 1)]


CLAIMS = round_of_proofs()


def spoiled(claim: bver.Claim) -> bver.Claim:
    """With another response; the challenge stays."""
    if isinstance(claim, bver.EncElg):
        return replace(claim, proof=replace(claim.proof, z2=claim.proof.z2 * 2 % claim.statement.n0.n))
    return replace(claim, proof=replace(claim.proof, w_y=claim.proof.w_y * 2 % claim.statement.n1.n))


Request = tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], bytes]


def requests(claims: Sequence[bver.Claim], own: bool) -> list[Request]:
    """own: the verifier gives its keys and its setup by their factors."""
    secret = OWNER.trapdoor
    ours = {"p": secret.p, "q": secret.q, "lam": secret.lam, "t": OWNER.params.t}
    out = []
    for claim in claims:
        assert claim.setup == OWNER.params
        statement = native_fields(claim.statement, OWNER if own else None)
        setup = ours if own else setup_fields(claim.setup)
        out.append((claim.name, native_context(claim.ctx), statement, setup, claim.proof.encode(TOY)))
    return out


def twisted(field: str, monkeypatch: pytest.MonkeyPatch, seed: int) -> bver.EncElg:
    """An enc-elg whose prover sends -v for one of its values v: C, S, T, D or z2."""
    key, setup = twin("TOY", 1).key, OWNER.params
    claim = enc_elg_claim(1, seed)
    moduli = {"cap_s": setup.nh, "cap_t": setup.nh, "cap_d": key.n2, "z2": key.n}
    rng = random.Random(f"1 {seed}")
    x, rho, b = rng.randint(-(2**256), 2**256), rng.randrange(1, key.n), rng.randrange(1, q)
    st = claim.statement
    if field == "cap_c":
        st = replace(st, cap_c=key.n2 - st.cap_c)

    def negate(make: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **named: make(
            *args, **{name: moduli[name] - v if name == field else v for name, v in named.items()}
        )

    with monkeypatch.context() as patch:
        patch.setattr(enc_elg, "FirstMessage", negate(enc_elg.FirstMessage))
        patch.setattr(enc_elg, "Proof", negate(enc_elg.Proof))
        proof = enc_elg.prove(claim.ctx, st, enc_elg.Witness(x, rho, b), setup, SeededRng(bytes([seed])))
    return replace(claim, statement=st, proof=proof)
