"""A logistic regression that scores rows without seeing them.

    python docs/examples/logistic_scoring.py

Who has what, and learns what:

- The client has rows, and both keys. It sends the rows encrypted, decrypts the scores, and takes the class with the
  largest one. (Probabilities are a softmax of the scores, which the client computes in the clear.)
- The server has a model. It multiplies the encrypted rows by its weights, `rows @ weights + intercepts`. It has no
  private key, and learns the number of rows, and the precision and bound that all clients use. That holds for a
  server that cheats, too, as long as it does not hear what became of the wrong scores that it returned.

The other direction is not protected. Scores are linear in the features, so a client that knows some rows and their
scores solves for the weights; one that sends large numbers in place of features needs a single row. This is for models
that the client may know, or could buy. Where the weights must be hidden from whoever has the rows, the parties change
places: the server encrypts its weights, the client multiplies, and the server learns the scores.

Of the rows nothing is public: `precision` and `bound` fix exponent and bound of the features, whatever is in them.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mpc_fast.paillier import EncryptedArray, PrivateKey, PublicKey, generate_keypair

KEY_BITS = 2048  # the default is 3072; this is for a quick run
ROWS = 200
FEATURES = 8
CLASSES = 3
PRECISION = 2.0**-24  # features are rounded to multiples of this
BOUND = 8.0  # and cut off here: they have mean 0 and variance 1

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass
class Server:
    weights: Matrix
    intercepts: Matrix

    @staticmethod
    def trained(rows: Matrix, labels: Labels) -> "Server":
        """By gradient descent, on rows of its own."""
        inputs = np.column_stack([rows, np.ones(len(rows))])
        wanted = np.eye(CLASSES)[labels]
        model = np.zeros((FEATURES + 1, CLASSES))
        for _ in range(300):
            scores = inputs @ model
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            model -= inputs.T @ (powers / powers.sum(axis=1, keepdims=True) - wanted) / len(rows)
        return Server(model[:-1], model[-1])

    def score(self, query: bytes) -> bytes:
        """Of encrypted rows."""
        rows = EncryptedArray.from_bytes(query)
        scores: EncryptedArray = rows @ self.weights + self.intercepts
        return scores.to_bytes()

    def plain_scores(self, rows: Matrix) -> Matrix:
        return rows @ self.weights + self.intercepts


@dataclass
class Client:
    public_key: PublicKey
    private_key: PrivateKey

    def query(self, rows: Matrix) -> bytes:
        clipped = np.clip(rows, -BOUND, BOUND)
        # The private key encrypts in half the time, as its owner may.
        encrypted: EncryptedArray = self.private_key.encrypt(clipped, PRECISION, bound=BOUND)
        return encrypted.to_bytes()

    def scores(self, answer: bytes) -> Matrix:
        decrypted: Matrix = self.private_key.decrypt(EncryptedArray.from_bytes(answer, self.public_key))
        return decrypted


def synthetic(rng: np.random.Generator, centres: Matrix, rows: int) -> tuple[Matrix, Labels]:
    """Clouds around the centres of the classes."""
    labels = rng.integers(CLASSES, size=rows)
    return centres[labels] + rng.normal(size=(rows, FEATURES)), labels


def main() -> int:
    rng = np.random.default_rng(11)
    centres = rng.normal(scale=0.7, size=(CLASSES, FEATURES))
    server = Server.trained(*synthetic(rng, centres, 2000))
    rows, labels = synthetic(rng, centres, ROWS)
    client = Client(*generate_keypair(KEY_BITS))

    times = [time.perf_counter()]
    query = client.query(rows)
    times.append(time.perf_counter())
    answer = server.score(query)
    times.append(time.perf_counter())
    scores = client.scores(answer)
    times.append(time.perf_counter())
    encrypting, scoring, decrypting = np.diff(times)

    plain = server.plain_scores(rows)
    accuracy = float(np.mean(scores.argmax(axis=1) == labels))
    plain_accuracy = float(np.mean(plain.argmax(axis=1) == labels))
    difference = float(np.abs(scores - plain).max())
    # Features are rounded by half of the precision at most, and nothing else is.
    explained = PRECISION / 2 * float(np.abs(server.weights).sum(axis=0).max()) + 1e-12

    print(f"{ROWS} rows of {FEATURES} features, {CLASSES} classes; a key of {KEY_BITS} bits")
    print(f"{rows.size} features encrypted:           {encrypting:.2f} s, {len(query)} bytes to the server")
    print(f"{plain.size} scores computed:              {scoring:.2f} s, {len(answer)} bytes back")
    print(f"{plain.size} scores decrypted:             {decrypting:.2f} s")
    print(f"accuracy, under encryption:         {accuracy:.3f}")
    print(f"accuracy, in the clear:             {plain_accuracy:.3f}")
    print(f"largest difference of two scores:   {difference:.1e} (rounding explains {explained:.1e})")
    return 0 if difference <= explained and accuracy == plain_accuracy > 0.5 else 1


if __name__ == "__main__":
    sys.exit(main())
