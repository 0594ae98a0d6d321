"""python-paillier and mpc_fast.compat.phe side by side: the same calls, and what comes of them in comparable form."""

import decimal
import fractions
import math
import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

import gmpy2
import numpy as np
import phe
import phe.command_line

import mpc_fast.compat.phe as compat

LIBRARIES: tuple[ModuleType, ModuleType] = (phe, compat)


def described(value: Any) -> Any:
    """Type and value, whichever library it is of. Looks at ciphertexts as they are stored."""
    kind = type(value).__name__
    if isinstance(value, (phe.EncryptedNumber, compat.EncryptedNumber)):
        return (
            kind,
            described(value._EncryptedNumber__ciphertext),
            value.exponent,
            value._EncryptedNumber__is_obfuscated,
        )
    if isinstance(value, (phe.EncodedNumber, compat.EncodedNumber)):
        return kind, described(value.encoding), value.exponent, value.public_key.n
    if isinstance(value, (phe.PaillierPublicKey, compat.PaillierPublicKey)):
        return kind, value.n, value.g, value.nsquare, value.max_int, repr(value), hash(value)
    if isinstance(value, (phe.PaillierPrivateKey, compat.PaillierPrivateKey)):
        return kind, *(described(getattr(value, name)) for name in ("p", "q", "p_inverse", "hp", "hq", "public_key"))
    if isinstance(value, (phe.PaillierPrivateKeyring, compat.PaillierPrivateKeyring)):
        return kind, [described(key) for key in value.values()]
    if isinstance(value, (list, tuple)):
        return kind, [described(item) for item in value]
    if isinstance(value, np.ndarray):
        return kind, value.shape, value.dtype, [described(item) for item in value.ravel()]
    if isinstance(value, type):
        return value.__name__
    return kind, repr(value)


def outcome(call: Callable[[], Any]) -> Any:
    """What a call returns, described, or the type of what it raises."""
    try:
        return described(call())
    except Exception as error:
        return "raises", type(error)


def factors(bits: int, seed: int = 0) -> tuple[int, int]:
    """Two primes of bits / 2 bits; their product is not always of that many bits."""
    rng = random.Random(f"{bits} {seed}")
    p, q = 0, 0
    while p == q:
        p, q = (int(gmpy2.next_prime(rng.getrandbits(bits // 2) | 1 << (bits // 2 - 1))) for _ in range(2))
    return p, q


def key_pair(library: Any, bits: int, seed: int = 0) -> Any:
    p, q = factors(bits, seed)
    public = library.PaillierPublicKey(p * q)
    return public, library.PaillierPrivateKey(public, p, q)


def expressions(*tables: str) -> list[str]:
    return [
        expression.strip()
        for table in tables
        for expression in table.replace("\n", ";").split(";")
        if expression.strip()
    ]


def names(library: Any, bits: int) -> dict[str, Any]:
    """What an expression of a table may use; keys draw the same numbers on every side."""
    encoded = library.EncodedNumber
    public, private = key_pair(library, bits)
    keys = {"pub": public, "k": library.PaillierPublicKey(126869), "k2": library.PaillierPublicKey(35)}
    keys["pub2"] = library.PaillierPublicKey(2**2100 + 331)
    for key in keys.values():
        key.get_random_lt_n = lambda: 1234567
    bases = {"S": (2, 1), "S13": (13, math.log2(13)), "S64": (64, 6.0), "SB": (10, 4.0), "SF": (2.5, 4.0)}
    subclasses = {
        name: type(name, (encoded,), {"BASE": base, "LOG2_BASE": log2_base})
        for name, (base, log2_base) in bases.items()
    }
    return {
        **{name: getattr(library.util, name) for name in dir(library.util)},
        **{"Public": library.PaillierPublicKey, "Private": library.PaillierPrivateKey, "Enc": library.EncryptedNumber},
        **{
            "Ring": library.PaillierPrivateKeyring,
            "Code": encoded,
            "SM": type("SM", (encoded,), {"FLOAT_MANTISSA_BITS": 20}),
        },
        **{"priv": private, "np": np, "fractions": fractions, "decimal": decimal},
        **keys,
        **subclasses,
    }
