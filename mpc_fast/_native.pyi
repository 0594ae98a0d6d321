"""The native core. Private: use the packages above it.

Secrets never appear here as int or bytes: they live behind opaque handles whose repr is ``<ClassName>``.
Checks of received messages return a list of failures instead of raising; an empty list means that all passed.
Two submodules have stubs of their own: testing in _native_testing.pyi, bench in _native_bench.pyi. The classes of
presigning and signing, which are here, are described in _native_signing.pyi, those of further generators in
_native_generators.pyi, those of range proofs in _native_ranges.pyi.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import final

from . import _native_bench, _native_testing
from ._native_data import Ciphertexts as Ciphertexts
from ._native_data import DataKey as DataKey
from ._native_data import DataPrivateKey as DataPrivateKey
from ._native_generators import Generators as Generators
from ._native_generators import GeneratorsRun as GeneratorsRun
from ._native_ranges import EncryptedValues as EncryptedValues
from ._native_ranges import ExactRangeSetup as ExactRangeSetup
from ._native_ranges import OwnExactRangeSetup as OwnExactRangeSetup
from ._native_ranges import OwnRangeSetup as OwnRangeSetup
from ._native_ranges import RangeKey as RangeKey
from ._native_ranges import RangeSetup as RangeSetup
from ._native_ranges import prove_exact_range as prove_exact_range
from ._native_ranges import proven_bits as proven_bits
from ._native_signing import ClaimedPresignature as ClaimedPresignature
from ._native_signing import Combiner as Combiner
from ._native_signing import Presignature as Presignature
from ._native_signing import PresignatureLabel as PresignatureLabel
from ._native_signing import PresignPool as PresignPool
from ._native_signing import PresignRun as PresignRun
from ._native_signing import SignRun as SignRun
from ._native_signing import StoreKey as StoreKey

bench = _native_bench
testing = _native_testing

Failure = tuple[int, str, str]
"""(index of the party at fault, or 0 when nobody can be named; code; detail)."""

class NativeError(Exception):
    """Refused input: args = (code, detail)."""

    code: str
    detail: str

class Cancelled(Exception):
    """A progress callback returned False."""

# ---- About this build and machine

def cpu_name() -> str: ...
def cpu_features() -> dict[str, bool]: ...
def kernel_name() -> str: ...
def library_versions() -> dict[str, str]: ...
def gmp_path() -> str:
    """The file from which this extension has GMP; empty if unknown."""

def thread_limit() -> int: ...
def set_thread_limit(threads: int) -> None: ...
def engine_stats() -> tuple[int, int, int]:
    """(runs, products, CPU nanoseconds in the kernels) since the process started."""

def insecure_test_profile_enabled() -> bool: ...
def profile_names() -> list[str]:
    """Profiles usable in this process; TOY only behind its switch."""

# ---- Powers

def integer_powers(bases: list[int], exponents: list[int], mod: int) -> list[int]:
    """Modulo mod > 0; of two lists one may have length 1. Raises NativeError(E_INVERSE)."""

def product_of_powers(bases: list[int], exponents: list[int], mod: int) -> int:
    """Modulo mod > 0. Raises NativeError(E_INVERSE)."""

def modular_product(a: int, b: int, mod: int) -> int:
    """a b mod m for mod > 0."""

def inverses(numbers: list[int], mod: int) -> list[int]:
    """Modulo mod > 0. Raises NativeError(E_INVERSE)."""

def secret_power(base: int, exponent: int, mod: int) -> int:
    """Modulo an odd mod > 0, for exponent >= 0, in constant time."""

@final
class FixedBaseTable:
    def __init__(self, base: int, mod: int, max_bits: int) -> None:
        """For a unit 0 < base < mod, mod odd and above 1."""

    def powers(self, exponents: list[int]) -> list[int]:
        """In constant time, for |exponent| < 2^max_bits."""

    @property
    def table_bytes(self) -> int: ...

# ---- Identities and envelopes

@final
class Identity:
    """A long-term Ed25519 key."""

    @staticmethod
    def generate() -> Identity: ...
    @property
    def public_key(self) -> bytes: ...
    @property
    def pid(self) -> bytes: ...
    def sign(self, message_hash: bytes) -> bytes: ...

def pid(identity_key: bytes) -> bytes: ...
def verify_signature(public_key: bytes, message_hash: bytes, signature: bytes) -> bool: ...
def message_hash(
    version: int, ssid: bytes, protocol: str, round: int, kind: str, sender: int, recipient: int, payload: bytes
) -> bytes: ...
def pre_session_id(protocol: str, pids: Sequence[bytes], key_id: str | None) -> bytes:
    """Envelope ssid of the opening half-round."""

def session_random() -> bytes:
    """32 bytes for the opening half-round."""

# ---- Primes

@final
class PrimeSet:
    """Two Blum and two safe primes for one party and one use."""

    @property
    def profile(self) -> str: ...
    def seal(self, passphrase: bytes) -> bytes:
        """The set in a sealed file, as a share file. The handle is used up."""

    @staticmethod
    def open_sealed(data: bytes, passphrase: bytes) -> PrimeSet:
        """Raises NativeError with the codes of KeyShare.open."""

    @staticmethod
    def read_label(data: bytes) -> tuple[str, bytes]:
        """(profile, 16 random bytes drawn by seal): unauthenticated until the file is opened. Errors as above."""

def generate_primes(profile: str, progress: Callable[[str], bool] | None = None) -> PrimeSet:
    """Progress is called several times a second with the stage ("safe prime 1 of 2", ...); False raises Cancelled.

    Searches run side by side on the threads of thread_limit().
    """

def seal_passphrase_check(passphrase: bytes) -> bytes:
    """A sealed nothing, for check_passphrase. Costs what a share file costs."""

def check_passphrase(data: bytes, passphrase: bytes) -> None:
    """Raises NativeError(E_SEAL_PASSPHRASE) unless the check was made with this passphrase; E_SEAL_... for no check."""

# ---- Auxiliary information (specification 4.2)

Members = Sequence[tuple[int, bytes]]
"""(index, identity public key) of every party, in index order."""

@final
class AuxShare:
    """The certified auxiliary record and this party's own factors."""

    @property
    def profile(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def certificate(self) -> bytes: ...
    def certified(self, certificate: bytes) -> AuxShare:
        """The same share with its encoded certificate (the signed A4 envelopes)."""

@final
class AuxRun:
    """Messages of one party. Rounds in order: 1 (A1), 2 (A1 echo, not here), 3 (A2), 4 (A3), 5 (A4)."""

    def __init__(
        self, profile: str, members: Members, index: int, sid_values: Sequence[bytes], primes: PrimeSet
    ) -> None: ...
    @property
    def ssid(self) -> bytes: ...
    def round1(self) -> bytes: ...
    def round3(self) -> bytes: ...
    def check_openings(self, round1: Mapping[int, bytes], round3: Mapping[int, bytes]) -> list[Failure]:
        """Openings, moduli, prm. Own messages included in the mappings. Also for all later mappings."""

    def round4(self) -> tuple[bytes, dict[int, bytes]]: ...
    def check_proofs(self, round4: Mapping[int, bytes], round4_private: Mapping[int, bytes]) -> list[Failure]:
        """round4_private: by sender, what was sent to this party."""

    def pending(self) -> AuxShare:
        """The share without its certificate, to be stored before round5 promises it to the others."""

    def round5(self) -> bytes:
        """Only after pending()."""

    def check_confirmations(self, round5: Mapping[int, bytes]) -> list[Failure]: ...

# ---- Distributed key generation (specification 4.1)

@final
class KeyShare:
    """One party's share of a key: the public record, x_i, the identity, the auxiliary secrets."""

    @property
    def profile(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def key_id(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def threshold(self) -> int: ...
    @property
    def members(self) -> list[tuple[int, bytes]]: ...
    @property
    def public_key(self) -> bytes: ...
    @property
    def public_shares(self) -> list[bytes]: ...
    @property
    def chain_code(self) -> bytes: ...
    @property
    def record_digest(self) -> bytes: ...
    @property
    def aux_digest(self) -> bytes: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def certificate(self) -> bytes: ...
    @property
    def aux_certificate(self) -> bytes: ...
    def certified(self, certificate: bytes) -> KeyShare:
        """The same share with its encoded certificate (the signed V4 envelopes)."""

    def public_record(self) -> PublicRecord: ...
    def seal(self, passphrase: bytes) -> bytes:
        """The sealed share file. Argon2id with 64 MiB and 3 passes, XChaCha20-Poly1305."""

    @staticmethod
    def open(data: bytes, passphrase: bytes) -> KeyShare:
        """Raises NativeError: E_SEAL_FORMAT, E_SEAL_VERSION, E_SEAL_KIND, E_SEAL_PASSPHRASE, E_RECORD, E_PROFILE."""

@final
class PublicRecord:
    """What a share file says without its passphrase: unauthenticated until the share is opened."""

    @staticmethod
    def read(data: bytes) -> PublicRecord:
        """From a sealed share file."""

    @property
    def profile(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def key_id(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def threshold(self) -> int: ...
    @property
    def members(self) -> list[tuple[int, bytes]]: ...
    @property
    def public_key(self) -> bytes: ...
    @property
    def public_shares(self) -> list[bytes]: ...
    @property
    def record_digest(self) -> bytes: ...
    @property
    def aux_digest(self) -> bytes: ...
    @property
    def certificate(self) -> bytes: ...
    @property
    def aux_certificate(self) -> bytes: ...

@final
class DkgRun:
    """Messages of one party. Rounds: 1 (V1), 2 (V1 echo, not here), 3 (V2), 4 (V3), 5 (V4 or COMPLAINT)."""

    def __init__(
        self,
        identity: Identity,
        members: Members,
        index: int,
        threshold: int,
        key_id: str,
        sid_values: Sequence[bytes],
        aux: AuxShare,
    ) -> None: ...
    @property
    def ssid(self) -> bytes: ...
    def round1(self) -> bytes: ...
    def round3(self) -> bytes: ...
    def check_openings(self, round1: Mapping[int, bytes], round3: Mapping[int, bytes]) -> list[Failure]: ...
    def round4(self) -> tuple[bytes, dict[int, bytes]]: ...
    def check_shares(self, round4: Mapping[int, bytes], round4_private: Mapping[int, bytes]) -> list[Failure]:
        """Proofs of knowledge (B-POK), decoding, and shares (B-SHARE). With B-SHARE failures only, the session goes on
        with a complaint in round5; any other failure aborts at once."""

    def pending(self) -> KeyShare:
        """The share without its certificate, to be stored before round5 promises it to the others."""

    def round5(self, envelopes: Mapping[int, bytes]) -> bytes:
        """V4, only after pending(); or the COMPLAINT when check_shares named dealers. envelopes: of V3, by sender."""

    def complaints(self, payload: bytes) -> list[tuple[int, bytes, bytes]] | None:
        """(dealer, y, encoded envelope) of each entry; None when the payload is a V4. Raises NativeError(E_DECODE)."""

    def judge(self, complainer: int, dealer: int, y: bytes, share_payload: bytes) -> Failure:
        """Who of the two is guilty: the dealer (B-SHARE) or the complainer."""

    def check_confirmations(self, round5: Mapping[int, bytes]) -> list[Failure]:
        """All payloads must be V4s."""

# ---- Signatures. Presigning and signing are in _native_signing.pyi.

def verify_ecdsa(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """signature = r || s, 64 bytes; low s only."""

def recover_ecdsa(digest: bytes, signature: bytes, recovery_id: int) -> bytes:
    """The 33-byte public key. Raises NativeError(E_DECODE) when there is none."""

def parse_der(signature: bytes) -> bytes:
    """r || s of a strictly encoded DER signature. Raises NativeError(E_DECODE)."""

def uncompressed(public_key: bytes) -> bytes:
    """x || y, 64 bytes, of a compressed point. Raises NativeError(E_DECODE)."""
