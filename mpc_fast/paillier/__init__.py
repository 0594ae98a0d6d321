"""Paillier encryption of numbers and numpy arrays: whoever holds them computes with what he cannot read.

    public_key, private_key = generate_keypair()
    encrypted = public_key.encrypt(np.array([[1.5, 2.0], [3.0, 4.25]]))
    private_key.decrypt(encrypted @ [2, -1] + 10)          # array([11. , 11.75])

docs/paillier.md is a tutorial. mpc_fast.compat.phe has python-paillier's own interface.
"""

from .encrypted import EncryptedArray, EncryptedNumber
from .keys import PrivateKey, PublicKey, generate_keypair

__all__ = ["EncryptedArray", "EncryptedNumber", "PrivateKey", "PublicKey", "generate_keypair"]
