"""Which sets of signers can sign."""

from collections.abc import Sequence

from .._native import KeyShare
from ..errors import SignersError


def check_signers(share: KeyShare, signers: Sequence[int]) -> None:
    """Raises SignersError for a set that cannot sign, or of which the holder of this share is no part."""
    holders = {index for index, _ in share.members}
    if len(set(signers)) != len(signers):
        raise SignersError("a signer is named twice")
    if strangers := sorted(set(signers) - holders):
        raise SignersError(f"party {strangers[0]} does not hold a share of this key")
    if len(signers) < share.threshold:
        raise SignersError(f"{len(signers)} of {share.threshold} signers")
    if share.index not in signers:
        raise SignersError(f"party {share.index}, whose share this is, is not among the signers")
