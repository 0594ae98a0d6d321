"""Presigning: nonces prepared before their messages are known (specification 4.5). R1 to R3, then R3e."""

import time
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from .._native import Generators, KeyShare, NativeError, Presignature, PresignPool, PresignRun, SignRun
from ..errors import ContextError, ParameterError
from .certificate import make_certificate, verify_certificates
from .members import Member
from .session import Party
from .signers import check_signers
from .steps import ECHOED_BYTES, Agreement, Check, Received, Round, Schedule, Shape, Steps

R3E = 4
LONGER: Final = 1792
"""How much longer a broadcast may be with each further presignature: the first round has 1668 bytes of each."""
FAILED_SUMS = {1: "NONCE_SUM", 2: "CHI_SUM"}

MOST: Final = 64
"""Presignatures of one session."""

DEFAULT_CHUNK: Final = MOST
"""Presignatures of one session where many are made. The most are the cheapest: one of 64 takes about 0.9 of a power
modulo 6144 bits, one of 8 takes 1.04, a lone one 2.2. A session that fails loses all of its presignatures, but even 64
are the work of seconds, and ten megabytes."""

DEFAULT_LIFETIME = 24 * 60 * 60
MAX_LIFETIME = 30 * DEFAULT_LIFETIME


class Proofs(IntEnum):
    """How the ciphertexts of a session are proven. The mode is hashed into the session, so modes never mix."""

    ORDINARY = 0
    """One proof for each ciphertext and verifier."""
    BATCHED = 1
    """One proof for all ciphertexts of a round: less work, and two thirds of the bytes."""
    GRID = 2
    """As BATCHED, in rows and columns: under half of the bytes. Experimental, and wants generators of its own: its
    argument (docs/paper.md) has been reviewed by nobody else."""


class Presigning(Party[list[Presignature]]):
    """One signer. The result is its part of each presignature, each of which serves once: put them into a store."""

    def __init__(
        self,
        share: KeyShare,
        signers: Sequence[int],
        *,
        count: int = 1,
        lifetime: int = DEFAULT_LIFETIME,
        proofs: Proofs = Proofs.BATCHED,
        pool: PresignPool | None = None,
        generators: Generators | None = None,
        experimental: bool = False,
    ) -> None:
        """signers: indices of at least ``share.threshold`` members, this one among them. All agree on ``proofs`` and on
        ``count``, the number of presignatures: 1 to MOST; 1 with ordinary proofs. lifetime: in seconds. pool: of
        this share, filled ahead. One bad proof ends the session, and with it all of its presignatures.

        proofs=Proofs.GRID takes the ``generators`` that this member has of an exchange, which are the same for all
        signers, two for each presignature; and experimental=True.

        Raises SignersError, ParameterError; ContextError for generators that belong to something else;
        CertificateError for a share that not all members confirmed.
        """
        if not 0 < lifetime <= MAX_LIFETIME:
            raise ParameterError(f"lifetime: {lifetime} seconds; it must be 1 to {MAX_LIFETIME}")
        most = 1 if proofs is Proofs.ORDINARY else MOST
        if not 0 < count <= most:
            raise ParameterError(f"count: {count} presignatures; it must be 1 to {most}")
        check_signers(share, signers)
        check_generators(share, proofs, count, generators, experimental)
        verify_certificates(share)
        chosen = sorted(signers)
        keys = dict(share.members)
        members = [(index, keys[index]) for index in chosen]

        def begin(sid_values: list[bytes]) -> tuple[bytes, Steps[list[Presignature]]]:
            run = PresignRun(share, chosen, sid_values, proofs, count, pool, generators)
            return run.ssid, presign_rounds(run, members, lifetime)

        super().__init__(
            protocol="presign",
            schedule=schedule(count),
            identity=share.identity,
            members=members,
            index=share.index,
            key_id=share.key_id,
            begin=begin,
        )


def check_generators(
    share: KeyShare, proofs: Proofs, count: int, generators: Generators | None, experimental: bool
) -> None:
    """That a session of ``count`` presignatures has the generators it needs. Raises ParameterError, ContextError."""
    if proofs is not Proofs.GRID:
        if generators is not None:
            raise ParameterError("generators: for Proofs.GRID alone")
        return
    if experimental is not True:
        raise ParameterError("proofs: the grid is experimental, and takes experimental=True")
    if generators is None:
        raise ParameterError("generators: the grid needs those of an exchange among all members")
    if generators.count < 2 * count:
        raise ParameterError(f"generators: {generators.count}; {count} presignatures take {2 * count}")
    try:
        generators.check_share(share)
    except NativeError as error:
        raise ContextError(error.detail, error.code) from None


def schedule(count: int) -> Schedule:
    """The rounds of a session that makes so many presignatures."""
    longest = ECHOED_BYTES + (count - 1) * LONGER
    return {
        1: Shape(private=True, echoed_in=(2,), longest=longest),
        2: Shape(private=True, echoed_in=(3,), longest=longest),
        3: Shape(echoed_in=(R3E,), longest=longest),
        R3E: Shape(),
    }


def presign_rounds(run: PresignRun, members: Sequence[Member], lifetime: int) -> Steps[list[Presignature]]:
    """R1 to R3e. There are presignatures only if all signers say that they are good, and have seen the same R3."""
    r3 = yield from sum_rounds(run)
    r3e = yield Round(R3E, run.round4(r3.hashes))
    yield Check(run.receive_round4(r3e.broadcast))
    yield Agreement(3, run.echoes())
    yield Check(run.check_round4())
    if failed_sum := FAILED_SUMS.get(run.outcome()):
        yield Check([(0, failed_sum, "the contributions to the presignature do not add up")])
    certificate = make_certificate("presign", run.ssid, members, r3e.envelopes)
    return run.presignatures(certificate, int(time.time()) + lifetime)


def sum_rounds(run: PresignRun | SignRun) -> Steps[Received]:
    """R1 to R3, up to the sums, whose outcome the run knows then. Gives what was received in R3."""
    r1 = yield Round(1, *run.round1())
    yield Check(run.check_round1(r1.broadcast, r1.private))
    r2 = yield Round(2, *run.round2(r1.hashes))
    yield Check(run.receive_round2(r2.broadcast, r2.private))
    yield Agreement(1, run.echoes())
    yield Check(run.check_round2())
    r3 = yield Round(3, run.round3(r2.hashes))
    yield Check(run.receive_round3(r3.broadcast))
    yield Agreement(2, run.echoes())
    yield Check(run.check_round3())
    return r3
