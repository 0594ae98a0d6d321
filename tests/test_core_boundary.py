"""Where Python meets the core: no secret in what a refused call says, nothing used that was never made, no thread that
hangs or takes the process with it."""

import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from keys import primes

from mpc_fast import _native
from mpc_fast._native import Ciphertexts, DataKey, DataPrivateKey, Identity, KeyShare, PresignPool, integer_powers

SECRET = "hunter2"
PRIMES = primes("C112", 1)
CLASSES = [
    member for member in vars(_native).values() if isinstance(member, type) and not issubclass(member, Exception)
]


def run(script: str) -> str:
    """In a process of its own, which must end well."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


REFUSED: list[Callable[[], Any]] = [
    lambda: Identity.generate().sign(SECRET),
    lambda: KeyShare.open(b"abc", SECRET),
    lambda: DataPrivateKey.open(b"abc", SECRET),
    lambda: DataPrivateKey.open("abc", SECRET.encode()),
    lambda: DataPrivateKey.open(SECRET),
    lambda: DataPrivateKey.open(b"abc", passphrase=b"", more=SECRET),
    lambda: DataPrivateKey.from_primes(SECRET, 3.5),
    lambda: DataKey(SECRET),
]


@pytest.mark.parametrize("call", REFUSED, ids=range(len(REFUSED)))
def test_refused_calls_do_not_repeat_their_arguments(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"incompatible (function|constructor) arguments") as refusal:
        call()
    assert SECRET not in str(refusal.value)
    assert "Invoked with" not in str(refusal.value)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_objects_that_were_never_initialised_are_refused(cls: type) -> None:
    raw = cls.__new__(cls)
    for name, member in vars(cls).items():
        if name in ("__init__", "__new__") or (name.startswith("__") and name != "__len__"):
            continue
        if isinstance(member, property):
            with pytest.raises(TypeError, match="never initialised"):
                getattr(raw, name)
        elif not isinstance(member, staticmethod) and callable(getattr(raw, name)):
            with pytest.raises(TypeError, match=r"never initialised|incompatible"):
                getattr(raw, name)()


def test_nor_are_they_taken_by_name_or_in_lists() -> None:
    raw = Ciphertexts.__new__(Ciphertexts)
    key = DataKey(PRIMES.p * PRIMES.q)
    block = key.encrypt([1])
    for call in (
        lambda: key.rerandomise(ciphertexts=raw, at=[0]),
        lambda: block.add([0], other=raw, other_at=[0]),
        lambda: Ciphertexts.negate(self=raw, at=[0]),
        lambda: key.joined([(raw, [0])]),
        lambda: key.joined(parts=[(block, [0]), (raw, [0])]),
        lambda: PresignPool(KeyShare.__new__(KeyShare)),
    ):
        with pytest.raises(TypeError, match="never initialised"):
            call()


def test_a_buffer_that_was_never_initialised_is_refused() -> None:
    with pytest.raises(BufferError, match="never initialised"):
        memoryview(Ciphertexts.__new__(Ciphertexts))


EDGES = [
    0,
    -1,
    255,
    -256,
    2**63 - 1,
    2**63,
    -(2**63),
    -(2**63) - 1,
    2**64,
    -(2**127),
    -(2**128),
    2**2048 - 1,
    -(2**2048),
]


@pytest.mark.parametrize("number", EDGES)
def test_integers_of_any_size_and_sign_cross_over(number: int) -> None:
    mod = 10**700
    assert integer_powers([number], [1], mod) == [number % mod]


def test_methods_of_integers_are_not_asked() -> None:
    class Odd(int):
        def __abs__(self) -> int:
            raise AssertionError

        def bit_length(self) -> int:
            return 1

    assert integer_powers([Odd(2**300)], [Odd(5)], Odd(2**400 - 1)) == [pow(2**300, 5, 2**400 - 1)]


def test_a_process_ends_while_a_daemon_thread_computes() -> None:
    run("""
        import threading, time, mpc_fast
        def loop():
            while True:
                mpc_fast.powmod(3, 2**2000 + 12345, 2**2048 - 1)
        threading.Thread(target=loop, daemon=True).start()
        time.sleep(0.2)
    """)


def test_a_process_ends_while_a_daemon_thread_hears_of_progress() -> None:
    run("""
        import threading, time
        from mpc_fast._native import DataPrivateKey
        class Slow:
            def __del__(self, sleep=time.sleep):
                sleep(0.5)
        slow = Slow()
        key = DataPrivateKey.generate(1024)
        def loop():
            while True:
                key.encrypt([1] * 50, progress=lambda done: time.sleep(0.001))
        threading.Thread(target=loop, daemon=True).start()
        time.sleep(0.2)
    """)


def test_a_forked_process_is_not_stopped_by_threads_that_it_does_not_have() -> None:
    out = run("""
        import os, random, threading, time, mpc_fast
        def loop():
            while True:
                mpc_fast.pow(3, 5, random.getrandbits(16000) | 1 << 15999 | 1)
        mpc_fast.pow  # imports of modules do not survive forks
        for _ in range(2):
            threading.Thread(target=loop, daemon=True).start()
        ended = 0
        for _ in range(10):
            child = os.fork()
            if child == 0:
                mpc_fast.pow(3, 5, 2**2000 + 1)
                os._exit(0)
            until = time.monotonic() + 10
            while not os.waitpid(child, os.WNOHANG)[0]:
                if time.monotonic() > until:
                    os.kill(child, 9)
                    break
                time.sleep(0.01)
            else:
                ended += 1
        print(ended)
    """)
    assert out.split() == ["10"]


def test_a_forked_process_has_none_of_the_obfuscators_that_were_made_ahead() -> None:
    out = run("""
        import os
        from mpc_fast._native import DataPrivateKey
        key = DataPrivateKey.generate(1024).public_key
        key.obfuscators(1)  # makes more than that
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, "\\n".join(map(str, key.obfuscators(7))).encode())
            os._exit(0)
        os.waitpid(child, 0)
        theirs = {int(line) for line in os.read(reader, 1 << 16).split()}
        print(len(theirs), len(theirs & set(key.obfuscators(7))))
    """)
    assert out.split() == ["7", "0"]
