"""Ciphertexts as products that are multiplied out when somebody looks at them.

Sums of encrypted numbers are products of ciphertexts, weights and alignments are exponents in them. One run of the
engine multiplies many powers out for far less than one run for each, and the residue modulo n^2 is the same whatever
the order: a loop of ``total += weight * number`` gets the speed of a multi-exponentiation.
"""

from typing import Final, NamedTuple

from mpc_fast.modexp import multi_powmod, powmod

from .modular import product

__all__ = ["Group", "Pending", "Product", "single"]

# Longer products are multiplied out at once: the engine gains little by more, and their factors take memory.
_MOST_FACTORS: Final = 64
# Where all factors would be raised again, multiplying out first is cheaper unless the exponents stay short.
_SHORT_POWER_BITS: Final = 32
_LONGEST_EXPONENT_BITS: Final = 128
# Up to here plain integers beat the engine, which has to prepare the modulus first.
_FEW_FACTORS: Final = 4


class Product(NamedTuple):
    """bases[0]^exps[0] bases[1]^exps[1] ... (1 + n plain) modulo n^2, with exponents above 0."""

    bases: tuple[int, ...]
    exps: tuple[int, ...]
    plain: int


def single(ciphertext: int) -> Product:
    return Product((ciphertext,), (1,), 0)


class Group:
    """Arithmetic with products modulo one n^2."""

    __slots__ = ("n", "nsquare")

    def __init__(self, n: int, nsquare: int) -> None:
        self.n: Final = n
        self.nsquare: Final = nsquare

    def times(self, a: Product, b: Product) -> Product:
        """a b."""
        both = Product(a.bases + b.bases, a.exps + b.exps, self._reduced(a.plain + b.plain))
        return both if len(both.bases) <= _MOST_FACTORS else self._multiplied_out(both)

    def plus(self, a: Product, plain: int) -> Product:
        """a (1 + n plain), which adds ``plain`` to what a encrypts."""
        return Product(a.bases, a.exps, self._reduced(a.plain + plain))

    def power(self, a: Product, exp: int) -> Product:
        """a^exp for exp >= 0."""
        if exp == 0:
            return Product((), (), 0)
        if len(a.bases) > 1 and exp.bit_length() > _SHORT_POWER_BITS:
            a = self._multiplied_out(a)
        exps = tuple([e * exp for e in a.exps])
        if len(exps) > 1 and max(exps).bit_length() > _LONGEST_EXPONENT_BITS:
            a = self._multiplied_out(a)
            exps = (exp,)
        return Product(a.bases, exps, self._reduced(a.plain * exp))

    def value(self, a: Product) -> int:
        """The residue in [0, n^2)."""
        bases, exps, plain = a
        n, nsquare = self.n, self.nsquare
        if len(bases) <= _FEW_FACTORS and exps.count(1) == len(exps):
            residue = bases[0] % nsquare if bases else 1
            for base in bases[1:]:
                residue = product(residue, base, nsquare)
        elif len(bases) == 1:
            residue = powmod(bases[0], exps[0], nsquare)
        else:
            residue = multi_powmod(bases, exps, nsquare)
        if plain:
            # c (1 + n m) = c + n (c m mod n): a reduction of a number half as long as the product c (1 + n m).
            residue += product(residue, plain, n) * n
            if residue >= nsquare:
                residue -= nsquare
        return residue

    def signed(self, plain: int) -> int:
        """A number congruent to it modulo n, short where an encoding is that of a negative number."""
        return plain - self.n if plain > self.n >> 1 else plain

    def _multiplied_out(self, a: Product) -> Product:
        return single(self.value(a))

    def _reduced(self, plain: int) -> int:
        return plain if -self.n < plain < self.n else plain % self.n


class Pending:
    """The product that the ciphertext of a number is, until it is multiplied out."""

    __slots__ = ("_product", "group", "taken")

    def __init__(self, group: Group, product: Product) -> None:
        self.group: Final = group
        self.taken = False
        """Whether a result was made of it. The next one is made of the ciphertext, so that a product is multiplied out
        twice at most however many results there are."""
        self._product: Final = product

    def take(self) -> Product:
        self.taken = True
        return self._product

    def value(self) -> int:
        return self.group.value(self._product)
