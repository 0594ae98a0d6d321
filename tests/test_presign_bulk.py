"""Many presignatures: in sessions of at most a chunk, each of which is kept before the next one begins."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from parties import make_key
from presignatures import PASSPHRASE, toy_key

from mpc_fast._native import KeyShare, Presignature
from mpc_fast.errors import Cancelled, ContextError, MpcError, ParameterError, SignersError
from mpc_fast.messages import sha256_message
from mpc_fast.presignatures import MAX_FRESH, PresignatureStore, StoreAccess, StoreError
from mpc_fast.protocols import local
from mpc_fast.protocols.local import PresignState, presign, sign_presigned
from mpc_fast.protocols.presign import DEFAULT_CHUNK, MOST
from mpc_fast.protocols.session import Party

pytestmark = pytest.mark.usefixtures("toy_profile")


@pytest.fixture
def shares() -> list[KeyShare]:
    return [toy_key().shares[index] for index in (1, 3)]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[PresignatureStore, StoreAccess]]:
    store, access = PresignatureStore.create(tmp_path / "store", PASSPHRASE, state=tmp_path / "state")
    with store:
        yield store, access


def fresh(store: PresignatureStore) -> list[int]:
    return [one.fresh for one in store.status().sets]


@pytest.mark.parametrize(
    ("count", "chunk", "sessions"),
    [(7, 3, [3, 3, 1]), (6, 3, [3, 3]), (2, 5, [2]), (3, 1, [1, 1, 1]), (1, MOST, [1]), (70, MOST, [64, 6])],
)
def test_sessions_have_at_most_a_chunk(shares: list[KeyShare], count: int, chunk: int, sessions: list[int]) -> None:
    chunks: list[list[Presignature]] = []
    left, stage = presign(shares, count, chunk=chunk, keep=chunks.append)
    assert left == []
    assert [len(parts) for parts in chunks] == [2 * size for size in sessions]
    for parts in chunks:
        ids = {index: [one.id for one in parts if one.index == index] for index in (1, 3)}
        assert ids[1] == ids[3]
        assert len({one.ssid for one in parts}) == 1
    assert len({one.id for parts in chunks for one in parts}) == count
    assert len({one.ssid for parts in chunks for one in parts}) == len(sessions)
    assert set(stage.cpu_seconds) == set(stage.bytes_sent) == {1, 3}
    assert all(sent > 1000 * count for sent in stage.bytes_sent.values())


def test_what_nobody_keeps_is_the_result(shares: list[KeyShare]) -> None:
    parts, _ = presign(shares, 3, chunk=2)
    assert len(parts) == 6
    assert len({one.id for one in parts}) == 3


def test_chunks_are_the_largest_unless_told_otherwise(shares: list[KeyShare]) -> None:
    assert DEFAULT_CHUNK == MOST
    assert len({one.ssid for one in presign(shares, MOST)[0]}) == 1


def test_a_lifetime_is_that_of_all(shares: list[KeyShare]) -> None:
    before = time.time()
    expiries = [one.expiry for one in presign(shares, 3, chunk=2, lifetime=1000)[0]]
    assert all(before + 999 < expiry <= time.time() + 1000 for expiry in expiries)


@pytest.mark.parametrize(
    "arguments", [{"count": 0}, {"count": -1}, {"chunk": 0}, {"chunk": MOST + 1}, {"lifetime": 0}, {"lifetime": 10**9}]
)
def test_amounts_out_of_range_are_refused(shares: list[KeyShare], arguments: dict[str, int]) -> None:
    kept: list[object] = []
    with pytest.raises(ParameterError, match=next(iter(arguments))):
        presign(shares, **{"count": 2, **arguments}, keep=kept.append)  # type: ignore[arg-type]
    assert kept == []


def test_shares_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ContextError, match="different keys"):
        presign([toy_key().shares[1], make_key("TOY", 2, 2).shares[2]], 2)
    with pytest.raises(SignersError):
        presign([toy_key().shares[1]], 2)


# ---- Progress, and ends that come early


def test_progress_tells_what_is_done_of_what(shares: list[KeyShare]) -> None:
    heard: list[tuple[PresignState, str]] = []

    def progress(state: PresignState, stage: str) -> bool:
        heard.append((state, stage))
        return True

    presign(shares, 5, progress, chunk=2)
    rounds = [f"round {number}" for number in (1, 2, 3, 4)]
    assert [stage for state, stage in heard if state.done == 2 and state.chunk] == rounds
    between = [state for state, stage in heard if not stage]
    assert between == [PresignState(done, 5, 0) for done in (2, 4, 5)]
    assert [str(state) for state in between[:1]] == ["2 of 5 presignatures"]
    assert [state.done for state, _ in heard] == sorted(state.done for state, _ in heard)


@pytest.mark.parametrize(("done", "stage", "kept"), [(0, "round 1", 0), (2, "", 2), (2, "round 3", 2), (4, "", 4)])
def test_what_was_kept_before_a_cancellation_stays(
    shares: list[KeyShare], opened: tuple[PresignatureStore, StoreAccess], done: int, stage: str, kept: int
) -> None:
    store, access = opened
    with pytest.raises(Cancelled):
        presign(
            shares, 5, lambda *now: (now[0].done, now[1]) != (done, stage), chunk=2, keep=lambda p: store.add(access, p)
        )
    assert fresh(store) == [kept, kept][: 2 if kept else 0]


def test_nothing_is_left_to_cancel_after_the_last(shares: list[KeyShare]) -> None:
    assert len(presign(shares, 2, lambda state, stage: state.done < 2)[0]) == 4


def test_a_session_that_fails_costs_its_own_presignatures(
    shares: list[KeyShare], opened: tuple[PresignatureStore, StoreAccess], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, access = opened
    sessions: list[int] = []

    class Failing(local.Network[object]):
        def __init__(self, parties: list[Party[object]], **options: object) -> None:
            super().__init__(parties, **options)  # type: ignore[arg-type]
            sessions.append(len(sessions))
            if len(sessions) == 2:
                parties[0].cancel()

    monkeypatch.setattr(local, "Network", Failing)
    with pytest.raises(MpcError, match="CANCELLED"):
        presign(shares, 6, chunk=2, keep=lambda parts: store.add(access, parts))
    assert fresh(store) == [2, 2]


def test_a_keeper_that_fails_ends_the_work(shares: list[KeyShare]) -> None:
    kept: list[list[Presignature]] = []

    def keep(parts: list[Presignature]) -> None:
        if kept:
            raise OSError("disk full")
        kept.append(parts)

    with pytest.raises(OSError, match="disk full"):
        presign(shares, 6, chunk=2, keep=keep)
    assert len(kept) == 1


def test_a_chunk_that_does_not_fit_is_not_stored_in_part(
    shares: list[KeyShare], opened: tuple[PresignatureStore, StoreAccess]
) -> None:
    store, access = opened
    with pytest.raises(StoreError) as caught:
        presign(shares, MAX_FRESH + 1, chunk=60, keep=lambda parts: store.add(access, parts))
    assert caught.value.code == "E_STORE_FULL"
    assert fresh(store) == [240, 240]


# ---- What they are good for


def test_each_presignature_of_a_chunk_signs_once(
    shares: list[KeyShare], opened: tuple[PresignatureStore, StoreAccess]
) -> None:
    coincurve = pytest.importorskip("coincurve", reason="needs the extra [wallet]")
    from coincurve.ecdsa import cdata_to_der, deserialize_compact

    store, access = opened
    ids: list[bytes] = []

    def keep(parts: list[Presignature]) -> None:
        ids.extend(one.id for one in parts if one.index == 1)
        store.add(access, parts)

    presign(shares, 7, chunk=5, keep=keep)
    nonces = set()
    for number in range(7):
        message = sha256_message(bytes([number]))
        signature = sign_presigned(shares, store, access, message).signature
        der = cdata_to_der(deserialize_compact(signature))
        assert coincurve.PublicKey(shares[0].public_key).verify(der, message.digest, hasher=None)
        nonces.add(signature[:32])
    assert len(nonces) == len(set(ids)) == 7
    assert fresh(store) == [0, 0]
    for identifier in ids:
        for share in shares:
            with pytest.raises(StoreError) as caught:
                store.claim(access, share, identifier, sha256_message(b"again"))
            assert caught.value.code == "E_STORE_USED"
