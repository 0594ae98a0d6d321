"""What ``_native`` has for further generators of the members of a key. Import it from there. Experimental."""

from collections.abc import Mapping, Sequence
from typing import final

from ._native import Failure, KeyShare

@final
class Generators:
    """s_1 to s_L of every member, proven to be powers of its t. Holds logarithms of our own."""

    @property
    def count(self) -> int:
        """L."""

    @property
    def ssid(self) -> bytes: ...
    @property
    def digest(self) -> bytes:
        """Of all lists; the same for all members of one exchange."""

    def check_share(self, share: KeyShare) -> None:
        """Raises NativeError(E_CONTEXT) unless they are of this share's auxiliary parameters."""

    def to_bytes(self) -> bytes:
        """For a file. Nothing in it is secret: own logarithms follow from the share."""

    @staticmethod
    def from_bytes(share: KeyShare, data: bytes) -> Generators:
        """Verifies all proofs again. Raises NativeError: E_DECODE, E_CONTEXT for other parameters, E_RECORD."""

@final
class GeneratorsRun:
    """Messages of one member. Rounds: 1 (G1), 2 (G2, the echo of G1). Mappings have every member's message."""

    def __init__(self, share: KeyShare, count: int, sid_values: Sequence[bytes]) -> None: ...
    @staticmethod
    def message_bytes(profile: str, count: int) -> int:
        """Length of a G1. ValueError for a count that no exchange can have."""

    @property
    def ssid(self) -> bytes: ...
    def round1(self) -> bytes: ...
    def check_round2(self, round2: Mapping[int, bytes], echo: bytes) -> list[Failure]:
        """E_ECHO unless all echo vectors equal the own one."""

    def check_round1(self, round1: Mapping[int, bytes]) -> list[Failure]:
        """Once the echoes agree: B-DEC, B-BPRM."""

    def result(self) -> Generators: ...
