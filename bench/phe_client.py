"""A program of python-paillier's users: federated linear regression, one number at a time.

It knows nothing of mpc_fast; whose ``phe`` it gets is the caller's choice.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

CLIENTS: Final = 3
FEATURES: Final = 6
ETA: Final = 0.1

Matrix = NDArray[np.float64]


class Client:
    def __init__(self, x: Matrix, y: Matrix, public_key: Any) -> None:
        self.x, self.y, self.public_key = x, y, public_key
        self.weights = np.zeros(x.shape[1])

    def encrypted_gradient(self, sum_to: Sequence[Any] | None) -> list[Any]:
        gradient = (self.x @ self.weights - self.y) @ self.x / len(self.y)
        own = [self.public_key.encrypt(float(g)) for g in gradient]
        return own if sum_to is None else [a + b for a, b in zip(sum_to, own, strict=True)]

    def step(self, gradient: Matrix) -> None:
        self.weights -= ETA * gradient


def train(phe: ModuleType, n: int, p: int, q: int, iterations: int) -> Matrix:
    """The model that all clients end with."""
    public_key = phe.PaillierPublicKey(n)
    private_key = phe.PaillierPrivateKey(public_key, p, q)
    rng = np.random.default_rng(7)
    model = rng.standard_normal(FEATURES)
    clients = []
    for _ in range(CLIENTS):
        x = rng.standard_normal((40, FEATURES))
        clients.append(Client(x, x @ model, public_key))
    for _ in range(iterations):
        total = None
        for client in clients:
            total = client.encrypted_gradient(total)
        assert total is not None
        gradient = np.array([private_key.decrypt(g) for g in total]) / CLIENTS
        for client in clients:
            client.step(gradient)
    return clients[0].weights
