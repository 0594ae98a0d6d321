"""Cheating in R1 and R2 of presigning: the rows of 7.3 about K_i, G_i, Gamma_i and the conversions, at TOY.

The culprit signs on the readable twin with a share of its own. What it says falsely it proves again as well as it can,
so the check under test is the one that has to fail.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from parties import DIGEST, run
from twin_parties import TwinSigner
from verdicts import CULPRIT, Recorder, assert_named, mixed_key, run_signers, twin_signer

from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.sign import Signing
from mpc_fast.reference import aff_g, curve, enc_elg
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, Point, q
from mpc_fast.reference.params import TOY
from mpc_fast.reference.pedersen import PedersenParams

pytestmark = pytest.mark.usefixtures("toy_profile")


@pytest.mark.parametrize("signers", [(1, 2), (2, 3), (1, 2, 3)])
def test_an_honest_twin_signs_with_native_parties(signers: tuple[int, ...]) -> None:
    report = run_signers(signers=signers)
    assert not report.failures
    assert len({report.results[i] for i in signers if i != CULPRIT}) == 1


# ---- R1: K_i, G_i, psi0, psi1


def cheating_enc_elg(
    context: Context, statement: enc_elg.Statement, witness: enc_elg.Witness, setup: PedersenParams, rng: Any
) -> bytes:
    """As the honest proof, for an x of any size: z1 is cut to the length of its field."""
    p, n0 = context.profile, statement.n0
    alpha, mu = rng.signed(1 << (p.l + p.eps)), rng.signed(setup.nh << p.l)
    gamma, r, beta = rng.signed(setup.nh << (p.l + p.eps)), rng.unit(n0.n), rng.scalar()
    first = enc_elg.FirstMessage(
        setup.commit(witness.x, mu),
        setup.commit(alpha, gamma),
        n0.encrypt(alpha, r),
        beta * statement.cap_a + alpha * G,
        beta * G,
    )
    e = enc_elg._challenge(context, statement, setup, first)
    z1 = alpha + e * witness.x
    z2 = r * pow(witness.rho, e, n0.n) % n0.n
    cut = z1 % (1 << p.x_bits) if abs(z1) >> p.x_bits else z1
    return enc_elg.Proof(first, cut, z2, gamma + e * mu, (beta + e * witness.b) % q).encode(p)


class TooLarge(TwinSigner):
    """Encrypts something out of range, and proves it as far as the field of z1 is long."""

    number = 0

    def enc_elg(self, context: Context, statement: enc_elg.Statement, number: int, setup: PedersenParams) -> bytes:
        if number != self.number:
            return super().enc_elg(context, statement, number, setup)
        values = (self.gamma_int, self.nu, self.b) if number else (self.k_int, self.rho, self.a)
        return cheating_enc_elg(context, statement, enc_elg.Witness(*values), setup, self.rng)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("excess", [(1 << (TOY.l + TOY.eps)) + 1, 1 << 500, -(1 << 400)])
def test_a_plaintext_out_of_range_is_b_enc(number: int, excess: int) -> None:
    """K_i or G_i hides 2^(l+eps) + 1 or more; the ElGamal part is made for it."""

    class Wrong(TooLarge):
        pass

    def change(twin: TwinSigner) -> None:
        if number:
            twin.gamma_int, twin.gamma = excess, excess % q
        else:
            twin.k_int, twin.k = excess, excess % q

    Wrong.number = number
    assert_named(run_signers(Wrong, change), f"B-ENC{number}")


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("which", ["p", "p^2", "N", "0"])
def test_a_ciphertext_that_is_no_unit_is_b_enc(number: int, which: str) -> None:
    class NoUnit(TwinSigner):
        def ciphertext(self) -> int:
            p, n = self.paillier.p, self.n1.n
            return {"p": p * 12345, "p^2": p * p, "N": n, "0": 0}[which]

        def cap_k(self) -> int:
            return super().cap_k() if number else self.ciphertext()

        def cap_g(self) -> int:
            return self.ciphertext() if number else super().cap_g()

    assert_named(run_signers(NoUnit), f"B-ENC{number}")


def test_a_ciphertext_under_the_key_of_another_is_b_enc0() -> None:
    """With a proof that holds for that key."""

    class Other(TwinSigner):
        def cap_k(self) -> int:
            n0 = self.keys[1]
            while (c := n0.encrypt(self.k_int, self.rho)) >= self.n1.n2:  # otherwise it would not decode
                self.rho = self.rng.unit(n0.n)
            return c

        def psi_statement(self, number: int) -> enc_elg.Statement:
            statement = super().psi_statement(number)
            return statement if number else replace(statement, n0=self.keys[1])

    assert_named(run_signers(Other), "B-ENC0")


def test_a_ciphertext_that_is_not_what_the_points_hide_is_b_enc1() -> None:
    """G_i encrypts another number than B_i2 commits to."""

    class Inconsistent(TwinSigner):
        def points(self) -> list[Point]:
            *rest, b2 = super().points()
            return [*rest, b2 + G]

    assert_named(run_signers(Inconsistent), "B-ENC1")


def test_points_that_are_not_what_the_ciphertext_hides_are_b_enc0() -> None:
    class Inconsistent(TwinSigner):
        def points(self) -> list[Point]:
            cap_y, a1, a2, *rest = super().points()
            return [cap_y, a1, a2 + G, *rest]

    assert_named(run_signers(Inconsistent), "B-ENC0")


@pytest.mark.parametrize("places", [(1, 3), (2, 4)])
def test_exchanged_points_are_b_enc0(places: tuple[int, int]) -> None:
    """A_i1 <-> B_i1, A_i2 <-> B_i2: psi0 and psi1 both fail, and psi0 is looked at first."""

    class Exchanged(TwinSigner):
        def r1(self) -> bytes:
            points = self.points()
            one, other = places
            points[one], points[other] = points[other], points[one]
            return super().r1()[: 4 * TOY.n_bytes] + b"".join(map(curve.encode, points))

    assert_named(run_signers(Exchanged), "B-ENC0")


def test_exchanged_ciphertexts_are_b_enc0() -> None:
    class Exchanged(TwinSigner):
        def r1(self) -> bytes:
            honest, size = super().r1(), TOY.n2_bytes
            return honest[size : 2 * size] + honest[:size] + honest[2 * size :]

    assert_named(run_signers(Exchanged), "B-ENC0")


OTHER_PLACES: dict[str, Callable[[TwinSigner, Context], dict[str, Any]]] = {
    "recipient": lambda twin, context: {"verifier": twin.pids[3]},
    "everybody": lambda twin, context: {"verifier": None},
    "slot": lambda twin, context: {"slot": {"psi0": "psi1", "psi1": "psi0", "psi": "psi-hat"}.get(context.slot, "psi")},
    "session": lambda twin, context: {"ssid": bytes(32)},
    "party": lambda twin, context: {"prover": twin.pids[3]},
    "round": lambda twin, context: {"round": 3 - context.round},
    "rid": lambda twin, context: {"rid": bytes(32)},
}


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("place", OTHER_PLACES)
def test_enc_elg_of_another_place_is_b_enc(number: int, place: str) -> None:
    class Replay(TwinSigner):
        def psi_context(self, j: int, proof: int) -> Context:
            context = super().psi_context(j, proof)
            return replace(context, **OTHER_PLACES[place](self, context)) if proof == number else context

    assert_named(run_signers(Replay), f"B-ENC{number}")


def test_enc_elg_for_the_parameters_of_another_is_b_enc0() -> None:
    class Other(TwinSigner):
        def psi(self, j: int, number: int) -> bytes:
            statement = self.psi_statement(number)
            while True:
                proof = self.enc_elg(self.psi_context(j, number), statement, number, self.setups[3])
                first = enc_elg.Proof.decode(proof, TOY).first
                if max(first.cap_s, first.cap_t) < self.setups[j].nh:  # otherwise it would not decode
                    return proof

    assert_named(run_signers(Other), "B-ENC0")


def test_exchanged_proofs_are_b_enc0() -> None:
    class Exchanged(TwinSigner):
        def r1_private(self, j: int) -> bytes:
            return self.psi(j, 1) + self.psi(j, 0)

    assert_named(run_signers(Exchanged), "B-ENC0")


def test_an_old_r1_in_a_new_session_is_b_enc0() -> None:
    """Everything of another session of the same parties, proofs included, signed anew."""
    old = Recorder()
    assert not run_signers(adversary=old).failures

    class Replay(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            if (draft.sender, draft.round) == (CULPRIT, 1):
                return old.sent[1, draft.kind, CULPRIT, draft.recipient]
            return draft.payload

    assert_named(run_signers(adversary=Replay()), "B-ENC0")


def test_different_ciphertexts_for_two_recipients_are_b_eq_and_no_r3_leaves() -> None:
    """Each gets a K_i with valid proofs, so only the echo tells. Nobody speaks in round 3."""

    class Equivocator(TwinSigner):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            self.other = TwinSigner(*arguments, **more)

        def begin(self, values: list[bytes]) -> tuple[bytes, Any]:
            name, steps = super().begin(values)
            self.other.ssid = name
            return name, steps

        def r1_private(self, j: int) -> bytes:
            return self.other.r1_private(j) if j == 3 else super().r1_private(j)

    twin = twin_signer(Equivocator, (1, 2, 3))
    assert isinstance(twin, Equivocator)

    class TwoFaces(Recorder):
        def speak(self, draft: Draft) -> bytes | None:
            payload = super().speak(draft)
            to_3 = (draft.sender, draft.round, draft.kind, draft.recipient) == (CULPRIT, 1, "bcast", 3)
            return twin.other.r1() if to_3 else payload

    _, shares, _ = mixed_key()
    faces = TwoFaces()
    first, third = (Signing(shares[i], (1, 2, 3), DIGEST, proofs=Proofs.ORDINARY) for i in (1, 3))
    report = run([first, twin.party(), third], adversary=faces)
    assert_named(report, "B-EQ")
    assert all(len(report.failures[i].evidence) == 2 for i in (1, 3))
    assert 3 not in faces.rounds(1) | faces.rounds(3)


# ---- R2: Gamma_i, D, F, psi, psi^


def cheating_aff_g(
    context: Context, statement: aff_g.Statement, witness: aff_g.Witness, setup: PedersenParams, rng: Any
) -> bytes:
    """As the honest proof, for x and y of any size: z1 and z2 are cut to the lengths of their fields."""
    p, n0, n1, nh = context.profile, statement.n0, statement.n1, setup.nh
    alpha, beta = rng.signed(1 << (p.l + p.eps)), rng.signed(1 << (p.lp + p.eps))
    r, r_y = rng.unit(n0.n), rng.unit(n1.n)
    gamma, delta = rng.signed(nh << (p.l + p.eps)), rng.signed(nh << (p.l + p.eps))
    m, mu = rng.signed(nh << p.l), rng.signed(nh << p.l)
    first = aff_g.FirstMessage(
        n0.add(n0.mul(alpha, statement.cap_c), n0.encrypt(beta, r)),
        alpha * G,
        n1.encrypt(beta, r_y),
        setup.commit(alpha, gamma),
        setup.commit(witness.x, m),
        setup.commit(beta, delta),
        setup.commit(witness.y, mu),
    )
    e = aff_g._challenge(context, statement, setup, first)
    z1, z2 = alpha + e * witness.x, beta + e * witness.y
    w = r * pow(witness.rho, e, n0.n) % n0.n
    w_y = r_y * pow(witness.rho_y, e, n1.n) % n1.n
    cut = [z % (1 << bits) if abs(z) >> bits else z for z, bits in ((z1, p.x_bits), (z2, p.y_bits))]
    return aff_g.Proof(first, *cut, gamma + e * m, delta + e * mu, w, w_y).encode(p)


class Affine(TwinSigner):
    """Lies in one branch, with a proof made as far as it goes."""

    lying = False
    """The branch: False is nonce, True is chi."""

    def aff_g(self, context: Context, statement: aff_g.Statement, j: int, hat: bool) -> bytes:
        if hat != self.lying:
            return super().aff_g(context, statement, j, hat)
        witness = aff_g.Witness(self.affine_x(hat), *self.masks[hat, j])
        return cheating_aff_g(context, statement, witness, self.setups[j], self.rng)


BRANCHES = pytest.mark.parametrize(("hat", "code"), [(False, "B-AFF"), (True, "B-AFFH")])


@BRANCHES
@pytest.mark.parametrize("mask", [(1 << (TOY.lp + TOY.eps)) + 1, -(1 << 900)])
def test_a_mask_out_of_range_is_b_aff(hat: bool, code: str, mask: int) -> None:
    class Wide(Affine):
        lying = hat

    def change(twin: TwinSigner) -> None:
        twin.masks[hat, 1] = (mask, *twin.masks[hat, 1][1:])

    assert_named(run_signers(Wide, change), code)


@BRANCHES
def test_a_factor_out_of_range_is_b_aff(hat: bool, code: str) -> None:
    """x + 2^400 q: the same point, so only the range of z1 tells."""

    class Wide(Affine):
        lying = hat

        def affine_x(self, branch: bool) -> int:
            return super().affine_x(branch) + ((q << 400) if branch == hat else 0)

    assert_named(run_signers(Wide), code)


@BRANCHES
def test_another_factor_is_b_aff(hat: bool, code: str) -> None:
    """D is made with x + 1, the point stays that of x (Gamma_i, W_i). Chi: D^ with another w."""

    class Other(Affine):
        lying = hat

        def affine_x(self, branch: bool) -> int:
            return super().affine_x(branch) + (branch == hat)

    assert_named(run_signers(Other), code)


@BRANCHES
def test_a_false_copy_of_the_mask_is_b_aff(hat: bool, code: str) -> None:
    """F encrypts another number than D adds."""

    class Inconsistent(TwinSigner):
        def affine(self, j: int, branch: bool) -> tuple[int, int]:
            d, f = super().affine(j, branch)
            return d, self.n1.add(f, self.n1.encrypt(1, 1)) if branch == hat else f

    assert_named(run_signers(Inconsistent), code)


@BRANCHES
def test_a_ciphertext_that_is_no_unit_is_b_aff(hat: bool, code: str) -> None:
    class NoUnit(TwinSigner):
        def affine(self, j: int, branch: bool) -> tuple[int, int]:
            d, f = super().affine(j, branch)
            return d, self.paillier.p * 99 if branch == hat else f

    assert_named(run_signers(NoUnit), code)


@BRANCHES
@pytest.mark.parametrize("place", OTHER_PLACES)
def test_aff_g_of_another_place_is_b_aff(hat: bool, code: str, place: str) -> None:
    class Replay(TwinSigner):
        def affine_context(self, j: int, branch: bool) -> Context:
            context = super().affine_context(j, branch)
            return replace(context, **OTHER_PLACES[place](self, context)) if branch == hat else context

    assert_named(run_signers(Replay), code)


@BRANCHES
def test_aff_g_about_another_ciphertext_is_b_aff(hat: bool, code: str) -> None:
    """D is made from -K_j, and the statement of the proof says so."""

    class Other(TwinSigner):
        def affine_proof(self, j: int, branch: bool) -> bytes:
            n0, n1 = self.keys[j], self.n1
            c = pow(self.r1_of[j][0], -1, n0.n2) if branch == hat else self.r1_of[j][0]
            y, rho, rho_y = self.masks[branch, j]
            d = n0.add(n0.mul(self.affine_x(branch), c), n0.encrypt(y, rho))
            statement = aff_g.Statement(n0, n1, c, d, n1.encrypt(y, rho_y), self.affine_point(branch))
            return self.aff_g(self.affine_context(j, branch), statement, j, branch)

        def affine(self, j: int, branch: bool) -> tuple[int, int]:
            d, f = super().affine(j, branch)
            n0, x = self.keys[j], self.affine_x(branch)
            return (n0.sub(d, n0.mul(2 * x, self.r1_of[j][0])) if branch == hat else d), f

    assert_named(run_signers(Other), code)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_ciphertext_that_does_not_match_its_hash_is_b_hash(place: int) -> None:
    """D, F, D^, F^: made again with another nonce and proven anew once h is made."""

    class Replaced(TwinSigner):
        def r2_private(self, j: int) -> bytes:
            hat = place > 1
            y, rho, rho_y = self.masks[hat, j]
            self.masks[hat, j] = (y, rho + 1, rho_y) if place % 2 == 0 else (y, rho, rho_y + 1)
            self.mta[hat, j] = self.affine(j, hat)
            return super().r2_private(j)

    assert_named(run_signers(Replaced), "B-HASH")


@pytest.mark.parametrize("hat", [False, True])
def test_a_hash_in_the_name_of_another_pair_is_b_hash(hat: bool) -> None:
    class Swapped(TwinSigner):
        def hash(self, j: int, branch: bool) -> bytes:
            if branch != hat:
                return super().hash(j, branch)
            self.index, own = 3, self.index
            value = super().hash(j, branch)
            self.index = own
            return value

    assert_named(run_signers(Swapped), "B-HASH")


def test_another_gamma_is_b_elog2() -> None:
    """Gamma_i is not what B_i2 hides; elog is made for it."""

    class Other(TwinSigner):
        def r2(self) -> bytes:
            self.gamma, own = (self.gamma + 1) % q, self.gamma
            broadcast = super().r2()
            self.gamma = own
            return broadcast

    assert_named(run_signers(Other), "B-ELOG2")


class OtherElog(TwinSigner):
    """elog of one slot in another place."""

    slot = ""
    change: dict[str, Any]

    def context(self, round: int, slot: str, verifier: int | None = None, **more: Any) -> Context:
        context = super().context(round, slot, verifier, **more)
        return replace(context, **self.change) if slot == self.slot else context


ELOGS = pytest.mark.parametrize(("slot", "code"), [("elog-gamma", "B-ELOG2"), ("elog-k", "B-ELOG3")])


@ELOGS
@pytest.mark.parametrize(
    "change", [{"ssid": bytes(32)}, {"prover": bytes(32)}, {"verifier": bytes(32)}, {"slot": "elog"}, {"round": 1}]
)
def test_elog_of_another_place_is_b_elog(slot: str, code: str, change: dict[str, Any]) -> None:
    class Replay(OtherElog):
        pass

    Replay.slot, Replay.change = slot, change
    assert_named(run_signers(Replay), code)
