"""What takes the factors of n: private keys, rings of them, and their generation.

Programs written for python-paillier read the factors: this is the one place of the package that hands out a secret as
an int, which Python cannot wipe. Powers with secret exponents take the same time whatever these are, the integers of
Python around them do not. mpc_fast's own keys keep their factors in the core.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mpc_fast.modexp import powmod_sec

from .decryption import Decryption
from .encoding import EncodedNumber
from .encrypted import EncryptedNumber, PaillierPublicKey
from .primes import prime_factors
from .util import invert, isqrt, mulmod, powmod

__all__ = ["DEFAULT_KEYSIZE", "PaillierPrivateKey", "PaillierPrivateKeyring", "generate_paillier_keypair"]

DEFAULT_KEYSIZE: Final = 3072


def generate_paillier_keypair(
    private_keyring: "PaillierPrivateKeyring | None" = None, n_length: int = DEFAULT_KEYSIZE
) -> tuple[PaillierPublicKey, "PaillierPrivateKey"]:
    """A new pair with n of exactly that many bits; the private key is added to the ring.

    Raises ValueError for the lengths, 5 bits and those below 4, of which there are no keys.
    """
    p, q = prime_factors(n_length)
    public_key = PaillierPublicKey(p * q)
    private_key = PaillierPrivateKey(public_key, p, q)
    if private_keyring is not None:
        private_keyring.add(private_key)
    return public_key, private_key


class PaillierPrivateKey:
    """The factors of n, which decrypt. Equal to every key with the same factors."""

    def __init__(self, public_key: PaillierPublicKey, p: int, q: int) -> None:
        """Raises ValueError unless p and q are different and have the product n."""
        if p * q != public_key.n:
            raise ValueError("p and q are not the factors of the public key")
        if p == q:
            raise ValueError("p and q are the same")
        self.public_key = public_key
        self.p, self.q = (p, q) if p < q else (q, p)
        self.psquare = self.p * self.p
        self.qsquare = self.q * self.q
        self.p_inverse = invert(self.p, self.q)
        self.hp = self.h_function(self.p, self.psquare)
        self.hq = self.h_function(self.q, self.qsquare)

    @staticmethod
    def from_totient(public_key: PaillierPublicKey, totient: int) -> "PaillierPrivateKey":
        """By (p - 1) (q - 1). Raises ValueError for another number."""
        # p + q = n - totient + 1 and (q - p)^2 = (p + q)^2 - 4 n.
        total = public_key.n - totient + 1
        difference = isqrt(total * total - public_key.n * 4)
        p, q = (total - difference) // 2, (total + difference) // 2
        if p * q != public_key.n:
            raise ValueError("this is not the totient of the public key")
        return PaillierPrivateKey(public_key, p, q)

    def __repr__(self) -> str:
        return f"<PaillierPrivateKey for {self.public_key!r}>"

    def __eq__(self, other: Any) -> bool:
        return bool(self.p == other.p and self.q == other.q)

    def __hash__(self) -> int:
        return hash((self.p, self.q))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if not name.startswith("_PaillierPrivateKey__")}

    def decrypt(self, encrypted_number: EncryptedNumber) -> Any:
        """The number: an int if its exponent is 0 or above, else a float.

        Raises TypeError for anything but an EncryptedNumber, ValueError for one of another key, and what
        EncodedNumber.decode raises.
        """
        return self.decrypt_encoded(encrypted_number).decode()

    def decrypt_encoded(self, encrypted_number: EncryptedNumber, Encoding: Any = None) -> Any:  # noqa: N803
        """The number still encoded, as an EncodedNumber or a given subclass. Raises TypeError, ValueError."""
        if not isinstance(encrypted_number, EncryptedNumber):
            raise TypeError(f"only an EncryptedNumber can be decrypted, not {type(encrypted_number)}")
        if self.public_key != encrypted_number.public_key:
            raise ValueError("the number is encrypted by another key")
        encoding = EncodedNumber if Encoding is None else Encoding
        plaintext = self.raw_decrypt(encrypted_number.ciphertext(be_secure=False))
        return encoding(self.public_key, plaintext, encrypted_number.exponent)

    def raw_decrypt(self, ciphertext: int) -> int:
        """The residue in [0, n) that any int encrypts. Raises TypeError for other types."""
        if not isinstance(ciphertext, int):
            raise TypeError(f"ciphertexts are ints, not {type(ciphertext)}")
        plaintext = self.__decrypted(ciphertext)
        if plaintext is not None:
            return plaintext
        # m = L_p(c^(p - 1) mod p^2) h_p modulo p, and the same modulo q.
        mp = mulmod(self.l_function(_power(ciphertext, self.p - 1, self.psquare), self.p), self.hp, self.p)
        mq = mulmod(self.l_function(_power(ciphertext, self.q - 1, self.qsquare), self.q), self.hq, self.q)
        return self.crt(mp, mq)

    def __decrypted(self, ciphertext: int) -> int | None:
        """By the core; None for what it does not decrypt, and for subclasses, whose methods may be their own."""
        if type(self) is not PaillierPrivateKey:
            return None
        p, q, decryption = vars(self).get("_PaillierPrivateKey__decryption", (None, None, None))
        if decryption is None or p is not self.p or q is not self.q:
            decryption = Decryption(int(self.p), int(self.q))
            self.__dict__["_PaillierPrivateKey__decryption"] = self.p, self.q, decryption
        plaintext: int | None = decryption.plaintext(ciphertext)
        return plaintext

    def h_function(self, x: int, xsquare: int) -> int:
        """h_x = L_x(g^(x - 1) mod x^2)^-1 modulo x."""
        return invert(self.l_function(_power(self.public_key.g, x - 1, xsquare), x), x)

    def l_function(self, x: int, p: int) -> int:
        """L_p(x) = (x - 1) / p."""
        return (x - 1) // p

    def crt(self, mp: int, mq: int) -> int:
        """The residue modulo n that is mp modulo p and mq modulo q."""
        residue: int = mp + mulmod(mq - mp, self.p_inverse, self.q) * self.p
        return residue


class PaillierPrivateKeyring(Mapping[PaillierPublicKey, PaillierPrivateKey]):
    """Private keys by their public keys."""

    def __init__(self, private_keys: Iterable[PaillierPrivateKey] | None = None) -> None:
        keys = [] if private_keys is None else private_keys
        self.__keyring = {key.public_key: key for key in keys}

    def __getitem__(self, key: PaillierPublicKey) -> PaillierPrivateKey:
        return self.__keyring[key]

    def __len__(self) -> int:
        return len(self.__keyring)

    def __iter__(self) -> Iterator[PaillierPublicKey]:
        return iter(self.__keyring)

    def __delitem__(self, public_key: PaillierPublicKey) -> None:
        del self.__keyring[public_key]

    def add(self, private_key: PaillierPrivateKey) -> None:
        """Raises TypeError for anything but a PaillierPrivateKey."""
        if not isinstance(private_key, PaillierPrivateKey):
            raise TypeError(f"only a PaillierPrivateKey can be added, not {type(private_key)}")
        self.__keyring[private_key.public_key] = private_key

    def decrypt(self, encrypted_number: EncryptedNumber) -> Any:
        """By the key that the number needs. Raises KeyError if the ring does not have it."""
        return self.__keyring[encrypted_number.public_key].decrypt(encrypted_number)


def _power(base: int, exp: int, mod: int) -> int:
    """``base**exp`` modulo ``mod``, with a secret exponent."""
    if exp > 0 and mod % 2 and mod > 1:
        return int(powmod_sec(base, exp, mod))
    return powmod(base, exp, mod)  # factors that are not odd primes, as only toys have
