"""Properties 1 and 2 of 7.2: every large enough set signs, and only t shares determine the key. At TOY.

Property 4 (sum D~ = G, sum S~ = X_c, the integers behind delta and chi) is about values that never leave the core. Both
sums are (N) and (X) divided by delta, and those are checked in every session. Properties 5 and 6 (range corners,
encodings) are in test_cross_proofs.py and native/tests; here is what they mean for a session: whatever bytes come, a
party ends with a verdict.
"""

import hashlib
import random
from itertools import combinations

import coincurve
import pytest
from messages import R3E, Slot, slots
from mutations import Stage
from parties import make_key, results, run
from twin_parties import lagrange

from mpc_fast import _native
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.network import Conditions
from mpc_fast.reference.curve import q

pytestmark = pytest.mark.usefixtures("toy_profile")

KEYS = [(threshold, parties) for parties in range(2, 6) for threshold in range(2, parties + 1)]


def large_enough_sets(threshold: int, parties: int) -> list[tuple[int, ...]]:
    everybody = range(1, parties + 1)
    return [chosen for size in range(threshold, parties + 1) for chosen in combinations(everybody, size)]


@pytest.mark.parametrize(("threshold", "parties"), KEYS)
def test_every_large_enough_set_signs(threshold: int, parties: int) -> None:
    """On a rough network; an independent library recovers the key, s is low."""
    key = make_key("TOY", threshold, parties)
    public_key = key.shares[1].public_key
    rng = random.Random(f"{threshold} of {parties}")
    rough = Conditions(reorder=True, duplicate=0.2, delay=0.2)
    for signers in large_enough_sets(threshold, parties):
        digest = hashlib.sha256(rng.randbytes(rng.randrange(100))).digest()
        report = run(key.signing_parties(signers, digest), conditions=rough, seed=rng.randrange(1 << 30))
        signatures = set(results(report).values())
        assert len(signatures) == 1
        signature, recovery_id = signatures.pop()
        assert recovery_id in (0, 1, 2, 3)
        assert 1 <= int.from_bytes(signature[32:], "big") <= q // 2
        recoverable = signature + bytes([recovery_id])
        assert coincurve.PublicKey.from_signature_and_message(recoverable, digest, hasher=None).format() == public_key
        assert _native.verify_ecdsa(public_key, digest, signature)
        assert not _native.verify_ecdsa(public_key, bytes([digest[0] ^ 1]) + digest[1:], signature)


def combination(points: dict[int, bytes]) -> bytes:
    """sum lam_j X_j: what these shares, and no others, would make of the key."""
    terms = [coincurve.PublicKey(point).multiply(lagrange(tuple(points), i).to_bytes(32, "big"))
             for i, point in points.items()]  # fmt: skip
    return coincurve.PublicKey.combine_keys(terms).format()


@pytest.mark.parametrize(("threshold", "parties"), KEYS)
def test_any_t_shares_determine_the_key_and_fewer_do_not(threshold: int, parties: int) -> None:
    """In the exponent, since shares do not leave the core: x_j G = X_j is checked when a share is used."""
    share = make_key("TOY", threshold, parties).shares[1]
    points = dict(enumerate(share.public_shares, start=1))
    for chosen in combinations(points, threshold):
        assert combination({i: points[i] for i in chosen}) == share.public_key
    for size in range(1, threshold):
        for chosen in combinations(points, size):
            assert combination({i: points[i] for i in chosen}) != share.public_key


@pytest.mark.parametrize(("threshold", "parties"), KEYS)
def test_all_public_records_are_the_same(threshold: int, parties: int) -> None:
    shares = make_key("TOY", threshold, parties).shares
    for name in ("public_key", "public_shares", "chain_code", "members", "key_id", "epoch", "threshold", "profile"):
        assert len({repr(getattr(share, name)) for share in shares.values()}) == 1, name
    for name in ("record_digest", "aux_digest", "certificate", "aux_certificate"):
        assert len({getattr(share, name) for share in shares.values()}) == 1, name


def test_two_keys_of_the_same_parties_have_nothing_in_common() -> None:
    key = make_key("TOY", 2, 3)
    other = results(run(key.group.dkg_parties(2, key.aux)))[1]
    first = key.shares[1]
    assert first.public_key != other.public_key
    assert first.chain_code != other.chain_code
    mixed = {1: first.public_shares[0], 2: other.public_shares[1]}
    assert combination(mixed) not in (first.public_key, other.public_key)


class Junk(Adversary):
    """Party 2 sends random bytes in one message."""

    def __init__(self, slot: Slot, rng: random.Random) -> None:
        self.slot, self.rng = slot, rng
        self.junk: bytes | None = None

    def speak(self, draft: Draft) -> bytes | None:
        if draft.sender != 2 or Slot(draft.protocol, draft.round, draft.kind) != self.slot:
            return draft.payload
        if self.junk is None:
            size = len(draft.payload)
            length = self.rng.choice([size, size, size, size + 1, max(0, size - 1), self.rng.randrange(2 * size)])
            self.junk = self.rng.randbytes(length)
        return self.junk


@pytest.mark.parametrize("protocol", ["aux", "dkg", "sign"])
def test_random_bytes_convict_their_sender(protocol: str) -> None:
    """Property 6 as a session sees it: no string of bytes brings a party down, and none passes for a message."""
    key = make_key("TOY", 2, 3)
    rng = random.Random(protocol)
    for slot in slots(protocol):
        if slot == R3E:
            continue
        for _ in range(1 if protocol == "aux" else 4):
            junk = Junk(slot, rng)
            report = run(Stage(key).parties(protocol, (1, 2, 3)), adversary=junk)
            if slot.round == 0 and junk.junk is not None and len(junk.junk) == 32:
                assert not report.failures  # random bytes are what belongs there
                continue
            assert any(report.failures[i].culprits == {2} for i in (1, 3)), slot
            assert all(report.failures[i].culprits <= {2} for i in (1, 3)), slot
