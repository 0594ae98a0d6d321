"""Sessions that do not belong together: 7.3, wrong epoch, key id, S, path, profile; and sets that cannot sign.

Nobody is accused, and it ends before anything of the protocol is looked at. What the name of the opening covers (who
takes part, which key) keeps sessions apart from the start: each waits for its own opening until it is given up. What
only the name of the session covers shows with the first message behind the opening: E_CONTEXT.
"""

from collections.abc import Callable
from typing import Any

import pytest
from keys import prime_set
from parties import DIGEST, make_aux, make_key, run
from twin_parties import TwinAux, TwinDealer, TwinSigner
from verdicts import CULPRIT, Recorder, mixed_key, recorded_aux, twin_signer

from mpc_fast.errors import ContextError, ParameterError, SignersError
from mpc_fast.protocols.aux_info import AuxInfo
from mpc_fast.protocols.keygen import KeyGeneration
from mpc_fast.protocols.network import Report
from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.sign import Signing
from mpc_fast.reference import params
from mpc_fast.reference.curve import G

pytestmark = pytest.mark.usefixtures("toy_profile")


def assert_context(report: Report[Any], recorder: Recorder, honest: set[int]) -> None:
    """E_CONTEXT at once, whoever speaks first; nothing beyond round 1 is sent."""
    for i in honest:
        failure = report.failures[i]
        assert (failure.code, failure.culprits) == ("E_CONTEXT", frozenset()), f"party {i}: {failure}"
        assert recorder.rounds(i) <= {0, 1, 255}


def run_recorded(parties: list[Party[Any]]) -> tuple[Report[Any], Recorder]:
    recorder = Recorder()
    return run(parties, adversary=recorder), recorder


# ---- Signing: fields of the session's name


@pytest.mark.parametrize(
    "wrong",
    [
        {"epoch": 1},
        {"path": (0,)},
        {"path": None},
        {"threshold": 3},
        {"chain_code": bytes(32)},
        {"aux_digest": bytes(32)},
        {"public_key": 5 * G},
        {"public_shares": [G, G, G]},
        {"child_key": 5 * G},
        {"signers": (1, 2, 3)},
        {"proof_mode": 1},
        {"presignatures": 2},
        {"digest": bytes(32)},
        {"base_digest": bytes(32)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_signer_with_another_view_of_the_session_is_e_context(wrong: dict[str, Any]) -> None:
    class Elsewhere(TwinSigner):
        def session_fields(self) -> dict[str, Any]:
            return super().session_fields() | wrong

    _, shares, _ = mixed_key()
    report, recorder = run_recorded(
        [Signing(shares[1], (1, 2), DIGEST, proofs=Proofs.ORDINARY), twin_signer(Elsewhere).party()]
    )
    assert_context(report, recorder, {1})


def test_another_profile_is_e_context_in_every_protocol() -> None:
    def elsewhere(kind: type) -> type:
        def begin(self: Any, values: list[bytes]) -> tuple[bytes, Any]:
            own, self.profile = self.profile, params.C112
            name, _ = kind.begin(self, values)
            self.profile = own
            return name, self.rounds()

        return type("Elsewhere", (kind,), {"begin": begin})

    group, aux, _ = recorded_aux()
    _, shares, _ = mixed_key()
    sessions: list[list[Party[Any]]] = [
        [*(group.aux_party(i) for i in (1, 3)), elsewhere(TwinAux)(group, CULPRIT).party()],
        [
            *(group.dkg_party(i, 2, aux[i]) for i in (1, 3)),
            elsewhere(TwinDealer)(group, CULPRIT, 2, aux[CULPRIT].digest).party(),
        ],
        [
            *(Signing(shares[i], (1, 2, 3), DIGEST, proofs=Proofs.ORDINARY) for i in (1, 3)),
            twin_signer(elsewhere(TwinSigner), (1, 2, 3)).party(),
        ],
    ]
    for parties in sessions:
        report, recorder = run_recorded(parties)
        assert_context(report, recorder, {1, 3})


def test_signers_of_different_digests_are_e_context() -> None:
    key = make_key("TOY", 2, 3)
    parties = [
        Signing(key.shares[1], (1, 2), DIGEST, proofs=Proofs.ORDINARY),
        Signing(key.shares[2], (1, 2), bytes(32), proofs=Proofs.ORDINARY),
    ]
    report, recorder = run_recorded([*parties])
    assert_context(report, recorder, {1, 2})


def test_shares_of_two_keys_of_one_name_are_e_context() -> None:
    """The same parties, the same key id, another key generation."""
    key = make_key("TOY", 2, 3)
    other = run(key.group.dkg_parties(2, key.aux)).results
    report, recorder = run_recorded(
        [
            Signing(key.shares[1], (1, 2), DIGEST, proofs=Proofs.ORDINARY),
            Signing(other[2], (1, 2), DIGEST, proofs=Proofs.ORDINARY),
        ]
    )
    assert_context(report, recorder, {1, 2})


# ---- Key generation


@pytest.mark.parametrize("wrong", [{"threshold": 3}, {"aux_digest": bytes(32)}, {"epoch": 1}])
def test_a_dealer_with_another_view_of_the_session_is_e_context(wrong: dict[str, Any]) -> None:
    class Elsewhere(TwinDealer):
        def session_fields(self) -> dict[str, Any]:
            return super().session_fields() | wrong

    group, aux, _ = recorded_aux()
    native = [group.dkg_party(i, 2, aux[i]) for i in (1, 3)]
    report, recorder = run_recorded([*native, Elsewhere(group, CULPRIT, 2, aux[CULPRIT].digest).party()])
    assert_context(report, recorder, {1, 3})


def test_different_thresholds_are_e_context() -> None:
    group, aux = make_aux("TOY", 3)
    report, recorder = run_recorded([group.dkg_party(i, t, aux[i]) for i, t in ((1, 2), (2, 2), (3, 3))])
    assert_context(report, recorder, {1, 2, 3})


def test_auxiliary_information_of_another_run_is_e_context() -> None:
    group, aux = make_aux("TOY", 3)
    other = run(group.aux_parties()).results
    report, recorder = run_recorded([group.dkg_party(i, 2, other[i] if i == 3 else aux[i]) for i in (1, 2, 3)])
    assert_context(report, recorder, {1, 2, 3})


# ---- Fields of the opening


def assert_apart(report: Report[Any], recorder: Recorder) -> None:
    """They wait for one another until they give up; nothing but openings is sent, nobody is accused."""
    for i, failure in report.failures.items():
        assert (failure.code, failure.culprits, failure.round) == ("TIMEOUT", frozenset(), 0), f"party {i}: {failure}"
        assert recorder.rounds(i) <= {0, 255}
    assert not report.results


@pytest.mark.parametrize("round", ["dkg", "sign"])
def test_sessions_for_different_key_ids_stay_apart(round: str) -> None:
    group, aux = make_aux("TOY", 3)
    parties: list[Party[Any]] = [group.dkg_party(i, 2, aux[i], "other key" if i == 3 else "key") for i in (1, 2, 3)]
    if round == "sign":
        key = make_key("TOY", 2, 3)
        other = run(group.dkg_parties(2, aux, "other key")).results
        parties = [
            Signing(key.shares[1], (1, 2), DIGEST, proofs=Proofs.ORDINARY),
            Signing(other[2], (1, 2), DIGEST, proofs=Proofs.ORDINARY),
        ]
    assert_apart(*run_recorded(parties))


def test_sessions_of_different_signers_stay_apart() -> None:
    key = make_key("TOY", 2, 3)
    parties = [
        Signing(key.shares[i], signers, DIGEST, proofs=Proofs.ORDINARY)
        for i, signers in ((1, (1, 2)), (2, (1, 2, 3)), (3, (2, 3)))
    ]
    assert_apart(*run_recorded([*parties]))


def test_a_message_of_another_protocol_is_refused() -> None:
    key = make_key("TOY", 2, 3)
    group = key.group
    parties: list[Party[Any]] = [
        group.dkg_party(1, 2, key.aux[1]),
        group.aux_party(2),
        group.dkg_party(3, 2, key.aux[3]),
    ]
    report, recorder = run_recorded(parties)
    assert_apart(report, recorder)
    assert {rejection.reason for rejection in report.rejections} == {"envelope: another protocol"}


# ---- Refused before there is a session


@pytest.mark.parametrize(
    "signers",
    [(), (1,), (1, 1), (1, 2, 2), (2, 3), (1, 4), (0, 1), (1, 2, 3, 4), (1, -1), (1, 1 << 16)],
)
def test_a_set_that_cannot_sign_is_e_signers(signers: tuple[int, ...]) -> None:
    """Too few, doubled, strangers, or without the holder of the share."""
    key = make_key("TOY", 2, 3)
    with pytest.raises(SignersError) as caught:
        Signing(key.shares[1], signers, DIGEST, proofs=Proofs.ORDINARY)
    assert caught.value.code == "E_SIGNERS"


@pytest.mark.parametrize("length", [0, 20, 31, 33, 64])
def test_a_digest_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ParameterError):
        Signing(make_key("TOY", 2, 3).shares[1], (1, 2), bytes(length), proofs=Proofs.ORDINARY)


@pytest.mark.parametrize("threshold", [-1, 0, 1, 4])
def test_a_threshold_out_of_range_is_refused(threshold: int) -> None:
    group, aux = make_aux("TOY", 3)
    with pytest.raises(ParameterError):
        group.dkg_party(1, threshold, aux[1])


def foreign_identity() -> None:
    group, aux = make_aux("TOY", 3)
    KeyGeneration(group.identities[2], group.members, 1, 2, "key", aux[1])


def foreign_aux() -> None:
    group, aux = make_aux("TOY", 3)
    KeyGeneration(group.identities[1], group.members, 1, 2, "key", aux[2])


def unordered_members() -> None:
    group, _ = make_aux("TOY", 3)
    keys = [key for _, key in group.members][::-1]
    AuxInfo(group.identities[1], "TOY", list(enumerate(keys, start=1)), 1, prime_set("TOY", 1))


@pytest.mark.parametrize("make", [foreign_identity, foreign_aux, unordered_members])
def test_things_that_do_not_belong_together_are_e_context(make: Callable[[], None]) -> None:
    with pytest.raises(ContextError) as caught:
        make()
    assert caught.value.code == "E_CONTEXT"
