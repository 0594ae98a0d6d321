"""Distributed key generation: a key of which nobody ever holds more than a share (specification 4.0 and 4.1)."""

from collections.abc import Callable, Mapping, Sequence

from .._native import AuxShare, DkgRun, Identity, KeyShare, NativeError
from ..errors import ContextError, EnvelopeRejected
from .certificate import make_certificate
from .envelope import Message, verify
from .members import Member, check_key_id, check_members, check_threshold
from .session import Party
from .steps import Agreement, Check, Failure, Round, Shape, Steps

SHARE_ROUND = 4
SCHEDULE = {1: Shape(echoed_in=(2,)), 2: Shape(), 3: Shape(), SHARE_ROUND: Shape(private=True), 5: Shape()}


class KeyGeneration(Party[KeyShare]):
    """One party of the making of a key. The result is certified, and holds the identity and the aux share."""

    def __init__(
        self,
        identity: Identity,
        members: Sequence[Member],
        index: int,
        threshold: int,
        key_id: str,
        aux: AuxShare,
        store: Callable[[KeyShare], None] = lambda _: None,
    ) -> None:
        """members and aux: of the same aux session. key_id: agreed beforehand.

        store: called with the share before its confirmation is signed, and not called in a session that fails earlier.
        Whoever keeps more than a demonstration makes the share durable there, and keeps it whatever becomes of the
        session from then on: others may hold a certificate, with which ``certificate.adopt`` makes the share usable.
        What it raises ends the session. Raises ParameterError, ContextError.
        """
        check_members(members)
        check_threshold(threshold, len(members))
        check_key_id(key_id)
        if aux.index != index:
            raise ContextError(f"the auxiliary share is of party {aux.index}, not of party {index}")

        def begin(sid_values: list[bytes]) -> tuple[bytes, Steps[KeyShare]]:
            run = DkgRun(identity, members, index, threshold, key_id, sid_values, aux)
            return run.ssid, key_rounds(run, members, store)

        super().__init__(
            protocol="dkg",
            schedule=SCHEDULE,
            identity=identity,
            members=members,
            index=index,
            key_id=key_id,
            begin=begin,
        )


def key_rounds(run: DkgRun, members: Sequence[Member], store: Callable[[KeyShare], None]) -> Steps[KeyShare]:
    """V1 to V4."""
    v1 = yield Round(1, run.round1())
    v1e = yield Round(2, v1.hashes)
    yield Agreement(1, v1e.broadcast)
    v2 = yield Round(3, run.round3())
    yield Check(run.check_openings(v1.broadcast, v2.broadcast))
    v3 = yield Round(SHARE_ROUND, *run.round4())
    failures = run.check_shares(v3.broadcast, v3.private)
    # A bad share is known to its receiver alone: round 5 shows it to the others. Anything else everybody has seen.
    if any(code != "B-SHARE" for _, code, _ in failures):
        yield Check(failures)
    if not failures:
        share = run.pending()
        store(share)
    v4 = yield Round(5, run.round5(v3.private_envelopes))
    yield Check(settle_complaints(run, dict(members), v4.broadcast))
    yield Check(run.check_confirmations(v4.broadcast))
    return share.certified(make_certificate("dkg", run.ssid, members, v4.envelopes))


def settle_complaints(run: DkgRun, keys: Mapping[int, bytes], round5: Mapping[int, bytes]) -> list[Failure]:
    """Who is guilty, for every COMPLAINT among the messages of round 5: the dealer, or whoever complains wrongly."""
    failures: dict[int, Failure] = {}
    complaints: list[tuple[int, int, bytes, bytes]] = []
    for complainer, payload in round5.items():
        try:
            entries = run.complaints(payload) or []
        except NativeError as error:
            failures[complainer] = (complainer, "B-DEC", error.detail)
        else:
            complaints += [(complainer, *entry) for entry in entries]
    for complainer, dealer, y, envelope in complaints:
        share = signed_share(run.ssid, keys, complainer, dealer, envelope)
        if share is None:
            failure = (complainer, "B-SHARE", "COMPLAINT.envelope: not the dealer's signed share")
        else:
            failure = run.judge(complainer, dealer, y, share.payload)
        failures.setdefault(failure[0], failure)
    return [failures[index] for index in sorted(failures)]


def signed_share(
    ssid: bytes, keys: Mapping[int, bytes], complainer: int, dealer: int, envelope: bytes
) -> Message | None:
    """The dealer's p2p message of round 4 to the complainer, if that is what the envelope holds."""
    try:
        message = verify(envelope, keys)
    except EnvelopeRejected:
        return None
    slot = (ssid, SHARE_ROUND, "p2p", dealer, complainer)
    return message if message.slot == slot and message.envelope.protocol == "dkg" else None
