"""Keys, encrypted numbers and their encodings, under the name that python-paillier has for them."""

from .encoding import EncodedNumber
from .encrypted import EncryptedNumber, PaillierPublicKey
from .private_keys import DEFAULT_KEYSIZE, PaillierPrivateKey, PaillierPrivateKeyring, generate_paillier_keypair
from .util import getprimeover, invert, isqrt, mulmod, powmod

__all__ = [
    "DEFAULT_KEYSIZE",
    "EncodedNumber",
    "EncryptedNumber",
    "PaillierPrivateKey",
    "PaillierPrivateKeyring",
    "PaillierPublicKey",
    "generate_paillier_keypair",
    "getprimeover",
    "invert",
    "isqrt",
    "mulmod",
    "powmod",
]
