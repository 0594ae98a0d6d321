"""Further ring-Pedersen generators of the members of a key, exchanged once.  Experimental.

What they are is said in batch-range-proofs.md 2.3.
"""

from typing import Final

from .._native import Generators, GeneratorsRun, KeyShare
from ..errors import ParameterError
from .certificate import verify_certificates
from .session import Party
from .steps import ECHOED_BYTES, Agreement, Check, Round, Schedule, Shape, Steps

LEAST: Final = 2
MOST: Final = 128
"""Generators of each member: a grid of 64 presignatures takes two for each."""


class GeneratorExchange(Party[Generators]):
    """One member of a key. The result serves every later session with a grid; ``to_bytes`` keeps it in a file.

    Experimental, and said so by whoever asks for it: what these generators are for, proofs in a grid, is this project's
    own composition. Its argument (docs/paper.md) has been reviewed by nobody else, so no protocol uses it by default.
    """

    def __init__(self, share: KeyShare, *, experimental: bool, count: int = MOST) -> None:
        """experimental: must be True. All members take part and agree on ``count``, the number of generators of each.

        Raises ParameterError; CertificateError for a share that not all members confirmed.
        """
        if experimental is not True:
            raise ParameterError("generators: an experimental exchange, which takes experimental=True")
        if not LEAST <= count <= MOST:
            raise ParameterError(f"count: {count} generators; it must be {LEAST} to {MOST}")
        verify_certificates(share)

        def begin(sid_values: list[bytes]) -> tuple[bytes, Steps[Generators]]:
            run = GeneratorsRun(share, count, sid_values)
            return run.ssid, generator_rounds(run)

        super().__init__(
            protocol="generators",
            schedule=schedule(share.profile, count),
            identity=share.identity,
            members=share.members,
            index=share.index,
            key_id=share.key_id,
            begin=begin,
        )


def schedule(profile: str, count: int) -> Schedule:
    """The rounds of an exchange of so many generators."""
    longest = max(ECHOED_BYTES, GeneratorsRun.message_bytes(profile, count))
    return {1: Shape(echoed_in=(2,), longest=longest), 2: Shape()}


def generator_rounds(run: GeneratorsRun) -> Steps[Generators]:
    """G1 and G2. Proofs are verified once all members are known to have seen the same ones."""
    g1 = yield Round(1, run.round1())
    g2 = yield Round(2, g1.hashes)
    yield Agreement(1, g2.broadcast)
    yield Check(run.check_round2(g2.broadcast, g1.hashes))
    yield Check(run.check_round1(g1.broadcast))
    return run.result()
