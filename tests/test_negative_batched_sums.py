"""Cheating in R3, R3e and R4 of mode 1, at TOY with P = 3: what is said of Delta_u, delta_u, S_u, and what is left.

Until there is a blame phase a wrong delta_u or S_u accuses nobody. The outcome is that of the smallest u with a failed
sum, (N) before (X), and all presignatures of the session are discarded.
"""

import gc
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from batched import PLACES, P, native_presigners, presign_with, twin_presigner
from parties import DIGEST, make_key, run
from twin_presigners import TwinBatchSigner, TwinPresigner
from verdicts import CULPRIT, Recorder, assert_named, assert_nobody_named

from mpc_fast._native import PresignRun
from mpc_fast.protocols import presign
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.presign import Presigning, Proofs
from mpc_fast.protocols.sign import Signing
from mpc_fast.protocols.steps import Round
from mpc_fast.reference import elog
from mpc_fast.reference.curve import G, Point, q
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")

ALL = (1, 2, 3)
SIGNERS = pytest.mark.parametrize("signers", [(1, 2), ALL])
EVERY_U = pytest.mark.parametrize("u", PLACES)


# ---- Delta


@EVERY_U
@SIGNERS
def test_another_delta_point_is_b_elog3(u: int, signers: tuple[int, ...]) -> None:
    """Delta_u is not what A_u2 hides; elog is made for it."""

    class Other(TwinPresigner):
        def cap_delta(self, at: int) -> Point:
            return (self.nonces[at].k + (at == u)) * self.big_gamma(at)

        def elog3(self, at: int) -> bytes:
            a1, a2, _, _ = self.points(at)
            statement = elog.Statement(a1, a2, self.cap_y(), self.cap_delta(at), self.big_gamma(at))
            witness = elog.Witness((self.nonces[at].k + (at == u)) % q, self.nonces[at].a)
            return elog.prove(self.elog_context(3, "elog-k", at), statement, witness, self.rng).encode(TOY)

    assert_named(presign_with(Other, signers=signers), "B-ELOG3")


@EVERY_U
def test_a_delta_point_over_another_base_is_b_elog3(u: int) -> None:
    """k_u Gamma of another u, with its elog for that base."""

    class Other(TwinPresigner):
        def big_gamma(self, at: int) -> Point:
            return super().big_gamma((at + 1) % self.count if at == u else at)

    assert_named(presign_with(Other), "B-ELOG3")


ROW = 32 + 2 * 33 + 163


def rows(payload: bytes) -> list[bytearray]:
    return [bytearray(payload[ROW * u : ROW * (u + 1)]) for u in PLACES]


# Parts of a row: delta, Delta, S, elog
PARTS = {"delta": slice(0, 32), "Delta": slice(32, 65), "S": slice(65, 98), "elog": slice(98, ROW)}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("delta",), "NONCE_SUM"),
        (("S",), "CHI_SUM"),
        (("delta", "S"), "NONCE_SUM"),
        (("Delta",), "B-ELOG3"),
        (("elog",), "B-ELOG3"),
        (("Delta", "elog"), "B-ELOG3"),
        (("delta", "Delta", "S", "elog"), "B-ELOG3"),
    ],
)
@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2), (1, 2)])
def test_exchanged_parts_of_two_presignatures(parts: tuple[str, ...], code: str, one: int, other: int) -> None:
    class Exchanged(FailedSum):
        outcome = {"NONCE_SUM": 1, "CHI_SUM": 2}.get(code, 0)

        def r3(self, honest: Any) -> bytes:
            made = rows(b"".join(honest))
            for part in parts:
                made[one][PARTS[part]], made[other][PARTS[part]] = made[other][PARTS[part]], made[one][PARTS[part]]
            return super().r3([bytes(row) for row in made])

    report = presign_with(Exchanged)
    assert_nobody_named(report, code) if code.endswith("SUM") else assert_named(report, code)


# ---- Sums


class FailedSum(TwinPresigner):
    """Contributes false shares, with correct proofs; wrong: (u, branch), u from 0."""

    wrong: frozenset[tuple[int, str]] = frozenset()
    outcome = 1

    def delta(self, u: int) -> int:
        return (super().delta(u) + ((u, "N") in self.wrong)) % q

    def cap_s(self, u: int) -> Point:
        return super().cap_s(u) + (G if (u, "X") in self.wrong else 0 * G)

    def last(self) -> Round:
        return Round(4, self.r3e(self.outcome))


OUTCOMES: Mapping[tuple[tuple[int, str], ...], str] = {
    ((0, "N"),): "NONCE_SUM",
    ((1, "N"),): "NONCE_SUM",
    ((2, "N"),): "NONCE_SUM",
    ((0, "X"),): "CHI_SUM",
    ((1, "X"),): "CHI_SUM",
    ((2, "X"),): "CHI_SUM",
    ((1, "N"), (1, "X")): "NONCE_SUM",
    ((0, "X"), (1, "N")): "CHI_SUM",
    ((1, "X"), (2, "N")): "CHI_SUM",
    ((0, "N"), (1, "X"), (2, "X")): "NONCE_SUM",
    ((1, "X"), (2, "X")): "CHI_SUM",
}


@SIGNERS
@pytest.mark.parametrize("wrong", OUTCOMES, ids=str)
def test_the_outcome_is_that_of_the_smallest_u_and_accuses_nobody(
    wrong: tuple[tuple[int, str], ...], signers: tuple[int, ...]
) -> None:
    class Wrong(FailedSum):
        outcome = 1 if OUTCOMES[wrong] == "NONCE_SUM" else 2

    Wrong.wrong = frozenset(wrong)
    report = presign_with(Wrong, signers=signers)
    assert_nobody_named(report, OUTCOMES[wrong])
    assert set(report.results) <= {CULPRIT}


@EVERY_U
@pytest.mark.parametrize(("branch", "outcome"), [("N", 0), ("N", 2), ("X", 0), ("X", 1)])
def test_another_outcome_than_the_sums_have_is_b_conf(branch: str, outcome: int, u: int) -> None:
    class Denies(FailedSum):
        pass

    Denies.wrong, Denies.outcome = frozenset({(u, branch)}), outcome
    assert_named(presign_with(Denies), "B-CONF")


@SIGNERS
@pytest.mark.parametrize("outcome", [1, 2])
def test_a_failed_sum_although_the_sums_are_right_is_b_conf(outcome: int, signers: tuple[int, ...]) -> None:
    class Balks(FailedSum):
        pass

    Balks.outcome = outcome
    assert_named(presign_with(Balks, signers=signers), "B-CONF")


@pytest.mark.parametrize("branch", ["N", "X"])
def test_a_failed_sum_of_a_signing_session(branch: str) -> None:
    class Wrong(TwinBatchSigner):
        def delta(self, u: int) -> int:
            return (super().delta(u) + (branch == "N")) % q

        def cap_s(self, u: int) -> Point:
            return super().cap_s(u) + (G if branch == "X" else 0 * G)

        def last(self) -> Round:
            return Round(4, self.r3e(1 if branch == "N" else 2), accepts=(4, 5))

    assert_nobody_named(presign_with(Wrong), "NONCE_SUM" if branch == "N" else "CHI_SUM")


# ---- After a failure nothing is left


@EVERY_U
@pytest.mark.parametrize("branch", ["N", "X"])
def test_all_presignatures_are_discarded_with_their_secrets(
    branch: str, u: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The native state, which wipes itself when it goes, is gone; no party has a result."""
    runs: list[Any] = []

    def create(*arguments: Any) -> PresignRun:
        made = PresignRun(*arguments)
        runs.append(weakref.ref(made))
        return made

    monkeypatch.setattr(presign, "PresignRun", create)

    class Wrong(FailedSum):
        outcome = 1 if branch == "N" else 2

    Wrong.wrong = frozenset({(u, branch)})
    parties = native_presigners(Wrong, ALL, P)
    report = run([*parties, twin_presigner(Wrong, ALL, P).party()])
    assert len(runs) == 2
    gc.collect()
    assert [made() for made in runs] == [None, None]
    for party in parties:
        assert not party.finished
        with pytest.raises(type(report.failures[1])):
            party.result()


@pytest.mark.parametrize("u", PLACES)
def test_a_run_after_a_failed_sum_gives_no_presignature(u: int) -> None:
    """Not even of the u whose sums are right."""
    shares = make_key("TOY", 2, 3).shares
    values = [bytes([i]) * 32 for i in (1, 2)]
    runs = {i: PresignRun(shares[i], [1, 2], values, Proofs.BATCHED, P) for i in (1, 2)}
    r1 = {i: one.round1() for i, one in runs.items()}
    for i, one in runs.items():
        assert one.check_round1({j: r1[j][0] for j in r1}, {3 - i: r1[3 - i][1][i]}) == []
    r2 = {i: one.round2(bytes(64)) for i, one in runs.items()}
    for i, one in runs.items():
        assert one.receive_round2({j: r2[j][0] for j in r2}, {3 - i: r2[3 - i][1][i]}) == []
        assert one.check_round2() == []
    r3 = {i: one.round3(bytes(64)) for i, one in runs.items()}
    changed = rows(r3[2])
    changed[u][:32] = ((int.from_bytes(changed[u][:32], "big") + 1) % q).to_bytes(32, "big")
    r3[2] = b"".join(changed) + r3[2][P * ROW :]
    for one in runs.values():
        assert one.receive_round3(r3) == []
        assert one.check_round3() == []
        assert one.outcome() == 1
        one.round4(bytes(64))
        assert one.receive_round4({1: b"\1" + bytes(64), 2: b"\1" + bytes(64)}) == []
        assert one.check_round4() == []
        with pytest.raises(RuntimeError, match="failed sum"):
            one.presignatures(b"", 1)


# ---- Echoes, R4


@pytest.mark.parametrize("number", [0, 1, 2])
@SIGNERS
@pytest.mark.parametrize("kind", [TwinPresigner, TwinBatchSigner])
def test_a_false_echo_is_b_echo(kind: type[TwinPresigner], number: int, signers: tuple[int, ...]) -> None:
    """The culprit joins the exchange of originals with what it has, which is not what its echo says."""

    class Echoes(list[bytes]):
        def append(self, vector: bytes) -> None:
            super().append(bytes(len(vector)) if len(self) == number else vector)

    def forget(twin: TwinPresigner) -> None:
        twin.echoes = Echoes()

    assert_named(presign_with(kind, forget, signers=signers), "B-ECHO")


@pytest.mark.parametrize("change", [lambda d: (d + 1) % q, lambda d: q - d])
@SIGNERS
def test_another_partial_signature_is_b_sigma(change: Callable[[int], int], signers: tuple[int, ...]) -> None:
    class Other(TwinBatchSigner):
        def sigma(self, u: int, digest: bytes) -> int:
            return change(super().sigma(u, digest))

    assert_named(presign_with(Other, signers=signers), "B-SIGMA")


@pytest.mark.parametrize("at", [-112, -96, -64])
def test_another_name_in_r4_is_b_conf(at: int) -> None:
    """id, digest, tr"""

    class Other(TwinBatchSigner):
        def r4(self, u: int, digest: bytes) -> bytes:
            honest = super().r4(u, digest)
            return honest[:at] + bytes([honest[at] ^ 1]) + honest[at + 1 :]

    assert_named(presign_with(Other), "B-CONF")


@pytest.mark.parametrize("number", [3, 4])
def test_an_old_r3_or_r3e_in_a_new_session(number: int) -> None:
    """With the echo of this session: its elogs are of another place. R3e: the echo is all it says."""
    old = Recorder()
    assert not presign_with(adversary=old).failures

    class Replay(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            if (draft.sender, draft.round) == (CULPRIT, number):
                said = old.sent[number, "bcast", CULPRIT, draft.recipient]
                return said[:-64] + draft.payload[-64:] if number == 3 else said
            return draft.payload

    assert_named(presign_with(adversary=Replay()), "B-ELOG3" if number == 3 else "B-ECHO")


# ---- Sessions of different modes or sizes


def assert_context(parties: list[Any]) -> None:
    recorder = Recorder()
    report = run(parties, adversary=recorder)
    for party in parties:
        failure = report.failures[party.index]
        assert (failure.code, failure.culprits) == ("E_CONTEXT", frozenset()), f"party {party.index}: {failure}"
        assert recorder.rounds(party.index) <= {0, 1, 255}


@pytest.mark.parametrize("counts", [(1, 2, 2), (3, 2, 3), (64, 63, 64), (1, 2, 3)])
def test_another_number_of_presignatures_is_e_context(counts: tuple[int, ...]) -> None:
    shares = make_key("TOY", 2, 3).shares
    assert_context([Presigning(shares[i], ALL, count=count) for i, count in zip(ALL, counts, strict=True)])


@pytest.mark.parametrize("culprit", [1, 2])
def test_another_mode_is_e_context(culprit: int) -> None:
    shares = make_key("TOY", 2, 3).shares
    modes = {i: Proofs.ORDINARY if i == culprit else Proofs.BATCHED for i in (1, 2)}
    assert_context([Presigning(shares[i], (1, 2), proofs=modes[i]) for i in modes])
    assert_context([Signing(shares[i], (1, 2), DIGEST, proofs=modes[i]) for i in modes])


@pytest.mark.parametrize("wrong", [{"proof_mode": 0}, {"presignatures": 2}, {"digest": DIGEST}], ids=str)
def test_a_signer_with_another_view_of_the_session_is_e_context(wrong: dict[str, Any]) -> None:
    class Elsewhere(TwinPresigner):
        def session_fields(self) -> dict[str, Any]:
            return super().session_fields() | wrong

    report = presign_with(Elsewhere)
    assert_nobody_named(report, "E_CONTEXT")


@pytest.mark.parametrize("count", [1, 2, 4])
def test_lists_of_another_length_are_b_dec(count: int) -> None:
    """Under the name of a session with three."""

    class Short(TwinPresigner):
        def session_fields(self) -> dict[str, Any]:
            return super().session_fields() | {"presignatures": P}

        def round2(self, r1: Mapping[int, bytes], echo: bytes) -> Any:
            return b"", dict.fromkeys(self.peers, b"")

    twin = twin_presigner(Short, (1, 2), count)
    report = run([*native_presigners(Short, (1, 2), P), twin.party()])
    assert_named(report, "B-DEC")
