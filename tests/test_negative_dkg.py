"""Cheating in key generation: the rows of 7.3 about commitments, vectors, proofs of knowledge, shares and complaints.

The culprit runs on the readable twin, or says something else through the adversary's hook. Policies ZERO and FIXED
(B-POL) belong to refresh and resharing.
"""

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from messages import complaint_fields
from parties import KEY_ID, run
from twin_parties import TwinDealer
from verdicts import CULPRIT, Recorder, assert_named, assert_nobody_named, recorded_aux

from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.author import Author
from mpc_fast.protocols.envelope import sign, verify
from mpc_fast.protocols.network import Report
from mpc_fast.protocols.steps import Received
from mpc_fast.reference import curve, sch, wire
from mpc_fast.reference.curve import G, Point, q

pytestmark = pytest.mark.usefixtures("toy_profile")

PARTIES = 3
THRESHOLD = 2


def run_with(
    kind: type[TwinDealer], adversary: Adversary | None = None, change: Callable[[TwinDealer], None] = lambda twin: None
) -> Report[Any]:
    """A session of two native parties and the culprit, for a 2-of-3 key."""
    group, aux, _ = recorded_aux()
    twin = kind(group, CULPRIT, THRESHOLD, aux[CULPRIT].digest)
    change(twin)
    native = [group.dkg_party(i, THRESHOLD, aux[i]) for i in group.indices if i != CULPRIT]
    return run([*native, twin.party()], adversary=adversary)


def test_an_honest_twin_is_accepted() -> None:
    report = run_with(TwinDealer)
    assert not report.failures
    twin = report.results[CULPRIT]
    for i in (1, 3):
        share = report.results[i]
        assert share.public_key == curve.encode(twin.public_key)
        assert share.public_shares == [curve.encode(point) for point in twin.public_shares]
        assert share.record_digest == twin.record_digest()
    assert twin.x * G == twin.public_shares[CULPRIT - 1]


# ---- Commitments


@pytest.mark.parametrize("name", ["coefficients", "nonces", "y", "rid_part", "chain_part", "u"])
def test_another_opening_is_b_com(name: str) -> None:
    class Reopened(TwinDealer):
        def v2(self) -> bytes:
            setattr(self, name, getattr(TwinDealer(self.group, self.index, self.threshold, self.aux_digest), name))
            return super().v2()

    assert_named(run_with(Reopened), "B-COM")


@pytest.mark.parametrize("wrong", ["pid", "ssid"])
def test_a_commitment_for_another_party_or_session_is_b_com(wrong: str) -> None:
    class Swapped(TwinDealer):
        def v1(self) -> bytes:
            own = self.pids[self.index], self.ssid
            if wrong == "pid":
                self.pids[self.index] = self.pids[1]
            else:
                self.ssid = bytes(32)
            committed = super().v1()
            self.pids[self.index], self.ssid = own
            return committed

    assert_named(run_with(Swapped), "B-COM")


def test_a_commitment_copied_from_another_cannot_be_opened() -> None:
    """Party 2 speaks after party 1 on this network, and says the same in V1 and V2: the pid inside gives it away."""

    class Copier(Recorder):
        copied = 0

        def speak(self, draft: Draft) -> bytes | None:
            payload = super().speak(draft)
            if draft.sender == CULPRIT and draft.round in (1, 3):
                payload = self.sent[draft.round, "bcast", 1, CULPRIT]
                self.copied += 1
            return payload

    copier = Copier()
    group, aux, _ = recorded_aux()
    report = run(group.dkg_parties(THRESHOLD, aux), adversary=copier)
    assert copier.copied == 4
    assert_named(report, "B-COM")


# ---- Vectors


@pytest.mark.parametrize("coefficients", [0, 1, 3, 4])
def test_a_polynomial_of_another_degree_is_b_vsslen(coefficients: int) -> None:
    """t' - 1 and t' + 1 among them: a longer vector raises the threshold, a shorter one lowers it."""

    class Other(TwinDealer):
        def derive(self, masked: Any) -> None:
            pass

        def v4(self, v3: Received) -> bytes:
            return b"\0" + bytes(32)

    def change(twin: TwinDealer) -> None:
        twin.coefficients = [twin.rng.nonzero_scalar() for _ in range(coefficients)]
        twin.nonces = [sch.commit(twin.rng) for _ in range(coefficients)]

    assert_named(run_with(Other, change=change), "B-VSSLEN")


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_zero_coefficient_is_b_dec(at: int) -> None:
    """The identity has no encoding; 33 zero bytes are no point. At 2: an extra zero behind the polynomial."""

    class Zero(TwinDealer):
        def v2(self) -> bytes:
            honest = super().v2()
            if at == 2:
                points = honest[2:68] + bytes(33) + honest[68:134] + honest[35:68]
                return struct.pack(">H", 3) + points + honest[134:]
            return honest[: 2 + 33 * at] + bytes(33) + honest[35 + 33 * at :]

    assert_named(run_with(Zero), "B-DEC")


# ---- Proofs of knowledge


@pytest.mark.parametrize("k", [0, 1])
def test_another_response_is_b_pok(k: int) -> None:
    class Other(TwinDealer):
        def v3(self) -> bytes:
            psi = super().v3()
            number = (int.from_bytes(psi[32 * k : 32 * k + 32], "big") + 1) % q
            return psi[: 32 * k] + wire.scalar(number) + psi[32 * k + 32 :]

    assert_named(run_with(Other), "B-POK")


@pytest.mark.parametrize("k", [0, 1])
def test_another_first_message_is_b_pok(k: int) -> None:
    """Committed and opened as it is, so only the proof can tell."""

    class Other(TwinDealer):
        def cap_a(self) -> list[Point]:
            points = super().cap_a()
            points[k] = points[k] + G
            return points

    assert_named(run_with(Other), "B-POK")


@pytest.mark.parametrize("k", [0, 1])
def test_a_coefficient_that_its_dealer_does_not_know_is_b_pok(k: int) -> None:
    """S_k is committed and opened as it is; the proof is about another point."""

    class Rogue(TwinDealer):
        def cap_s(self) -> list[Point]:
            points = super().cap_s()
            points[k] = points[k] + 12345 * G
            return points

    assert_named(run_with(Rogue), "B-POK")


@pytest.mark.parametrize("change", ["session", "party", "rid", "index"])
def test_a_proof_of_another_place_is_b_pok(change: str) -> None:
    class Replay(TwinDealer):
        def context(self, round: int, slot: str, verifier: int | None = None, **more: Any) -> Any:
            context = super().context(round, slot, verifier, **more)
            other: dict[str, Any] = {
                "session": {"ssid": bytes(32)},
                "party": {"prover": self.pids[1]},
                "rid": {"rid": bytes(32)},
                "index": {"index": 1 - (context.index or 0)},
            }
            return replace(context, **other[change])

    assert_named(run_with(Replay), "B-POK")


# ---- Shares and complaints


@pytest.mark.parametrize("victims", [(1,), (3,), (1, 3)])
def test_a_wrong_share_is_b_share_of_its_dealer(victims: tuple[int, ...]) -> None:
    """The third party, whose own share is right, accepts the complaint with the revealed y."""

    class Wrong(TwinDealer):
        def v3_private(self, j: int) -> bytes:
            c = int.from_bytes(super().v3_private(j), "big")
            return wire.scalar((c + (j in victims)) % q)

    assert_named(run_with(Wrong), "B-SHARE")


def test_two_wrong_dealers_are_both_named() -> None:
    """Parties 2 and 3 send party 1 wrong shares: it names both, and so does everybody who sees the complaint."""

    class Wrong(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            if draft.kind == "p2p" and draft.recipient == 1:
                return wire.scalar((int.from_bytes(draft.payload, "big") + 1) % q)
            return draft.payload

    group, aux, _ = recorded_aux()
    report = run(group.dkg_parties(THRESHOLD, aux), adversary=Wrong())
    assert (report.failures[1].code, report.failures[1].culprits) == ("B-SHARE", frozenset({2, 3}))


class Complainer(TwinDealer):
    """Complains about a share of party 1 that was right. ``entry`` says what the complaint holds."""

    dealer = 1
    y_offset = 0

    def envelope(self, v3: Received) -> bytes:
        return v3.private_envelopes[self.dealer]

    def v4(self, v3: Received) -> bytes:
        y = wire.scalar((self.y[1] + self.y_offset) % q)
        envelope = self.envelope(v3)
        return b"\1" + struct.pack(">HH", 1, self.dealer) + y + struct.pack(">I", len(envelope)) + envelope


def test_a_complaint_about_a_right_share_is_b_share_of_the_complainer() -> None:
    assert_named(run_with(Complainer), "B-SHARE")


def test_a_complaint_with_a_wrong_y_is_b_share_of_the_complainer() -> None:
    class WrongY(Complainer):
        y_offset = 1

    assert_named(run_with(WrongY), "B-SHARE")


@pytest.mark.parametrize("dealer", [0, CULPRIT, 3, 4, 0xFFFF])
def test_a_complaint_about_somebody_else_is_b_share_of_the_complainer(dealer: int) -> None:
    """With the envelope of party 1. Itself and nobody among them."""

    class Elsewhere(Complainer):
        def envelope(self, v3: Received) -> bytes:
            return v3.private_envelopes[1]

    Elsewhere.dealer = dealer
    assert_named(run_with(Elsewhere), "B-SHARE")


@pytest.mark.parametrize("what", ["nothing", "damaged", "broadcast", "to another", "of itself", "other session"])
def test_a_complaint_without_the_signed_share_is_b_share_of_the_complainer(what: str) -> None:
    sent: list[bytes] = []

    class Listener(Adversary):
        """The complainer sees all envelopes of party 1."""

        def carry(self, sender: int, recipient: int, data: bytes) -> list[bytes]:
            if sender == 1 and recipient == 3:
                sent.append(data)
            return [data]

    class Without(Complainer):
        def envelope(self, v3: Received) -> bytes:
            share = v3.private_envelopes[1]
            if what == "nothing":
                return b""
            if what == "damaged":
                return share[:-1] + bytes([share[-1] ^ 1])
            if what == "broadcast":
                return v3.envelopes[1]
            keys = dict(self.group.members)
            if what == "to another":
                return next(data for data in sent if (m := verify(data, keys)).kind == "p2p" and m.round == 4)
            if what == "of itself":
                author = Author(self.group.identities[CULPRIT], "dkg", CULPRIT, self.peers)
                return author.sign(self.ssid, 4, 1, wire.scalar(1)).data
            message = verify(share, keys)
            other = {"ssid": bytes(32), "protocol": "dkg", "round": 4, "sender": 1, "recipient": CULPRIT}
            identity = self.group.identities[1]  # party 1 did sign such a share once, in another session
            return sign(identity, payload=message.payload, **other).data  # type: ignore[arg-type]

    assert_named(run_with(Without, Listener()), "B-SHARE")


@pytest.mark.parametrize("count", [0, 2, 3, 0xFFFF])
def test_a_complaint_with_another_number_of_entries_is_b_dec(count: int) -> None:
    class Miscounted(Complainer):
        def v4(self, v3: Received) -> bytes:
            payload = super().v4(v3)
            assert [field.name for field in complaint_fields(payload)][:3] == ["tag", "count", "dealer[0]"]
            return payload[:1] + struct.pack(">H", count) + payload[3:]

    assert_named(run_with(Miscounted), "B-DEC")


def test_a_dealer_and_a_false_complainer_are_each_named() -> None:
    """Party 1 sends party 3 a wrong share; the culprit complains about party 3, whose share was right."""

    class Wrong(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            if (draft.kind, draft.sender, draft.recipient) == ("p2p", 1, 3):
                return wire.scalar((int.from_bytes(draft.payload, "big") + 1) % q)
            return draft.payload

    class About3(Complainer):
        dealer = 3

        def v4(self, v3: Received) -> bytes:
            self.y[1] = self.y[3]
            return super().v4(v3)

    report = run_with(About3, Wrong())
    assert report.failures[3].culprits == {1, CULPRIT}
    assert report.failures[3].code == "B-SHARE"


# ---- Confirmation


@pytest.mark.parametrize("name", ["public_key", "public_shares", "chain_code", "aux_digest", "threshold"])
def test_a_confirmation_of_another_record_is_b_conf(name: str) -> None:
    class Other(TwinDealer):
        def v4(self, v3: Received) -> bytes:
            change: Any = {
                "public_key": self.public_key + G,
                "public_shares": self.public_shares[::-1],
                "chain_code": bytes(32),
                "aux_digest": bytes(32),
                "threshold": 3,
            }[name]
            setattr(self, name, change)
            return super().v4(v3)

    assert_named(run_with(Other), "B-CONF")


def test_no_message_at_all_accuses_nobody() -> None:
    class Silent(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            return None if (draft.sender, draft.round) == (CULPRIT, 4) else draft.payload

    group, aux, _ = recorded_aux()
    report = run(group.dkg_parties(THRESHOLD, aux, KEY_ID), adversary=Silent())
    assert_nobody_named(report, "TIMEOUT")
