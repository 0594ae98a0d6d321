"""Interactive signing: presigning and the partial signatures in one session (specification 4.5 to 4.7)."""

from collections.abc import Sequence

from .._native import Generators, KeyShare, PresignPool, SignRun
from ..errors import ParameterError
from .certificate import verify_certificates
from .presign import FAILED_SUMS, Proofs, check_generators, sum_rounds
from .session import Party
from .signers import check_signers
from .steps import Agreement, Check, Failure, Received, Round, Shape, Steps

R3E, R4 = 4, 5
SCHEDULE = {
    1: Shape(private=True, echoed_in=(2,)),
    2: Shape(private=True, echoed_in=(3,)),
    3: Shape(echoed_in=(R3E, R4)),
    R3E: Shape(),
    R4: Shape(),
}

Signature = tuple[bytes, int]
"""(r || s with low s, recovery id)"""


class Signing(Party[Signature]):
    """One signer. The digest, 32 bytes, and the signers are agreed beforehand; both are hashed into the session."""

    def __init__(
        self,
        share: KeyShare,
        signers: Sequence[int],
        digest: bytes,
        *,
        proofs: Proofs = Proofs.BATCHED,
        pool: PresignPool | None = None,
        generators: Generators | None = None,
        experimental: bool = False,
    ) -> None:
        """signers: indices of at least ``share.threshold`` members, this one among them. All agree on ``proofs``.
        pool: of this share, filled ahead. generators, experimental: as Presigning has them.

        Raises SignersError, ParameterError, ContextError; CertificateError for a share that not all members confirmed.
        """
        if len(digest) != 32:
            raise ParameterError(f"digest: {len(digest)} bytes, must be 32")
        check_signers(share, signers)
        check_generators(share, proofs, 1, generators, experimental)
        verify_certificates(share)
        chosen = sorted(signers)
        keys = dict(share.members)

        def begin(sid_values: list[bytes]) -> tuple[bytes, Steps[Signature]]:
            run = SignRun(share, chosen, sid_values, digest, proofs, pool, generators)
            return run.ssid, sign_rounds(run, share.index)

        super().__init__(
            protocol="sign",
            schedule=SCHEDULE,
            identity=share.identity,
            members=[(index, keys[index]) for index in chosen],
            index=share.index,
            key_id=share.key_id,
            begin=begin,
        )


def sign_rounds(run: SignRun, index: int) -> Steps[Signature]:
    """R1 to R4; instead of R4, R3e if the sums of R3 came out wrong."""
    r3 = yield from sum_rounds(run)
    failed_sum = FAILED_SUMS.get(run.outcome())
    if failed_sum is None:
        last = yield Round(R4, run.round5(r3.hashes), accepts=(R4, R3E))
    else:
        last = yield Round(R3E, run.round4(r3.hashes), accepts=(R3E, R4))
    failures, echoes = receive_last(run, last, index)
    yield Check(failures)
    yield Agreement(3, {index: r3.hashes, **echoes})
    yield Check(contradictions(run, last, index))
    if failed_sum is not None:
        yield Check([(0, failed_sum, "the contributions to the presignature do not add up")])
    return run.signature()


def receive_last(run: SignRun, last: Received, index: int) -> tuple[list[Failure], dict[int, bytes]]:
    """Decodes the R3e and R4 messages of the others: what failed, or their echo vectors by sender."""
    echoes: dict[int, bytes] = {}
    for number, receive in ((R3E, run.receive_round4), (R4, run.receive_round5)):
        some = {i: last.broadcast[i] for i in last.broadcast if last.rounds[i] == number and i != index}
        if some:
            if failures := receive(some):
                return failures, {}
            echoes |= run.echoes()
    return [], echoes


def contradictions(run: SignRun, last: Received, index: int) -> list[Failure]:
    """Outcomes other than ours (all R3 messages being the same, so must they be), and bad partial signatures."""
    own = last.rounds[index]
    failures = [
        (i, "B-CONF", f"outcome: contradicts the R3 messages (round {number})")
        for i, number in last.rounds.items()
        if number != own
    ]
    failures += run.check_round5() if own == R4 else run.check_round4()
    return sorted(failures)
