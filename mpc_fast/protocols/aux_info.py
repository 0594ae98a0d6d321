"""Auxiliary information: every party makes its moduli and proves them to the others (specification 4.2)."""

from collections.abc import Callable, Sequence

from .._native import AuxRun, AuxShare, Identity, PrimeSet, profile_names
from ..errors import ProfileError
from .certificate import make_certificate
from .members import Member, check_members
from .session import Party
from .steps import Agreement, Check, Round, Shape, Steps

SCHEDULE = {1: Shape(echoed_in=(2,)), 2: Shape(), 3: Shape(), 4: Shape(private=True), 5: Shape()}


class AuxInfo(Party[AuxShare]):
    """One party of an aux session among all parties of a future key. The result is certified."""

    def __init__(
        self,
        identity: Identity,
        profile: str,
        members: Sequence[Member],
        index: int,
        primes: PrimeSet,
        store: Callable[[AuxShare], None] = lambda _: None,
    ) -> None:
        """members: as of ``canonical_members``. The primes are used up. store: as of ``KeyGeneration``.

        Raises ParameterError, ContextError, ProfileError.
        """
        check_members(members)
        if profile not in profile_names():
            raise ProfileError(f"profile {profile!r} is unknown, or not admitted here")
        if primes.profile != profile:
            raise ProfileError(f"the primes were made for profile {primes.profile}, not {profile}")

        def begin(sid_values: list[bytes]) -> tuple[bytes, Steps[AuxShare]]:
            run = AuxRun(profile, members, index, sid_values, primes)
            return run.ssid, aux_rounds(run, members, store)

        super().__init__(
            protocol="aux",
            schedule=SCHEDULE,
            identity=identity,
            members=members,
            index=index,
            key_id=None,
            begin=begin,
        )


def aux_rounds(run: AuxRun, members: Sequence[Member], store: Callable[[AuxShare], None]) -> Steps[AuxShare]:
    """A1 to A4."""
    a1 = yield Round(1, run.round1())
    a1e = yield Round(2, a1.hashes)
    yield Agreement(1, a1e.broadcast)
    a2 = yield Round(3, run.round3())
    yield Check(run.check_openings(a1.broadcast, a2.broadcast))
    a3 = yield Round(4, *run.round4())
    yield Check(run.check_proofs(a3.broadcast, a3.private))
    share = run.pending()
    store(share)
    a4 = yield Round(5, run.round5())
    yield Check(run.check_confirmations(a4.broadcast))
    return share.certified(make_certificate("aux", run.ssid, members, a4.envelopes))
