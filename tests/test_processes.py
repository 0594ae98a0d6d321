"""2-of-3 with each party in an OS process of its own: nothing but encoded bytes passes between them."""

import hashlib
from collections.abc import Iterator

import coincurve
import pytest
from party_pipes import Exchange, launch

from mpc_fast.protocols.envelope import Envelope

PARTIES = 3
DIGEST = hashlib.sha256(b"over pipes").digest()


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    job = {"parties": PARTIES, "threshold": 2, "signers": [1, 3], "digest": DIGEST.hex()}
    made = Exchange({index: launch(index, job | {"index": index}) for index in range(1, PARTIES + 1)})
    yield made
    made.close()


def test_three_processes_make_a_key_and_two_of_them_sign(exchange: Exchange) -> None:
    exchange.run()
    said = {index: process.said or {} for index, process in exchange.processes.items()}
    assert len({one["public_key"] for one in said.values()}) == 1
    assert said[2]["signature"] == ""
    assert said[1]["signature"] == said[3]["signature"]
    recoverable = bytes.fromhex(said[1]["signature"]) + bytes([said[1]["recovery_id"]])
    recovered = coincurve.PublicKey.from_signature_and_message(recoverable, DIGEST, hasher=None)
    assert recovered.format().hex() == said[1]["public_key"]
    protocols = {Envelope.decode(body).protocol for _, body in exchange.seen if len(body) > 32}
    assert protocols == {"aux", "dkg", "sign"}
    assert all(process.popen.wait(30) == 0 for process in exchange.processes.values())


# Frames of one party: its identity key; the opening and seven more in aux (round 4: one for all, two private); the same
# in key generation; in signing the opening, and in round 1 and 2 one for all and a private one.
@pytest.mark.parametrize(
    ("envelopes", "protocol", "round"),
    [(2, "aux", 1), (5, "aux", 4), (9, "dkg", 0), (12, "dkg", 3), (13, "dkg", 4), (17, "sign", 0), (19, "sign", 1)],
)
def test_a_killed_process_is_waited_for_and_named_in_the_timeout(
    exchange: Exchange, envelopes: int, protocol: str, round: int
) -> None:
    """The others know whose message of which round is missing, give up, and accuse nobody."""
    exchange.run(kill=(3, envelopes))
    waiting = {1} if protocol == "sign" else {1, 2}
    for index in waiting:
        said = exchange.processes[index].said
        assert said == {"code": "TIMEOUT", "round": round, "missing": [3], "protocol": protocol}
    if protocol == "sign":
        said = exchange.processes[2].said
        assert said is not None
        assert "public_key" in said  # has its share, and does not sign
