"""What honest parties say about a session with a malicious one."""

from collections.abc import Callable, Collection
from functools import cache
from typing import Any

from parties import DIGEST, KEY_ID, Group, make_aux, results, run
from twin_parties import TwinDealer, TwinSigner, read_a2

from mpc_fast._native import AuxShare, KeyShare
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.network import Report
from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.sign import Signing
from mpc_fast.reference.params import TOY
from mpc_fast.reference.pedersen import PedersenParams

CULPRIT = 2
"""The malicious party of every test of one."""


def assert_named(report: Report[Any], code: str, *, by: Collection[int] | None = None) -> None:
    """Every honest party (or ``by``, the others having heard of it) names the culprit alone, with this code."""
    honest = set(report.results) | set(report.failures)
    honest.discard(CULPRIT)
    for i in honest:
        failure = report.failures.get(i)
        assert failure is not None, f"party {i} noticed nothing"
        assert failure.code == code, f"party {i}: {failure}"
        if by is None or i in by:
            assert failure.culprits == {CULPRIT}, f"party {i}: {failure}"
            assert {finding.code for finding in failure.findings} == {code}
        else:
            assert failure.culprits == frozenset(), f"party {i}: {failure}"
            assert failure.reported_by, f"party {i}: {failure}"
    assert not report.rejections


def assert_nobody_named(report: Report[Any], code: str) -> None:
    """Every honest party ends with this code and accuses nobody."""
    for i in (set(report.results) | set(report.failures)) - {CULPRIT}:
        failure = report.failures.get(i)
        assert failure is not None, f"party {i} noticed nothing"
        assert (failure.code, failure.culprits) == (code, frozenset()), f"party {i}: {failure}"


class Recorder(Adversary):
    """Does nothing; remembers what was sent: payloads by (round, kind, sender, recipient)."""

    def __init__(self) -> None:
        self.sent: dict[tuple[int, str, int, int], bytes] = {}

    def speak(self, draft: Draft) -> bytes | None:
        self.sent[draft.round, draft.kind, draft.sender, draft.recipient] = draft.payload
        return draft.payload

    def rounds(self, sender: int) -> set[int]:
        """In which rounds a party spoke."""
        return {round for round, _, party, _ in self.sent if party == sender}


@cache
def recorded_aux(parties: int = 3) -> tuple[Group, dict[int, AuxShare], dict[int, PedersenParams]]:
    """Native parties' auxiliary information at TOY, with everybody's (Nh, s, t)."""
    group, _ = make_aux("TOY", parties)
    recorder = Recorder()
    aux = results(run(group.aux_parties(), adversary=recorder))
    setups = {}
    for sender in group.indices:
        payload = next(sent for (round, _, party, _), sent in recorder.sent.items() if (round, party) == (3, sender))
        setups[sender] = read_a2(TOY, payload)[1]
    return group, aux, setups


@cache
def mixed_key() -> tuple[TwinDealer, dict[int, KeyShare], dict[int, PedersenParams]]:
    """A 2-of-3 key at TOY of which the culprit's share is in the hands of the twin."""
    group, aux, setups = recorded_aux()
    dealer = TwinDealer(group, CULPRIT, 2, aux[CULPRIT].digest)
    parties: list[Party[Any]] = [group.dkg_party(i, 2, aux[i]) for i in group.indices if i != CULPRIT]
    shares = results(run([*parties, dealer.party()]))
    return dealer, {i: share for i, share in shares.items() if i != CULPRIT}, setups


def twin_signer(kind: type[TwinSigner] = TwinSigner, signers: tuple[int, ...] = (1, 2), **more: object) -> TwinSigner:
    """The culprit as a signer; kind: one that cheats."""
    dealer, _, setups = mixed_key()
    assert dealer.key_id == KEY_ID
    return kind(dealer, setups, signers, **more)  # type: ignore[arg-type]


def run_signers(
    kind: type[TwinSigner] = TwinSigner,
    change: Callable[[TwinSigner], None] = lambda twin: None,
    *,
    signers: tuple[int, ...] = (1, 2),
    adversary: Adversary | None = None,
) -> Report[Any]:
    """A session of native signers and the culprit."""
    _, shares, _ = mixed_key()
    twin = twin_signer(kind, signers)
    change(twin)
    native = [Signing(shares[i], signers, DIGEST, proofs=Proofs.ORDINARY) for i in signers if i != CULPRIT]
    return run([*native, twin.party()], adversary=adversary)
