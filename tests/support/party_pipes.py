"""A party in a process of its own. Processes exchange encoded envelopes over pipes, each behind its length.

The parent connects the parties: every party has one pipe to it, and the parent passes frames on as they are. A frame is
recipient u16 (0xFFFF: everybody), length u32, envelope; towards a party the first field is the sender.
"""

import json
import os
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

TO_ALL: Final = 0xFFFF
_HEADER: Final = struct.Struct(">HI")
_SUPPORT: Final = Path(__file__).resolve().parent


def frame(address: int, data: bytes) -> bytes:
    return _HEADER.pack(address, len(data)) + data


@dataclass
class Frames:
    """Cuts a stream of bytes into frames."""

    buffer: bytes = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        self.buffer += data
        while len(self.buffer) >= _HEADER.size:
            address, length = _HEADER.unpack_from(self.buffer)
            end = _HEADER.size + length
            if len(self.buffer) < end:
                return
            envelope, self.buffer = self.buffer[_HEADER.size : end], self.buffer[end:]
            yield address, envelope


@dataclass
class Process:
    """One party's process, as the parent sees it."""

    index: int
    popen: "subprocess.Popen[bytes]"
    frames: Frames = field(default_factory=Frames)
    said: dict[str, Any] | None = None
    """What it reported at its end: its result or its failure."""

    @property
    def to(self) -> IO[bytes]:
        assert self.popen.stdin is not None
        return self.popen.stdin

    @property
    def fro(self) -> IO[bytes]:
        assert self.popen.stdout is not None
        return self.popen.stdout

    def kill(self) -> None:
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()


PARENT: Final = 0
"""Address of the parent. To it: JSON. From it: EXPIRE, or a number to repeat once everything before it is done."""
EXPIRE: Final = b"expire"
"""Give up waiting."""


def launch(index: int, job: Mapping[str, Any]) -> Process:
    """A party in a new process; job: what it is to do, as JSON."""
    environment = os.environ | {"MPC_FAST_INSECURE_TEST_PROFILE": "1"}
    command = [sys.executable, str(_SUPPORT / "party_process.py"), json.dumps(job)]
    popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    return Process(index, popen)


@dataclass
class Exchange:
    """Passes frames between the processes until all have reported that they have ended."""

    processes: dict[int, Process]
    seen: list[tuple[int, bytes]] = field(default_factory=list)
    """(sender, envelope) of everything that was passed on."""

    idle: set[int] = field(default_factory=set)
    """Who has done everything up to the last envelope."""

    def run(self, *, kill: tuple[int, int] | None = None) -> None:
        """kill: (party, frames): killed after it has sent so many. When nobody has anything to do, all expire."""
        alive = dict(self.processes)
        sent = dict.fromkeys(alive, 0)
        while any(process.said is None for process in alive.values()):
            ready, _, _ = select.select([process.fro for process in alive.values()], [], [], 0.2)
            if not ready:
                running = {index: process for index, process in alive.items() if process.said is None}
                for process in running.values():
                    self._write(process, frame(PARENT, EXPIRE if set(running) <= self.idle else b"%d" % len(self.seen)))
            for index, process in list(alive.items()):
                if process.fro not in ready:
                    continue
                data = os.read(process.fro.fileno(), 1 << 16)
                if not data:
                    del alive[index]
                    continue
                for address, body in process.frames.feed(data):
                    self._pass_on(process, address, body, alive)
                    sent[index] += address != PARENT
                    if kill == (index, sent[index]):
                        process.kill()
                        del alive[index]
                        break

    def _pass_on(self, sender: Process, address: int, body: bytes, alive: Mapping[int, Process]) -> None:
        if address == PARENT:
            said = json.loads(body)
            if "done" not in said:
                sender.said = said
            elif said["done"] == len(self.seen):
                self.idle.add(sender.index)
            return
        self.idle.clear()
        self.seen.append((sender.index, body))
        for index, process in alive.items():
            if index != sender.index and address in (index, TO_ALL):
                self._write(process, frame(sender.index, body))

    @staticmethod
    def _write(process: Process, data: bytes) -> None:
        try:
            process.to.write(data)
            process.to.flush()
        except BrokenPipeError:
            pass

    def close(self) -> None:
        for process in self.processes.values():
            process.to.close()
            process.popen.wait(30)
            process.fro.close()
