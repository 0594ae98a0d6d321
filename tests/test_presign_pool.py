"""Randomness that was made ahead: sessions use it, each piece once, and never in a forked process."""

import os

import coincurve
import pytest
from parties import make_key

from mpc_fast._native import KeyShare, NativeError, PresignPool
from mpc_fast.protocols.network import Network
from mpc_fast.protocols.presign import Presigning, Proofs
from mpc_fast.protocols.sign import Signing

pytestmark = pytest.mark.usefixtures("toy_profile")

SIGNERS = (1, 2)
DIGEST = bytes(range(32))


def shares() -> list[KeyShare]:
    key = make_key("TOY", 2, 3)
    return [key.shares[i] for i in SIGNERS]


def filled(share: KeyShare, count: int = 1, sessions: int = 2) -> PresignPool:
    pool = PresignPool(share)
    pool.fill(SIGNERS, count, sessions)
    return pool


def signed(pools: dict[int, PresignPool | None]) -> bytes:
    parties = [Signing(share, SIGNERS, DIGEST, pool=pools[share.index]) for share in shares()]
    report = Network(parties).run()
    report.raise_failure()
    return report.results[1][0]


def verify(signature: bytes) -> None:
    compact = coincurve.ecdsa.deserialize_compact(signature)
    der = coincurve.ecdsa.cdata_to_der(compact)
    assert coincurve.PublicKey(shares()[0].public_key).verify(der, DIGEST, hasher=None)


def test_sessions_use_up_what_was_made_ahead() -> None:
    pools = {share.index: filled(share) for share in shares()}
    for left in (1, 0, 0):  # the third session finds an empty pool
        verify(signed(dict(pools)))
        assert [pool.sessions(SIGNERS, 1) for pool in pools.values()] == [left, left]


def test_one_signer_may_have_a_pool_and_the_other_none() -> None:
    verify(signed({1: filled(shares()[0]), 2: None}))


def test_a_pool_for_many_presignatures_in_one_session() -> None:
    pools = {share.index: filled(share, count=3, sessions=1) for share in shares()}
    parties = [Presigning(share, SIGNERS, count=3, pool=pools[share.index]) for share in shares()]
    report = Network(parties).run()
    report.raise_failure()
    assert [len(report.results[i]) for i in SIGNERS] == [3, 3]
    assert [pool.sessions(SIGNERS, 3) for pool in pools.values()] == [0, 0]


def test_ordinary_proofs_do_not_touch_what_they_cannot_use() -> None:
    pools = {share.index: filled(share) for share in shares()}
    parties = [Signing(share, SIGNERS, DIGEST, proofs=Proofs.ORDINARY, pool=pools[share.index]) for share in shares()]
    Network(parties).run().raise_failure()
    assert [pool.sessions(SIGNERS, 1) for pool in pools.values()] == [2, 2]


def test_a_forked_process_finds_an_empty_pool() -> None:
    pool = filled(shares()[0])
    child = os.fork()
    if child == 0:
        os._exit(pool.sessions(SIGNERS, 1))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert pool.sessions(SIGNERS, 1) == 2


def test_a_pool_can_be_emptied() -> None:
    pool = filled(shares()[0])
    pool.clear()
    assert pool.sessions(SIGNERS, 1) == 0


def test_the_pool_of_another_share_is_refused() -> None:
    first, second = shares()
    party = Signing(first, SIGNERS, DIGEST, pool=filled(second))
    other = Signing(second, SIGNERS, DIGEST)
    with pytest.raises(ValueError, match="pool"):
        Network([party, other]).run()


@pytest.mark.parametrize("signers", [(1,), (2, 3), (1, 1, 2), (1, 9)])
def test_signers_that_cannot_sign_are_refused(signers: tuple[int, ...]) -> None:
    pool = PresignPool(shares()[0])
    with pytest.raises(NativeError) as caught:
        pool.fill(signers, 1, 1)
    assert caught.value.code == "E_SIGNERS"


@pytest.mark.parametrize(("count", "sessions"), [(0, 1), (65, 1), (1, 5000), (64, 65)])
def test_fillings_out_of_bounds_are_refused(count: int, sessions: int) -> None:
    with pytest.raises(ValueError, match=r"count|sessions"):
        PresignPool(shares()[0]).fill(SIGNERS, count, sessions)


def test_a_pool_shows_nothing() -> None:
    assert repr(filled(shares()[0])) == "<PresignPool>"
