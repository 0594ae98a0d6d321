"""Sessions of native parties on prepared keys with every message kept, so that others can read along.

Everything is drawn from seeds: the same arguments give the same bytes.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from keys import prime_set

from mpc_fast import _native
from mpc_fast.protocols.presign import Proofs
from mpc_fast.reference import digests
from mpc_fast.reference import transcript as tr

TO_ALL = 0xFFFF
KEY_ID = "cross"

Broadcast = dict[int, bytes]
Private = dict[int, dict[int, bytes]]
"""[sender][recipient]"""


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    _native.testing.seed_rng(seed.encode())
    try:
        yield
    finally:
        _native.testing.seed_rng(None)


def received(messages: Private, by: int) -> Broadcast:
    return {sender: sent[by] for sender, sent in messages.items() if sender != by}


def echo_vector(ssid: bytes, protocol: str, round_: int, broadcast: Broadcast) -> list[bytes]:
    """The m-hashes of a round's broadcasts in index order."""
    return [
        digests.message_hash(1, ssid, protocol, round_, "bcast", sender, TO_ALL, payload)
        for sender, payload in sorted(broadcast.items())
    ]


@dataclass
class Session:
    """The messages of one session by round."""

    ssid: bytes
    members: list[tuple[int, bytes]]
    """(index, pid) of all parties of the key."""
    sid_values: list[bytes]
    broadcast: dict[int, Broadcast] = field(default_factory=dict)
    private: dict[int, Private] = field(default_factory=dict)

    def pid(self, index: int) -> bytes:
        return dict(self.members)[index]

    def digest(self) -> str:
        """Of every byte of the session, for frozen vectors."""
        hashed = hashlib.sha256(self.ssid)
        for round_ in sorted(self.broadcast):
            for sender, payload in sorted(self.broadcast[round_].items()):
                hashed.update(bytes([round_, sender]) + payload)
        for round_ in sorted(self.private):
            for sender, sent in sorted(self.private[round_].items()):
                for recipient, payload in sorted(sent.items()):
                    hashed.update(bytes([round_, sender, recipient]) + payload)
        return hashed.hexdigest()


@dataclass
class Key:
    """A key with its shares and with the sessions that made it."""

    profile: str
    threshold: int
    shares: list[_native.KeyShare]
    aux: Session
    dkg: Session
    dkg_seed: bytes
    identities: dict[int, _native.Identity]


def _sid_values(seed: str, count: int) -> list[bytes]:
    return [hashlib.sha256(f"{seed} sid {i}".encode()).digest() for i in range(count)]


def make_key(profile: str, threshold: int, parties: int, seed: str = "key") -> Key:
    with seeded(f"{seed} identities"):
        identities = sorted((_native.Identity.generate() for _ in range(parties)), key=lambda i: i.pid)
    keys = [(i + 1, identity.public_key) for i, identity in enumerate(identities)]
    members = [(i + 1, tr.pid(identity.public_key)) for i, identity in enumerate(identities)]
    with seeded(f"{seed} aux"):
        aux_shares, aux = _run_aux(profile, keys, members, _sid_values(f"{seed} aux", parties))
    with seeded(f"{seed} dkg"):
        shares, dkg = _run_dkg(threshold, identities, keys, members, _sid_values(f"{seed} dkg", parties), aux_shares)
    by_index = {i + 1: identity for i, identity in enumerate(identities)}
    return Key(profile, threshold, shares, aux, dkg, f"{seed} dkg".encode(), by_index)


def _run_aux(
    profile: str, keys: list[tuple[int, bytes]], members: list[tuple[int, bytes]], values: list[bytes]
) -> tuple[list[_native.AuxShare], Session]:
    runs = {i: _native.AuxRun(profile, keys, i, values, prime_set(profile, i)) for i, _ in keys}
    session = Session(runs[1].ssid, members, values)
    a1 = session.broadcast[1] = {i: run.round1() for i, run in runs.items()}
    a2 = session.broadcast[3] = {i: run.round3() for i, run in runs.items()}
    for run in runs.values():
        assert run.check_openings(a1, a2) == []
    _both(session, 4, {i: run.round4() for i, run in runs.items()})
    for i, run in runs.items():
        assert run.check_proofs(session.broadcast[4], received(session.private[4], i)) == []
    shares = [run.pending() for run in runs.values()]
    a4 = session.broadcast[5] = {i: run.round5() for i, run in runs.items()}
    for run in runs.values():
        assert run.check_confirmations(a4) == []
    return shares, session


def _run_dkg(
    threshold: int,
    identities: Sequence[_native.Identity],
    keys: list[tuple[int, bytes]],
    members: list[tuple[int, bytes]],
    values: list[bytes],
    aux: Sequence[_native.AuxShare],
) -> tuple[list[_native.KeyShare], Session]:
    runs = {i: _native.DkgRun(identities[i - 1], keys, i, threshold, KEY_ID, values, aux[i - 1]) for i, _ in keys}
    session = Session(runs[1].ssid, members, values)
    v1 = session.broadcast[1] = {i: run.round1() for i, run in runs.items()}
    v2 = session.broadcast[3] = {i: run.round3() for i, run in runs.items()}
    for run in runs.values():
        assert run.check_openings(v1, v2) == []
    _both(session, 4, {i: run.round4() for i, run in runs.items()})
    for i, run in runs.items():
        assert run.check_shares(session.broadcast[4], received(session.private[4], i)) == []
    shares = [run.pending() for run in runs.values()]
    v4 = session.broadcast[5] = {i: run.round5({}) for i, run in runs.items()}
    for run in runs.values():
        assert run.check_confirmations(v4) == []
    return shares, session


@dataclass
class Presigning(Session):
    """A session of some signers, with R1 to R3."""

    protocol: str = "presign"
    signers: list[int] = field(default_factory=list)

    def echo(self, round_: int) -> list[bytes]:
        return echo_vector(self.ssid, self.protocol, round_, self.broadcast[round_])


@dataclass
class Signing(Presigning):
    """A signing session and what came out of it."""

    protocol: str = "sign"
    signature: tuple[bytes, int] = (b"", 0)
    """(r || s, recovery id), the same for all."""


def sign(key: Key, signers: list[int], digest: bytes, seed: str = "sign", proofs: Proofs = Proofs.ORDINARY) -> Signing:
    values = _sid_values(seed, len(signers))
    with seeded(seed):
        runs = {i: _native.SignRun(key.shares[i - 1], signers, values, digest, proofs) for i in signers}
        session = Signing(runs[signers[0]].ssid, key.dkg.members, values, signers=signers)
        _run_sums(session, runs)
        echo = b"".join(session.echo(3))
        session.broadcast[5] = {i: run.round5(echo) for i, run in runs.items()}
        for run in runs.values():
            assert run.receive_round5(session.broadcast[5]) == []
            assert run.check_round5() == []
        signatures = {run.signature() for run in runs.values()}
    assert len(signatures) == 1
    session.signature = signatures.pop()
    return session


def exchange_generators(key: Key, count: int, seed: str = "generators") -> dict[int, _native.Generators]:
    """Further generators of all members."""
    values = _sid_values(seed, len(key.shares))
    with seeded(seed):
        runs = {share.index: _native.GeneratorsRun(share, count, values) for share in key.shares}
        g1 = {i: run.round1() for i, run in runs.items()}
        for run in runs.values():
            assert run.check_round2(dict.fromkeys(runs, b"echo"), b"echo") == []
            assert run.check_round1(g1) == []
    return {i: run.result() for i, run in runs.items()}


def presign(
    key: Key,
    signers: list[int],
    count: int,
    seed: str = "presign",
    generators: Mapping[int, _native.Generators] | None = None,
) -> Presigning:
    """In mode 1, or with generators in mode 2, up to R3e."""
    values = _sid_values(seed, len(signers))
    with seeded(seed):
        proofs, own = (Proofs.GRID, generators) if generators else (Proofs.BATCHED, {})
        runs = {
            i: _native.PresignRun(key.shares[i - 1], signers, values, proofs, count, None, own.get(i)) for i in signers
        }
        session = Presigning(runs[signers[0]].ssid, key.dkg.members, values, signers=signers)
        _run_sums(session, runs)
        echo = b"".join(session.echo(3))
        session.broadcast[4] = {i: run.round4(echo) for i, run in runs.items()}
        for run in runs.values():
            assert run.receive_round4(session.broadcast[4]) == []
            assert run.check_round4() == []
    return session


def _run_sums(session: Presigning, runs: Mapping[int, _native.SignRun | _native.PresignRun]) -> None:
    """R1 to R3."""
    _both(session, 1, {i: run.round1() for i, run in runs.items()})
    for i, run in runs.items():
        assert run.check_round1(session.broadcast[1], received(session.private[1], i)) == []
    echo = b"".join(session.echo(1))
    _both(session, 2, {i: run.round2(echo) for i, run in runs.items()})
    for i, run in runs.items():
        assert run.receive_round2(session.broadcast[2], received(session.private[2], i)) == []
        assert run.check_round2() == []
    echo = b"".join(session.echo(2))
    session.broadcast[3] = {i: run.round3(echo) for i, run in runs.items()}
    for run in runs.values():
        assert run.receive_round3(session.broadcast[3]) == []
        assert run.check_round3() == []
        assert run.outcome() == 0


def _both(session: Session, round_: int, sent: dict[int, tuple[bytes, dict[int, bytes]]]) -> None:
    session.broadcast[round_] = {i: broadcast for i, (broadcast, _) in sent.items()}
    session.private[round_] = {i: private for i, (_, private) in sent.items()}
