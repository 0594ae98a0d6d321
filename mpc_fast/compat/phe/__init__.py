"""python-paillier 1.5: its names, its results to the last bit of the ciphertext, on the core of mpc_fast.

``import mpc_fast.compat.phe as phe`` is all that a program changes. What it does not have to change: one number at a
time it encrypts at the rate of arrays, since the random factors are made in batches, and sums and weighted sums are
multiplied out together when their ciphertext is needed.

Where python-paillier fails, this does not: scalars and arrays of NumPy are numbers on either side of an operator, and
keys may have an odd number of bits. What differs otherwise:

- a result has its ciphertext as an attribute, but in its ``__dict__`` only once it has been looked at;
- integers come back as int, also where gmpy2's came in;
- the flags of ``util`` choose nothing, and lengths of which there are no keys raise ValueError;
- subclasses of EncryptedNumber and PaillierPublicKey, whose methods may be their own, work number by number.

The factors of n are public attributes of private keys, as programs expect, and not protected as those of mpc_fast's
own keys are.
"""

from importlib import import_module
from typing import Any

from . import encoding, paillier, util
from .__about__ import (
    __author__,
    __copyright__,
    __email__,
    __license__,
    __summary__,
    __title__,
    __uri__,
    __version__,
)
from .encoding import EncodedNumber
from .paillier import (
    EncryptedNumber,
    PaillierPrivateKey,
    PaillierPrivateKeyring,
    PaillierPublicKey,
    generate_paillier_keypair,
)

__all__ = [
    "EncodedNumber",
    "EncryptedNumber",
    "PaillierPrivateKey",
    "PaillierPrivateKeyring",
    "PaillierPublicKey",
    "__author__",
    "__copyright__",
    "__email__",
    "__license__",
    "__summary__",
    "__title__",
    "__uri__",
    "__version__",
    "encoding",
    "generate_paillier_keypair",
    "paillier",
    "util",
]


def __getattr__(name: str) -> Any:
    if name == "command_line":  # not before it is asked for: it needs click
        return import_module(".command_line", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
