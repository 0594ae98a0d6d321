"""One party, alone in its process: auxiliary information, key generation, a signature; over stdin and stdout.

Run by party_pipes.launch with its job: {"index", "parties", "threshold", "signers", "digest"}. The first frame of every
process holds its public identity key; all others hold envelopes.
"""

import json
import os
import sys
from typing import Any, BinaryIO, TypeVar

from keys import prime_set
from party_pipes import EXPIRE, PARENT, TO_ALL, Frames, frame

from mpc_fast._native import Identity
from mpc_fast.errors import EnvelopeRejected
from mpc_fast.protocols.author import Outgoing
from mpc_fast.protocols.aux_info import AuxInfo
from mpc_fast.protocols.keygen import KeyGeneration
from mpc_fast.protocols.members import canonical_members
from mpc_fast.protocols.session import Party
from mpc_fast.protocols.sign import Signing

T = TypeVar("T")


class Wire:
    """This process's pipe. Frames are addressed to processes; the parties' indices follow from their identity keys."""

    def __init__(self, own: int, source: BinaryIO, sink: BinaryIO) -> None:
        self.own = own
        self.source, self.sink = source, sink
        self.frames = Frames()
        self.early: list[tuple[int, bytes]] = []
        self.process_of: dict[int, int] = {}
        self.party_of: dict[int, int] = {}

    def send(self, address: int, body: bytes) -> None:
        self.sink.write(frame(address, body))
        self.sink.flush()

    def report(self, **values: Any) -> None:
        self.send(PARENT, json.dumps(values).encode())

    def incoming(self) -> list[tuple[int, bytes]]:
        """What has come; waits for at least one frame. The parent is gone when the pipe ends."""
        while True:
            data = os.read(self.source.fileno(), 1 << 16)
            if not data:
                sys.exit(1)
            if frames := list(self.frames.feed(data)):
                return frames

    def exchange_keys(self, own_key: bytes, processes: int) -> dict[int, bytes]:
        """Public keys by process; they come before any envelope of their sender."""
        self.send(TO_ALL, own_key)
        keys = {self.own: own_key}
        while len(keys) < processes:
            for process, body in self.incoming():
                if process == PARENT:
                    self.report(done=int(body))
                elif process in keys:
                    self.early.append((process, body))
                else:
                    keys[process] = body
        return keys

    def run(self, party: Party[T]) -> T:
        """Runs a session to its end. Reports what it waits for; exits after a failure."""
        self._post(party.start())
        early, self.early = self.early, []
        for process, body in early:
            self._receive(party, process, body)
        while not party.ended:
            for process, body in self.incoming():
                self._receive(party, process, body)
        if party.failure is not None:
            self._fail(party)
        return party.result()

    def _receive(self, party: Party[Any], process: int, body: bytes) -> None:
        if process == PARENT:
            if body == EXPIRE:
                self._give_up(party)
            self.report(done=int(body))
            return
        try:
            self._post(party.receive(body, self.party_of[process]))
        except EnvelopeRejected as error:
            if error.reason != "envelope: another protocol":
                raise
            self.early.append((process, body))  # of the next session: its sender is ahead

    def _post(self, outgoing: list[Outgoing]) -> None:
        for message in outgoing:
            self.send(TO_ALL if message.recipient is None else self.process_of[message.recipient], message.data)

    def _give_up(self, party: Party[Any]) -> None:
        waiting = party.waiting_for()
        assert waiting is not None
        missing = sorted(self.process_of[i] for i in waiting.missing)
        self._post(party.expire())
        assert party.failure is not None
        self.report(code=party.failure.code, round=waiting.round, missing=missing, protocol=party.protocol)
        sys.exit(0)

    def _fail(self, party: Party[Any]) -> None:
        assert party.failure is not None
        culprits = sorted(self.process_of[i] for i in party.failure.culprits)
        self.report(code=party.failure.code, culprits=culprits, protocol=party.protocol)
        sys.exit(0)


def main(job: dict[str, Any]) -> None:
    wire = Wire(job["index"], sys.stdin.buffer, sys.stdout.buffer)
    identity = Identity.generate()
    keys = wire.exchange_keys(identity.public_key, job["parties"])
    members = canonical_members(keys.values())
    wire.party_of = {process: next(i for i, member in members if member == key) for process, key in keys.items()}
    wire.process_of = {party: process for process, party in wire.party_of.items()}
    index = wire.party_of[wire.own]
    aux = wire.run(AuxInfo(identity, "TOY", members, index, prime_set("TOY", job["index"])))
    share = wire.run(KeyGeneration(identity, members, index, job["threshold"], "over pipes", aux))
    signature: tuple[bytes, int] = (b"", 0)
    if wire.own in job["signers"]:
        signers = [wire.party_of[process] for process in job["signers"]]
        signature = wire.run(Signing(share, signers, bytes.fromhex(job["digest"])))
    wire.report(public_key=share.public_key.hex(), signature=signature[0].hex(), recovery_id=signature[1])


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
