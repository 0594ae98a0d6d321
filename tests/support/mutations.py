"""Sessions in which one field of one message is wrong.

A mutation is made before its sender signs (a malicious sender, who must be the only one named) or on the way (transit:
the envelope is refused, nobody is named). The functions at the end say whether a session ended as it must.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from message_table import ORDINARY, Mode
from messages import ACCEPTED, R3E, SUMS, Field, Setting, Slot, fields
from parties import DIGEST, Key
from wrong_values import VALUES, WHOLE, Moduli, Way, flipped, wrong_value

from mpc_fast._native import KeyShare, SignRun
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.envelope import Envelope
from mpc_fast.protocols.network import Network, Report
from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.sign import Signature, Signing, sign_rounds
from mpc_fast.protocols.steps import Steps
from mpc_fast.reference import curve, params

# ---- Cases


@dataclass(frozen=True, slots=True)
class Case:
    """One wrong value in one session."""

    slot: Slot
    sender: int
    recipient: int
    """Of a p2p message; in transit, the one whose copy is damaged."""
    target: Field | None
    """None: the message as a whole."""
    way: Way
    transit: bool
    parties: tuple[int, ...]
    seed: int
    mode: Mode = ORDINARY

    @property
    def code(self) -> str:
        """What honest parties say when the sender is malicious."""
        if self.target is None:
            return "B-DEC"
        return self.target.undecodable if self.way.undecodable else self.target.code

    def __str__(self) -> str:
        name = self.target.name if self.target else "whole message"
        where = f"in transit to {self.recipient}" if self.transit else f"expecting {self.code or 'no failure'}"
        session = f"{self.parties}" if self.mode == ORDINARY else f"{self.parties}, {self.mode}"
        return f"{self.slot} of {self.sender} among {session}: {name}: {self.way.name}, {where}"


def make_cases(
    setting: Setting, slots: Sequence[Slot], *, thorough: bool, sampled: bool, seed: int = 0
) -> Iterator[Case]:
    """Every field of these messages, before signing and in transit.

    thorough: in every way, otherwise in one (before signing; a value that decodes and, where the field has more bytes
    than values, one that does not). sampled: of arrays only the first, the middle and the last element.
    """
    rng = random.Random(f"cases {seed}")
    for slot in slots:
        for at, target in enumerate([*fields(slot, setting, 1, 2), None]):
            if sampled and target is not None and not target.is_sampled:
                continue
            sender = setting.parties[(at + seed) % len(setting.parties)]
            recipient = rng.choice([i for i in setting.parties if i != sender])
            ways = WHOLE if target is None else VALUES[target.kind]
            good = [way for way in ways if not way.undecodable]
            bad = [way for way in ways if way.undecodable]
            chosen = list(ways) if thorough else [rng.choice(some) for some in (good, bad) if some]
            for transit, way in [(False, way) for way in chosen] + [(True, rng.choice(good or bad))]:
                placed = target and fields(slot, setting, sender, recipient)[at]
                drawn = rng.randrange(1 << 32)
                yield Case(slot, sender, recipient, placed, way, transit, setting.parties, drawn, setting.mode)


# ---- Sessions


@dataclass
class Tamper(Adversary):
    """Changes one field of one message."""

    case: Case
    moduli: Moduli
    changed: dict[bytes, bytes] = field(default_factory=dict)

    def payload(self, honest: bytes) -> bytes:
        """One answer for one payload: what a broadcast says is the same for all."""
        if honest not in self.changed:
            case = self.case
            rng = random.Random(case.seed)
            if case.target is None:
                whole = {"empty": b"", "cut by a byte": honest[:-1], "one byte more": honest + b"\0"}
                self.changed[honest] = whole[case.way.name]
            else:
                value = wrong_value(case.target, case.way, case.target.of(honest), self.moduli, rng)
                self.changed[honest] = case.target.replaced(honest, value)
        return self.changed[honest]

    def speak(self, draft: Draft) -> bytes | None:
        case = self.case
        if case.transit or draft.sender != case.sender or Slot(draft.protocol, draft.round, draft.kind) != case.slot:
            return draft.payload
        if draft.kind == "p2p" and draft.recipient != case.recipient:
            return draft.payload
        return self.payload(draft.payload)

    def carry(self, sender: int, recipient: int, data: bytes) -> Sequence[bytes]:
        case = self.case
        if not case.transit or (sender, recipient) != (case.sender, case.recipient):
            return [data]
        envelope = Envelope.decode(data)
        if Slot(envelope.protocol, envelope.round, envelope.kind) != case.slot:
            return [data]
        return [msgspec.structs.replace(envelope, payload=self.payload(envelope.payload)).encode()]


class FalseEcho:
    """The core's run of a signer who knows that the echo vector in its R3e is false.

    Otherwise it would find all vectors alike, end with NONCE_SUM and show no originals. Silence convicts nobody.
    """

    def __init__(self, run: SignRun, index: int) -> None:
        self._run = run
        self._index = index
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._run, name)

    def round4(self, echo: bytes) -> bytes:
        self._size = len(echo)
        return self._run.round4(echo)

    def echoes(self) -> dict[int, bytes]:
        return self._run.echoes() | ({self._index: bytes(self._size)} if self._size else {})


def false_echo_signer(
    share: KeyShare, signers: Sequence[int], digest: bytes = DIGEST, proofs: Proofs = Proofs.ORDINARY
) -> Signing:
    """A signer that joins the exchange of originals about the echo in its R3e."""
    signing = Signing(share, signers, digest, proofs=proofs)

    def begin(sid_values: list[bytes]) -> tuple[bytes, Steps[Signature]]:
        run = SignRun(share, sorted(signers), sid_values, digest, proofs)
        false_run: Any = FalseEcho(run, share.index)
        return run.ssid, sign_rounds(false_run, share.index)

    assert signing._opening is not None
    signing._opening._begin = begin
    return signing


@dataclass
class ChangedSum(Adversary):
    """A wrong delta of one party, so that R3e is sent; everything else as another adversary has it."""

    sender: int
    then: Tamper

    def speak(self, draft: Draft) -> bytes | None:
        if (draft.sender, draft.round, draft.protocol) == (self.sender, 3, "sign"):
            number = (int.from_bytes(draft.payload[:32], "big") + 1) % curve.q
            return number.to_bytes(32, "big") + draft.payload[32:]
        return self.then.speak(draft)

    def carry(self, sender: int, recipient: int, data: bytes) -> Sequence[bytes]:
        return self.then.carry(sender, recipient, data)


class Stage:
    """Keys and moduli of one profile, and sessions for its cases."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.profile = params.profile(key.group.profile)
        self.moduli = Moduli(key.group.moduli)

    def setting(self, protocol: str, signers: Sequence[int], mode: Mode = ORDINARY) -> Setting:
        parties = tuple(signers) if protocol in ("sign", "presign") else self.key.group.indices
        return Setting(self.profile, parties, self.key.threshold, mode)

    def parties(self, protocol: str, signers: Sequence[int], mode: Mode = ORDINARY) -> list[Party[Any]]:
        if protocol == "aux":
            return [*self.key.group.aux_parties()]
        if protocol == "dkg":
            return [*self.key.group.dkg_parties(self.key.threshold, self.key.aux)]
        if protocol == "presign":
            return [*self.key.presigning_parties(signers, mode.count, mode.proofs)]
        return [*self.key.signing_parties(signers, proofs=mode.proofs)]

    def run(self, case: Case) -> Report[Any]:
        tamper = Tamper(case, self.moduli)
        adversary = ChangedSum(case.sender, tamper) if case.slot == R3E else tamper
        parties = self.parties(case.slot.protocol, case.parties, case.mode)
        if case.slot == R3E and case.code == "B-ECHO" and not case.transit:
            share = self.key.shares[case.sender]
            lying = false_echo_signer(share, case.parties, proofs=case.mode.proofs)
            parties[case.parties.index(case.sender)] = lying
        return Network(parties, adversary=adversary).run()

    def check(self, case: Case) -> str | None:
        """What is wrong with the outcome, if anything."""
        report = self.run(case)
        return judge_transit(case, report) if case.transit else judge_sender(case, report)


# ---- Verdicts


def judge_sender(case: Case, report: Report[Any]) -> str | None:
    """Every honest party that names anybody names the sender alone, with the code of the table; at least one does."""
    honest = [i for i in case.parties if i != case.sender]
    said = {i: report.failures.get(i) for i in honest}
    if report.rejections:
        return f"refused an envelope: {report.rejections[0].reason}"
    if case.code == ACCEPTED:
        failed = {i: str(failure) for i, failure in said.items() if failure}
        return f"failed: {failed}" if failed else None
    naming = 0
    for i, failure in said.items():
        if failure is None:
            return f"party {i} noticed nothing"
        if case.code in SUMS:
            if (failure.code, failure.culprits) != (case.code, frozenset()):
                return f"party {i}: {failure}, culprits {set(failure.culprits)}"
            continue
        if not failure.culprits <= {case.sender}:
            return f"party {i} accuses an honest party: {failure}"
        if failure.culprits:
            naming += 1
            if {finding.code for finding in failure.findings} != {case.code}:
                return f"party {i}: {failure}"
        elif failure.reported_by == ():
            return f"party {i} names nobody: {failure}"
    if naming == 0 and case.code not in SUMS:
        return f"nobody names the sender: { {i: str(failure) for i, failure in said.items()} }"
    return None


def judge_transit(case: Case, report: Report[Any]) -> str | None:
    """The damaged envelope was refused, its recipient waited for it in vain, and nobody is named by anybody.

    Whoever does not need anything of that recipient any more may have got its result.
    """
    refused = {(rejection.sender, rejection.recipient) for rejection in report.rejections}
    if refused != {(case.sender, case.recipient)}:
        return f"refused: {refused or 'nothing'}"
    # R3e is sent because of a false delta, so its sender is no honest party there.
    honest = [i for i in case.parties if case.slot != R3E or i != case.sender]
    usual = {"TIMEOUT"} if case.slot != R3E else {"TIMEOUT", "NONCE_SUM"}
    for i, failure in report.failures.items():
        if i in honest and (failure.culprits or failure.code not in usual):
            return f"party {i}: {failure}, culprits {set(failure.culprits)}"
    missed = report.failures.get(case.recipient)
    return None if missed and missed.code in usual else f"party {case.recipient} did not miss it: {missed}"


# ---- Headers

HEADERS: Final = ("version", "ssid", "protocol", "round", "kind", "sender", "recipient", "signature", "length")


def damaged_header(data: bytes, name: str, rng: random.Random) -> bytes:
    """An envelope with another value in one field of its header, encoded again where that is possible."""
    envelope = Envelope.decode(data)
    if name == "length":
        return rng.choice([data[:-1], data + b"\0", b"\x9a" + data[1:], data[: len(data) // 2], b""])
    old = getattr(envelope, name)
    changed: Any
    if name in ("ssid", "signature"):
        changed = flipped(old, rng.randrange(8 * len(old)))
    elif name == "protocol":
        changed = rng.choice([text for text in ("aux", "dkg", "sign", "presign", "") if text != old])
    elif name == "kind":
        changed = "p2p" if old == "bcast" else "bcast"
    else:
        changed = rng.choice([value for value in (0, 1, 2, 3, 4, 255, 0xFFFF, 1 << 16) if value != old])
    return msgspec.structs.replace(envelope, **{name: changed}).encode()


@dataclass
class HeaderTamper(Adversary):
    """Damages the header of one envelope on its way."""

    slot: Slot
    sender: int
    recipient: int
    name: str
    rng: random.Random

    def carry(self, sender: int, recipient: int, data: bytes) -> Sequence[bytes]:
        envelope = Envelope.decode(data)
        slot = Slot(envelope.protocol, envelope.round, envelope.kind)
        if (sender, recipient, slot) != (self.sender, self.recipient, self.slot):
            return [data]
        return [damaged_header(data, self.name, self.rng)]
