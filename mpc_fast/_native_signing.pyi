"""What ``_native`` has for presigning and signing (specification 4.3, 4.5 to 4.7, 4.9). Import it from there."""

from collections.abc import Mapping, Sequence
from typing import final

from ._native import Failure, Generators, KeyShare

# ---- Presigning

class _PresignRounds:
    """Rounds 1 (R1), 2 (R2), 3 (R3) of a signer, which the runs of both protocols that presign have.

    receive_roundN decodes (B-DEC), echoes() then gives the echo vectors found in those messages by sender, check_roundN
    verifies. Mappings hold every signer's message, the own one included (p2p: by sender, others only).
    """

    @property
    def ssid(self) -> bytes: ...
    def round1(self) -> tuple[bytes, dict[int, bytes]]: ...
    def check_round1(self, broadcast: Mapping[int, bytes], private: Mapping[int, bytes]) -> list[Failure]: ...
    def round2(self, echo: bytes) -> tuple[bytes, dict[int, bytes]]:
        """echo: the m-hashes of the round-1 broadcasts in index order, concatenated."""

    def receive_round2(self, broadcast: Mapping[int, bytes], private: Mapping[int, bytes]) -> list[Failure]: ...
    def check_round2(self) -> list[Failure]: ...
    def round3(self, echo: bytes) -> bytes: ...
    def receive_round3(self, broadcast: Mapping[int, bytes]) -> list[Failure]: ...
    def check_round3(self) -> list[Failure]: ...
    def echoes(self) -> dict[int, bytes]:
        """Echo vectors of the latest receive_roundN."""

    def outcome(self) -> int:
        """After check_round3: 0 ok, 1 NONCE_SUM failed, 2 CHI_SUM failed."""

@final
class PresignPool:
    """Nonces of encryptions and blindings of commitments, powers included, that sessions of one share use instead of
    making their own: work done in idle time. Each serves once. They live in memory only; a forked process finds none.
    Whoever restores a snapshot of a machine with a filled pool uses them twice, which gives plaintexts away: clear()
    before.
    """

    def __init__(self, share: KeyShare) -> None: ...
    def fill(self, signers: Sequence[int], count: int, sessions: int) -> None:
        """For so many more sessions of ``count`` presignatures in mode 1; those of mode 2 take the nonces, and few of
        the blindings. Raises NativeError(E_SIGNERS)."""

    def sessions(self, signers: Sequence[int], count: int) -> int:
        """For how many such sessions there is enough; a session that finds too few draws the rest."""

    def clear(self) -> None: ...

@final
class PresignRun(_PresignRounds):
    """Messages of one signer who presigns for messages that come later. Round 4 (R3e) follows R3.

    Mode 2 needs the generators of this share, two of each member for each presignature, and no other mode takes any.
    Raises NativeError: E_SIGNERS, E_PARAMETER; E_CONTEXT for generators of another share.
    """

    def __init__(
        self,
        share: KeyShare,
        signers: Sequence[int],
        sid_values: Sequence[bytes],
        proof_mode: int,
        count: int,
        pool: PresignPool | None = None,
        generators: Generators | None = None,
    ) -> None: ...
    def round4(self, echo: bytes) -> bytes:
        """R3e, for any outcome."""

    def receive_round4(self, broadcast: Mapping[int, bytes]) -> list[Failure]: ...
    def check_round4(self) -> list[Failure]:
        """Outcomes that contradict the agreed messages (B-CONF)."""

    def presignatures(self, certificate: bytes, expiry: int) -> list[Presignature]:
        """Once, for outcome 0. certificate: the signed R3e messages; expiry: seconds since 1970."""

class _Labelled:
    """What a presignature belongs to."""

    @property
    def id(self) -> bytes:
        """16 bytes, the same for all its signers."""

    @property
    def ssid(self) -> bytes: ...
    @property
    def profile(self) -> str: ...
    @property
    def key_id(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def aux_digest(self) -> bytes: ...
    @property
    def index(self) -> int: ...
    @property
    def signers(self) -> list[int]: ...
    @property
    def path(self) -> list[int]: ...
    @property
    def public_key(self) -> bytes:
        """X_c, under which it signs."""

    @property
    def tr(self) -> bytes: ...
    @property
    def certificate(self) -> bytes: ...
    @property
    def expiry(self) -> int: ...
    def check_share(self, share: KeyShare) -> None:
        """Raises NativeError(E_CONTEXT) unless it was made with this share."""

@final
class Presignature(_Labelled):
    """One signer's part of a presignature, until it is stored."""

    def seal(self, key: StoreKey, generation: int) -> bytes:
        """Under the key of a store. The handle is used up: NativeError(E_PRESIGNATURE_USED) for a second time."""

@final
class PresignatureLabel(_Labelled):
    """What a sealed presignature says without its key: unauthenticated until it is opened."""

    @staticmethod
    def read(sealed: bytes) -> PresignatureLabel:
        """Raises NativeError: E_SEAL_FORMAT, E_SEAL_VERSION, E_SEAL_KIND, E_DECODE, E_RECORD, E_PROFILE."""

@final
class StoreKey:
    """The key of a presignature store."""

    @staticmethod
    def generate() -> StoreKey: ...
    def seal(self, passphrase: bytes) -> bytes:
        """Costs what a share file costs."""

    @staticmethod
    def open(data: bytes, passphrase: bytes) -> StoreKey:
        """Raises NativeError with the codes of KeyShare.open."""

    def authenticate(self, description: bytes) -> bytes:
        """A keyed hash of what a store says it holds, 32 bytes."""

# ---- Signing

@final
class ClaimedPresignature:
    """A stored presignature on its way to a signature of one message, and the run that makes it.

    Round 5 (R4). Mappings hold every signer's message, the own one included.
    """

    @staticmethod
    def open(sealed: bytes, key: StoreKey, generation: int, share: KeyShare, digest: bytes) -> ClaimedPresignature:
        """Only once the sealed presignature has left its store for this digest.

        Raises NativeError: those of PresignatureLabel.read, E_SEAL_KEY, E_CONTEXT, PRESIGN_RESTART.
        """

    @property
    def id(self) -> bytes: ...
    @property
    def index(self) -> int: ...
    @property
    def signers(self) -> list[int]: ...
    @property
    def certificate(self) -> bytes: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def ssid(self) -> bytes:
        """The session's name, which follows from presignature and digest."""

    def round5(self) -> bytes:
        """R4. Wipes the presignature: NativeError(E_PRESIGNATURE_USED) for a second call."""

    def receive_round5(self, broadcast: Mapping[int, bytes]) -> list[Failure]: ...
    def check_round5(self) -> list[Failure]:
        """B-CONF, B-SIGMA."""

    def signature(self) -> tuple[bytes, int]:
        """As SignRun.signature."""

    def public_values(self) -> bytes:
        """What a Combiner elsewhere needs. Raises NativeError(E_ORDER) before round5."""

@final
class Combiner:
    """Adds up the partial signatures of a stored presignature for somebody who is no signer."""

    def __init__(self, values: bytes, digest: bytes) -> None:
        """values: ClaimedPresignature.public_values of a signer. Raises NativeError: E_DECODE, E_RECORD, E_PROFILE."""

    @property
    def ssid(self) -> bytes: ...
    @property
    def signers(self) -> list[int]: ...
    @property
    def public_key(self) -> bytes: ...
    def check_round5(self, broadcast: Mapping[int, bytes]) -> list[Failure]:
        """B-DEC, B-CONF, B-SIGMA, of the R4 of all signers."""

    def signature(self) -> tuple[bytes, int]:
        """As SignRun.signature; E_ORDER unless the latest check passed."""

@final
class SignRun(_PresignRounds):
    """Messages of one signer of an interactive session. Rounds 4 (R3e, only after a failed sum) or 5 (R4) follow R3.

    Mode 2 needs the generators of this share, two of each member for each presignature, and no other mode takes any.
    Raises NativeError: E_SIGNERS, E_PARAMETER; E_CONTEXT for generators of another share.
    """

    def __init__(
        self,
        share: KeyShare,
        signers: Sequence[int],
        sid_values: Sequence[bytes],
        digest: bytes,
        proof_mode: int,
        pool: PresignPool | None = None,
        generators: Generators | None = None,
    ) -> None: ...
    def round4(self, echo: bytes) -> bytes:
        """R3e, for an outcome other than 0."""

    def receive_round4(self, broadcast: Mapping[int, bytes]) -> list[Failure]: ...
    def check_round4(self) -> list[Failure]:
        """Outcomes that contradict the agreed messages (B-CONF)."""

    def round5(self, echo: bytes) -> bytes:
        """R4 behind its R3e payload; wipes the presignature."""

    def receive_round5(self, broadcast: Mapping[int, bytes]) -> list[Failure]: ...
    def check_round5(self) -> list[Failure]:
        """B-CONF, B-SIGMA."""

    def signature(self) -> tuple[bytes, int]:
        """(r || s with low s, recovery id). Verified under the public key before it is released."""
