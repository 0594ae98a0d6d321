"""What takes no secret: public keys, and arithmetic with the numbers that they encrypt."""

from random import SystemRandom
from typing import Any, Final

from .encoding import EncodedNumber
from .obfuscators import Obfuscators
from .products import Group, Pending, Product, single
from .scalars import is_array, plain_scalar
from .util import invert, mulmod, powmod

__all__ = ["EncryptedNumber", "PaillierPublicKey"]

_random: Final = SystemRandom()

# With keys up to here ciphertexts are multiplied at once: products that are put off would cost more.
_SMALL_BITS: Final = 256


class PaillierPublicKey:
    """A Paillier key that encrypts, with the generator n + 1.

    Equal to every key with the same n; comparing it with what has no n raises AttributeError.
    """

    def __init__(self, n: int) -> None:
        self.g = n + 1
        self.n = n
        self.nsquare = n * n
        self.max_int = n // 3 - 1
        """The largest number that can be encrypted; residues beyond it are negative numbers, or overflow."""

    def __repr__(self) -> str:
        return f"<PaillierPublicKey {hex(hash(self))[2:][:10]}>"

    def __eq__(self, other: Any) -> bool:
        return bool(self.n == other.n)

    def __hash__(self) -> int:
        return hash(self.n)

    def __getstate__(self) -> dict[str, Any]:
        # Obfuscators are for one use: a copy that had them would use them a second time.
        return {name: value for name, value in vars(self).items() if not name.startswith("_PaillierPublicKey__")}

    def get_random_lt_n(self) -> int:
        """A random number in [1, n)."""
        return _random.randrange(1, self.n)

    def raw_encrypt(self, plaintext: int, r_value: int | None = None) -> int:
        """``(1 + n plaintext) r^n`` modulo n^2, for a random r unless one is given.

        Raises TypeError for a plaintext that is not an int.
        """
        if not isinstance(plaintext, int):
            raise TypeError(f"plaintexts are ints, not {type(plaintext)}")
        nude = (self.n * plaintext + 1) % self.nsquare
        # r = 0 would encrypt nothing, and counts as none.
        obfuscator = powmod(r_value, self.n, self.nsquare) if r_value else self._obfuscator()
        ciphertext: int = mulmod(nude, obfuscator, self.nsquare)
        return ciphertext

    def encrypt(self, value: Any, precision: Any = None, r_value: int | None = None) -> "EncryptedNumber":
        """An int, a float or an EncodedNumber, encrypted. Whoever gives an r_value gets the ciphertext of that r,
        which is obfuscated only when it is handed out.

        Raises what EncodedNumber.encode raises.
        """
        encoding = value if isinstance(value, EncodedNumber) else EncodedNumber.encode(self, value, precision)
        return self.encrypt_encoded(encoding, r_value)

    def encrypt_encoded(self, encoding: EncodedNumber, r_value: int | None) -> "EncryptedNumber":
        """As encrypt. Raises TypeError for an encoding that is not an int."""
        plaintext, group = encoding.encoding, self._group()
        if r_value is None and group is not None and type(plaintext) is int:
            number = _deferred(self, group, Product((), (), group.signed(plaintext % group.n)), encoding.exponent)
        else:
            number = EncryptedNumber(self, self.raw_encrypt(plaintext, r_value=r_value or 1), encoding.exponent)
        if r_value is None:
            number.obfuscate()
        return number

    def _obfuscator(self) -> int:
        """r^n modulo n^2 for a random r, which nobody else gets."""
        if "get_random_lt_n" in vars(self) or type(self).get_random_lt_n is not _get_random_lt_n:
            return powmod(self.get_random_lt_n(), self.n, self.nsquare)
        made_for, obfuscators = vars(self).get("_PaillierPublicKey__obfuscators", (None, None))
        if obfuscators is None or made_for != (self.n, self.nsquare):
            if type(self.n) is not int or self.nsquare != self.n * self.n:
                return powmod(self.get_random_lt_n(), self.n, self.nsquare)
            made_for, obfuscators = (self.n, self.nsquare), Obfuscators(self.n)
            # Of threads that come here together each uses its own, and one of these stays.
            self.__dict__["_PaillierPublicKey__obfuscators"] = made_for, obfuscators
        return int(obfuscators.take())

    def _group(self) -> Group | None:
        """Where products of ciphertexts are put off; None for keys whose ciphertexts are multiplied at once."""
        group: Group | None = vars(self).get("_PaillierPublicKey__group")
        n, nsquare = self.n, self.nsquare
        if group is not None and group.n is n and group.nsquare is nsquare:
            return group
        if type(self) is not PaillierPublicKey or type(n) is not int or n.bit_length() <= _SMALL_BITS:
            return None
        if type(nsquare) is not int or nsquare != n * n:
            return None
        group = Group(n, nsquare)
        self.__dict__["_PaillierPublicKey__group"] = group
        return group


_get_random_lt_n: Final = PaillierPublicKey.get_random_lt_n


class EncryptedNumber:
    """A number that a public key has encrypted, times a power of the encoding's BASE.

    Sums and products with plain numbers are new numbers. They are not obfuscated: who sees one, and what it was made
    of, can tell how. ``ciphertext`` sees to that before it hands one out. It is also what multiplies a result out:
    until then the instance has no ciphertext in its ``__dict__``, only as an attribute.
    """

    # ``__ciphertext`` is missing where ``__pending`` holds the product that it is: see __getattr__.
    public_key: PaillierPublicKey
    exponent: int
    __ciphertext: int
    __is_obfuscated: bool

    def __init__(self, public_key: PaillierPublicKey, ciphertext: int, exponent: int = 0) -> None:
        """Of a ciphertext as it is. Raises TypeError for a key of another type, and an EncryptedNumber in it."""
        if not isinstance(public_key, PaillierPublicKey):
            raise TypeError("public_key has to be a PaillierPublicKey")
        if isinstance(ciphertext, EncryptedNumber):
            raise TypeError("ciphertext has to be an integer")
        self.public_key = public_key
        self.__ciphertext = ciphertext
        self.exponent = exponent
        self.__is_obfuscated = False

    def __getattr__(self, name: str) -> Any:
        # Called only for what the instance does not have: a ciphertext that nobody has looked at.
        state = self.__dict__
        if name == "_EncryptedNumber__ciphertext":
            pending = state.get("_EncryptedNumber__pending")
            if pending is not None:
                # What another thread has stored meanwhile stays: it may be obfuscated already.
                state.setdefault(name, pending.value())
                state.pop("_EncryptedNumber__pending", None)
            if name in state:
                return state[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __getstate__(self) -> dict[str, Any]:
        _ = self.__ciphertext
        return {name: value for name, value in vars(self).items() if name != "_EncryptedNumber__pending"}

    def ciphertext(self, be_secure: bool = True) -> int:
        """The ciphertext, obfuscated unless that is not wanted."""
        if be_secure and not self.__is_obfuscated:
            self.obfuscate()
        return self.__ciphertext

    def obfuscate(self) -> None:
        """Multiplies by r^n modulo n^2 for a random r."""
        key = self.public_key
        factors, obfuscator = self._factors(), key._obfuscator()
        if factors is None:
            self.__ciphertext = mulmod(self.__ciphertext, obfuscator, key.nsquare)
        else:
            group, product = factors
            self.__ciphertext = group.value(group.times(product, single(obfuscator)))
            self.__dict__.pop("_EncryptedNumber__pending", None)
        self.__is_obfuscated = True

    def decrease_exponent_to(self, new_exp: int) -> "EncryptedNumber":
        """The same number with a lower exponent. Raises ValueError for a higher one."""
        if new_exp > self.exponent:
            raise ValueError(f"the exponent {new_exp} is above {self.exponent}")
        number: EncryptedNumber = self * pow(EncodedNumber.BASE, self.exponent - new_exp)
        number.exponent = new_exp
        return number

    def __add__(self, other: Any) -> Any:
        """Plus a number: encrypted by an equal key, encoded, or plain. Raises ValueError for another key."""
        if isinstance(other, EncryptedNumber):
            return self._add_encrypted(other)
        if isinstance(other, EncodedNumber):
            return self._add_encoded(other)
        return NotImplemented if is_array(other) else self._add_scalar(other)

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if is_array(other) else self + plain_scalar(other) * -1

    def __rsub__(self, other: Any) -> Any:
        return other + self * -1

    def __mul__(self, other: Any) -> Any:
        """Times an encoded or a plain number. Raises NotImplementedError for an encrypted one."""
        if isinstance(other, EncryptedNumber):
            raise NotImplementedError("Paillier ciphertexts cannot be multiplied with each other")
        if is_array(other):
            return NotImplemented
        encoding = other if isinstance(other, EncodedNumber) else EncodedNumber.encode(self.public_key, other)
        return self._times(encoding.encoding, self.exponent + encoding.exponent)

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __truediv__(self, scalar: Any) -> Any:
        """Times ``1 / scalar``. Raises ZeroDivisionError."""
        return NotImplemented if is_array(scalar) else self * (1 / scalar)

    def _add_scalar(self, scalar: Any) -> "EncryptedNumber":
        return self._add_encoded(EncodedNumber.encode(self.public_key, scalar, max_exponent=self.exponent))

    def _add_encoded(self, encoded: EncodedNumber) -> "EncryptedNumber":
        if self.public_key != encoded.public_key:
            raise ValueError("the number is encoded for another public key")
        number = self
        if self.exponent > encoded.exponent:
            number = self.decrease_exponent_to(encoded.exponent)
        elif self.exponent < encoded.exponent:
            encoded = encoded.decrease_exponent_to(self.exponent)
        key, plaintext = number.public_key, encoded.encoding
        factors = number._factors() if type(plaintext) is int else None
        if factors is None:
            nude = key.raw_encrypt(plaintext, 1)
            return EncryptedNumber(key, number._raw_add(number.ciphertext(False), nude), number.exponent)
        group, product = factors
        return _deferred(key, group, group.plus(product, group.signed(plaintext)), number.exponent)

    def _add_encrypted(self, other: "EncryptedNumber") -> "EncryptedNumber":
        if self.public_key != other.public_key:
            raise ValueError("the numbers are encrypted by different public keys")
        a, b = self, other
        if a.exponent > b.exponent:
            a = a.decrease_exponent_to(b.exponent)
        elif a.exponent < b.exponent:
            b = b.decrease_exponent_to(a.exponent)
        key, of_a, of_b = self.public_key, a._factors(), b._factors()
        if of_a is None or of_b is None:
            return EncryptedNumber(key, a._raw_add(a.ciphertext(False), b.ciphertext(False)), a.exponent)
        group = of_a[0]
        return _deferred(key, group, group.times(of_a[1], of_b[1]), a.exponent)

    def _times(self, plaintext: int, exponent: int) -> "EncryptedNumber":
        key, factors, exp = self.public_key, None, 0
        if type(plaintext) is int and 0 <= plaintext < key.n - key.max_int:
            factors = self._factors()
            exp = plaintext
        elif type(plaintext) is int and 0 <= plaintext < key.n:
            # That of a negative number. The inverse now, for it may not exist; the power later.
            factors = self._inverse_factors()
            exp = key.n - plaintext
        if factors is None:
            return EncryptedNumber(key, self._raw_mul(plaintext), exponent)
        group, product = factors
        return _deferred(key, group, group.power(product, exp), exponent)

    def _raw_add(self, e_a: int, e_b: int) -> int:
        """The ciphertext of the sum of what two ciphertexts encrypt."""
        product: int = mulmod(e_a, e_b, self.public_key.nsquare)
        return product

    def _raw_mul(self, plaintext: int) -> int:
        """The ciphertext of the product with a residue. Raises TypeError, ValueError outside [0, n)."""
        key = self.public_key
        if not isinstance(plaintext, int):
            raise TypeError(f"plaintexts are ints, not {type(plaintext)}")
        if not 0 <= plaintext < key.n:
            raise ValueError("the plaintext is not a residue modulo n")
        if plaintext >= key.n - key.max_int:
            # That of a negative number: its absolute value is a shorter exponent.
            return powmod(invert(self.ciphertext(False), key.nsquare), key.n - plaintext, key.nsquare)
        return powmod(self.ciphertext(False), plaintext, key.nsquare)

    def _group(self) -> Group | None:
        """Where products with the number are put off; None where they are not: for small keys, and for subclasses,
        whose methods may do something else."""
        return self.public_key._group() if type(self) is EncryptedNumber else None

    def _factors(self) -> tuple[Group, Product] | None:
        """What the ciphertext is a product of; None where products are not put off."""
        group, state = self._group(), self.__dict__
        if group is None:
            return None
        pending: Pending | None = state.get("_EncryptedNumber__pending")
        is_known = "_EncryptedNumber__ciphertext" in state
        if pending is not None and not (is_known or pending.taken) and pending.group.n == group.n:
            return group, pending.take()
        ciphertext = self.__ciphertext
        return (group, single(ciphertext)) if type(ciphertext) is int else None

    def _inverse_factors(self) -> tuple[Group, Product] | None:
        """The inverse of the ciphertext; None where products are not put off. Raises ZeroDivisionError."""
        group = self._group()
        return None if group is None else (group, single(invert(self.ciphertext(False), group.nsquare)))


def _deferred(public_key: PaillierPublicKey, group: Group, product: Product, exponent: int) -> EncryptedNumber:
    """A number whose ciphertext is multiplied out when somebody looks at it."""
    number = EncryptedNumber.__new__(EncryptedNumber)
    number.__dict__.update(
        public_key=public_key,
        exponent=exponent,
        _EncryptedNumber__is_obfuscated=False,
        _EncryptedNumber__pending=Pending(group, product),
    )
    return number
