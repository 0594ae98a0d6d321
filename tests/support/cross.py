"""One statement, two provers and two verifiers: the readable twin and the native core, behind one interface.

Party 1 of the prepared keys proves to party 2.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from keys import TwinKeys, twin

from mpc_fast import _native
from mpc_fast.reference import aff_g, curve, elog, enc_elg, fac, mod, prm, sch
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, Point, q
from mpc_fast.reference.errors import DecodeError, ProofError
from mpc_fast.reference.paillier import PaillierKey
from mpc_fast.reference.pedersen import PedersenParams
from mpc_fast.reference.rng import SeededRng, SystemRng

PROOFS = ("sch", "enc-elg", "aff-g", "elog", "mod", "prm", "fac")


def native_context(ctx: Context) -> dict[str, Any]:
    values = {field.name: getattr(ctx, field.name) for field in fields(ctx)}
    return values | {"profile": ctx.profile.name}


def native_fields(value: Any, owner: TwinKeys | None = None) -> dict[str, Any]:
    """The fields of a statement or witness; the owner's Paillier key as its factors."""

    def convert(field: Any) -> Any:
        if isinstance(field, Point):
            return curve.encode_for_transcript(field)
        if isinstance(field, PaillierKey):
            return owner.factors if owner and owner.key == field else field.n
        return field

    return {field.name: convert(getattr(value, field.name)) for field in fields(value)}


@dataclass(frozen=True)
class Verdict:
    """What a verifier says: "accepted", "form" (encoding, membership, ranges, counts) or "equation"; and in words."""

    kind: str
    detail: str = ""


ACCEPTED = Verdict("accepted")


def native_verdict(verify: Callable[[], None]) -> Verdict:
    try:
        verify()
    except _native.NativeError as error:
        return Verdict("equation" if error.detail.endswith(": equation") else "form", f"{error.code}: {error.detail}")
    return ACCEPTED


# Names of the twin's checks that are not about an equation.
FORM = (
    "unit",
    "range",
    "length",
    "!= O",
    "count",
    "bits",
    "= -1",
    "= 1",
    "!= +-1",
    "odd",
    "composite",
    "power",
    "s != t",
    "distinct",
)


def twin_verdict(verify: Callable[[], None]) -> Verdict:
    try:
        verify()
    except DecodeError as error:
        return Verdict("form", str(error))
    except ProofError as error:
        # "bits" is the equation of prm and bprm, "a, b bits" a count of mod.
        form = error.check.endswith(FORM) and error.check != "bits"
        return Verdict("form" if form else "equation", str(error))
    return ACCEPTED


@dataclass(frozen=True)
class Case:
    """A statement with its witness."""

    name: str
    module: Any
    prover: TwinKeys
    verifier: TwinKeys
    statement: Any
    witness: Any
    setup: PedersenParams | None = None  # the verifier's, where the proof is for one verifier

    @property
    def context(self) -> Context:
        verifier = None if self.name in ("sch", "elog", "mod", "prm") else b"V" * 32
        index = 1 if self.name == "sch" else None
        rid = b"R" * 32 if self.name in ("sch", "mod", "fac") else None
        return Context(self.prover.profile, b"S" * 32, 4, b"P" * 32, verifier, self.name, index, rid)

    def native_prove(self, ctx: Context, seed: bytes, *, owned: bool = True, tables: bool = False) -> bytes:
        """owned: the prover's key is given by its factors."""
        witness = native_fields(self.witness)
        if self.name == "prm":
            witness |= {"p": self.prover.trapdoor.p, "q": self.prover.trapdoor.q}
        statement = native_fields(self.statement, self.prover if owned else None)
        setup = self.verifier.native_setup(tables=tables) if self.setup else None
        out = _native.testing.prove(self.name, native_context(ctx), statement, witness, setup, seed)
        if isinstance(out, bytes):
            return out
        cap_d, cap_yc, proof = out
        assert (cap_d, cap_yc) == (self.statement.cap_d, self.statement.cap_yc)
        return proof

    def native_verify(self, ctx: Context, proof: bytes, *, owned: bool = True, tables: bool = False) -> None:
        """owned: the verifier's key is given by its factors."""
        statement = native_fields(self.statement, self.verifier if owned else None)
        setup = self.verifier.native_setup(tables=tables) | {"s": self.setup.s} if self.setup else None
        _native.testing.verify(self.name, native_context(ctx), statement, setup, proof)

    def twin_prove(self, ctx: Context, seed: bytes) -> bytes:
        setup = (self.setup,) if self.setup else ()
        proof = self.module.prove(ctx, self.statement, self.witness, *setup, SeededRng(seed))
        encoding: bytes = proof.encode(ctx.profile)
        return encoding

    def twin_verify(self, ctx: Context, proof: bytes) -> None:
        rng = (SystemRng(),) if self.name == "mod" else ()
        setup = (self.setup,) if self.setup else ()
        self.module.verify(ctx, self.statement, self.module.Proof.decode(proof, ctx.profile), *setup, *rng)

    def verdicts(self, ctx: Context, proof: bytes) -> tuple[Verdict, Verdict]:
        """Of the native core and of the twin."""
        return (
            native_verdict(lambda: self.native_verify(ctx, proof)),
            twin_verdict(lambda: self.twin_verify(ctx, proof)),
        )


def enc_elg_case(profile: str, rng: random.Random, x: int | None = None) -> Case:
    prover, verifier = twin(profile, 1), twin(profile, 2)
    key, p = prover.key, prover.profile
    x = rng.randint(-(2**p.l), 2**p.l) if x is None else x
    rho, b = rng.randrange(1, key.n), rng.randrange(q)
    cap_a = rng.randrange(1, q) * G
    st = enc_elg.Statement(key, key.encrypt(x, rho), cap_a, b * G, b * cap_a + x * G)
    return Case("enc-elg", enc_elg, prover, verifier, st, enc_elg.Witness(x, rho, b), verifier.params)


def aff_g_case(profile: str, rng: random.Random, x: int | None = None, y: int | None = None) -> Case:
    prover, verifier = twin(profile, 1), twin(profile, 2)
    n0, n1, p = verifier.key, prover.key, prover.profile
    x = rng.randint(-(2**p.l), 2**p.l) if x is None else x
    y = rng.randint(-(2**p.lp), 2**p.lp) if y is None else y
    rho, rho_y = rng.randrange(1, n0.n), rng.randrange(1, n1.n)
    cap_c = n0.encrypt(rng.randrange(-(2**p.l), 2**p.l), rng.randrange(1, n0.n))
    cap_d = n0.add(n0.mul(x, cap_c), n0.encrypt(y, rho))
    st = aff_g.Statement(n0, n1, cap_c, cap_d, n1.encrypt(y, rho_y), x * G)
    return Case("aff-g", aff_g, prover, verifier, st, aff_g.Witness(x, y, rho, rho_y), verifier.params)


def case(name: str, profile: str, seed: int | str = 0) -> Case:
    """A random statement; equal seeds give equal ones."""
    rng = random.Random(f"{name} {profile} {seed}")
    prover, verifier = twin(profile, 1), twin(profile, 2)
    own = prover.paillier
    if name == "enc-elg":
        return enc_elg_case(profile, rng)
    if name == "aff-g":
        return aff_g_case(profile, rng)
    if name == "sch":
        x = rng.randrange(1, q)
        return Case(name, sch, prover, verifier, sch.Statement(x * G), sch.Witness(x))
    if name == "elog":
        y, lam = rng.randrange(1, q), rng.randrange(q)
        cap_x, h = rng.randrange(1, q) * G, rng.randrange(1, q) * G
        elog_st = elog.Statement(lam * G, lam * cap_x + y * G, cap_x, y * h, h)
        return Case(name, elog, prover, verifier, elog_st, elog.Witness(y, lam))
    if name == "mod":
        return Case(name, mod, prover, verifier, mod.Statement(own.key.n), mod.Witness(own.p, own.q))
    if name == "prm":
        params, trapdoor = prover.params, prover.trapdoor
        prm_st = prm.Statement(params.nh, params.s, params.t)
        return Case(name, prm, prover, verifier, prm_st, prm.Witness(trapdoor.lam, trapdoor.phi))
    if name == "fac":
        fac_wit = fac.Witness(own.p, own.q)
        return Case(name, fac, prover, verifier, fac.Statement(own.key.n), fac_wit, verifier.params)
    raise ValueError(name)


def mutants(value: Any) -> Iterator[tuple[str, Any]]:
    """A proof or statement with one leaf changed at a time; of vectors the first, the middle and the last element."""
    if isinstance(value, Point):
        yield "", value + G
    elif isinstance(value, PaillierKey):
        yield ".n", PaillierKey(value.n + 2)
    elif isinstance(value, int):
        yield "", value ^ 1 if value in (0, 1) else value + 1  # a bit stays one
    elif isinstance(value, tuple):
        for i in sorted({0, len(value) // 2, len(value) - 1}):
            for path, changed in mutants(value[i]):
                yield f"[{i}]{path}", (*value[:i], changed, *value[i + 1 :])
    else:
        for field in fields(value):
            for path, changed in mutants(getattr(value, field.name)):
                yield f".{field.name}{path}", replace(value, **{field.name: changed})


def contexts(ctx: Context) -> dict[str, Context]:
    """`ctx` with one field changed at a time."""
    other = b"O" * 32
    return {
        "ssid": replace(ctx, ssid=other),
        "round": replace(ctx, round=ctx.round + 1),
        "prover": replace(ctx, prover=other),
        "verifier": replace(ctx, verifier=other),
        "both ends": replace(ctx, verifier=None if ctx.verifier else other),
        "slot": replace(ctx, slot="other"),
        "index": replace(ctx, index=2),
        "index or none": replace(ctx, index=None if ctx.index else 1),
        "rid": replace(ctx, rid=other),
        "rid or none": replace(ctx, rid=None if ctx.rid else b"R" * 32),
    }
