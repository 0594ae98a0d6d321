"""A signer of mode 1 on the twin, among native ones: it presigns with them, and what comes of it signs."""

from pathlib import Path

import pytest
from batched import presign_with, presigned_signer
from parties import DIGEST, run
from presignatures import MESSAGE, PASSPHRASE
from twin_presigners import TwinBatchSigner, TwinPresigner
from verdicts import CULPRIT, mixed_key

from mpc_fast._native import verify_ecdsa
from mpc_fast.presignatures import PresignatureStore
from mpc_fast.protocols.sign_presigned import PresignedSigning

pytestmark = pytest.mark.usefixtures("toy_profile")


@pytest.mark.parametrize("signers", [(1, 2), (2, 3), (1, 2, 3)])
def test_an_honest_twin_signs_with_native_parties(signers: tuple[int, ...]) -> None:
    report = presign_with(TwinBatchSigner, signers=signers)
    assert not report.failures
    signatures = {report.results[i] for i in signers if i != CULPRIT}
    assert len(signatures) == 1
    dealer, shares, _ = mixed_key()
    native = next(iter(shares.values()))
    assert verify_ecdsa(native.public_key, DIGEST, signatures.pop()[0])
    assert dealer.threshold == 2


@pytest.mark.parametrize(("signers", "count"), [((1, 2), 1), ((1, 2), 3), ((1, 2, 3), 2), ((2, 3), 5)])
def test_every_presignature_of_a_twin_and_native_parties_signs(
    signers: tuple[int, ...], count: int, tmp_path: Path
) -> None:
    """The twin's partial signatures are those that the presignatures of the others ask for."""
    report = presign_with(signers=signers, count=count)
    assert not report.failures
    twin = report.results[CULPRIT]
    assert isinstance(twin, TwinPresigner)
    _, shares, _ = mixed_key()
    natives = [i for i in signers if i != CULPRIT]
    store, access = PresignatureStore.create(tmp_path / "store", PASSPHRASE, state=tmp_path / "state")
    with store:
        for i in natives:
            assert [one.id for one in report.results[i]] == [twin.presignature_id(u) for u in range(count)]
            assert {one.tr for one in report.results[i]} == {twin.transcript()}
            store.add(access, report.results[i])
        for u in range(count):
            claimed = {i: store.claim(access, shares[i], twin.presignature_id(u), MESSAGE) for i in natives}
            parties = [PresignedSigning(shares[i], one) for i, one in claimed.items()]
            signed = run([*parties, presigned_signer(twin, u, MESSAGE.digest)])
            assert not signed.failures
            signatures = {signed.results[i] for i in natives}
            assert len(signatures) == 1
            assert verify_ecdsa(shares[natives[0]].public_key, MESSAGE.digest, signatures.pop()[0])
