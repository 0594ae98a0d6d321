"""A vote whose ballots are added up under encryption.

    python docs/examples/vote_tally.py

Who does what, and learns what:

- A voter encrypts a ballot for the authority: True for the choice, False for each of the others. What is sent has one
  shape and one bound, whatever was chosen.
- The collector knows who has voted and takes one ballot of each. It gives every ballot new randomness, shuffles them,
  and passes them on without names. It sees ciphertexts.
- The tallier adds up the ballots. It sees ciphertexts in which no voter recognises a ballot.
- The authority has the private key and decrypts the sum alone. It sees no ballot, as long as it does not work together
  with one of the others.

Ballots are arrays of bool, so exponent (0) and bound (1) of each follow from the type; neither `precision` nor `bound`
has to be given. (A list of Python's own numbers has a bound of 2**64.) The bound of the sum is the number of ballots,
and decryption refuses a count that exceeds it.

What this does not show: that a ballot is valid. Encryption hides a ballot of 1000 for one choice and -999 for another
just as well, and only a proof can exclude it. mpc_fast.proofs has range proofs, about values under the keys of its own
setups. `exact_range_proof_batch` (experimental) proves 0 <= v <= upper without slack, for up to 32 ciphertexts: with
upper = 1 that is what the entries of a ballot need. That they add up to one would take another proof, which the package
does not have. `range_proof_batch` leaves more than 250 bits of slack, which is of no use here. Nor is there anything
against a voter who sends a copy of another's ballot, or a collector that drops or adds some.
"""

import secrets
import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpc_fast.paillier import EncryptedArray, PrivateKey, PublicKey, generate_keypair

KEY_BITS = 2048  # the default is 3072; this is for a quick run
CHOICES = ("Ada", "Emmy", "Sofya", "nobody")
VOTERS = 120


def cast(public_key: PublicKey, choice: int) -> bytes:
    """What a voter sends."""
    ballot: EncryptedArray = public_key.encrypt(np.arange(len(CHOICES)) == choice)
    return ballot.to_bytes()


@dataclass
class Collector:
    public_key: PublicKey

    def mix(self, cast_ballots: dict[str, bytes]) -> list[bytes]:
        """The ballots without names, in another order, with new randomness."""
        received = []
        for name, data in cast_ballots.items():
            ballot = EncryptedArray.from_bytes(data, self.public_key)
            if (ballot.shape, ballot.kind, ballot.exponent, ballot.bound) != ((len(CHOICES),), "int", 0, 1):
                raise ValueError(f"{name}: not a ballot of {len(CHOICES)} choices")
            received.append(ballot)
        secrets.SystemRandom().shuffle(received)
        ballots: Any = np.stack(received)
        # Fresh encryptions may be shown as they are, so that new randomness has to be asked for.
        ballots.obfuscate()
        return [ballot.to_bytes() for ballot in ballots]


@dataclass
class Tallier:
    public_key: PublicKey

    def add_up(self, ballots: list[bytes]) -> bytes:
        """The encrypted tally."""
        received = [EncryptedArray.from_bytes(ballot, self.public_key) for ballot in ballots]
        tally: EncryptedArray = np.stack(received).sum(axis=0)
        return tally.to_bytes()


@dataclass
class Authority:
    private_key: PrivateKey

    def open(self, tally: bytes) -> NDArray[np.int64]:
        opened: NDArray[np.int64] = self.private_key.decrypt(
            EncryptedArray.from_bytes(tally, self.private_key.public_key)
        )
        return opened


def main() -> int:
    choices = np.random.default_rng(3).choice(len(CHOICES), size=VOTERS, p=(0.4, 0.3, 0.2, 0.1))
    public_key, private_key = generate_keypair(KEY_BITS)
    collector, tallier, authority = Collector(public_key), Tallier(public_key), Authority(private_key)

    times = [time.perf_counter()]
    cast_ballots = {f"voter {i}": cast(public_key, choice) for i, choice in enumerate(choices)}
    times.append(time.perf_counter())
    mixed = collector.mix(cast_ballots)
    times.append(time.perf_counter())
    tally = tallier.add_up(mixed)
    times.append(time.perf_counter())
    counts = authority.open(tally)
    casting, mixing, adding, _ = np.diff([*times, time.perf_counter()])

    # Nobody finds his ballot among those that are counted.
    unlinkable = not {*cast_ballots.values()} & {*mixed}

    print(f"{VOTERS} voters, {len(CHOICES)} choices; a key of {KEY_BITS} bits, {len(mixed[0])} bytes for a ballot")
    print(f"casting {casting:.2f} s, mixing {mixing:.2f} s, adding up {adding:.2f} s")
    for name, count in zip(CHOICES, counts, strict=True):
        print(f"{name:8}{count:4}")
    print(f"{'sum':8}{counts.sum():4}")
    expected = np.bincount(choices, minlength=len(CHOICES))
    return 0 if counts.sum() == VOTERS and np.array_equal(counts, expected) and unlinkable else 1


if __name__ == "__main__":
    sys.exit(main())
