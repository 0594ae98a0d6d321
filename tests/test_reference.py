"""The readable twin against hand calculations, published vectors and cheating provers.  All proofs at TOY size."""

import ast
import hashlib
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from math import gcd, isqrt, prod
from pathlib import Path
from typing import Any

import pytest

from mpc_fast import reference
from mpc_fast.reference import aff_g, curve, elog, enc_elg, fac, mod, numbers, paillier, params, pedersen, prm, sch
from mpc_fast.reference import transcript as tr
from mpc_fast.reference.context import Context, challenges
from mpc_fast.reference.curve import G, O, Point, q
from mpc_fast.reference.errors import DecodeError, ModulusError, ProofError
from mpc_fast.reference.paillier import PaillierKey, PaillierSecret
from mpc_fast.reference.params import C112, S128, TOY
from mpc_fast.reference.rng import SeededRng, SystemRng
from mpc_fast.reference.wire import Reader, signed

KEYS = {
    party: {name: int(value, 16) for name, value in primes.items()}
    for party, primes in json.loads((Path(__file__).parent / "vectors/reference_toy.json").read_text()).items()
}
ALICE = PaillierSecret(KEYS["alice"]["p"], KEYS["alice"]["q"])
BOB = PaillierSecret(KEYS["bob"]["p"], KEYS["bob"]["q"])
ALICE_SETUP, ALICE_TRAPDOOR = pedersen.setup(KEYS["alice"]["hp"], KEYS["alice"]["hq"], SeededRng(b"alice"))
BOB_SETUP, _ = pedersen.setup(KEYS["bob"]["hp"], KEYS["bob"]["hq"], SeededRng(b"bob"))

CTX = Context(
    TOY,
    ssid=b"S" * 32,
    round=3,
    prover=b"A" * 32,
    verifier=b"B" * 32,
    slot="slot",
    index=1,
    rid=b"R" * 32,
)


pytestmark = pytest.mark.usefixtures("toy_profile")


# ---- The proofs, one honest instance of each.  Alice proves to Bob.


@dataclass(frozen=True)
class Case:
    """One honest statement: how to prove it, how to verify a proof of it."""

    name: str
    prove: Callable[[Context], Any]
    verify: Callable[[Context, Any], None]
    proof_type: Any


def enc_elg_case(x: int = 12345) -> Case:
    rng = SeededRng(b"enc-elg statement")
    a, b, rho = rng.nonzero_scalar() * G, rng.nonzero_scalar(), rng.unit(ALICE.key.n)
    st = enc_elg.Statement(ALICE.key, ALICE.key.encrypt(x, rho), a, b * G, b * a + x * G)
    wit = enc_elg.Witness(x, rho, b)
    return Case(
        "enc-elg",
        lambda ctx: enc_elg.prove(ctx, st, wit, BOB_SETUP, SeededRng(b"enc-elg")),
        lambda ctx, proof: enc_elg.verify(ctx, st, proof, BOB_SETUP),
        enc_elg.Proof,
    )


def aff_g_case(x: int = 12345, y: int = -67890) -> Case:
    rng = SeededRng(b"aff-g statement")
    n0, n1 = BOB.key, ALICE.key
    rho, rho_y = rng.unit(n0.n), rng.unit(n1.n)
    c = n0.encrypt(777, rng.unit(n0.n))
    d = n0.add(n0.mul(x, c), n0.encrypt(y, rho))
    assert BOB.decrypt(d) == 777 * x + y
    st = aff_g.Statement(n0, n1, c, d, n1.encrypt(y, rho_y), x * G)
    wit = aff_g.Witness(x, y, rho, rho_y)
    return Case(
        "aff-g",
        lambda ctx: aff_g.prove(ctx, st, wit, BOB_SETUP, SeededRng(b"aff-g")),
        lambda ctx, proof: aff_g.verify(ctx, st, proof, BOB_SETUP),
        aff_g.Proof,
    )


def elog_case(y: int = 12345, lam: int = 67890) -> Case:
    x, h = 5 * G, 7 * G
    st = elog.Statement(lam * G, lam * x + y * G, x, y * h, h)
    return Case(
        "elog",
        lambda ctx: elog.prove(ctx, st, elog.Witness(y, lam), SeededRng(b"elog")),
        lambda ctx, proof: elog.verify(ctx, st, proof),
        elog.Proof,
    )


def sch_case(x: int = 12345) -> Case:
    st = sch.Statement(x * G)
    return Case(
        "sch",
        lambda ctx: sch.prove(ctx, st, sch.Witness(x), SeededRng(b"sch")),
        lambda ctx, proof: sch.verify(ctx, st, proof),
        sch.Proof,
    )


def mod_case() -> Case:
    st = mod.Statement(ALICE.key.n)
    return Case(
        "mod",
        lambda ctx: mod.prove(ctx, st, mod.Witness(ALICE.p, ALICE.q), SeededRng(b"mod")),
        lambda ctx, proof: mod.verify(ctx, st, proof, SystemRng()),
        mod.Proof,
    )


def prm_case() -> Case:
    st = prm.Statement(ALICE_SETUP.nh, ALICE_SETUP.s, ALICE_SETUP.t)
    wit = prm.Witness(ALICE_TRAPDOOR.lam, ALICE_TRAPDOOR.phi)
    return Case(
        "prm",
        lambda ctx: prm.prove(ctx, st, wit, SeededRng(b"prm")),
        lambda ctx, proof: prm.verify(ctx, st, proof),
        prm.Proof,
    )


def fac_case() -> Case:
    st = fac.Statement(ALICE.key.n)
    return Case(
        "fac",
        lambda ctx: fac.prove(ctx, st, fac.Witness(ALICE.p, ALICE.q), BOB_SETUP, SeededRng(b"fac")),
        lambda ctx, proof: fac.verify(ctx, st, proof, BOB_SETUP),
        fac.Proof,
    )


CASES = {
    case.name: case
    for case in (sch_case(), enc_elg_case(), aff_g_case(), elog_case(), mod_case(), prm_case(), fac_case())
}
ALL = pytest.mark.parametrize("name", CASES)


@cache
def honest(name: str) -> Any:
    return CASES[name].prove(CTX)


def rejects(check: str, verify: Callable[..., None], *args: Any) -> None:
    with pytest.raises(ProofError) as caught:
        verify(*args)
    assert caught.value.check == check


# SHA-256 of the encodings of the honest proofs above: any implementation makes the same bytes from the same seeds.
FROZEN = {
    "sch": "0d9552fbd1ed238c6fb4d381fbcc79ee3aef11deb296502060ec80f05c6ecd42",
    "enc-elg": "92664104ec3121b3a40d94af4735fdf321f1f23fb9abf570b2370f10c57c0573",
    "aff-g": "8f8fa63e29bfc2f7c6d7e7adc6442c93d2634910fd4603387dc3803f9b341ae6",
    "elog": "5ef1172efad16d75b0dd8ab7a641cc7310545869a83f8ec4ed0d7cbae004af7a",
    "mod": "22f6573bea4d4b1602543942453e96af9361aee0ee8ff54c70976956b5627516",
    "prm": "0f60d3b80202ac64b06523941ba42018a1e29114b34571d69583e3b7f10b7fda",
    "fac": "9462ab40ccf45b6ce60c304836c413c58b842e0c5f7ddf48d29bdd7a7e4bdcd6",
}


@ALL
def test_honest_proof_verifies_and_is_frozen(name: str) -> None:
    proof = honest(name)
    CASES[name].verify(CTX, proof)
    assert hashlib.sha256(proof.encode(TOY)).hexdigest() == FROZEN[name]


@ALL
def test_proofs_with_the_challenges_of_s128(name: str) -> None:
    """Challenges, ranges and repetitions of S128 over moduli of TOY size."""
    ctx = replace(CTX, profile=replace(S128, nb=1024, nhb=1024))
    proof = CASES[name].prove(ctx)
    CASES[name].verify(ctx, proof)
    assert CASES[name].proof_type.decode(proof.encode(ctx.profile), ctx.profile) == proof
    with pytest.raises(ProofError):
        CASES[name].verify(replace(ctx, slot="other"), proof)


@pytest.mark.parametrize("x", [0, 2**256, -(2**256)])
def test_enc_elg_is_complete_at_range_corners(x: int) -> None:
    case = enc_elg_case(x)
    case.verify(CTX, case.prove(CTX))


@pytest.mark.parametrize(("x", "y"), [(2**256, 2**608), (-(2**256), -(2**608)), (1, 0)])
def test_aff_g_is_complete_at_range_corners(x: int, y: int) -> None:
    case = aff_g_case(x, y)
    case.verify(CTX, case.prove(CTX))


def test_statements_with_identity_points_are_refused() -> None:
    case = aff_g_case(x=0)  # X = O
    rejects("X != O", case.verify, CTX, case.prove(CTX))
    case = elog_case(y=0)
    rejects("Y != O", case.verify, CTX, case.prove(CTX))
    case = sch_case(x=0)
    rejects("X != O", case.verify, CTX, case.prove(CTX))


def mutants(value: Any) -> Iterator[tuple[str, Any]]:
    """`value` with one leaf changed at a time; in vectors the last element only."""
    if isinstance(value, Point):
        yield "", value + G
    elif isinstance(value, int):
        yield "", value + 1
    elif isinstance(value, tuple):
        for path, changed in mutants(value[-1]):
            yield f"[-1]{path}", (*value[:-1], changed)
    else:
        for field in fields(value):
            for path, changed in mutants(getattr(value, field.name)):
                yield f".{field.name}{path}", replace(value, **{field.name: changed})


@ALL
def test_every_changed_field_is_rejected(name: str) -> None:
    case = CASES[name]
    changed = list(mutants(honest(name)))
    leaves = {"sch": 2, "enc-elg": 9, "aff-g": 13, "elog": 5, "mod": 5, "prm": 2, "fac": 10}
    assert len(changed) == leaves[name]
    for path, proof in changed:
        with pytest.raises(ProofError) as caught:
            case.verify(CTX, proof)
        assert caught.value.proof == name, path


OTHER_CONTEXTS = {
    "ssid": replace(CTX, ssid=b"T" * 32),
    "round": replace(CTX, round=4),
    "prover": replace(CTX, prover=b"C" * 32),
    "verifier": replace(CTX, verifier=b"C" * 32),
    "public": replace(CTX, verifier=None),
    "slot": replace(CTX, slot="other"),
    "index": replace(CTX, index=2),
    "no index": replace(CTX, index=None),
    "rid": replace(CTX, rid=b"Q" * 32),
    "no rid": replace(CTX, rid=None),
}


@ALL
def test_proof_is_rejected_in_another_context(name: str) -> None:
    for ctx in OTHER_CONTEXTS.values():
        with pytest.raises(ProofError):
            CASES[name].verify(ctx, honest(name))


def test_every_context_field_changes_the_challenge() -> None:
    numbers_ = ("nb", "nhb", "l", "cb", "eps", "lp", "es", "m_prm", "m_mod", "kap")
    assert [f.name for f in fields(TOY)] == ["name", *numbers_, "kappa", "sigma"]
    for name in ("kappa", "sigma"):  # of the batch proofs only
        assert replace(CTX, profile=replace(TOY, **{name: 8})).items() == CTX.items()
    profiles = [replace(CTX, profile=replace(TOY, **{name: getattr(TOY, name) + 1})) for name in numbers_]
    contexts = [CTX, *OTHER_CONTEXTS.values(), *profiles]
    seen = {challenges(proof, ctx).read(64) for ctx in contexts for proof in ("sch", "elog")}
    assert len(seen) == 2 * len(contexts)


# ---- Encodings


@ALL
def test_encoding_round_trip_and_length(name: str) -> None:
    proof, proof_type = honest(name), CASES[name].proof_type
    data = proof.encode(TOY)
    assert proof_type.decode(data, TOY) == proof
    for wrong in (b"", data[:-1], data + b"\0", data[1:]):
        with pytest.raises(DecodeError):
            proof_type.decode(wrong, TOY)


def test_s128_sizes_are_those_of_appendix_a() -> None:
    proofs: dict[Any, int] = {
        enc_elg.Proof(enc_elg.FirstMessage(1, 1, 1, G, G), 1, 1, 1, 1): 2596,
        aff_g.Proof(aff_g.FirstMessage(1, G, 1, 1, 1, 1, 1), 1, 1, 1, 1, 1, 1): 5157,
        elog.Proof(elog.FirstMessage(G, G, G), 1, 1): 163,
        sch.Proof(G, 1): 65,
        mod.Proof(1, (mod.Entry(1, 1, 0, 1),) * 129): 99_585,
        prm.Proof((1,) * 128, (1,) * 128): 49_168,
        fac.Proof(fac.FirstMessage(1, 1, 1, 1, 1), 1, 1, 1, 1, 1): 4325,
    }
    for proof, size in proofs.items():
        data = proof.encode(S128)
        assert len(data) == size
        assert type(proof).decode(data, S128) == proof


# Offsets of fields in the TOY encodings: residues mod N and Nh 128 bytes, mod N^2 256, z1 of enc-elg 1 + 40.
@pytest.mark.parametrize(
    ("name", "at", "bad"),
    [
        ("enc-elg", 512, b"\x04"),  # Y: prefix
        ("enc-elg", 512, bytes(33)),  # Y = O
        ("enc-elg", 512, b"\x02" + curve.p.to_bytes(32, "big")),  # Y: x >= p
        ("enc-elg", 578, b"\x02"),  # z1: sign
        ("enc-elg", 578, b"\x01" + bytes(40)),  # z1 = -0
        ("enc-elg", -32, q.to_bytes(32, "big")),  # w = q
        ("aff-g", 256, b"\x00"),  # Bx: prefix
        ("aff-g", 1057, b"\xff"),  # z1: sign
        ("sch", 33, b"\xff" * 32),  # z >= q
        ("elog", 33, b"\x02" + (5).to_bytes(32, "big")),  # N: 5^3 + 7 is not a square
        ("mod", 128 + 256, b"\x04"),  # ab > 3
        ("fac", 640, b"\x02"),  # z1: sign
    ],
)
def test_non_canonical_bytes_are_refused(name: str, at: int, bad: bytes) -> None:
    data = bytearray(honest(name).encode(TOY))
    at %= len(data)
    data[at : at + len(bad)] = bad
    with pytest.raises(DecodeError):
        CASES[name].proof_type.decode(bytes(data), TOY)


def test_prm_padding_bits_must_be_zero() -> None:
    profile = replace(TOY, m_prm=15)
    data = prm.Proof((0,) * 15, (1,) * 15).encode(profile)
    prm.Proof.decode(data, profile)
    with pytest.raises(DecodeError):
        prm.Proof.decode(b"\x00\x80" + data[2:], profile)


def test_wire_integers() -> None:
    for value in (0, 1, -1, 255, -255, 511, -511):
        data = signed(value, 9)
        assert len(data) == 3
        assert Reader(data).signed(9) == value
    assert signed(-258, 9) == b"\x01\x01\x02"
    with pytest.raises(OverflowError):
        signed(512, 9)
    for bad in (b"\x00\x02\x00", b"\x01\x00\x00", b"\x02\x00\x01", b"\x00\x00"):
        with pytest.raises(DecodeError):
            Reader(bad).signed(9)
    assert Reader(b"\x04").nat(1, 5) == 4
    with pytest.raises(DecodeError):
        Reader(b"\x05").nat(1, 5)


# ---- Cheating provers: what each check of section 3 stops


def test_enc_elg_ranges_and_membership() -> None:
    case, proof = CASES["enc-elg"], honest("enc-elg")
    rejects("z1 range", case.verify, CTX, replace(proof, z1=2**320))
    rejects("z1 range", case.verify, CTX, replace(proof, z1=-(2**320)))
    rejects("enc(z1; z2)", case.verify, CTX, replace(proof, z1=2**320 - 1))
    rejects("z3 length", case.verify, CTX, replace(proof, z3=2**1344))
    rejects("w range", case.verify, CTX, replace(proof, w=proof.w + q))
    rejects("z2 unit", case.verify, CTX, replace(proof, z2=proof.z2 + ALICE.key.n))
    rejects("z2 unit", case.verify, CTX, replace(proof, z2=ALICE.p))
    rejects("D unit", case.verify, CTX, replace(proof, first=replace(proof.first, cap_d=ALICE.q)))
    rejects("S unit", case.verify, CTX, replace(proof, first=replace(proof.first, cap_s=0)))
    rejects("T unit", case.verify, CTX, replace(proof, first=replace(proof.first, cap_t=BOB_SETUP.nh)))
    rejects("Y != O", case.verify, CTX, replace(proof, first=replace(proof.first, cap_y=O)))


def test_aff_g_ranges_and_membership() -> None:
    case, proof = CASES["aff-g"], honest("aff-g")
    rejects("z1 range", case.verify, CTX, replace(proof, z1=2**320))
    rejects("z2 range", case.verify, CTX, replace(proof, z2=-(2**672)))
    rejects("z1 C + enc(z2; w)", case.verify, CTX, replace(proof, z2=2**672 - 1))
    rejects("z4 length", case.verify, CTX, replace(proof, z4=2**1344))
    rejects("w unit", case.verify, CTX, replace(proof, w=0))
    rejects("w_y unit", case.verify, CTX, replace(proof, w_y=ALICE.q))
    rejects("By unit", case.verify, CTX, replace(proof, first=replace(proof.first, cap_by=ALICE.p)))


def test_mod_cheats() -> None:
    case, proof, n = CASES["mod"], honest("mod"), ALICE.key.n
    rejects("w unit", case.verify, CTX, replace(proof, w=0))
    rejects("w unit", case.verify, CTX, replace(proof, w=n))
    rejects("w unit", case.verify, CTX, replace(proof, w=proof.w + n))
    rejects("Jacobi(w|N) = -1", case.verify, CTX, replace(proof, w=4))
    rejects("count", case.verify, CTX, replace(proof, entries=()))
    rejects("count", case.verify, CTX, replace(proof, entries=proof.entries[1:]))
    first, rest = proof.entries[0], proof.entries[1:]
    rejects("x unit", case.verify, CTX, replace(proof, entries=(replace(first, x=0), *rest)))
    rejects("z unit", case.verify, CTX, replace(proof, entries=(replace(first, z=ALICE.p), *rest)))
    rejects("a, b bits", case.verify, CTX, replace(proof, entries=(replace(first, a=2), *rest)))
    rejects("x^4", case.verify, CTX, replace(proof, entries=(replace(first, a=1 - first.a), *rest)))
    rejects("x^4", case.verify, CTX, replace(proof, entries=(replace(first, b=1 - first.b), *rest)))


def test_mod_refuses_other_moduli() -> None:
    proof, rng = honest("mod"), SystemRng()
    prime = 2**1024 - 105  # the largest below 2^1024
    assert numbers.is_prime(prime, rng)
    for check, n in [
        ("N odd", ALICE.key.n + 1),
        ("N length", ALICE.key.n >> 2 | 1),
        ("N composite", prime),
        ("N not a perfect power", ALICE.p**2),
    ]:
        rejects(check, mod.verify, CTX, mod.Statement(n), proof, rng)


def test_prm_cheats() -> None:
    proof, setup = honest("prm"), ALICE_SETUP
    nh, s, t = setup.nh, setup.s, setup.t
    for check, st in [
        ("Nh length", prm.Statement(nh >> 1 | 1, s, t)),
        ("Nh odd", prm.Statement(nh + 1, s, t)),
        ("s unit", prm.Statement(nh, 0, t)),
        ("t unit", prm.Statement(nh, s, t + nh)),
        ("s != +-1", prm.Statement(nh, 1, t)),
        ("t != +-1", prm.Statement(nh, s, nh - 1)),
        ("s != t", prm.Statement(nh, t, t)),
        ("bits", prm.Statement(nh, nh - s, t)),  # s = -t^lam: Nh = 1 mod 4, so the Jacobi symbol does not see it
        ("bits", prm.Statement(nh, s * t % nh, t)),
    ]:
        rejects(check, prm.verify, CTX, st, proof)
    st = prm.Statement(nh, s, t)
    rejects("count", prm.verify, CTX, st, prm.Proof((), ()))
    rejects("count", prm.verify, CTX, st, replace(proof, z=proof.z[1:]))
    rejects("z range", prm.verify, CTX, st, replace(proof, z=(proof.z[0] + nh, *proof.z[1:])))


def test_fac_cheats() -> None:
    case, proof, n = CASES["fac"], honest("fac"), ALICE.key.n
    bound = isqrt(n) << (TOY.l + TOY.eps)
    rejects("z1 range", case.verify, CTX, replace(proof, z1=bound))
    rejects("z2 range", case.verify, CTX, replace(proof, z2=-bound))
    rejects("com(z1; w1)", case.verify, CTX, replace(proof, z1=bound - 1))
    rejects("v length", case.verify, CTX, replace(proof, v=2**2368))
    rejects("N0 length", fac.verify, CTX, fac.Statement(n << 1), proof, BOB_SETUP)
    with pytest.raises(ProofError):
        fac.verify(CTX, fac.Statement(BOB.key.n), proof, BOB_SETUP)
    with pytest.raises(ProofError):
        fac.verify(CTX, fac.Statement(n), proof, ALICE_SETUP)


def test_sch_split_form_is_the_proof() -> None:
    st, wit = sch.Statement(12345 * G), sch.Witness(12345)
    nonce = sch.commit(SeededRng(b"sch"))
    assert nonce.cap_a == nonce.a * G
    assert sch.respond(CTX, st, wit, nonce) == honest("sch")
    rejects("z G", sch.verify, CTX, sch.Statement(12346 * G), honest("sch"))


# ---- Transcript


def item(tag: int, payload: bytes) -> bytes:
    """Written independently of transcript.py."""
    return bytes([tag, 0, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


def test_typed_items() -> None:
    eight = bytes(7)
    assert tr.label("ab") == b"\x01" + eight + b"\x02ab"
    assert tr.octets(b"\xff") == b"\x02" + eight + b"\x01\xff"
    assert tr.u64(258) == b"\x03" + eight + b"\x08" + bytes(6) + b"\x01\x02"
    assert tr.nat(5, 3) == b"\x04" + eight + b"\x03\x00\x00\x05"
    assert tr.integer(-5, 2) == b"\x05" + eight + b"\x03\x01\x00\x05"
    assert tr.point(O) == b"\x06" + eight + b"\x21" + bytes(33)
    assert tr.point(G) == b"\x06" + eight + b"\x21" + curve.encode(G)
    assert tr.scalar(7) == b"\x07" + eight + b"\x20" + bytes(31) + b"\x07"
    assert tr.sequence([]) == b"\x08" + eight + b"\x08" + bytes(8)
    assert tr.sequence([tr.octets(b"x")]) == item(8, eight + b"\x01" + item(2, b"x"))
    assert tr.te("n", tr.u64(1)) == item(1, b"n") + item(3, eight + b"\x01")


def test_blake2b_rfc_7693_and_xof() -> None:
    digest = bytes.fromhex(
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
    )
    assert hashlib.blake2b(b"abc").digest() == digest
    blocks = [hashlib.blake2b(bytes([c]) + bytes(7), key=digest).digest() for c in range(3)]
    xof = tr.Xof(b"abc")
    assert [xof.read(n) for n in (1, 100, 91)] == [blocks[0][:1], b"".join(blocks)[1:101], b"".join(blocks)[101:]]
    assert tr.h256("a") == tr.Xof(item(1, b"a")).read(32)


def test_challenge_derivations() -> None:
    stream = tr.Xof(b"c").read(4096)
    natural = int.from_bytes
    assert tr.Xof(b"c").scalar() == natural(stream[:48], "big") % q
    assert tr.Xof(b"c").signed(S128) == curve.bal(natural(stream[:48], "big"))
    assert tr.Xof(b"c").fac(C112) == natural(stream[:32], "big") - 2**255
    assert tr.Xof(b"c").signed(TOY) == tr.Xof(b"c").fac(TOY) == natural(stream[:4], "big") - 2**31
    assert tr.Xof(b"c").unit(ALICE.key.n) == natural(stream[:144], "big") % ALICE.key.n
    bits = tr.Xof(b"c").bits(11)
    assert bits == tuple(natural(stream[:2], "little") >> i & 1 for i in range(11))
    xof = tr.Xof(b"c")
    xof.bits(11)
    assert xof.read(4) == stream[2:6]


def test_sch_challenge_input_byte_by_byte() -> None:
    proof = honest("sch")
    numbers_ = (1024, 1024, 256, 32, 64, 608, 32, 16, 16, 8)
    data = b"".join(
        [
            item(1, b"mpc_fast/v1"),
            item(1, b"sch"),
            item(2, b"S" * 32),
            item(3, (3).to_bytes(8, "big")),
            item(2, b"A" * 32),
            item(1, b"*"),
            item(1, b"slot"),
            item(3, (1).to_bytes(8, "big")),
            item(2, b"R" * 32),
            *(item(3, number.to_bytes(8, "big")) for number in numbers_),
            item(1, b"secp256k1"),
            item(6, curve.encode(12345 * G)),
            item(6, curve.encode(proof.cap_a)),
        ]
    )
    ctx = replace(CTX, verifier=None)
    proof = CASES["sch"].prove(ctx)
    e = tr.Xof(data).scalar()
    assert proof.z * G == proof.cap_a + e * (12345 * G)


SESSION = tr.Session("presign", TOY, b"s" * 32, [(1, b"A" * 32), (2, b"B" * 32)])


def test_ssid_of_a_session_with_few_fields() -> None:
    def counted(*items: bytes) -> bytes:
        return item(8, len(items).to_bytes(8, "big") + b"".join(items))

    def number(value: int) -> bytes:
        return item(3, value.to_bytes(8, "big"))

    members = counted(counted(number(1), item(2, b"A" * 32)), counted(number(2), item(2, b"B" * 32)))
    ids = [item(1, b"ssid"), item(1, b"presign"), number(1), item(1, b"TOY"), item(1, b"secp256k1")]
    absent = item(2, b"")
    rest = [number(2), *[absent] * 9, counted(number(1), number(2)), counted(), *[absent] * 4]
    data = b"".join([*ids, item(2, b"s" * 32), members, *rest])
    assert tr.ssid(replace(SESSION, threshold=2, signers=(1, 2), path=())) == tr.Xof(data).read(32)


def test_every_session_field_changes_ssid() -> None:
    changes: dict[str, Any] = {
        "protocol": "sign",
        "profile": S128,
        "sid": b"t" * 32,
        "participants": [(1, b"A" * 32), (3, b"B" * 32)],
        "threshold": 2,
        "key_id": "key",
        "epoch": 0,
        "public_key": G,
        "public_shares": [G, G],
        "chain_code": b"c" * 32,
        "aux_digest": b"c" * 32,
        "base_digest": b"c" * 32,
        "new_committee": [(1, b"A" * 32)],
        "new_threshold": 2,
        "signers": [1, 2],
        "path": [],
        "child_key": G,
        "proof_mode": 0,
        "presignatures": 0,
        "digest": b"c" * 32,
    }
    assert list(changes) == [field.name for field in fields(SESSION)]
    seen = {tr.ssid(SESSION)} | {tr.ssid(replace(SESSION, **{name: value})) for name, value in changes.items()}
    assert len(seen) == 1 + len(changes)


def test_session_digests_byte_by_byte() -> None:
    def h(*items: bytes) -> bytes:
        return tr.Xof(b"".join(items)).read(32)

    one = (1).to_bytes(8, "big")
    two = (2).to_bytes(8, "big")
    assert tr.pid(b"key") == h(item(1, b"pid"), item(2, b"key"))
    parts = item(8, two + item(2, b"x") + item(2, b"y"))
    assert tr.rid(b"ssid", [b"x", b"y"]) == h(item(1, b"rid"), item(2, b"ssid"), parts)
    row = item(8, (6).to_bytes(8, "big") + item(3, one) + item(2, b"P") + b"".join(item(4, bytes(128)) for _ in "Nhst"))
    entry = tr.AuxEntry(1, b"P", 0, 0, 0, 0)
    assert tr.aux_digest(TOY, [entry]) == h(item(1, b"aux"), item(1, b"TOY"), item(8, one + row))
    masked = item(1, b"mask") + item(2, b"s") + item(2, b"r") + item(3, one) + item(3, two) + item(6, curve.encode(G))
    assert tr.mask(b"s", b"r", 1, 2, G) == tr.Xof(masked).scalar()
    points = item(6, curve.encode(G)) + item(6, curve.encode(2 * G))
    lists = item(8, bytes(8)) + item(8, one + item(3, two))
    rerandomised = item(1, b"rerand") + item(2, b"s") + item(2, b"id") + points + lists + item(2, b"d")
    assert tr.rerand(b"s", b"id", G, 2 * G, [], [2], b"d") == tr.Xof(rerandomised).scalar()


# ---- Randomness


def test_seeded_rng_stream_and_rejection() -> None:
    stream = tr.Xof(b"mpc_fast/test-rng" + b"seed").read(256)
    rng = SeededRng(b"seed")
    assert rng.read(3) + rng.read(5) == stream[:8]
    # below(5): one byte at a time, three bits of it.
    expected = [byte & 7 for byte in stream if byte & 7 < 5]
    rng = SeededRng(b"seed")
    assert [rng.below(5) for _ in range(50)] == expected[:50]
    rng = SeededRng(b"seed")
    assert [rng.signed(2) for _ in range(50)] == [value - 2 for value in expected[:50]]
    rng = SeededRng(b"seed")
    assert [rng.unit(5) for _ in range(30)] == [value for value in expected if value][:30]
    # |256| = 9 bits: two bytes per try.
    tries = [int.from_bytes(stream[i : i + 2], "big") & 511 for i in range(0, 256, 2)]
    assert SeededRng(b"seed").below(256) == next(value for value in tries if value < 256)


def test_system_rng_stays_in_range() -> None:
    rng = SystemRng()
    assert {rng.below(3) for _ in range(200)} == {0, 1, 2}
    assert {rng.signed(1) for _ in range(200)} == {-1, 0, 1}
    assert 0 < rng.nonzero_scalar() < q


# ---- Curve, numbers


def test_curve_known_multiples_and_group_law() -> None:
    two = 0xC6047F9441ED7D6D3045406E95C07CD85C778E4B8CEF3CA7ABAC09B95C709EE5
    assert 2 * G == G + G == Point(two, 0x1AE168FEA63DC339A3C58419466CEAEEF7F632653266D0E1236431A950CFE52A)
    assert (3 * G).x == 0xF9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9
    assert q * G == 0 * G == O == G - G == 5 * O
    assert (q - 1) * G == -G == -1 * G
    assert O + G == G + O == G
    assert O + O == -O == O
    rng = random.Random(1)
    a, b = rng.randrange(q), rng.randrange(q)
    assert a * G + b * G == (a + b) * G
    assert a * (b * G) == a * b * G
    assert a * G - a * G == O


def test_point_encoding() -> None:
    for point in (G, -G, 12345 * G):
        assert curve.decode(curve.encode(point)) == point
    with pytest.raises(ValueError, match="identity"):
        curve.encode(O)
    good = curve.encode(G)
    x_too_large = (curve.p + 1).to_bytes(32, "big")  # x = 1 is on the curve
    assert curve.decode(b"\x02" + (1).to_bytes(32, "big")).x == 1
    for bad in (b"", bytes(33), good[:-1], good + b"\0", b"\x04" + good[1:], b"\x02" + x_too_large):
        with pytest.raises(DecodeError):
            curve.decode(bad)


def test_bal() -> None:
    half = (q - 1) // 2
    assert [curve.bal(x) for x in (0, 1, half, half + 1, q - 1)] == [0, 1, half, -half, -1]


def test_jacobi_against_euler() -> None:
    primes = [3, 5, 7, 11, 13]

    def legendre(a: int, p: int) -> int:
        euler = pow(a, (p - 1) // 2, p)
        return euler - p if euler == p - 1 else euler

    for p in primes:
        for r in primes:
            for a in range(-20, 60):
                assert numbers.jacobi(a, p * r) == legendre(a, p) * legendre(a, r)


def test_primes_powers_crt() -> None:
    rng = SeededRng(b"primes")
    small = [n for n in range(2000) if numbers.is_prime(n, rng)]
    assert small == [n for n in range(2, 2000) if all(n % d for d in range(2, n))]
    assert not numbers.is_prime(prod((6 * 35 + 1, 12 * 35 + 1, 18 * 35 + 1)), rng)  # Carmichael
    assert numbers.is_safe_prime(23, rng)
    assert not numbers.is_safe_prime(29, rng)
    powers = {a**k for a in range(2, 32) for k in range(2, 11)}
    assert [n for n in range(2, 1000) if numbers.is_perfect_power(n)] == sorted(n for n in powers if n < 1000)
    assert numbers.is_perfect_power(ALICE.p**3)
    assert not numbers.is_perfect_power(ALICE.key.n)
    assert all(numbers.crt(x % 7, 7, x % 11, 11) == x for x in range(77))
    assert not numbers.is_unit(0, 7)
    assert not numbers.is_unit(8, 7)


# ---- Paillier, ring-Pedersen


def test_paillier_by_hand() -> None:
    """N = 77, N^2 = 5929.  2^77 = 18 mod 49 and 40 mod 121, so 2^77 = 3791; (1 + 5 * 77) * 3791 = 4792 mod 5929."""
    secret = PaillierSecret(7, 11)
    key = secret.key
    c = key.encrypt(5, 2)
    assert c == 4792
    assert secret.decrypt(c) == 5
    assert secret.nonce(c) == 2
    for m in range(-38, 39):
        for r in (1, 2, 76):
            assert secret.decrypt(key.encrypt(m, r)) == m
            assert secret.nonce(key.encrypt(m, r)) == r
    assert secret.decrypt(key.encrypt(39, 2)) == -38
    other = key.encrypt(-7, 3)
    assert secret.decrypt(key.add(c, other)) == -2
    assert secret.decrypt(key.sub(c, other)) == 12
    assert secret.decrypt(key.mul(-3, c)) == -15
    assert [c for c in range(-1, 5931) if key.is_ciphertext(c)] == [c for c in range(1, 5929) if gcd(c, 77) == 1]
    with pytest.raises(ValueError, match="ciphertext"):
        secret.decrypt(7)


def test_key_rules() -> None:
    rng = SeededRng(b"rules")
    paillier.check_secret(ALICE, 1024, rng)
    p, n, nh = ALICE.p, ALICE.key.n, ALICE_SETUP.nh
    close = p + 4
    while not numbers.is_prime(close, rng):
        close += 4
    for bad, rule in [
        (close, "p - q"),
        (p, "p - q"),
        (ALICE.q >> 1, "top bits"),
        (ALICE.q - 2**510, "top bits"),
        (ALICE.q + 2, "3 mod 4"),
        (ALICE.q + 4, "prime"),
    ]:
        with pytest.raises(ModulusError, match=rule):
            paillier.check_secret(PaillierSecret(p, bad), 1024, rng)
    paillier.check_moduli([n, BOB.key.n], [nh, BOB_SETUP.nh], TOY)
    shared_prime = p * KEYS["bob"]["q"]
    for bad_paillier in ([n, n], [n, shared_prime], [n, nh], [n + 1], [n >> 1], [p * p]):
        with pytest.raises(ModulusError):
            paillier.check_moduli(bad_paillier, [nh], TOY)
    hp, hq = KEYS["alice"]["hp"], KEYS["alice"]["hq"]
    pedersen.check_primes(hp, hq, 1024, rng)
    for bad, rule in [(hp, "distinct"), (p, "safe"), (hq >> 1, "top bits")]:
        with pytest.raises(ModulusError, match=rule):
            pedersen.check_primes(hp, bad, 1024, rng)


def test_pedersen_commitments_are_homomorphic_over_the_integers() -> None:
    setup, nh = ALICE_SETUP, ALICE_SETUP.nh
    assert setup.s == pow(setup.t, ALICE_TRAPDOOR.lam, nh)
    assert 0 <= ALICE_TRAPDOOR.lam < ALICE_TRAPDOOR.phi // 4
    assert setup.commit(5, -3) * setup.commit(-7, 10**40) % nh == setup.commit(-2, 10**40 - 3)
    assert setup.commit(0, 0) == 1


def test_key_of_toy_size_decrypts() -> None:
    rng = SeededRng(b"toy")
    for m in (0, 2**1000, -(2**1000), ALICE.key.n // 2, -(ALICE.key.n // 2)):
        r = rng.unit(ALICE.key.n)
        c = PaillierKey(ALICE.key.n).encrypt(m, r)
        assert (ALICE.decrypt(c), ALICE.nonce(c)) == (m, r)


# ---- Profiles, imports


def test_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    assert params.profile("S128") is S128
    assert params.profile("C112") is C112
    assert params.profile("TOY") is TOY
    assert (S128.ly(2), TOY.ly(2)) == (1280 + 512 + 2, 608 + 64 + 2)
    assert S128.ly(3, presignatures=8) == 1280 + 512 + 4 + 1 + 2
    for value in ("", "0", "true"):
        monkeypatch.setenv(params.TEST_SWITCH, value)
        with pytest.raises(ValueError, match="insecure"):
            params.profile("TOY")
    monkeypatch.delenv(params.TEST_SWITCH)
    with pytest.raises(ValueError, match="insecure"):
        params.profile("TOY")
    with pytest.raises(ValueError, match="unknown"):
        params.profile("s128")


@pytest.mark.parametrize(
    ("condition", "change"),
    [
        (1, {"l": 255}),
        (1, {"eps": 511}),
        (2, {"lp": 1279}),
        (3, {"nb": 1795}),
        (3, {"es": 1290}),
        (4, {"nb": 2046}),
        (5, {"m_prm": 127}),
        (5, {"m_mod": 127}),
        (5, {"kap": 127}),
        (6, {"kappa": 488}),
        (6, {"kappa": 132}),
        (9, {"nhb": 256}),
        (10, {"kappa": 120}),
        (10, {"sigma": 120}),
    ],
)
def test_profile_conditions(condition: int, change: dict[str, Any]) -> None:
    params.assert_consistent(S128)
    with pytest.raises(ValueError, match=f"condition {condition} "):
        params.assert_consistent(replace(S128, **change))


def test_reference_imports_only_itself_and_the_standard_library() -> None:
    assert reference.__file__ is not None
    for path in Path(reference.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path
                names = [] if node.level == 1 else [str(node.module)]
            else:
                continue
            assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), path
