"""Cheating in R1 of mode 1: the rows of 7.3 about K_u, G_u and the proof about all of them, at TOY with P = 3.

As in test_negative_presign.py: what the culprit says falsely it proves again as well as it can.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from batched import PLACES, native_presigners, presign_with, twin_presigner
from parties import run
from twin_presigners import TwinBatchSigner, TwinPresigner
from verdicts import CULPRIT, Recorder, assert_named

from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.reference import benc, curve
from mpc_fast.reference.batch import Session, field_bits
from mpc_fast.reference.curve import G, Point, q
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")

ALL = (1, 2, 3)
EVERY_U = pytest.mark.parametrize(("u", "signers"), [(0, (1, 2)), (1, ALL), (2, (1, 2)), (2, ALL)])
EPS_B = Session(TOY, bytes(32), 1, bytes(32)).slack(2 * len(PLACES))
BOTH = pytest.mark.parametrize("number", [0, 1])
"""K_u or G_u."""

Proof = tuple[benc.Common, list[benc.Private]]


# ---- What is out of range or no ciphertext


class TooLarge(TwinPresigner):
    """Proves what is out of range as far as the field of z is long."""

    def benc_proof(self, session: Session, statement: benc.Statement, verifiers: Sequence[benc.Verifier]) -> Proof:
        masks = benc._draw(session, statement, verifiers, self.rng)
        common, private = benc._respond(session, statement, self.benc_witness(), verifiers, masks)
        return replace(common, z=tuple(self.cut(z, session.x_bits(statement.rows)) for z in common.z)), private

    def cut(self, z: int, bits: int) -> int:
        return z % (1 << bits) if abs(z) >> bits else z


def hide(number: int, u: int, value: int) -> Callable[[TwinPresigner], None]:
    """K_u or G_u hides this value; the points are made for it."""

    def change(twin: TwinPresigner) -> None:
        own = twin.nonces[u]
        if number:
            own.gamma_int, own.gamma = value, value % q
        else:
            own.k_int, own.k = value, value % q

    return change


@EVERY_U
@BOTH
@pytest.mark.parametrize("excess", [(1 << (TOY.l + EPS_B)) + 1, -(1 << 400)])
def test_a_plaintext_out_of_range_is_b_benc(excess: int, number: int, u: int, signers: tuple[int, ...]) -> None:
    assert_named(presign_with(TooLarge, hide(number, u, excess), signers=signers), "B-BENC")


@BOTH
def test_a_response_out_of_range_is_b_benc_although_its_field_holds_it(number: int) -> None:
    """Everything holds but the range."""
    bits = TOY.l + EPS_B
    assert bits < field_bits(bits)

    class Wide(TooLarge):
        def benc_proof(self, *arguments: Any) -> Proof:
            while True:
                common, private = super().benc_proof(*arguments)
                if bits < common.z[0].bit_length() <= field_bits(bits):
                    return common, private

        def cut(self, z: int, _: int) -> int:
            return z

    assert_named(presign_with(Wide, hide(number, 1, 1 << (bits - TOY.kappa + 4))), "B-BENC")


@pytest.mark.parametrize(("which", "u"), [("p", 0), ("p", 1), ("p", 2), ("p^2", 1), ("N", 2), ("0", 0)])
@BOTH
def test_a_ciphertext_that_is_no_unit_is_b_benc(which: str, number: int, u: int) -> None:
    class NoUnit(TwinPresigner):
        def ciphertext(self) -> int:
            p, n = self.paillier.p, self.n1.n
            return {"p": p * 12345, "p^2": p * p, "N": n, "0": 0}[which]

        def cap_k(self, at: int) -> int:
            return self.ciphertext() if (number, at) == (0, u) else super().cap_k(at)

        def cap_g(self, at: int) -> int:
            return self.ciphertext() if (number, at) == (1, u) else super().cap_g(at)

    assert_named(presign_with(NoUnit), "B-BENC")


@pytest.mark.parametrize("u", PLACES)
def test_a_ciphertext_under_the_key_of_another_is_b_benc(u: int) -> None:
    class Other(TwinPresigner):
        def cap_k(self, at: int) -> int:
            n0 = self.keys[1]
            while (c := n0.encrypt(self.nonces[at].k_int, self.nonces[at].rho)) >= self.n1.n2:  # would not decode
                self.nonces[at].rho = self.rng.unit(n0.n)
            return c if at == u else super().cap_k(at)

    assert_named(presign_with(Other), "B-BENC")


@EVERY_U
@pytest.mark.parametrize("place", range(4))
def test_points_that_are_not_what_the_ciphertexts_hide_are_b_benc(place: int, u: int, signers: tuple[int, ...]) -> None:
    """A1, A2, B1, B2: the proof is made for what is sent."""

    class Inconsistent(TwinPresigner):
        def points(self, at: int) -> list[Point]:
            points = super().points(at)
            if at == u:
                points[place] += G
            return points

    assert_named(presign_with(Inconsistent, signers=signers), "B-BENC")


# ---- What is sent is not what is proven

Row = list[Any]
"""K, G, A1, A2, B1, B2"""


def exchanged(*places: tuple[int, int]) -> Callable[[Row, Row], None]:
    def change(row: Row, _: Row) -> None:
        for one, other in places:
            row[one], row[other] = row[other], row[one]

    return change


def of_another(*places: int) -> Callable[[Row, Row], None]:
    def change(row: Row, other: Row) -> None:
        for place in places:
            row[place] = other[place]

    return change


LIES: dict[str, Callable[[Row, Row], None]] = {
    "K <-> G": exchanged((0, 1)),
    "A1 <-> B1": exchanged((2, 4)),
    "A2 <-> B2": exchanged((3, 5)),
    "A1 <-> A2": exchanged((2, 3)),
    "row <-> row": exchanged((0, 1), (2, 4), (3, 5)),
    "K of another u": of_another(0),
    "G of another u": of_another(1),
    "A of another u": of_another(2, 3),
    "B of another u": of_another(4, 5),
    "all of another u": of_another(*range(6)),
}


@pytest.mark.parametrize("u", PLACES)
@pytest.mark.parametrize("lie", LIES)
def test_exchanged_values_are_b_benc(lie: str, u: int) -> None:
    class Exchanged(TwinPresigner):
        def commitment(self, at: int) -> tuple[int, int, list[Point]]:
            rows = [[self.cap_k(i), self.cap_g(i), *self.points(i)] for i in (at, (at + 1) % self.count)]
            if at == u:
                LIES[lie](*rows)
            cap_k, cap_g, *points = rows[0]
            return cap_k, cap_g, points

    assert_named(presign_with(Exchanged), "B-BENC")


@pytest.mark.parametrize("signers", [(1, 2), ALL])
def test_two_presignatures_in_another_order_are_b_benc(signers: tuple[int, ...]) -> None:
    class Reordered(TwinPresigner):
        def commitment(self, at: int) -> tuple[int, int, list[Point]]:
            return super().commitment({0: 2, 2: 0}.get(at, at))

    assert_named(presign_with(Reordered, signers=signers), "B-BENC")


@pytest.mark.parametrize("kind", [TwinPresigner, TwinBatchSigner])
def test_another_y_is_b_benc(kind: type[TwinPresigner]) -> None:
    class Other(kind):  # type: ignore[misc, valid-type]
        def r1(self, common: benc.Common) -> bytes:
            return curve.encode(5 * G) + super().r1(common)[33:]

    assert_named(presign_with(Other), "B-BENC")


# ---- Proofs of another place


@pytest.mark.parametrize("signers", [(1, 2), ALL])
@pytest.mark.parametrize(
    "change", [{"ssid": bytes(32)}, {"round": 2}, {"prover": bytes(32)}], ids=lambda c: next(iter(c))
)
def test_a_benc_of_another_place_is_b_benc(change: dict[str, Any], signers: tuple[int, ...]) -> None:
    class Replay(TwinPresigner):
        def session(self, round: int) -> Session:
            session = super().session(round)
            return replace(session, **change) if round == 1 else session

    assert_named(presign_with(Replay, signers=signers), "B-BENC")


def decodes(private: Sequence[benc.Private], bounds: Sequence[int]) -> bool:
    """Whether commitments are below the moduli of those who get them."""
    return all(max(*part.cap_s, part.cap_c) < nh for part, nh in zip(private, bounds, strict=True))


class Redrawn(TwinPresigner):
    """Proves until everybody can decode what it gets."""

    def misplaced(self, proof: Proof) -> Proof:
        return proof

    def prove_nonces(self) -> Proof:
        while True:
            common, private = self.misplaced(super().prove_nonces())
            if decodes(private, [self.setups[j].nh for j in self.peers]):
                return common, private


def test_a_benc_for_the_parameters_of_another_is_b_benc() -> None:
    class Other(Redrawn):
        def verifier(self, j: int) -> benc.Verifier:
            return replace(super().verifier(j), setup=super().verifier(3).setup)

    assert_named(presign_with(Other), "B-BENC")


@pytest.mark.parametrize("pid", [2, 3])
def test_a_benc_in_the_name_of_another_verifier_is_b_benc(pid: int) -> None:
    class Other(TwinPresigner):
        def verifier(self, j: int) -> benc.Verifier:
            return replace(super().verifier(j), pid=self.pids[pid])

    assert_named(presign_with(Other), "B-BENC")


def test_the_private_part_of_another_recipient_is_b_benc() -> None:
    class Crossed(Redrawn):
        def misplaced(self, proof: Proof) -> Proof:
            return proof[0], proof[1][::-1]

    assert_named(presign_with(Crossed, signers=ALL), "B-BENC")


def test_verifiers_in_another_order_are_b_benc() -> None:
    class Reordered(TwinPresigner):
        def verifiers(self) -> list[benc.Verifier]:
            return super().verifiers()[::-1]

        def prove_nonces(self) -> Proof:
            common, private = super().prove_nonces()
            return common, private[::-1]

    assert_named(presign_with(Reordered, signers=ALL), "B-BENC")


@pytest.mark.parametrize("rows", [(0, 1), (0, 2), (1, 5), (4, 5)])
def test_exchanged_commitments_are_b_benc(rows: tuple[int, int]) -> None:
    """S of two rows, of one u and of several."""
    one, other = rows

    class Exchanged(TwinPresigner):
        def r1_private(self, j: int, part: benc.Private) -> bytes:
            cap_s = list(part.cap_s)
            cap_s[one], cap_s[other] = cap_s[other], cap_s[one]
            return super().r1_private(j, replace(part, cap_s=tuple(cap_s)))

    assert_named(presign_with(Exchanged), "B-BENC")


def test_a_false_h_is_seen_by_its_verifier() -> None:
    """The challenge is made for the list that is sent, so nobody else sees anything wrong with it."""

    class OneFalse(TwinPresigner):
        def prove_nonces(self) -> Proof:
            honest = benc._hash
            benc._hash = lambda session, verifier, *rest: (  # type: ignore[assignment]
                bytes(32) if verifier.pid == self.pids[3] else honest(session, verifier, *rest)
            )
            try:
                return super().prove_nonces()
            finally:
                benc._hash = honest

    assert_named(presign_with(OneFalse, signers=ALL), "B-BENC", by={3})


# ---- Old messages, and two faces


@pytest.mark.parametrize("kinds", [("bcast", "p2p"), ("p2p",), ("bcast",)])
@pytest.mark.parametrize("signers", [(1, 2), ALL])
def test_an_old_r1_in_a_new_session_is_b_benc(kinds: tuple[str, ...], signers: tuple[int, ...]) -> None:
    old = Recorder()
    assert not presign_with(signers=signers, adversary=old).failures

    class Replay(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            if (draft.sender, draft.round) == (CULPRIT, 1) and draft.kind in kinds:
                return old.sent[1, draft.kind, CULPRIT, draft.recipient]
            return draft.payload

    assert_named(presign_with(signers=signers, adversary=Replay()), "B-BENC")


@pytest.mark.parametrize("same_nonces", [False, True], ids=["other nonces", "other h"])
def test_different_r1_for_two_recipients_are_b_eq_and_no_r3_leaves(same_nonces: bool) -> None:
    """Each gets a list with valid proofs, so only the echo tells. Nobody speaks in round 3."""

    class Equivocator(TwinPresigner):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            self.other = TwinPresigner(*arguments, **more)
            if same_nonces:
                self.other.nonces, self.other.y = self.nonces, self.y
            self.second: tuple[bytes, dict[int, bytes]] = (b"", {})

        def begin(self, values: list[bytes]) -> tuple[bytes, Any]:
            name, steps = super().begin(values)
            self.other.ssid = name
            return name, steps

        def round1(self) -> tuple[bytes, dict[int, bytes]]:
            broadcast, private = super().round1()
            self.second = self.other.round1()
            return broadcast, {1: private[1], 3: self.second[1][3]}

    twin = twin_presigner(Equivocator, ALL, len(PLACES))
    assert isinstance(twin, Equivocator)

    class TwoFaces(Recorder):
        def speak(self, draft: Draft) -> bytes | None:
            payload = super().speak(draft)
            to_3 = (draft.sender, draft.round, draft.kind, draft.recipient) == (CULPRIT, 1, "bcast", 3)
            return twin.second[0] if to_3 else payload

    faces = TwoFaces()
    first, third = native_presigners(TwinPresigner, ALL, len(PLACES))
    report = run([first, twin.party(), third], adversary=faces)
    assert_named(report, "B-EQ")
    assert all(len(report.failures[i].evidence) == 2 for i in (1, 3))
    assert 3 not in faces.rounds(1) | faces.rounds(3)
