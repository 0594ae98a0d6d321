"""Cheating in auxiliary information: the rows of 7.3 about moduli, mod, prm and fac, at TOY.

The culprit runs on the readable twin and proves again what it changed, as well as the false statement allows. Which of
B-MODULUS, B-MOD and B-FAC a bad modulus leads to is stated in each test.
"""

from collections.abc import Callable
from dataclasses import replace
from math import isqrt
from typing import Any, TypeVar

import gmpy2
import pytest
from parties import new_group, run
from twin_parties import TwinAux
from verdicts import CULPRIT, Recorder, assert_named, assert_nobody_named

from mpc_fast.protocols.adversary import Draft
from mpc_fast.protocols.network import Report
from mpc_fast.reference import fac, mod, prm
from mpc_fast.reference.context import challenges
from mpc_fast.reference.numbers import jacobi
from mpc_fast.reference.paillier import PaillierSecret
from mpc_fast.reference.params import TOY
from mpc_fast.reference.pedersen import PedersenParams
from mpc_fast.reference.rng import SeededRng
from mpc_fast.reference.transcript import nat

pytestmark = pytest.mark.usefixtures("toy_profile")

RNG = SeededRng(b"negative aux")


T = TypeVar("T", bound=TwinAux)


def run_with(kind: type[T], change: Callable[[T], None] = lambda twin: None) -> Report[Any]:
    """A session of two native parties and the culprit."""
    group = new_group("TOY", 3)
    twin = kind(group, CULPRIT)
    change(twin)
    native = [group.aux_party(i) for i in group.indices if i != CULPRIT]
    return run([*native, twin.party()])


def prime(bits: int, residue: int = 3, name: bytes = b"") -> int:
    """A prime = residue mod 4 of exactly so many bits, the two top bits set."""
    start = int.from_bytes(SeededRng(b"prime %d %b" % (bits, name)).read(bits // 8), "big") | 3 << (bits - 2)
    while True:
        start = int(gmpy2.next_prime(start))
        if start % 4 == residue:
            return start


def test_an_honest_twin_is_accepted() -> None:
    report = run_with(TwinAux)
    assert not report.failures
    assert report.results[1].digest == report.results[3].digest


# ---- The modulus N


class OtherModulus(TwinAux):
    """Publishes an N for which the honest proofs cannot be made; answers what it can."""

    factors: tuple[int, ...] = ()

    def publish(self, *factors: int) -> None:
        self.factors = factors
        self.n = 1
        for factor in factors:
            self.n *= factor

    def a3(self) -> bytes:
        return best_effort_mod(self, self.n, self.factors).encode(self.profile)

    def a3_private(self, j: int) -> bytes:
        p = self.factors[0]
        return cheating_fac(self, j, p, self.n // p)


class Unproven(OtherModulus):
    """Nothing can be said for its modulus."""

    def a3(self) -> bytes:
        w = next((w for w in range(2, 100) if self.n % 2 and jacobi(w, self.n) == -1), 2)
        return mod.Proof(w, (mod.Entry(2, 2, 0, 0),) * TOY.m_mod).encode(self.profile)


def best_effort_mod(twin: TwinAux, n: int, factors: tuple[int, ...], w: int | None = None) -> mod.Proof:
    """A mod proof with true answers wherever there are any; phi(N) from the factors, as far as they are prime."""
    context = twin.context(4, "mod", rid=twin.rid)
    size = twin.profile.n_bytes
    while w is None:
        candidate = RNG.below(n)
        w = candidate if jacobi(candidate, n) == -1 else None
    phi = 1
    for factor in factors:
        phi *= factor - 1
    xof = challenges("mod", context, nat(n, size), nat(w, size))
    entries = []
    for _ in range(twin.profile.m_mod):
        y = xof.unit(n)
        z = pow(y, pow(n, -1, phi), n) if pow_exists(n, phi) else 1
        entries.append(fourth_root(y, w, n, factors, z))
    return mod.Proof(w, tuple(entries))


def pow_exists(n: int, phi: int) -> bool:
    return bool(gmpy2.gcd(n, phi) == 1)


def fourth_root(y: int, w: int, n: int, factors: tuple[int, ...], z: int) -> mod.Entry:
    for a in (0, 1):
        for b in (0, 1):
            square = (-1) ** a * w**b * y % n
            if all(f % 4 == 3 and jacobi(square, f) == 1 for f in factors):
                x = 0
                modulus = 1
                for f in factors:
                    root = pow(square, pow((f + 1) // 4, 2, f - 1), f)
                    x += modulus * ((root - x) * pow(modulus, -1, f) % f)
                    modulus *= f
                return mod.Entry(x, z, a, b)
    return mod.Entry(1, z, 0, 0)


def cheating_fac(twin: TwinAux, j: int, p: int, q: int, setup: PedersenParams | None = None) -> bytes:
    """A fac proof whose responses are cut to their fields where they are too long."""
    context = twin.context(4, "fac", j, rid=twin.rid)
    setup = setup or twin.setups[j]
    profile, nh, root = twin.profile, setup.nh, isqrt(twin.n)
    slack = profile.l + profile.eps
    alpha, beta = RNG.signed(root << slack), RNG.signed(root << slack)
    mu, nu = RNG.signed(nh << profile.l), RNG.signed(nh << profile.l)
    x, y = RNG.signed(nh << slack), RNG.signed(nh << slack)
    r = RNG.signed((twin.n * nh) << slack)
    cap_q = setup.commit(q, nu)
    cap_t = pow(cap_q, alpha, nh) * pow(setup.t, r, nh) % nh
    first = fac.FirstMessage(setup.commit(p, mu), cap_q, setup.commit(alpha, x), setup.commit(beta, y), cap_t)
    e = fac._challenge(context, fac.Statement(twin.n), setup, first)
    responses = (alpha + e * p, beta + e * q, x + e * mu, y + e * nu, r - e * nu * p)
    bits = (profile.factor_bits, profile.factor_bits, profile.mask_bits, profile.mask_bits, profile.v_bits)
    cut = (value % (1 << size) if abs(value) >> size else value for value, size in zip(responses, bits, strict=True))
    return fac.Proof(first, *cut).encode(profile)


def test_an_even_modulus_is_b_modulus() -> None:
    report = run_with(Unproven, lambda twin: twin.publish(4, prime(1022)))
    assert_named(report, "B-MODULUS")


@pytest.mark.parametrize("bits", [1008, 1016])
def test_a_short_modulus_is_b_modulus(bits: int) -> None:
    """One that is too long cannot be written down at all."""
    report = run_with(OtherModulus, lambda twin: twin.publish(prime(bits - 512), prime(512)))
    assert_named(report, "B-MODULUS")


def test_a_modulus_one_bit_short_is_b_modulus() -> None:
    def publish(twin: OtherModulus) -> None:
        p = prime(512)
        q = int(gmpy2.next_prime((1 << 1022) // p))
        twin.publish(p, q)
        assert twin.n.bit_length() == 1023

    assert_named(run_with(OtherModulus, publish), "B-MODULUS")


def test_a_prime_modulus_is_b_mod() -> None:
    assert_named(run_with(OtherModulus, lambda twin: twin.publish(prime(1024))), "B-MOD")


def test_the_square_of_a_prime_is_b_mod() -> None:
    assert_named(run_with(Unproven, lambda twin: twin.publish(prime(512), prime(512))), "B-MOD")


def test_three_primes_are_b_mod() -> None:
    def publish(twin: OtherModulus) -> None:
        p, q = prime(336), prime(344)
        r = int(gmpy2.next_prime((3 << 1022) // (p * q)))
        while r % 4 != 3:
            r = int(gmpy2.next_prime(r))
        twin.publish(p, q, r)
        assert twin.n.bit_length() == 1024

    assert_named(run_with(OtherModulus, publish), "B-MOD")


def test_a_prime_factor_that_is_1_mod_4_is_b_mod() -> None:
    assert_named(run_with(OtherModulus, lambda twin: twin.publish(prime(512), prime(512, 1))), "B-MOD")


def test_a_small_factor_is_b_fac() -> None:
    """64 bits. mod holds: it is a Blum modulus."""

    def publish(twin: OtherModulus) -> None:
        small = prime(64)
        large = int(gmpy2.next_prime((3 << 1022) // small))
        while large % 4 != 3:
            large = int(gmpy2.next_prime(large))
        twin.publish(small, large)
        assert twin.n.bit_length() == 1024

    assert_named(run_with(OtherModulus, publish), "B-FAC")


def test_a_copied_modulus_is_b_mod_of_the_copier() -> None:
    """Its factors are unknown, so mod fails; whose modulus it is, is not accused."""

    def publish(twin: OtherModulus) -> None:
        twin.publish(twin.paillier.p, twin.paillier.q)
        twin.n = twin.group.moduli[1][0]

    assert_named(run_with(Unproven, publish), "B-MOD")


def test_a_shared_prime_that_both_know_ends_without_blame() -> None:
    """All proofs hold, so nobody can tell who took it from whom (4.8, B-MODULUS)."""

    def publish(twin: TwinAux) -> None:
        twin.paillier = PaillierSecret(twin.group.primes(1).p, twin.paillier.q)
        twin.n = twin.paillier.key.n

    assert_nobody_named(run_with(TwinAux, publish), "B-MODULUS")


def test_the_ring_pedersen_modulus_of_another_ends_without_blame() -> None:
    """prm says nothing about knowing the factors of Nh, so it can be made for any: with a small lam."""

    def publish(twin: TwinAux) -> None:
        nh = twin.group.moduli[1][1]
        twin.setup = PedersenParams(nh, pow(9, 2, nh), 9)

    assert_nobody_named(run_with(SmallLogarithm, publish), "B-MODULUS")


class SmallLogarithm(TwinAux):
    """Has s = t^2, and a prm proof over the integers that needs no phi(Nh)."""

    def prm(self) -> bytes:
        setup, context = self.setup, self.context(1, "prm")
        a = [RNG.below(setup.nh - 2) for _ in range(TOY.m_prm)]
        cap_a = [pow(setup.t, a_i, setup.nh) for a_i in a]
        bits = prm._challenge(context, prm.Statement(setup.nh, setup.s, setup.t), cap_a)
        return prm.Proof(bits, tuple(a_i + 2 * e_i for a_i, e_i in zip(a, bits, strict=True))).encode(TOY)


# ---- mod


class FalseMod(TwinAux):
    """Changes the proof once it is made."""

    change: Callable[[mod.Proof, int], mod.Proof]

    def a3(self) -> bytes:
        proof = mod.Proof.decode(super().a3(), self.profile)
        return type(self).change(proof, self.n).encode(self.profile)


def entry(proof: mod.Proof, at: int, **values: int) -> mod.Proof:
    entries = list(proof.entries)
    entries[at] = replace(entries[at], **values)
    return replace(proof, entries=tuple(entries))


@pytest.mark.parametrize("at", [7])
@pytest.mark.parametrize(
    "change",
    [
        lambda proof, at: entry(proof, at, x=0),
        lambda proof, at: entry(proof, at, z=0),
        lambda proof, at: entry(proof, at, x=proof.entries[at].x + 1),
        lambda proof, at: entry(proof, at, z=proof.entries[at].z + 1),
        lambda proof, at: entry(proof, at, z=proof.entries[at].x),
        lambda proof, at: entry(proof, at, a=1 - proof.entries[at].a),
        lambda proof, at: entry(proof, at, b=1 - proof.entries[at].b),
    ],
    ids=["x = 0", "z = 0", "x no root", "z no root", "z = x", "a flipped", "b flipped"],
)
def test_a_wrong_entry_of_mod_is_b_mod(change: Callable[[mod.Proof, int], mod.Proof], at: int) -> None:
    class Wrong(FalseMod):
        @staticmethod
        def change(proof: mod.Proof, n: int) -> mod.Proof:
            return change(proof, at)

    assert_named(run_with(Wrong), "B-MOD")


def test_mod_with_w_0_is_b_mod() -> None:
    """CVE-2025-66016: with w = 0 and b = 1 everywhere, 0^4 = 0 would do for any modulus."""

    class Zero(TwinAux):
        def a3(self) -> bytes:
            proof = best_effort_mod(self, self.n, (self.paillier.p, self.paillier.q), w=0)
            entries = tuple(replace(i, x=0, a=0, b=1) for i in proof.entries)
            return replace(proof, entries=entries).encode(self.profile)

    assert_named(run_with(Zero), "B-MOD")


def test_mod_with_w_0_and_x_a_unit_is_b_mod() -> None:
    class Zero(TwinAux):
        def a3(self) -> bytes:
            return best_effort_mod(self, self.n, (self.paillier.p, self.paillier.q), w=0).encode(self.profile)

    assert_named(run_with(Zero), "B-MOD")


def test_mod_with_w_equal_n_is_b_dec() -> None:
    class Modulus(FalseMod):
        @staticmethod
        def change(proof: mod.Proof, n: int) -> mod.Proof:
            return replace(proof, w=n)

    assert_named(run_with(Modulus), "B-DEC")


def test_mod_with_w_of_symbol_1_is_b_mod() -> None:
    """The fourth roots exist as often as they do; -1 is among the reasons why that is not enough."""

    class Square(TwinAux):
        def a3(self) -> bytes:
            return best_effort_mod(self, self.n, (self.paillier.p, self.paillier.q), w=4).encode(self.profile)

    assert_named(run_with(Square), "B-MOD")


@pytest.mark.parametrize("entries", [0, 1, 15, 17])
def test_mod_with_another_number_of_entries_is_b_dec(entries: int) -> None:
    """TOY: 16. Neither an empty vector nor a long one is a proof."""

    class Short(TwinAux):
        def a3(self) -> bytes:
            size, whole = self.profile.n_bytes, super().a3()
            return (whole + whole[size:])[: size + entries * (2 * size + 1)]

    assert_named(run_with(Short), "B-DEC")


def test_mod_of_another_session_is_b_mod() -> None:
    class Replay(TwinAux):
        def a3(self) -> bytes:
            self.rid, rid = bytes(32), self.rid
            proof = super().a3()
            self.rid = rid
            return proof

    assert_named(run_with(Replay), "B-MOD")


# ---- prm


class FalseSetup(TwinAux):
    """Publishes other s, t, and a proof made with the true trapdoor."""

    def set(self, s: int | None = None, t: int | None = None) -> None:
        setup = self.setup
        self.setup = PedersenParams(setup.nh, setup.s if s is None else s, setup.t if t is None else t)


@pytest.mark.parametrize(
    "change",
    [
        lambda twin: twin.set(s=twin.setup.t),
        lambda twin: twin.set(s=1),
        lambda twin: twin.set(t=1),
        lambda twin: twin.set(s=twin.setup.nh - 1),
        lambda twin: twin.set(t=twin.setup.nh - 1),
        lambda twin: twin.set(s=0),
        lambda twin: twin.set(t=0),
        lambda twin: twin.set(s=twin.trapdoor.p),
        lambda twin: twin.set(s=not_a_square(twin.setup.nh)),
        lambda twin: twin.set(s=twin.setup.nh - twin.setup.s),
        lambda twin: twin.set(s=pow(5, 2, twin.setup.nh)),
    ],
    ids=[
        "s = t",
        "s = 1",
        "t = 1",
        "s = -1",
        "t = -1",
        "s = 0",
        "t = 0",
        "s no unit",
        "symbol of s is -1",
        "s = -t^lam",
        "s with another logarithm",
    ],
)
def test_wrong_ring_pedersen_parameters_are_b_prm(change: Callable[[FalseSetup], None]) -> None:
    assert_named(run_with(FalseSetup, change), "B-PRM")


def not_a_square(nh: int) -> int:
    return next(s for s in range(2, 100) if jacobi(s, nh) == -1)


@pytest.mark.parametrize("kind", ["even", "short", "square"])
def test_a_wrong_ring_pedersen_modulus_is_b_modulus(kind: str) -> None:
    """With a proof that holds: that s = t^2 can be shown for every Nh."""

    class Wrong(SmallLogarithm):
        def __init__(self, *place: Any) -> None:
            super().__init__(*place)
            p = prime(512)
            nh = {"even": prime(1016) << 8, "short": prime(504) * p, "square": p * p}[kind]
            self.setup = PedersenParams(nh, pow(9, 2, nh), 9)

    assert_named(run_with(Wrong), "B-MODULUS")


class FalsePrm(TwinAux):
    change: Callable[[prm.Proof, int], prm.Proof]

    def prm(self) -> bytes:
        proof = prm.Proof.decode(super().prm(), self.profile)
        return type(self).change(proof, self.setup.nh).encode(self.profile)


@pytest.mark.parametrize("at", [7])
@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("B-DEC", lambda proof, nh, at: replace(proof, z=replaced(proof.z, at, nh))),
        ("B-DEC", lambda proof, nh, at: replace(proof, z=replaced(proof.z, at, (1 << 1024) - 1))),
        ("B-PRM", lambda proof, nh, at: replace(proof, z=replaced(proof.z, at, (proof.z[at] + 1) % nh))),
        ("B-PRM", lambda proof, nh, at: replace(proof, z=replaced(proof.z, at, 0))),
        ("B-PRM", lambda proof, nh, at: replace(proof, bits=replaced(proof.bits, at, 1 - proof.bits[at]))),
    ],
    ids=["z = Nh", "z longest", "z + 1", "z = 0", "bit flipped"],
)
def test_a_wrong_response_of_prm(code: str, change: Callable[..., prm.Proof], at: int) -> None:
    class Wrong(FalsePrm):
        @staticmethod
        def change(proof: prm.Proof, nh: int) -> prm.Proof:
            return change(proof, nh, at)

    assert_named(run_with(Wrong), code)


def replaced(values: tuple[int, ...], at: int, value: int) -> tuple[int, ...]:
    return (*values[:at], value, *values[at + 1 :])


def test_challenge_bits_of_another_session_are_b_prm() -> None:
    class Replay(TwinAux):
        def prm(self) -> bytes:
            self.ssid, ssid = bytes(32), self.ssid
            proof = super().prm()
            self.ssid = ssid
            return proof

    assert_named(run_with(Replay), "B-PRM")


@pytest.mark.parametrize("size", [0, 2, 2 + 15 * 128, 2 + 17 * 128])
def test_prm_of_another_length_is_b_dec(size: int) -> None:
    """Empty vectors among them; TOY: 2 bytes of bits and 16 responses."""

    class Short(TwinAux):
        def prm(self) -> bytes:
            whole = super().prm()
            return (whole + whole)[:size]

    assert_named(run_with(Short), "B-DEC")


# ---- fac


class FalseFac(TwinAux):
    """To party 1 only; party 3 gets an honest proof."""

    def false(self, j: int) -> bytes:
        raise NotImplementedError

    def a3_private(self, j: int) -> bytes:
        return self.false(j) if j == 1 else super().a3_private(j)


@pytest.mark.parametrize(("response", "sign"), [("z1", 1), ("z1", -1), ("z2", 1), ("z2", -1)])
def test_fac_with_a_response_one_beyond_its_bound_is_b_fac(response: str, sign: int) -> None:
    """|z| = 2^(l+eps) R, which is not below it. That the equations do not hold either, the code does not tell."""

    class Beyond(FalseFac):
        def false(self, j: int) -> bytes:
            proof = fac.Proof.decode(TwinAux.a3_private(self, j), self.profile)
            bound = isqrt(self.n) << (TOY.l + TOY.eps)
            assert bound.bit_length() <= TOY.factor_bits
            changed: dict[str, Any] = {response: sign * bound}
            return replace(proof, **changed).encode(self.profile)

    report = run_with(Beyond)
    assert_named(report, "B-FAC", by=[1])
    assert "out of range" in report.failures[1].findings[0].detail


def test_fac_under_the_parameters_of_another_verifier_is_b_fac() -> None:
    class Other(FalseFac):
        def false(self, j: int) -> bytes:
            while True:
                proof = cheating_fac(self, j, self.paillier.p, self.paillier.q, self.setups[3])
                first = fac.Proof.decode(proof, self.profile).first
                if max(vars(first).values()) < self.setups[j].nh:  # otherwise it would not decode
                    return proof

    assert_named(run_with(Other), "B-FAC", by=[1])


@pytest.mark.parametrize("change", ["verifier", "prover", "session", "rid", "slot"])
def test_fac_of_another_place_is_b_fac(change: str) -> None:
    class Replay(FalseFac):
        def false(self, j: int) -> bytes:
            context = self.context(4, "fac", j, rid=self.rid)
            other: dict[str, dict[str, Any]] = {
                "verifier": {"verifier": self.pids[3]},
                "prover": {"prover": self.pids[3]},
                "session": {"ssid": bytes(32)},
                "rid": {"rid": bytes(32)},
                "slot": {"slot": "mod"},
            }
            witness = fac.Witness(self.paillier.p, self.paillier.q)
            proof = fac.prove(
                replace(context, **other[change]), fac.Statement(self.n), witness, self.setups[j], self.rng
            )
            return proof.encode(self.profile)

    assert_named(run_with(Replay), "B-FAC", by=[1])


def test_fac_for_another_modulus_is_b_fac() -> None:
    class Other(FalseFac):
        def false(self, j: int) -> bytes:
            p, q = prime(512), prime(512, name=b"other")
            context = self.context(4, "fac", j, rid=self.rid)
            return fac.prove(context, fac.Statement(p * q), fac.Witness(p, q), self.setups[j], self.rng).encode(TOY)

    assert_named(run_with(Other), "B-FAC", by=[1])


# ---- Commitment and confirmation


@pytest.mark.parametrize("name", ["rid_part", "u", "n", "setup"])
def test_another_opening_is_b_com(name: str) -> None:
    class Reopened(TwinAux):
        def a2(self) -> bytes:
            other = TwinAux(self.group, self.index)
            other.n = prime(512) * prime(512, name=b"other")
            setattr(self, name, getattr(other, name))
            return super().a2()

        def a3(self) -> bytes:
            return b""  # its turn may come before it hears that it was found out

    assert_named(run_with(Reopened), "B-COM")


def test_a_commitment_under_the_name_of_another_is_b_com() -> None:
    class Swapped(TwinAux):
        def a1(self) -> bytes:
            self.pids[self.index], own = self.pids[1], self.pids[self.index]
            committed = super().a1()
            self.pids[self.index] = own
            return committed

    assert_named(run_with(Swapped), "B-COM")


def test_a_commitment_copied_from_another_cannot_be_opened() -> None:
    class Copier(Recorder):
        copied = 0

        def speak(self, draft: Draft) -> bytes | None:
            payload = super().speak(draft)
            if draft.sender == CULPRIT and draft.round in (1, 3):
                payload = self.sent[draft.round, "bcast", 1, CULPRIT]
                self.copied += 1
            return payload

    # The network lets party 2 speak after party 1 in every round.
    group = new_group("TOY", 3)
    copier = Copier()
    report = run(group.aux_parties(), adversary=copier)
    assert copier.copied == 4
    assert_named(report, "B-COM")


def test_another_confirmation_is_b_conf() -> None:
    class Other(TwinAux):
        def a4(self) -> bytes:
            self.entries.pop()
            return super().a4()

    assert_named(run_with(Other), "B-CONF")
