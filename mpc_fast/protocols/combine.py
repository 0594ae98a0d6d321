"""Combining partial signatures by somebody who is no signer: a coordinator that the signers send their R4 to."""

from collections.abc import Sequence

from .._native import Combiner, NativeError
from ..errors import ContextError, EnvelopeRejected, Finding, ProtocolAbort, from_native
from ..messages import TypedMessage, check_typed
from .envelope import verify
from .members import Member
from .sign import R4, Signature


def combine(
    values: bytes, members: Sequence[Member], public_key: bytes, message: TypedMessage, envelopes: Sequence[bytes]
) -> Signature:
    """The signature from the R4 envelopes of all signers.

    values: ``ClaimedPresignature.public_values`` of a signer, once it has signed. members: of the key. The signature
    is verified under ``public_key`` whatever the values say; whom a ProtocolAbort names is at fault only if they are
    true, which their sender alone vouches for. Raises ContextError for values or messages of something else,
    EnvelopeRejected for messages that are forged.
    """
    digest = check_typed(message).digest
    try:
        combiner = Combiner(values, digest)
    except NativeError as error:
        raise from_native(error.code, f"values: {error.detail}") from None
    keys = {index: key for index, key in members if index in combiner.signers}
    if combiner.public_key != public_key or list(keys) != combiner.signers:
        raise ContextError("values: of another key, or of other signers")
    payloads: dict[int, bytes] = {}
    for data in envelopes:
        sent = verify(data, keys)
        if (sent.envelope.ssid, sent.envelope.protocol, sent.round) != (combiner.ssid, "sign", R4):
            raise EnvelopeRejected("envelope: no R4 of this session")
        payloads[sent.sender] = sent.payload
    if missing := sorted(set(keys) - set(payloads)):
        raise ContextError(f"no R4 of party {missing[0]}")
    if failures := combiner.check_round5(dict(sorted(payloads.items()))):
        findings = [Finding(*failure) for failure in failures]
        culprits = [finding.party for finding in findings]
        raise ProtocolAbort(findings[0].code, findings[0].detail, culprits=culprits, round=R4, findings=findings)
    return combiner.signature()
