"""Cheating in R2 of mode 1: the rows of 7.3 about Gamma_u and the conversions of every u, at TOY with P = 3.

As in test_negative_presign.py: what the culprit says falsely it proves again as well as it can.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from batched import PLACES, presign_with
from twin_presigners import Mask, Pair, TwinPresigner
from verdicts import CULPRIT, Recorder, assert_named

from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.reference import baff_a1, digests
from mpc_fast.reference.batch import Session, field_bits
from mpc_fast.reference.curve import q
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")

ALL = (1, 2, 3)
EVERY_U = pytest.mark.parametrize(("u", "signers"), [(0, (1, 2)), (1, ALL), (2, (1, 2)), (2, ALL)])
BRANCHES = pytest.mark.parametrize("hat", [False, True], ids=["nonce", "chi"])
EPS_Y = Session(TOY, bytes(32), 2, bytes(32)).slack(2 * len(PLACES))


# ---- D and F


class Affine(TwinPresigner):
    """Proves what is out of range as far as the fields of z1 and z2 are long."""

    def baff_proof(self, session: Session, verifier: bytes, statement: baff_a1.Statement, j: int) -> baff_a1.Proof:
        setup = self.setups[j]
        masks = baff_a1._draw(session, statement, setup, self.rng)
        proof = baff_a1._respond(session, verifier, statement, self.baff_witness(j), setup, masks)
        z1 = tuple(self.cut(z, session.x_bits(2)) for z in proof.z1)
        return replace(proof, z1=z1, z2=self.cut(proof.z2, session.y_bits(statement.rows)))

    def cut(self, z: int, bits: int) -> int:
        return z % (1 << bits) if abs(z) >> bits else z


class Masked(Affine):
    """One mask of each recipient is another."""

    place = (0, False)
    value = 0

    def round2(self, *arguments: Any) -> Any:
        self.drawn = 0
        return super().round2(*arguments)

    def mask(self, j: int) -> Mask:
        mask = super().mask(j)
        u, hat = divmod(self.drawn % (2 * self.count), 2)
        self.drawn += 1
        return replace(mask, y=self.value) if (u, bool(hat)) == self.place else mask


@BRANCHES
@EVERY_U
@pytest.mark.parametrize("mask", [(1 << (TOY.lp + EPS_Y)) + 1, -(1 << 900)])
def test_a_mask_out_of_range_is_b_baff(mask: int, u: int, signers: tuple[int, ...], hat: bool) -> None:
    class Wide(Masked):
        place, value = (u, hat), mask

    assert_named(presign_with(Wide, signers=signers), "B-BAFF")


@pytest.mark.parametrize("response", ["z1", "z2"])
def test_a_response_out_of_range_is_b_baff_although_its_field_holds_it(response: str) -> None:
    """Everything holds but the range."""
    session = Session(TOY, bytes(32), 2, bytes(32))
    bits = {"z1": session.x_bits(2), "z2": session.y_bits(6)}[response]
    assert bits < field_bits(bits)

    class Wide(Masked):
        place, value = (1, False), 1 << (bits - TOY.kappa + 2)

        def mask(self, j: int) -> Mask:
            return super().mask(j) if response == "z2" else TwinPresigner.mask(self, j)

        def affine_x(self, u: int, hat: bool) -> int:
            x = super().affine_x(u, hat)
            # A multiple of q in the length that is wanted: Gamma stays.
            return x + (self.value // q) * q if (response, u, hat) == ("z1", 1, False) else x

        def baff_proof(self, *arguments: Any) -> baff_a1.Proof:
            while True:
                proof = super().baff_proof(*arguments)
                z = proof.z1[1] if response == "z1" else proof.z2
                if bits < z.bit_length() <= field_bits(bits):
                    return proof

        def cut(self, z: int, _: int) -> int:
            return z

    assert_named(presign_with(Wide), "B-BAFF")


class Factor(Affine):
    """D of one u, in one branch, is made with another factor."""

    place = (0, False)
    offset = 0

    def affine_x(self, u: int, hat: bool) -> int:
        return super().affine_x(u, hat) + (self.offset if (u, hat) == self.place else 0)


@BRANCHES
@EVERY_U
@pytest.mark.parametrize("by", [1, q << 400])
def test_another_factor_is_b_baff(by: int, u: int, signers: tuple[int, ...], hat: bool) -> None:
    """The point stays that of x (Gamma_u, W): x + 1 is another x, of x + 2^400 q only the range of z1 tells."""

    class Other(Factor):
        place, offset = (u, hat), by

    assert_named(presign_with(Other, signers=signers), "B-BAFF")


def test_another_w_for_all_presignatures_is_b_baff() -> None:
    """All D^ agree with one another, and with the proof; not with W."""

    class Other(Affine):
        def affine_x(self, u: int, hat: bool) -> int:
            return super().affine_x(u, hat) + hat

    assert_named(presign_with(Other), "B-BAFF")


class Changed(TwinPresigner):
    """One pair (D, F) of each recipient is another; its hash is made for it."""

    place = (0, False)

    def changed(self, j: int, d: int, f: int) -> Pair:
        return d, f

    def affine(self, j: int, u: int, hat: bool) -> Pair:
        d, f = super().affine(j, u, hat)
        return self.changed(j, d, f) if (u, hat) == self.place else (d, f)


@BRANCHES
@EVERY_U
@pytest.mark.parametrize("which", ["D", "F"])
def test_a_false_copy_of_the_mask_is_b_baff(which: str, u: int, signers: tuple[int, ...], hat: bool) -> None:
    """D adds another number than F encrypts."""

    class Inconsistent(Changed):
        place = (u, hat)

        def changed(self, j: int, d: int, f: int) -> Pair:
            n0 = self.keys[j]
            return (n0.add(d, n0.encrypt(1, 1)), f) if which == "D" else (d, self.n1.add(f, self.n1.encrypt(1, 1)))

    assert_named(presign_with(Inconsistent, signers=signers), "B-BAFF")


@BRANCHES
@pytest.mark.parametrize(("which", "u"), [("F", 0), ("D = 0", 1), ("F = 0", 2)])
def test_a_ciphertext_that_is_no_unit_is_b_baff(which: str, u: int, hat: bool) -> None:
    class NoUnit(Changed):
        place = (u, hat)

        def changed(self, j: int, d: int, f: int) -> Pair:
            return {"F": (d, self.paillier.p * 99), "D = 0": (0, f), "F = 0": (d, 0)}[which]

    assert_named(presign_with(NoUnit), "B-BAFF")


SWAPS: dict[str, Callable[[list[Pair]], None]] = {
    "conversions": lambda pairs: pairs.__setitem__(slice(0, 2), pairs[1::-1]),
    "D of two u": lambda pairs: _cross(pairs, 0, 2, 0),
    "F of two u": lambda pairs: _cross(pairs, 0, 4, 1),
    "D^ of two u": lambda pairs: _cross(pairs, 3, 5, 0),
    "two u": lambda pairs: pairs.__setitem__(slice(None), [*pairs[2:4], *pairs[:2], *pairs[4:]]),
    "order": lambda pairs: pairs.reverse(),
}


def _cross(pairs: list[Pair], one: int, other: int, place: int) -> None:
    first, second = list(pairs[one]), list(pairs[other])
    first[place], second[place] = second[place], first[place]
    pairs[one], pairs[other] = (first[0], first[1]), (second[0], second[1])


@pytest.mark.parametrize("swap", SWAPS)
@pytest.mark.parametrize("signers", [(1, 2), ALL])
def test_exchanged_conversions_are_b_baff(swap: str, signers: tuple[int, ...]) -> None:
    """The proof is about what it was before; h is about what is sent."""

    class Exchanged(TwinPresigner):
        def prove_affine(self, j: int) -> baff_a1.Proof:
            proof = super().prove_affine(j)
            pairs = [pair for both in self.mta[j] for pair in both]
            SWAPS[swap](pairs)
            self.mta[j] = list(zip(pairs[::2], pairs[1::2], strict=True))
            return proof

        def r2_private(self, j: int) -> bytes:
            proof = self.prove_affine(j).encode(self.session(2))
            values = [value for both in self.mta[j] for pair in both for value in pair]
            return b"".join(value.to_bytes(TOY.n2_bytes, "big") for value in values) + proof

    assert_named(presign_with(Exchanged, signers=signers), "B-BAFF")


# ---- Proofs of another place

OTHER_PLACES: dict[str, Callable[[TwinPresigner], dict[str, Any]]] = {
    "party": lambda twin: {"prover": twin.pids[3]},
    "session": lambda twin: {"ssid": bytes(32)},
    "round": lambda twin: {"round": 1},
}


@pytest.mark.parametrize("place", [*OTHER_PLACES, "recipient", "prover as verifier"])
@pytest.mark.parametrize("signers", [(1, 2), ALL])
def test_a_baff_of_another_place_is_b_baff(place: str, signers: tuple[int, ...]) -> None:
    class Replay(TwinPresigner):
        def baff_proof(self, session: Session, verifier: bytes, statement: baff_a1.Statement, j: int) -> baff_a1.Proof:
            if place in OTHER_PLACES:
                moved: Session = replace(session, **OTHER_PLACES[place](self))
                return super().baff_proof(moved, verifier, statement, j)
            other = self.pids[CULPRIT] if place == "prover as verifier" else self.pids[4 - j]
            return super().baff_proof(session, other, statement, j)

    assert_named(presign_with(Replay, signers=signers), "B-BAFF")


@pytest.mark.parametrize("u", PLACES)
@BRANCHES
def test_conversions_of_another_ciphertext_are_b_baff(u: int, hat: bool) -> None:
    """D is made from K_j of another u, or the proof says that both branches of a u are."""

    class Other(TwinPresigner):
        def affine(self, j: int, at: int, branch: bool) -> Pair:
            if (at, branch) != (u, hat):
                return super().affine(j, at, branch)
            own = self.k_of[j][at]
            self.k_of[j][at] = self.k_of[j][(at + 1) % self.count]
            pair = super().affine(j, at, branch)
            self.k_of[j][at] = own
            return pair

    class Consistent(TwinPresigner):
        def learn_round1(self, r1: Any) -> None:
            super().learn_round1(r1)
            for j in self.peers:
                self.k_of[j][u] = self.k_of[j][(u + 1) % self.count]

    assert_named(presign_with(Consistent if hat else Other), "B-BAFF")


def test_a_baff_for_the_parameters_of_another_is_b_baff() -> None:
    class Other(TwinPresigner):
        def prove_affine(self, j: int) -> baff_a1.Proof:
            own, self.setups = self.setups, {**self.setups, j: self.setups[3]}
            while True:
                proof = super().prove_affine(j)
                if max(proof.first.commitments) < own[j].nh:  # otherwise it would not decode
                    self.setups = own
                    return proof

    assert_named(presign_with(Other, count=1), "B-BAFF")


# ---- h


@EVERY_U
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_ciphertext_that_does_not_match_its_hash_is_b_hash(place: int, u: int, signers: tuple[int, ...]) -> None:
    """D, F, D^, F^ of one u: made again with another nonce and proven anew once h is made."""

    class Replaced(TwinPresigner):
        def round2(self, r1: Any, echo: bytes) -> Any:
            broadcast, _ = super().round2(r1, echo)
            for j in self.peers:
                mask = self.masks[j][u][place > 1]
                mask.rho, mask.rho_y = (mask.rho + 1, mask.rho_y) if place % 2 == 0 else (mask.rho, mask.rho_y + 1)
                self.mta[j][u] = (self.affine(j, u, False), self.affine(j, u, True))
            return broadcast, {j: self.r2_private(j) for j in self.peers}

    assert_named(presign_with(Replaced, signers=signers), "B-HASH")


HASHES: dict[str, Callable[[TwinPresigner, int, int, bool], bytes]] = {
    "sender": lambda twin, j, u, hat: twin.hash_at(j, twin.index, u, hat, twin.mta[j][u][hat]),
    "recipient": lambda twin, j, u, hat: twin.hash_at(twin.index, 4 - j, u, hat, twin.mta[j][u][hat]),
    "u": lambda twin, j, u, hat: twin.hash_at(twin.index, j, u + 1, hat, twin.mta[j][u][hat]),
    "values of another u": lambda twin, j, u, hat: twin.hash_at(twin.index, j, u, hat, twin.mta[j][u - 1][hat]),
    "branch": lambda twin, j, u, hat: twin.hash_at(twin.index, j, u, not hat, twin.mta[j][u][hat]),
    "values of the other branch": lambda twin, j, u, hat: twin.hash_at(twin.index, j, u, hat, twin.mta[j][u][not hat]),
    "D and F exchanged": lambda twin, j, u, hat: twin.hash_at(twin.index, j, u, hat, twin.mta[j][u][hat][::-1]),
}


@pytest.mark.parametrize(("u", "hat"), [(0, True), (1, False), (2, True)])
@pytest.mark.parametrize("wrong", HASHES)
def test_a_hash_of_something_else_is_b_hash(wrong: str, u: int, hat: bool) -> None:
    class Swapped(TwinPresigner):
        def hash(self, j: int, at: int, branch: bool) -> bytes:
            return HASHES[wrong](self, j, u, hat) if (at, branch) == (u, hat) else super().hash(j, at, branch)

    assert_named(presign_with(Swapped), "B-HASH")


def test_exchanged_hashes_of_two_recipients_are_b_hash() -> None:
    class Swapped(TwinPresigner):
        def hash(self, j: int, u: int, hat: bool) -> bytes:
            return super().hash(4 - j, u, hat)

    assert_named(presign_with(Swapped, signers=ALL), "B-HASH")


def test_a_hash_as_in_mode_0_is_b_hash() -> None:
    class Ordinary(TwinPresigner):
        def hash_at(self, i: int, j: int, u: int, hat: bool, pair: Pair) -> bytes:
            return digests.mta_hash(TOY, "mta-x" if hat else "mta-n", self.ssid, i, j, *pair)

    assert_named(presign_with(Ordinary, count=1), "B-HASH")


# ---- Old messages


def test_an_old_r2_in_a_new_session_is_b_echo_or_b_hash() -> None:
    """The broadcast has the echo of another session; without the broadcast the ciphertexts match no hash."""
    old = Recorder()
    assert not presign_with(adversary=old).failures

    class Replay(Adversary):
        def __init__(self, kind: str) -> None:
            self.kind = kind

        def speak(self, draft: Draft) -> bytes | None:
            if (draft.sender, draft.round, draft.kind) == (CULPRIT, 2, self.kind):
                return old.sent[2, draft.kind, CULPRIT, draft.recipient]
            return draft.payload

    assert_named(presign_with(adversary=Replay("bcast")), "B-ECHO")
    assert_named(presign_with(adversary=Replay("p2p")), "B-HASH")
