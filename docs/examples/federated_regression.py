"""Linear regression over the data of several clients, whose gradients are added up under encryption.

    python docs/examples/federated_regression.py

Who has what, and learns what:

- Each client has rows of its own. In every round it encrypts the gradient of its squared error for the key holder, and
  sends that to the coordinator. Its rows never leave it.
- The coordinator adds up what the clients sent, and passes on the sum. It has no private key: it sees ciphertexts, and
  who took part.
- The key holder decrypts the sum, takes a step, and publishes the model. It sees sums of gradients, and nobody's own.

So everybody learns the model of every round, and with it the sum of the gradients. That is meant: it is what training
in the clear would publish as well. The rest depends on this:

- Coordinator and key holder do not work together. Together they decrypt every single gradient.
- All follow the protocol. A coordinator that passes on one client's ciphertexts instead of the sum shows its gradient
  to the key holder, and a client can send any numbers it likes.
- There are several clients, and they do not all work together against one: whoever knows all gradients but one finds
  that by subtraction.

What is public besides: the number of rows, and shape, exponent and bound of the gradients. `precision` and `bound` fix
the latter, whatever is in the rows.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mpc_fast.paillier import EncryptedArray, PrivateKey, PublicKey, generate_keypair

KEY_BITS = 2048  # the default is 3072; this is for a quick run
CLIENTS = 5
FEATURES = 7
ROUNDS = 20
STEP = 0.5
PRECISION = 2.0**-32  # gradients are rounded to multiples of this
BOUND = 2.0**20  # and are never larger than this

Vector = NDArray[np.float64]


def with_intercept(features: Vector) -> Vector:
    return np.column_stack([features, np.ones(len(features))])


def gradient(features: Vector, target: Vector, model: Vector) -> Vector:
    """Of half the squared error, summed over the rows."""
    return features.T @ (features @ model - target)


def mean_squared_error(features: Vector, target: Vector, model: Vector) -> float:
    return float(np.mean((features @ model - target) ** 2))


def public_side(encrypted: EncryptedArray) -> tuple[object, ...]:
    return encrypted.shape, encrypted.kind, encrypted.exponent, encrypted.bound


@dataclass
class Client:
    features: Vector
    target: Vector
    public_key: PublicKey

    def report(self, model: Vector) -> bytes:
        """The encrypted gradient, for the coordinator."""
        own = gradient(self.features, self.target, model)
        encrypted: EncryptedArray = self.public_key.encrypt(own, PRECISION, bound=BOUND)
        return encrypted.to_bytes()


@dataclass
class Coordinator:
    public_key: PublicKey

    def __post_init__(self) -> None:
        self.expected = public_side(self.public_key.encrypt(np.zeros(FEATURES + 1), PRECISION, bound=BOUND))

    def total(self, reports: list[bytes]) -> bytes:
        """The encrypted sum, for the key holder: to_bytes gives it new randomness."""
        received = [EncryptedArray.from_bytes(report, self.public_key) for report in reports]
        if any(public_side(one) != self.expected for one in received):
            raise ValueError("a report of another shape, precision or bound")
        total: EncryptedArray = np.stack(received).sum(axis=0)
        return total.to_bytes()


@dataclass
class KeyHolder:
    private_key: PrivateKey
    rows: int

    def step(self, model: Vector, total: bytes) -> Vector:
        """The next model."""
        public_key = self.private_key.public_key
        summed: Vector = self.private_key.decrypt(EncryptedArray.from_bytes(total, public_key))
        return model - STEP / self.rows * summed


def synthetic(rng: np.random.Generator, truth: Vector, rows: int) -> tuple[Vector, Vector]:
    features = with_intercept(rng.normal(size=(rows, FEATURES)))
    return features, features @ truth + rng.normal(scale=0.5, size=rows)


def main() -> int:
    rng = np.random.default_rng(7)
    truth = rng.normal(size=FEATURES + 1)
    shards = [synthetic(rng, truth, int(rng.integers(80, 200))) for _ in range(CLIENTS)]
    rows = sum(len(target) for _, target in shards)

    # Under encryption.
    public_key, private_key = generate_keypair(KEY_BITS)
    clients = [Client(features, target, public_key) for features, target in shards]
    coordinator = Coordinator(public_key)
    key_holder = KeyHolder(private_key, rows)

    started = time.perf_counter()
    model = np.zeros(FEATURES + 1)
    for _ in range(ROUNDS):
        reports = [client.report(model) for client in clients]
        model = key_holder.step(model, coordinator.total(reports))
    seconds = time.perf_counter() - started

    # In the clear, on all rows in one place.
    features, target = (np.concatenate(parts) for parts in zip(*shards, strict=True))
    plain = np.zeros(FEATURES + 1)
    for _ in range(ROUNDS):
        plain = plain - STEP / rows * gradient(features, target, plain)

    # On rows that nobody trained with, and beside a client that trained alone.
    test_features, test_target = synthetic(rng, truth, 500)
    alone = np.asarray(np.linalg.lstsq(*shards[0], rcond=None)[0], np.float64)
    error, plain_error, alone_error = (
        mean_squared_error(test_features, test_target, fitted) for fitted in (model, plain, alone)
    )
    difference = float(np.abs(model - plain).max())

    print(f"{CLIENTS} clients with {rows} rows of {FEATURES} features; {ROUNDS} rounds, a key of {KEY_BITS} bits")
    print(f"numbers encrypted:                       {CLIENTS * ROUNDS * (FEATURES + 1)}, in {seconds:.1f} s")
    print(f"bytes of a report:                       {len(reports[0])}")
    print(f"mean squared error, under encryption:    {error:.6f}")
    print(f"mean squared error, in the clear:        {plain_error:.6f}")
    print(f"mean squared error, first client alone:  {alone_error:.6f}")
    print(f"largest difference of the two models:    {difference:.1e}")
    return 0 if difference < 1e-9 and abs(error - plain_error) < 1e-9 else 1


if __name__ == "__main__":
    sys.exit(main())
