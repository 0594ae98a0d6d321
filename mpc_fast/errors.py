"""What can go wrong, as types. Every error has a ``code`` for programs and a text for people; none holds a secret."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "Cancelled",
    "CertificateError",
    "ContextError",
    "DecodeError",
    "EnvelopeRejected",
    "Finding",
    "MpcError",
    "ParameterError",
    "ProfileError",
    "ProofError",
    "ProtocolAbort",
    "SealError",
    "SignersError",
    "from_native",
]


class MpcError(Exception):
    """Base of all errors of this package."""

    default_code: ClassVar[str] = "E_MPC"

    def __init__(self, detail: str = "", code: str | None = None) -> None:
        self.code = self.default_code if code is None else code
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class DecodeError(MpcError):
    """Bytes that are not the canonical encoding of what they should be; ``field`` says where."""

    default_code = "E_DECODE"

    def __init__(self, field: str, code: str | None = None) -> None:
        self.field = field
        super().__init__(field, code)


class EnvelopeRejected(MpcError):
    """A message that was damaged or misdelivered on its way. Nobody is blamed, and the session goes on without it."""

    default_code = "E_ENVELOPE"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ContextError(MpcError):
    """Things that do not belong together: keys, epochs, profiles, sessions. Accuses nobody."""

    default_code = "E_CONTEXT"


class ParameterError(MpcError, ValueError):
    """An argument outside its range: a threshold, a number of parties, a key id, the length of a digest."""

    default_code = "E_PARAMETER"


class SignersError(MpcError):
    """A set of signers that cannot sign: too few, doubled, or not holders of the key."""

    default_code = "E_SIGNERS"


class CertificateError(MpcError):
    """A record whose certificate does not show that all parties confirmed it."""

    default_code = "E_CERTIFICATE"


class SealError(MpcError):
    """What is sealed and does not open.

    ``code`` is one of E_SEAL_FORMAT, _VERSION, _KIND, _PASSPHRASE, _KEY (of another store), or E_RECORD.
    """

    default_code = "E_SEAL_FORMAT"


class ProfileError(MpcError):
    """A security profile that is unknown, or that this process does not admit."""

    default_code = "E_PROFILE"


class ProofError(MpcError):
    """Numbers that are not what they should be (E_MODULUS, E_CIPHERTEXT), or a proof of it that does not hold."""

    default_code = "E_PROOF"


class Cancelled(MpcError):
    """The caller asked to stop."""

    default_code = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check: whose fault it is (0: nobody can be named), the code of specification 4.8, what was wrong."""

    party: int
    code: str
    detail: str = ""

    def __str__(self) -> str:
        who = f"party {self.party}" if self.party else "nobody"
        return f"{self.code} ({who})" + (f": {self.detail}" if self.detail else "")


class ProtocolAbort(MpcError):
    """A session that ended without a result.

    culprits     parties that this party itself found guilty; empty when nobody can be named
    reported_by  (party, code) of ABORT messages of others: claims without proof, which accuse nobody here. When this
                 party found nothing itself, ``code`` is the first of these
    round        the round in which the session ended; 0 is the opening half-round
    findings     every failed check, one for each party at fault
    evidence     encoded envelopes: for B-EQ two signed messages of one slot for each culprit, otherwise empty
    """

    default_code = "ABORT"

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        culprits: Iterable[int] = (),
        round: int = 0,
        reported_by: Sequence[tuple[int, str]] = (),
        findings: Sequence[Finding] = (),
        evidence: Sequence[bytes] = (),
    ) -> None:
        self.culprits = frozenset(culprits)
        self.round = round
        self.reported_by = tuple(reported_by)
        self.findings = tuple(findings)
        self.evidence = tuple(evidence)
        super().__init__(detail, code)


def from_native(code: str, detail: str) -> MpcError:
    """The error of this module for a refusal of the native core."""
    if code in ("E_DECODE", "E_VERSION"):
        return DecodeError(detail, code)
    if code in ("E_PROOF", "E_MODULUS", "E_CIPHERTEXT"):
        return ProofError(detail, code)
    if code.startswith("E_SEAL_") or code == "E_RECORD":
        return SealError(detail, code)
    for kind in (ContextError, SignersError, ProfileError, ParameterError):
        if code == kind.default_code:
            return kind(detail)
    return MpcError(detail, code)
