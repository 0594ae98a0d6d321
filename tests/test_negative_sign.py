"""Cheating in R3, in the echoes and in R4: the rows of 7.3 about delta_i, Delta_i, S_i and sigma_i, at TOY.

The culprit signs on the readable twin with a share of its own. What it says falsely it proves again as well as it can,
so the check under test is the one that has to fail.

Not here: the rows that end in the blame phase (B-DECP, B-DECPH, B-AFFS). Until it exists a wrong delta_i or S_i ends in
NONCE_SUM or CHI_SUM and accuses nobody; so does a bad D_ji that its recipient, being in on it, lets pass, because the
proof that would show it to the others is part of that phase. No presignature is ever stored, so none can be used twice.
"""

from dataclasses import replace
from typing import Any

import pytest
from twin_parties import TwinSigner
from verdicts import CULPRIT, Recorder, assert_named, assert_nobody_named, run_signers

from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.reference import elog
from mpc_fast.reference.curve import G, Point, q
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")


# ---- R3


def test_another_delta_point_is_b_elog3() -> None:
    """Delta_i is not what A_i2 hides; elog is made for it."""

    class Other(TwinSigner):
        def r3(self) -> bytes:
            self.k, own = (self.k + 1) % q, self.k
            broadcast = super().r3()
            self.k = own
            return broadcast

    assert_named(run_signers(Other), "B-ELOG3")


def test_a_delta_point_over_another_base_is_b_elog3() -> None:
    """k_i G in place of k_i Gamma, with an elog for base G."""

    class Other(TwinSigner):
        def cap_delta(self) -> Point:
            return self.k * G

        def r3(self) -> bytes:
            cap_y, a1, a2, _, _ = self.points()
            statement = elog.Statement(a1, a2, cap_y, self.cap_delta(), G)
            proof = elog.prove(self.context(3, "elog-k"), statement, elog.Witness(self.k, self.a), self.rng)
            honest, size = super().r3(), 32 + 2 * 33
            return honest[:size] + proof.encode(TOY) + honest[size + 163 :]

    assert_named(run_signers(Other), "B-ELOG3")


class FailedSum(TwinSigner):
    """Contributes a false share, with correct proofs, and says R3e like everybody then."""

    outcome = 1

    def rounds(self) -> Any:
        steps = super().rounds()
        reply = None
        while True:
            try:
                step = next(steps) if reply is None else steps.send(reply)
            except StopIteration as stop:
                return stop.value
            if step.number == 5:
                step = replace(step, number=4, broadcast=bytes([self.outcome]) + self.echoes[2], accepts=(4, 5))
            reply = yield step


@pytest.mark.parametrize("offset", [1, q - 1, 12345])
@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3)])
def test_a_wrong_delta_is_nonce_sum_and_accuses_nobody(offset: int, signers: tuple[int, ...]) -> None:
    class Wrong(FailedSum):
        def delta(self) -> int:
            return (super().delta() + offset) % q

    assert_nobody_named(run_signers(Wrong, signers=signers), "NONCE_SUM")


@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3)])
def test_a_wrong_s_is_chi_sum_and_accuses_nobody(signers: tuple[int, ...]) -> None:
    class Wrong(FailedSum):
        outcome = 2

        def cap_s(self) -> Point:
            return super().cap_s() + G

    assert_nobody_named(run_signers(Wrong, signers=signers), "CHI_SUM")


def test_a_wrong_delta_comes_before_a_wrong_s() -> None:
    class Wrong(FailedSum):
        def delta(self) -> int:
            return (super().delta() + 1) % q

        def cap_s(self) -> Point:
            return super().cap_s() + G

    assert_nobody_named(run_signers(Wrong), "NONCE_SUM")


@pytest.mark.parametrize("outcome", [0, 2])
def test_another_outcome_than_the_sums_have_is_b_conf(outcome: int) -> None:
    class Denies(FailedSum):
        def delta(self) -> int:
            return (super().delta() + 1) % q

    Denies.outcome = outcome
    assert_named(run_signers(Denies), "B-CONF")


def test_r4_after_a_failed_sum_is_b_conf() -> None:
    class Goes(TwinSigner):
        def delta(self) -> int:
            return (super().delta() + 1) % q

    assert_named(run_signers(Goes), "B-CONF")


@pytest.mark.parametrize("outcome", [0, 1, 2])
def test_r3e_although_the_sums_are_right_is_b_conf(outcome: int) -> None:
    class Balks(FailedSum):
        pass

    Balks.outcome = outcome
    assert_named(run_signers(Balks), "B-CONF")


# ---- Echoes in R2, R3, R4


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("signers", [(1, 2), (1, 2, 3)])
def test_a_false_echo_is_b_echo(number: int, signers: tuple[int, ...]) -> None:
    """The culprit joins the exchange of originals with what it has, which is not what its echo says."""

    class Forgetful(TwinSigner):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            self.echoes = Echoes(number)

    assert_named(run_signers(Forgetful, signers=signers), "B-ECHO")


class Echoes(list[bytes]):
    """Forgets one vector."""

    def __init__(self, forgotten: int) -> None:
        self.forgotten = forgotten

    def append(self, vector: bytes) -> None:
        super().append(bytes(len(vector)) if len(self) == self.forgotten else vector)


# ---- R4


@pytest.mark.parametrize("offset", [1, q - 1])
def test_another_partial_signature_is_b_sigma(offset: int) -> None:
    class Other(TwinSigner):
        def sigma(self) -> int:
            return (super().sigma() + offset) % q

    assert_named(run_signers(Other), "B-SIGMA")


def test_a_partial_signature_of_another_message_is_b_sigma() -> None:
    class Other(TwinSigner):
        def sigma(self) -> int:
            self.digest, own = bytes(32), self.digest
            sigma = super().sigma()
            self.digest = own
            return sigma

    assert_named(run_signers(Other), "B-SIGMA")


def test_a_partial_signature_without_rerandomisation_is_b_sigma() -> None:
    class Other(TwinSigner):
        def zeta_and_r(self) -> tuple[int, int]:
            return 1, self.big_gamma().x % q

    assert_named(run_signers(Other), "B-SIGMA")


@pytest.mark.parametrize("name", ["presignature_id", "transcript", "digest"])
def test_another_name_in_r4_is_b_conf(name: str) -> None:
    """The partial signature is right; id, tr or digest is that of something else."""

    class Other(TwinSigner):
        def r4(self) -> bytes:
            honest = super().r4()
            at = {"presignature_id": -112, "digest": -96, "transcript": -64}[name]
            return honest[:at] + bytes([honest[at] ^ 1]) + honest[at + 1 :]

    assert_named(run_signers(Other), "B-CONF")


def test_an_old_r4_in_a_new_session_is_b_echo() -> None:
    """Its echo is that of messages which nobody has seen here; without the echo it is B-CONF by its id."""
    old = Recorder()
    assert not run_signers(adversary=old).failures

    class Replay(Adversary):
        def __init__(self, kept: int) -> None:
            self.kept = kept

        def speak(self, draft: Draft) -> bytes | None:
            if (draft.sender, draft.round) == (CULPRIT, 5):
                return draft.payload[: self.kept] + old.sent[5, "bcast", CULPRIT, 1][self.kept :]
            return draft.payload

    assert_named(run_signers(adversary=Replay(0)), "B-ECHO")
    assert_named(run_signers(adversary=Replay(1 + 2 * 32)), "B-CONF")


def test_no_partial_signature_accuses_nobody() -> None:
    class Silent(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            return None if (draft.sender, draft.round) == (CULPRIT, 5) else draft.payload

    assert_nobody_named(run_signers(adversary=Silent()), "TIMEOUT")
