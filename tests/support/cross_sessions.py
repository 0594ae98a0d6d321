"""Seeded sessions of native signers in modes 1 and 2, made again by the twin from the same seed."""

from collections.abc import Mapping
from dataclasses import dataclass

from keys import PROFILES
from parties import Group
from sessions import KEY_ID, Key, Presigning, Signing, received
from twin_grid import GridPresigner
from twin_parties import read_a2
from twin_presigners import Messages, TwinBatchSigner, TwinPresigner

from mpc_fast._native import Generators
from mpc_fast.reference import curve, sch
from mpc_fast.reference.curve import G, Point, q
from mpc_fast.reference.pedersen import PedersenParams
from mpc_fast.reference.rng import SeededRng


@dataclass(frozen=True)
class Dealt:
    """One party of a native key generation, with its share."""

    group: Group
    index: int
    threshold: int
    x: int
    public_key: Point
    public_shares: list[Point]
    chain_code: bytes
    aux_digest: bytes
    key_id: str = KEY_ID


def secret_shares(key: Key) -> dict[int, int]:
    """x_i, from the seed: every party draws its coefficients with their nonces, y, rid, chain code and u."""
    rng, parties = SeededRng(key.dkg_seed), [i for i, _ in key.dkg.members]
    dealt: dict[int, list[int]] = {}
    for i in parties:
        dealt[i] = []
        for _ in range(key.threshold):
            dealt[i].append(rng.nonzero_scalar())
            sch.commit(rng)
        for _ in parties[1:]:
            rng.nonzero_scalar()
        for _ in ("rid", "chain code", "u"):
            rng.read(32)
    return {i: sum(a * i**k for own in dealt.values() for k, a in enumerate(own)) % q for i in parties}


def setups(key: Key) -> dict[int, PedersenParams]:
    return {i: read_a2(PROFILES[key.profile], payload)[1] for i, payload in key.aux.broadcast[3].items()}


def dealt(key: Key, index: int) -> Dealt:
    share = key.shares[index - 1]
    return Dealt(
        group=Group(key.profile, key.identities, share.members),
        index=index,
        threshold=key.threshold,
        x=secret_shares(key)[index],
        public_key=curve.decode(share.public_key),
        public_shares=[curve.decode(point) for point in share.public_shares],
        chain_code=share.chain_code,
        aux_digest=share.aux_digest,
    )


Twins = dict[int, TwinPresigner]


def replay(
    key: Key, session: Presigning, count: int, seed: str, generators: Mapping[int, Generators] | None = None
) -> Twins:
    """Makes every message again and compares it; the twins as they are at the end. generators: mode 2."""
    rng = SeededRng(seed.encode())
    twins: Twins = {}
    made: dict[int, Messages] = {}
    kind = TwinBatchSigner if isinstance(session, Signing) else GridPresigner if generators else TwinPresigner
    for i in session.signers:
        twins[i] = twin = kind(dealt(key, i), setups(key), session.signers, count, rng)  # type: ignore[arg-type]
        if generators:
            twin.take(generators[i])
        name, _ = twin.begin(session.sid_values)
        assert name == session.ssid
        made[i] = twin.round1()
    _compare(session, 1, made)
    echo = b"".join(session.echo(1))
    made = {i: twin.round2(session.broadcast[1], echo) for i, twin in twins.items()}
    _compare(session, 2, made)
    echo = b"".join(session.echo(2))
    for i, twin in twins.items():
        said = twin.round3(session.broadcast[2], received(session.private[2], i), echo)
        assert said == session.broadcast[3][i], f"R3 of {i}"
    for i, twin in twins.items():
        twin.learn_round3(session.broadcast[3], b"".join(session.echo(3)))
        last = twin.last()
        assert last.broadcast == session.broadcast[last.number][i], f"R{last.number} of {i}"
    return twins


def _compare(session: Presigning, round_: int, made: dict[int, Messages]) -> None:
    for i, (broadcast, private) in made.items():
        assert broadcast == session.broadcast[round_][i], f"R{round_} of {i}"
        assert private == session.private[round_][i], f"R{round_} p2p of {i}"


# ---- What conversions must give: alpha + beta == k x mod q, beta = -y

BRANCHES = (False, True)


def check_conversions(twins: Twins) -> None:
    """Of every ordered pair, u and branch; then of the sums."""
    count = twins[1].count
    for i, receiver in twins.items():
        for j, sender in twins.items():
            for u in range(count if i != j else 0):
                for hat in BRANCHES:
                    x, k = sender.affine_x(u, hat), receiver.nonces[u].k_int
                    d, f = sender.mta[i][u][hat]
                    assert receiver.d_of[j][u][hat] == d
                    y = sender.paillier.decrypt(f)
                    assert y == sender.masks[i][u][hat].y
                    alpha = receiver.paillier.decrypt(d)
                    assert alpha == k * x + y  # over the integers: D and F both encrypt +y
                    assert (alpha - y - k * x) % q == 0  # the sender's share is -y
    for u in range(count):
        k, gamma, w = (sum(values) % q for values in zip(*(_secrets(twin, u) for twin in twins.values()), strict=True))
        assert sum(twin.share(u, False) for twin in twins.values()) % q == k * gamma % q
        assert sum(twin.share(u, True) for twin in twins.values()) % q == k * w % q
        assert w * G == twins[1].key.public_key
        for i, twin in twins.items():
            assert twins[1].contributions[i][u][0] == twin.share(u, False)


def _secrets(twin: TwinPresigner, u: int) -> tuple[int, int, int]:
    return twin.nonces[u].k, twin.nonces[u].gamma, twin.w
