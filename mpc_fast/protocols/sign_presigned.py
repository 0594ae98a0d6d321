"""Signing from a stored presignature: one round (specification 4.6).

All signers claim the same presignature for the same message from their stores: whoever begins names its id. The name of
the session follows from presignature and digest, so there is no opening, and a session cannot come twice.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from .._native import ClaimedPresignature, KeyShare
from ..errors import ContextError
from .certificate import verify_certificates
from .envelope import verify
from .opening import Named
from .session import Party
from .sign import R4, Signature
from .signers import check_signers
from .steps import Check, Round, Shape, Steps

SCHEDULE = {R4: Shape()}

_ID_BYTES: Final = 16
_DIGEST_BYTES: Final = 32
_R4_BYTES: Final = 112


class PresignedSigning(Party[Signature]):
    """One signer. Once it has started, the presignature is used up, whatever becomes of the session.

    Tell the store when it has ended (``PresignatureStore.finish``).
    """

    def __init__(self, share: KeyShare, claimed: ClaimedPresignature) -> None:
        """claimed: from the store, with this share.

        Raises ContextError for a presignature of another party; CertificateError for a share that not all confirmed.
        """
        if claimed.index != share.index:
            raise ContextError(f"the presignature is of party {claimed.index}, the share of party {share.index}")
        check_signers(share, claimed.signers)
        verify_certificates(share)
        keys = dict(share.members)
        super().__init__(
            protocol="sign",
            schedule=SCHEDULE,
            identity=share.identity,
            members=[(index, keys[index]) for index in claimed.signers],
            index=share.index,
            key_id=share.key_id,
            begin=Named(claimed.ssid, presigned_rounds(claimed)),
        )


def presigned_rounds(claimed: ClaimedPresignature) -> Steps[Signature]:
    """R4."""
    r4 = yield Round(R4, claimed.round5())
    yield Check(claimed.receive_round5(r4.broadcast))
    yield Check(claimed.check_round5())
    return claimed.signature()


class Use(NamedTuple):
    """Which presignature somebody has used for what."""

    presignature_id: bytes
    digest: bytes


def read_r4(data: bytes, keys: Mapping[int, bytes]) -> Use | None:
    """What an R4 of any session names, if one of these parties (index: identity key) has signed it; else None.

    For ``PresignatureStore.see``, of messages that belong to no session here. Raises EnvelopeRejected.
    """
    message = verify(data, keys)
    if (message.envelope.protocol, message.round, len(message.payload)) != ("sign", R4, _R4_BYTES):
        return None
    digest_end = _ID_BYTES + _DIGEST_BYTES
    return Use(message.payload[:_ID_BYTES], message.payload[_ID_BYTES:digest_end])
