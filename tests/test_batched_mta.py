"""Conversions in mode 1: alpha + beta == k x mod q beta = -y, for every u, also with the largest masks (7.2, 4)."""

from dataclasses import dataclass

import pytest
from batched import P, presign_with
from cross_sessions import check_conversions, replay
from keys import primes
from parties import DIGEST
from sessions import make_key, presign, sign
from twin_presigners import Mask, TwinPresigner
from verdicts import Recorder

from mpc_fast.protocols.presign import Proofs
from mpc_fast.protocols.steps import Round
from mpc_fast.reference.batch import Session
from mpc_fast.reference.curve import bal, q
from mpc_fast.reference.paillier import PaillierKey, PaillierSecret
from mpc_fast.reference.params import TOY

pytestmark = pytest.mark.usefixtures("toy_profile")

ALL = (1, 2, 3)
EPS_Y = Session(TOY, bytes(32), 2, bytes(32)).slack(2 * P)


# ---- Seeded sessions, whose secrets the twin knows


@pytest.mark.parametrize(("parties", "count", "seed"), [(2, 1, "mta"), (2, 4, "mta 2"), (3, 3, "mta 3")])
def test_conversions_of_seeded_sessions(parties: int, count: int, seed: str) -> None:
    key = make_key("TOY", 2, parties)
    session = presign(key, list(range(1, parties + 1)), count, seed)
    check_conversions(replay(key, session, count, seed))


def test_conversions_of_a_seeded_signing_session() -> None:
    key = make_key("TOY", 2, 3)
    session = sign(key, [1, 2, 3], DIGEST, "mta sign", Proofs.BATCHED)
    check_conversions(replay(key, session, 1, "mta sign"))


# ---- Sessions with a twin that draws its masks from the ends of their range


@dataclass
class Seen:
    """What a signer has said, in numbers: by u."""

    k: list[int]
    gamma: list[int]
    d: dict[int, list[tuple[int, int]]]  # to whom: (D, D^)
    f: dict[int, list[tuple[int, int]]]
    delta: list[int]


def read(recorder: Recorder, i: int, signers: tuple[int, ...], count: int) -> Seen:
    size, sent = TOY.n2_bytes, recorder.sent
    row = 2 * size + 4 * 33
    peers = [j for j in signers if j != i]
    r1, r3 = sent[1, "bcast", i, peers[0]], sent[3, "bcast", i, peers[0]]
    private = {j: _numbers(sent[2, "p2p", i, j], 0, size, 4 * count) for j in peers}
    secret = paillier(i)
    return Seen(
        [secret.decrypt(_numbers(r1, 33 + row * u, size, 1)[0]) for u in range(count)],
        [secret.decrypt(_numbers(r1, 33 + row * u + size, size, 1)[0]) for u in range(count)],
        {j: list(zip(values[0::4], values[2::4], strict=True)) for j, values in private.items()},
        {j: list(zip(values[1::4], values[3::4], strict=True)) for j, values in private.items()},
        [_numbers(r3, (32 + 66 + 163) * u, 32, 1)[0] for u in range(count)],
    )


def _numbers(data: bytes, at: int, size: int, count: int) -> list[int]:
    return [int.from_bytes(data[at + size * i : at + size * (i + 1)], "big") for i in range(count)]


def paillier(i: int) -> PaillierSecret:
    own = primes("TOY", i)
    return PaillierSecret(own.p, own.q)


LARGEST = {
    "2^lp": 1 << TOY.lp,
    "-2^lp": -(1 << TOY.lp),
    # Beyond what an honest one draws, as far as an honest proof is accepted with high probability.
    "2^(lp+eps_y-kappa-8)": 1 << (TOY.lp + EPS_Y - TOY.kappa - 8),
    "-2^(lp+eps_y-kappa-8)": -(1 << (TOY.lp + EPS_Y - TOY.kappa - 8)),
}


@pytest.mark.parametrize("signers", [(1, 2), ALL])
@pytest.mark.parametrize("largest", LARGEST)
def test_conversions_with_the_largest_masks(largest: str, signers: tuple[int, ...]) -> None:
    """delta_i of everybody is what its ciphertexts say over the integers, and is below 2^ly."""

    class Extreme(TwinPresigner):
        def mask(self, j: int) -> Mask:
            mask = super().mask(j)
            mask.y = LARGEST[largest]
            return mask

    recorder = Recorder()
    report = presign_with(Extreme, signers=signers, adversary=recorder)
    assert not report.failures
    seen = {i: read(recorder, i, signers, P) for i in signers}
    ly = TOY.ly(len(signers), P)
    for i in signers:
        key, own = PaillierKey(paillier(i).key.n), seen[i]
        for u in range(P):
            # Dd = prod_j D_ij F_ji^-1, and dec(K^gamma Dd) = gamma k + sum_j (alpha_ij - u_ij)
            product, shares = own.gamma[u] * own.k[u], 0
            combined = key.encrypt(product, 1)
            for j in signers:
                if j != i:
                    d, f = seen[j].d[i][u][0], own.f[j][u][0]
                    combined = key.sub(key.add(combined, d), f)
                    shares += paillier(i).decrypt(d) - paillier(i).decrypt(f)
            integer = paillier(i).decrypt(combined)
            assert integer == product + shares
            assert abs(integer) < 1 << ly
            assert own.delta[u] == integer % q
    for u in range(P):
        k, gamma = (sum(getattr(seen[i], name)[u] for i in signers) for name in ("k", "gamma"))
        assert sum(seen[i].delta[u] for i in signers) % q == k * gamma % q


@pytest.mark.parametrize("largest", ["2^lp", "-2^lp"])
def test_the_largest_witnesses_and_masks_together(largest: str) -> None:
    """k and gamma at the ends of the scalars, +-(q-1)/2: the core decrypts, converts and agrees."""

    def change(twin: TwinPresigner) -> None:
        for u, own in enumerate(twin.nonces):
            own.k = (q - 1) // 2 + u % 2  # bal: (q-1)/2, -(q-1)/2
            own.gamma = (q + 1) // 2 - u % 2
            own.k_int, own.gamma_int = bal(own.k), bal(own.gamma)

    class Extreme(TwinPresigner):
        def mask(self, j: int) -> Mask:
            mask = super().mask(j)
            mask.y = LARGEST[largest]
            return mask

    report = presign_with(Extreme, change, signers=ALL)
    assert not report.failures
    assert len(report.results[1]) == P


def test_a_share_of_the_other_sign_fails_the_sum() -> None:
    """T-C4: with +y instead of -y nothing adds up, so the convention is not a matter of taste."""

    class Slip(TwinPresigner):
        def share(self, u: int, hat: bool) -> int:
            twice = sum(2 * masks[u][hat].y for masks in self.masks.values())
            return (super().share(u, hat) + twice) % q

        def last(self) -> Round:
            return Round(4, self.r3e(1))

    report = presign_with(Slip)
    assert report.failures[1].code == "NONCE_SUM"
    assert not report.failures[1].culprits
