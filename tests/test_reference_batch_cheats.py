"""Cheating provers against BENC and BAFF-A1 of the readable twin; positive controls show that a test bites."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from batch_cases import PROVER, SESSION, VERIFIER, BaffCase, BencCase, baff_case, benc_case, refused, rejects
from batch_cheats import SMALL, SMALL_KEY, Plan, Smallest, common_challenge, forge, small_case, without_limits
from keys import twin

from mpc_fast.reference import baff_a1, benc
from mpc_fast.reference.curve import G
from mpc_fast.reference.errors import ProofError
from mpc_fast.reference.params import TOY
from mpc_fast.reference.rng import Rng, SeededRng

pytestmark = pytest.mark.usefixtures("toy_profile")

X_BITS = TOY.l + TOY.eps + 1  # of a response over two rows


def accepted(case: BencCase | BaffCase, *proof: Any) -> bool:
    try:
        case.verify(*proof)
    except ProofError:
        return False
    return True


def cheat(case: BencCase, rng: Rng | None = None) -> tuple[benc.Common, list[benc.Private]]:
    """The prover's algorithm, once, whatever comes out."""
    with without_limits():
        return benc.prove(case.session, case.statement, case.witness, case.verifiers, rng or SeededRng(b"cheat"))


def cheat_baff(case: BaffCase, rng: Rng | None = None) -> baff_a1.Proof:
    with without_limits():
        return baff_a1.prove(
            SESSION, VERIFIER, case.statement, case.witness, case.owner.params, rng or SeededRng(b"cheat")
        )


# ---- A plaintext, or a point, that is not the committed one


@pytest.mark.parametrize(("cells", "columns"), [(3, 1), (6, 2), (5, 4)])
def test_plaintexts_off_by_one(cells: int, columns: int) -> None:
    case = benc_case(cells, columns)
    st, n = case.statement, PROVER.key.n
    for at in range(cells):
        cap_k = list(st.cap_k)
        cap_k[at] = cap_k[at] * (1 + n) % n**2
        wrong = replace(case, statement=replace(st, cap_k=tuple(cap_k)))
        rejects("enc(z; z')", wrong.verify, *wrong.prove())
        assert st.pairs
        for name, check in (("cap_a", "w G"), ("cap_b", "w Y + z G")):
            points = list(getattr(st.pairs, name))
            points[at] = points[at] + G
            wrong = replace(case, statement=replace(st, pairs=replace(st.pairs, **{name: tuple(points)})))
            rejects(check, wrong.verify, *wrong.prove())


def test_operations_off_by_one() -> None:
    case = baff_case(2)
    n0, n1 = case.statement.n0, case.statement.n1
    for u, pair in enumerate(case.statement.operations):
        changes: list[tuple[str, dict[str, Any]]] = [
            ("z1 C + enc(z2; w)", {"cap_d": (n0.add(pair.cap_d[0], 1 + n0.n), pair.cap_d[1])}),
            ("z1 C + enc(z2; w)", {"cap_d": (pair.cap_d[0], n0.add(pair.cap_d[1], 1 + n0.n))}),
            ("z1 C + enc(z2; w)", {"cap_c": n0.add(pair.cap_c, 1 + n0.n)}),
            ("enc(z2; w_y)", {"cap_y": (n1.add(pair.cap_y[0], 1 + n1.n), pair.cap_y[1])}),
            ("enc(z2; w_y)", {"cap_y": (pair.cap_y[0], n1.add(pair.cap_y[1], 1 + n1.n))}),
            ("z1 G", {"cap_gamma": pair.cap_gamma + G}),
        ]
        for check, change in changes:
            operations = list(case.statement.operations)
            operations[u] = replace(pair, **change)
            wrong = replace(case, statement=replace(case.statement, operations=tuple(operations)))
            # C enters A as well: there the prover's A is about another ciphertext, and D is not of the form claimed.
            rejects(check, wrong.verify, wrong.prove())
    wrong = replace(case, statement=replace(case.statement, cap_w=case.statement.cap_w + G))
    rejects("z1 G", wrong.verify, wrong.prove())


# ---- Ranges


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("sign", [1, -1])
def test_witnesses_far_out_of_range(at: int, sign: int) -> None:
    values = [5, 5]
    values[at] = sign << (X_BITS + 2)
    case = benc_case(values)
    for rng in (SeededRng(b"honest masks"), Smallest()):
        rejects("z range", case.verify, *cheat(case, rng))
    baff = baff_case(1, x=sign << (X_BITS + 2))
    for rng in (SeededRng(b"honest masks"), Smallest()):
        rejects("z1 range", baff.verify, cheat_baff(baff, rng))
    baff = baff_case(1, y=sign << (TOY.lp + TOY.eps + 1 + 2))
    for rng in (SeededRng(b"honest masks"), Smallest()):
        rejects("z2 range", baff.verify, cheat_baff(baff, rng))


def test_witnesses_that_only_a_small_challenge_would_save() -> None:
    """2^(l+eps_B-kappa+20): accepted with probability 2^-19, whatever the masks."""
    case = benc_case([1 << (X_BITS - TOY.kappa + 20), 0])
    for seed in range(20):
        rejects("z range", case.verify, *cheat(case, SeededRng(bytes([seed]))))
        other = replace(case, session=replace(SESSION, round=seed))
        rejects("z range", other.verify, *cheat(other, Smallest()))


# Frequency with which |k| = 2^(l+eps-kappa+d) is accepted; the honest algorithm, once.
PROFILE = {0: 0.75, 1: 0.5, 3: 0.125, 6: 1 / 64, 10: 1 / 1024}


@pytest.mark.parametrize("d", PROFILE)
def test_acceptance_by_size_over_the_integers(d: int) -> None:
    rng, bits, kappa, runs = random.Random(d), 768, 128, 40_000
    bound, k = 1 << bits, 1 << (bits - kappa + d)
    hits = sum(abs(rng.randint(-bound, bound) + rng.getrandbits(kappa) * k) < bound for _ in range(runs))
    assert abs(hits - PROFILE[d] * runs) < 5 * (PROFILE[d] * runs) ** 0.5


@pytest.mark.parametrize("d", PROFILE)
def test_acceptance_by_size_of_whole_proofs(d: int) -> None:
    """The same profile with ciphertexts and commitments, over small moduli with kappa = 8."""
    bits = SMALL.x_bits(1)
    case, runs, rng = small_case([1 << (bits - 8 + d)]), 1500, SeededRng(b"profile")
    # With 8 bits the challenges are so few that 2^-8 more are accepted: those with e = 0.
    expected = (PROFILE[d] + (1 / 256 if d > 3 else 0)) * runs
    hits = sum(accepted(case, *cheat(case, rng)) for _ in range(runs))
    assert abs(hits - expected) < 5 * max(expected, 4) ** 0.5


def test_a_value_just_beyond_its_range_is_accepted() -> None:
    """The slack is real: a proof says |k| <= 2^(l+eps_B+1), and no test may expect more."""
    case = benc_case([2**256 + 1, -(2**280)])
    case.verify(*case.prove())


# ---- One challenge for all rows


def test_witnesses_that_cancel() -> None:
    far = 1 << (X_BITS + 100)
    case = benc_case([far, -far])
    rejects("z range", case.verify, *cheat(case))
    baff = cancelling_baff(far)
    assert refused(baff.verify, cheat_baff(baff)) in ("z1 range", "z2 range")
    with common_challenge():  # positive control
        case.verify(*case.prove())
        baff.verify(baff.prove())


def cancelling_baff(far: int) -> BaffCase:
    """w = far, gamma_u = -far; y_g,u = far^2, y_x,u = -far^2: every sum that a common challenge leaves is 0."""
    case = baff_case(2)
    secrets = [replace(own, gamma=-far, y=(far**2, -(far**2))) for own in case.witness.operations]
    wit = baff_a1.Witness(far, tuple(secrets))
    cap_c = [pair.cap_c for pair in case.statement.operations]
    return replace(case, witness=wit, statement=baff_a1.operate(case.statement.n0, case.statement.n1, cap_c, wit))


def test_permuted_cells() -> None:
    case = benc_case([1, 2, 3])
    st = case.statement
    assert st.pairs
    pairs = replace(st.pairs, cap_a=st.pairs.cap_a[::-1], cap_b=st.pairs.cap_b[::-1])
    wrong = replace(case, statement=replace(st, cap_k=st.cap_k[::-1], pairs=pairs))
    rejects("enc(z; z')", wrong.verify, *wrong.prove())
    baff = baff_case(2)
    swapped = [replace(pair, cap_d=pair.cap_d[::-1]) for pair in baff.statement.operations]
    wrong_baff = replace(baff, statement=replace(baff.statement, operations=tuple(swapped)))
    rejects("z1 C + enc(z2; w)", wrong_baff.verify, wrong_baff.prove())
    with common_challenge():  # positive control
        wrong.verify(*wrong.prove())
        wrong_baff.verify(wrong_baff.prove())


# ---- Small fractions as plaintexts


def half(case: BencCase, cap_s: int, mu: int, seed: int, committed: int | None) -> tuple[bool, int]:
    """K encrypts 1/2 mod N.  Answers with z = alpha + e/2, or as S says.  Accepted?  And e."""
    rng, n = SeededRng(seed.to_bytes(2, "big")), case.statement.n.n
    bound = 1 << (TOY.l + TOY.eps - 1)
    plan = Plan([cap_s], rng.signed(bound), rng.signed(bound), rng.unit(n))

    def answer(e: tuple[int, ...]) -> tuple[int, int, int]:
        z = plan.alpha + (e[0] // 2 if committed is None else e[0] * committed)
        return z, plan.r * pow(case.witness.rho[0], e[0], n) % n, plan.gamma + e[0] * mu

    common, private, e = forge(case, plan, answer)
    return accepted(case, common, private), e[0]


def test_one_half_as_a_plaintext() -> None:
    n, owner = PROVER.key.n, twin("TOY", 2)
    case = benc_case([pow(2, -1, n)], plain=True)
    setup, mu = owner.params, 12345
    for seed in range(12):
        assert not half(case, setup.commit(0, mu), mu, seed, None)[0]
        assert not half(case, setup.commit(0, mu), mu, seed, 0)[0]
        assert not half(case, setup.commit(777, mu), mu, seed, 777)[0]
        assert not half(case, SeededRng(b"S").unit(setup.nh), mu, seed, None)[0]
    # Positive control: who knows the factors of Nh commits to 1/2, and is accepted whenever e is even.
    root = pow(setup.s, pow(2, -1, owner.trapdoor.phi // 4), setup.nh)
    runs = [half(case, root * pow(setup.t, mu, setup.nh) % setup.nh, mu, seed, None) for seed in range(60)]
    assert all(ok == (e % 2 == 0) for ok, e in runs)
    assert 15 < sum(ok for ok, _ in runs) < 45


# ---- The best cheater of all: guessing one challenge


def guess(case: BencCase, wrong: Sequence[int], rng: Rng) -> bool:
    """K_1 encrypts one more than is committed.  A is made for one value of e_1."""
    st, n, setup = case.statement, case.statement.n.n, case.verifiers[0].setup
    mu = [rng.signed(setup.nh << 8) for _ in wrong]
    cap_s = [setup.commit([k], mu_b) for k, mu_b in zip(wrong, mu, strict=True)]
    bound = 1 << (SMALL.x_bits(len(wrong)) - 1)
    target = rng.read(1)[0]
    plan = Plan(cap_s, rng.signed(bound), rng.signed(bound), rng.unit(n), pow(1 + n, -target, st.n.n2))

    def answer(e: tuple[int, ...]) -> tuple[int, int, int]:
        z_prime = plan.r
        for rho, e_b in zip(case.witness.rho, e, strict=True):
            z_prime = z_prime * pow(rho, e_b, n) % n
        z = plan.alpha + sum(e_b * k for e_b, k in zip(e, wrong, strict=True))
        return z, z_prime, plan.gamma + sum(e_b * mu_b for e_b, mu_b in zip(e, mu, strict=True))

    common, private, e = forge(case, plan, answer)
    ok = accepted(case, common, private)
    assert ok == (e[0] == target)
    return ok


@pytest.mark.parametrize("runs", [2_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_guessing_a_challenge_of_eight_bits(runs: int) -> None:
    case, rng = small_case([1, 7]), SeededRng(b"guess")
    hits = sum(guess(case, [0, 7], rng) for _ in range(runs))
    assert abs(hits - runs / 256) < 5 * (runs / 256) ** 0.5


# ---- Masks


def test_a_mask_used_twice_gives_the_witness_away() -> None:
    secret = random.Random(8).randint(-(2**256), 2**256)
    case = benc_case([secret])
    other = replace(case, session=replace(SESSION, ssid=b"T" * 32))
    (first, _), (second, _) = case.prove(b"same"), other.prove(b"same")
    z, e = [], []
    for used, common in ((case, first), (other, second)):
        assert common.curve
        points = [common.curve.cap_z, common.curve.cap_w]
        z.append(common.z[0])
        e += benc._challenges(used.session, used.statement, common.h, (1,), common.cap_a, points)
    assert (z[0] - z[1]) % (e[0] - e[1]) == 0
    assert (z[0] - z[1]) // (e[0] - e[1]) == secret


def test_responses_look_alike_whatever_the_witness() -> None:
    """Chi-square over the top bits of z, for both ends of the range, against the simulator's uniform z."""
    bits, runs, bins = SMALL.x_bits(1), 1500, 16
    for value in (2**SMALL.range.l, -(2**SMALL.range.l)):
        case, rng, seen = small_case([value]), SeededRng(b"chi"), [0] * bins
        for _ in range(runs):
            common, _ = benc.prove(case.session, case.statement, case.witness, case.verifiers, rng)
            seen[(common.z[0] + (1 << bits)) >> (bits + 1 - 4)] += 1
        chi = sum((count - runs / bins) ** 2 / (runs / bins) for count in seen)
        assert chi < 45  # 15 degrees of freedom: p < 10^-4 beyond


def test_small_proofs_are_sound_otherwise() -> None:
    """The small moduli of the tests above are no accident waiting to happen: honest proofs pass, wrong ones do not."""
    case = small_case([3, -200])
    assert SMALL_KEY.decrypt(case.statement.cap_k[1]) == -200
    for seed in range(50):
        case.verify(*case.prove(bytes([seed])))
    with pytest.raises(ProofError):
        replace(case, statement=small_case([4, -200]).statement).verify(*case.prove())
