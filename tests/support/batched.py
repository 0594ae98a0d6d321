"""Sessions of mode 1 with native signers and a malicious one on the twin."""

from collections.abc import Callable, Sequence
from typing import Any

from parties import DIGEST, run
from twin_parties import Steps
from twin_presigners import TwinBatchSigner, TwinPresigner
from verdicts import CULPRIT, mixed_key

from mpc_fast.protocols import sign_presigned
from mpc_fast.protocols.adversary import Adversary
from mpc_fast.protocols.network import Report
from mpc_fast.protocols.opening import Named
from mpc_fast.protocols.presign import Presigning
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.sign import Signing
from mpc_fast.protocols.steps import Round
from mpc_fast.reference import transcript as tr

P = 3
"""Presignatures of a session, unless a test says otherwise: first, middle, last."""

PLACES = range(P)
"""u, counted from 0."""


def twin_presigner(kind: type[TwinPresigner], signers: Sequence[int], count: int) -> TwinPresigner:
    """The culprit; kind: one that cheats."""
    dealer, _, setups = mixed_key()
    return kind(dealer, setups, signers, count)


def native_presigners(kind: type[TwinPresigner], signers: Sequence[int], count: int) -> list[Party[Any]]:
    """Everybody else."""
    _, shares, _ = mixed_key()
    others = [i for i in signers if i != CULPRIT]
    if issubclass(kind, TwinBatchSigner):
        return [Signing(shares[i], signers, DIGEST) for i in others]
    return [Presigning(shares[i], signers, count=count) for i in others]


def presign_with(
    kind: type[TwinPresigner] = TwinPresigner,
    change: Callable[[Any], None] = lambda twin: None,
    *,
    signers: tuple[int, ...] = (1, 2),
    count: int = P,
    adversary: Adversary | None = None,
) -> Report[Any]:
    """A session of native signers and the culprit; of a TwinBatchSigner, signing."""
    twin = twin_presigner(kind, signers, 1 if issubclass(kind, TwinBatchSigner) else count)
    change(twin)
    return run([*native_presigners(kind, signers, count), twin.party()], adversary=adversary)


def presigned_signer(twin: TwinPresigner, u: int, digest: bytes) -> Party[Any]:
    """The twin after presigning, as a signer with one of its presignatures."""
    name = tr.h256("sign", *(tr.octets(value) for value in (twin.ssid, twin.presignature_id(u), digest)))

    def steps() -> Steps:
        yield Round(5, twin.r4(u, digest))

    keys = dict(twin.group.members)
    return Party(
        protocol="sign",
        schedule=sign_presigned.SCHEDULE,
        identity=twin.group.identities[twin.index],
        members=[(i, keys[i]) for i in twin.parties],
        index=twin.index,
        key_id=twin.key_id,
        begin=Named(name, steps()),
    )
