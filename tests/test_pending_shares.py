"""A confirmation is signed only once the share is stored; a stored share survives the session (specification 4.0)."""

from functools import cache

import pytest

from mpc_fast import _native
from mpc_fast._native import AuxShare, Identity, KeyShare
from mpc_fast.errors import CertificateError
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.aux_info import AuxInfo
from mpc_fast.protocols.certificate import adopt
from mpc_fast.protocols.keygen import KeyGeneration
from mpc_fast.protocols.local import sign_digest
from mpc_fast.protocols.members import canonical_members
from mpc_fast.protocols.network import Network, Report
from mpc_fast.protocols.sign import Signing

pytestmark = pytest.mark.usefixtures("toy_profile")
DIGEST = bytes(range(32))
CONFIRMATIONS = 5


class WithholdsFromTwo(Adversary):
    """Party 3 confirms to party 1 alone."""

    def speak(self, draft: Draft) -> bytes | None:
        withheld = (draft.sender, draft.recipient, draft.round) == (3, 2, CONFIRMATIONS)
        return None if withheld else draft.payload


@cache
def group() -> tuple[list[Identity], list[AuxShare]]:
    identities = {i.public_key: i for i in (Identity.generate() for _ in range(3))}
    members = canonical_members(identities)
    seats = [identities[key] for _, key in members]
    parties = [AuxInfo(i, "TOY", members, n, _native.generate_primes("TOY")) for n, i in enumerate(seats, 1)]
    report = Network(parties).run()
    return seats, [report.results[index] for index, _ in members]


def make_key(adversary: Adversary | None = None) -> tuple[Report[KeyShare], dict[int, KeyShare]]:
    seats, aux = group()
    members = canonical_members([identity.public_key for identity in seats])
    stored: dict[int, KeyShare] = {}
    parties = [
        KeyGeneration(identity, members, n, 2, "k", aux[n - 1], lambda share: stored.update({share.index: share}))
        for n, identity in enumerate(seats, 1)
    ]
    return Network(parties, adversary=adversary).run(), stored


def test_a_share_whose_session_timed_out_signs_with_the_certificate_of_another_party() -> None:
    report, stored = make_key(WithholdsFromTwo())
    assert report.failures[2].code == "TIMEOUT"
    certified = report.results[1]
    with pytest.raises(CertificateError):
        Signing(stored[2], [1, 2], DIGEST)
    adopted = adopt(stored[2], certified.certificate)
    signed = sign_digest([certified, adopted], DIGEST)
    assert _native.verify_ecdsa(certified.public_key, DIGEST, signed.signature)


def test_a_certificate_of_another_key_is_not_adopted() -> None:
    _, stored = make_key(WithholdsFromTwo())
    other, _ = make_key()
    with pytest.raises(CertificateError):
        adopt(stored[2], other.results[1].certificate)
    with pytest.raises(CertificateError):
        adopt(stored[2], b"")


def test_no_confirmation_leaves_before_the_share_is_stored() -> None:
    seats, aux = group()
    members = canonical_members([identity.public_key for identity in seats])

    def full_disk(_: KeyShare) -> None:
        raise OSError("no space left")

    parties = [
        KeyGeneration(identity, members, n, 2, "k", aux[n - 1], full_disk if n == 2 else lambda _: None)
        for n, identity in enumerate(seats, 1)
    ]
    sent: list[int] = []

    class Listens(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            if draft.sender == 2:
                sent.append(draft.round)
            return draft.payload

    with pytest.raises(OSError, match="no space"):
        Network(parties, adversary=Listens()).run()
    assert CONFIRMATIONS not in sent


def test_the_core_refuses_to_confirm_what_was_not_handed_out() -> None:
    seats, aux = group()
    members = canonical_members([identity.public_key for identity in seats])
    values = [bytes(32)] * 3
    runs = {n: _native.DkgRun(identity, members, n, 2, "k", values, aux[n - 1]) for n, identity in enumerate(seats, 1)}
    v1 = {n: run.round1() for n, run in runs.items()}
    v2 = {n: run.round3() for n, run in runs.items()}
    assert all(run.check_openings(v1, v2) == [] for run in runs.values())
    v3 = {n: run.round4() for n, run in runs.items()}
    run = runs[1]
    assert run.check_shares({n: out[0] for n, out in v3.items()}, {n: v3[n][1][1] for n in (2, 3)}) == []
    with pytest.raises(RuntimeError, match="out of order"):
        run.round5({})
    assert run.pending().certificate == b""
    assert run.round5({})[0] == 0
