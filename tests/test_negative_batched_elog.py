"""Cheating with Gamma_u, and with the elogs of Gamma_u and Delta_u in mode 1, at TOY with P = 3."""

from dataclasses import replace
from typing import Any

import pytest
from batched import PLACES, presign_with
from twin_presigners import TwinPresigner
from verdicts import assert_named

from mpc_fast.reference import curve
from mpc_fast.reference.context import Context
from mpc_fast.reference.curve import G, Point, q

pytestmark = pytest.mark.usefixtures("toy_profile")

ALL = (1, 2, 3)
EVERY_U = pytest.mark.parametrize(("u", "signers"), [(0, (1, 2)), (1, ALL), (2, (1, 2)), (2, ALL)])


@EVERY_U
def test_another_gamma_is_b_elog2(u: int, signers: tuple[int, ...]) -> None:
    """Gamma_u is not what B_u2 hides; elog is made for it."""

    class Other(TwinPresigner):
        def cap_gamma(self, at: int) -> Point:
            return super().cap_gamma(at) + (G if at == u else curve.O)

        def opening(self, at: int) -> bytes:
            own = self.nonces[at].gamma
            self.nonces[at].gamma = (own + 1) % q if at == u else own
            proof = super().opening(at)
            self.nonces[at].gamma = own
            return proof

    assert_named(presign_with(Other, signers=signers), "B-ELOG2")


@pytest.mark.parametrize("with_proofs", [False, True])
@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 2), (1, 2)])
def test_exchanged_gammas_are_b_elog2(one: int, other: int, with_proofs: bool) -> None:
    """Of two u, with and without their elogs."""

    class Exchanged(TwinPresigner):
        def r2(self, openings: Any) -> bytes:
            proofs = list(openings)
            if with_proofs:
                proofs[one], proofs[other] = proofs[other], proofs[one]
            self.nonces[one], self.nonces[other] = self.nonces[other], self.nonces[one]
            broadcast = super().r2(proofs)
            self.nonces[one], self.nonces[other] = self.nonces[other], self.nonces[one]
            return broadcast

    assert_named(presign_with(Exchanged), "B-ELOG2")


ELOGS = pytest.mark.parametrize(("slot", "code"), [("elog-gamma", "B-ELOG2"), ("elog-k", "B-ELOG3")])


@ELOGS
@pytest.mark.parametrize(
    ("change", "u"),
    [
        ({"ssid": bytes(32)}, 0),
        ({"prover": bytes(32)}, 1),
        ({"verifier": bytes(32)}, 2),
        ({"slot": "elog"}, 0),
        ({"round": 1}, 1),
        *(({"index": index}, u) for u in PLACES for index in (None, 0, u + 2)),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, dict) else str(value),
)
def test_elog_of_another_place_is_b_elog(slot: str, code: str, change: dict[str, Any], u: int) -> None:
    """The index is that of u."""

    class Replay(TwinPresigner):
        def elog_context(self, round: int, where: str, at: int) -> Context:
            context = super().elog_context(round, where, at)
            return replace(context, **change) if (where, at) == (slot, u) else context

    assert_named(presign_with(Replay), code)
