"""BVER of the readable twin: what a passing batch proves, what it does not, and why mod and prm stay alone."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
import small_moduli
from bver_cases import CLAIMS, PIDS, aff_g_claim, enc_elg_claim, spoiled, twisted
from keys import twin

from mpc_fast.reference import aff_g, bver, enc_elg, mod, prm
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, q
from mpc_fast.reference.equations import CommitmentEquation, CurveEquation, EncryptionEquation, Equation
from mpc_fast.reference.errors import ProofError
from mpc_fast.reference.numbers import crt, jacobi
from mpc_fast.reference.params import TOY
from mpc_fast.reference.rng import Rng, SeededRng, SystemRng

pytestmark = pytest.mark.usefixtures("toy_profile")


def verify_alone(claim: bver.Claim) -> None:
    if isinstance(claim, bver.EncElg):
        enc_elg.verify(claim.ctx, claim.statement, claim.proof, claim.setup)
    else:
        aff_g.verify(claim.ctx, claim.statement, claim.proof, claim.setup)


def test_valid_batches_are_accepted() -> None:
    for seed in range(5):
        assert bver.verify(CLAIMS, SeededRng(bytes([seed]))) == {}
    assert bver.verify(CLAIMS[:1], SystemRng()) == {}
    assert bver.verify([], SystemRng()) == {}


def test_one_weight_for_each_equation_that_is_batched() -> None:
    class Counting(Rng):
        count = 0

        def read(self, n: int) -> bytes:
            self.count += 1
            return SystemRng().read(n)

    rng = Counting()
    bver.verify(CLAIMS, rng)
    assert rng.count == 4 * 2 + 4 * 4  # enc-elg: one mod N^2, one mod Nh; aff-g: two and two
    assert bver.WEIGHT_BITS == 128


def test_culprits_are_named_exactly() -> None:
    for bad in [{at} for at in range(len(CLAIMS))] + [{0, 3}, {1, 2, 6, 7}, set(range(8))]:
        claims = [spoiled(claim) if at in bad else claim for at, claim in enumerate(CLAIMS)]
        culprits = bver.verify(claims, SystemRng())
        assert set(culprits) == bad
        for at, error in culprits.items():
            with pytest.raises(ProofError) as caught:
                verify_alone(claims[at])
            assert (caught.value.proof, caught.value.check) == (error.proof, error.check)


def test_form_and_curve_stay_with_each_proof() -> None:
    claim, other = enc_elg_claim(1), aff_g_claim(3)
    far = replace(claim, proof=replace(claim.proof, z1=2**320))
    curve = replace(claim, proof=replace(claim.proof, w=(claim.proof.w + 1) % q))
    foreign = replace(other, ctx=replace(other.ctx, prover=PIDS[1]))
    culprits = bver.verify([CLAIMS[3], far, curve, foreign], SystemRng())
    found = {at: error.check for at, error in culprits.items()}
    assert found == {1: "z1 range", 2: "w A + z1 G", 3: "z1 C + enc(z2; w)"}


# ---- Ten thousand runs over small moduli


KEY = small_moduli.paillier(96)
SETUP, TRAPDOOR = small_moduli.setup(96)


def encryption(rng: random.Random, error: int = 0) -> EncryptionEquation:
    """enc(z; zeta) c^x = A d^e, z wrong by `error`."""
    key = KEY.key
    a, k, x, e = (rng.randrange(-(2**20), 2**20) for _ in range(4))
    r, rho, rho_c = (rng.randrange(1, key.n) for _ in range(3))
    c, d = key.encrypt(7, rho_c), key.encrypt(k, rho)
    first = key.add(key.encrypt(a, r), key.mul(x, c))
    zeta = r * pow(rho, e, key.n) % key.n
    return EncryptionEquation("", key, a + e * k + error, zeta, first, ((d, e),), ((c, x),))


def commitment(rng: random.Random, error: int = 0) -> CommitmentEquation:
    a, k, e = (rng.randrange(-(2**20), 2**20) for _ in range(3))
    mask, mu = rng.randrange(2**120), rng.randrange(2**100)
    first, cap_s = SETUP.commit(a, mask), SETUP.commit(k, mu)
    return CommitmentEquation("", SETUP, a + e * k, mask + e * mu + error, first, cap_s, e)


Maker = Callable[..., Equation]


@pytest.mark.parametrize("make", [encryption, commitment])
def test_one_error_at_any_position_is_found(make: Maker) -> None:
    rng = random.Random(1)
    good = [make(rng) for _ in range(8)]
    assert all(equation.holds() for equation in good)
    assert bver.batches_hold(good, SeededRng(b"good"))
    weights = SeededRng(b"weights")
    for run in range(1000):
        batch = [*good]
        batch[run % 8] = make(rng, error=1 + rng.randrange(2**32))
        assert not batch[run % 8].holds()
        assert not bver.batches_hold(batch, weights)


@pytest.mark.long
@pytest.mark.parametrize("make", [encryption, commitment])
def test_one_error_is_found_in_ten_thousand_runs(make: Maker) -> None:
    rng, weights = random.Random(2), SeededRng(b"many")
    good = [make(rng) for _ in range(4)]
    for run in range(10_000):
        batch = [*good]
        batch[run % 4] = make(rng, error=1)
        assert not bver.batches_hold(batch, weights)


@pytest.mark.parametrize("make", [encryption, commitment])
def test_short_weights_miss_what_they_should(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """8 bits: the error disappears when its weight is 0, once in 256 runs."""
    monkeypatch.setattr(bver, "WEIGHT_BITS", 8)
    rng, weights = random.Random(3), SeededRng(b"short")
    good, bad = make(rng), make(rng, error=1)
    runs = 10_000
    missed = sum(bver.batches_hold([good, bad], weights) for _ in range(runs))
    assert abs(missed - runs / 256) < 5 * (runs / 256) ** 0.5


class Weights(Rng):
    """Whatever weights it is given."""

    def __init__(self, *weights: int) -> None:
        self._weights = list(weights)

    def read(self, n: int) -> bytes:
        return self._weights.pop(0).to_bytes(n, "big")


@pytest.mark.parametrize("make", [encryption, commitment])
def test_errors_that_cancel_for_equal_weights(make: Maker) -> None:
    rng = random.Random(4)
    batch = [make(rng, error=5), make(rng), make(rng, error=-5)]
    assert bver.batches_hold(batch, Weights(99, 3, 99))  # positive control
    for seed in range(200):
        assert not bver.batches_hold(batch, SeededRng(seed.to_bytes(2, "big")))


@pytest.mark.parametrize("make", [encryption, commitment])
def test_a_prover_that_knows_the_weights_cheats(make: Maker) -> None:
    """Positive control: errors in proportion to the weights.  Fresh weights find them."""
    rng = random.Random(5)
    for _ in range(20):
        a, b = rng.randrange(2**128), rng.randrange(2**128)
        batch = [make(rng, error=b), make(rng, error=-a)]
        assert not any(equation.holds() for equation in batch)
        assert bver.batches_hold(batch, Weights(a, b))
        assert not bver.batches_hold(batch, SystemRng())


def test_curve_equations_have_no_weights() -> None:
    wrong = [CurveEquation("", G, 2 * G), CurveEquation("", 2 * G, G)]  # their sum holds
    assert not bver.batches_hold(wrong, Weights())
    assert bver.batches_hold([CurveEquation("", G, G)], Weights())


# ---- Elements of small order


@pytest.mark.parametrize("field", ["cap_s", "cap_t"])
def test_minus_one_mod_nh_passes_a_batch_always(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The integers behind S are not affected.  Alone such a proof may fail: then it is blamed, and rightly."""
    alone = []
    for seed in range(6):
        claim = twisted(field, monkeypatch, seed)
        assert bver.verify([claim, CLAIMS[1]], SystemRng()) == {}
        alone.append(all(equation.holds() for equation in claim.equations()))
    assert not all(alone)
    assert any(alone) == (field == "cap_s")  # (-S)^e = S^e for even e
    # In the company of a culprit it is looked at alone.
    twist = next(
        c for c in (twisted(field, monkeypatch, s) for s in range(6)) if not all(e.holds() for e in c.equations())
    )
    assert set(bver.verify([twist, CLAIMS[1], spoiled(CLAIMS[0])], SystemRng())) == {0, 2}


@pytest.mark.parametrize("field", ["cap_c", "cap_d", "z2"])
def test_minus_one_mod_n2_passes_by_chance_and_changes_no_plaintext(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = twin("TOY", 1).paillier
    claim = next(
        c for c in (twisted(field, monkeypatch, s) for s in range(9)) if not all(e.holds() for e in c.equations())
    )
    accepted = [bver.verify([claim], SystemRng()) == {} for _ in range(20)]
    assert any(accepted)  # even weights
    assert not all(accepted)
    honest = enc_elg_claim(1, int(claim.ctx.slot[3:])).statement.cap_c
    assert owner.decrypt(claim.statement.cap_c) == owner.decrypt(honest)
    assert owner.decrypt(owner.key.n2 - claim.proof.first.cap_d) == owner.decrypt(claim.proof.first.cap_d)


def fourth_root(value: int, signs: tuple[int, ...], factors: list[int]) -> int:
    """The x with x^4 = sign value modulo each factor."""
    root, modulus = 0, 1
    for p, sign in zip(factors, signs, strict=True):
        root = crt(root, modulus, pow(sign * value, pow((p + 1) // 4, 2, (p - 1) // 2), p), p)
        modulus *= p
    return root


def test_three_primes_pass_a_batched_mod_every_other_time() -> None:
    """Each x_i is right up to a root of 1; that has order 2, so its weight must only be even.  mod itself says no."""
    factors = small_moduli.primes(40, 3, "three")
    n = factors[0] * factors[1] * factors[2]
    profile = replace(TOY, nb=n.bit_length())
    ctx = Context(profile, b"S" * 32, 4, PIDS[1], None, "mod")
    rng, passed, trials = random.Random(6), 0, 200
    for _ in range(trials):
        w = 0
        while [jacobi(w, p) for p in factors] != [-1, 1, 1]:
            w = rng.randrange(n)
        entries, left, right = [], 1, 1
        for y in mod._challenge(ctx, mod.Statement(n), w):
            for a, b in product((0, 1), repeat=2):
                value = (-1) ** a * w**b * y % n
                signs = tuple(jacobi(value, p) for p in factors)
                if signs in ((1, 1, 1), (1, -1, 1)):  # one of the four is
                    break
            x, z = (
                fourth_root(value, signs, factors),
                pow(y, pow(n, -1, (factors[0] - 1) * (factors[1] - 1) * (factors[2] - 1)), n),
            )
            entries.append(mod.Entry(x, z, a, b))
            weight = rng.randrange(2**128)
            left, right = left * pow(x, 4 * weight, n) % n, right * pow(value, weight, n) % n
        passed += left == right
        with pytest.raises(ProofError) as caught:
            mod.verify(ctx, mod.Statement(n), mod.Proof(w, tuple(entries)), SystemRng())
        assert caught.value.check == "x^4"
    assert 0.35 < passed / trials < 0.65


def test_a_generator_outside_the_squares_passes_a_batched_prm_every_other_time() -> None:
    """s = -t^lam: each equation is wrong by (-1)^e.  The compact form of prm cannot be batched at all, and says no."""
    nh, t, phi = SETUP.nh, SETUP.t, TRAPDOOR.phi
    lam, rng, passed, trials = TRAPDOOR.lam, random.Random(7), 0, 200
    s = nh - pow(t, lam, nh)
    ctx = Context(replace(TOY, nhb=nh.bit_length()), b"S" * 32, 1, PIDS[1], None, "prm")
    for _ in range(trials):
        a = [rng.randrange(phi) for _ in range(TOY.m_prm)]
        cap_a = [pow(t, a_i, nh) for a_i in a]
        bits = prm._challenge(ctx, prm.Statement(nh, s, t), cap_a)
        z = [(a_i + e_i * lam) % phi for a_i, e_i in zip(a, bits, strict=True)]
        weights = [rng.randrange(2**128) for _ in a]
        left = pow(t, sum(rho * z_i for rho, z_i in zip(weights, z, strict=True)), nh)
        right = 1
        for rho, a_i, e_i in zip(weights, cap_a, bits, strict=True):
            right = right * pow(a_i * s**e_i, rho, nh) % nh
        passed += left == right
        with pytest.raises(ProofError) as caught:
            prm.verify(ctx, prm.Statement(nh, s, t), prm.Proof(bits, tuple(z)))
        assert caught.value.check == "bits"
    assert 0.35 < passed / trials < 0.65
