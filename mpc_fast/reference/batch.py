"""What the batch proofs share: the place of a proof, its sizes, the fields of its responses.

Specification: batch-range-proofs.md, sections 1 and 2; the batch proofs cite sections of that text.

Many statements share one mask: each row b has a challenge e_b of its own, all are hashed at once, and the response is
z = alpha + sum_b e_b x_b.  Two transcripts that differ in e_b alone give x_b as in the proof of one statement.  The
price is the sum over B rows: masks and bounds are wider by ceil(log2 B) bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from . import wire
from .curve import O, Point
from .params import Profile, ceil_log2
from .transcript import Item, Xof, label, nat, octets, sequence, te, u64


@dataclass(frozen=True)
class Range:
    """Witnesses lie in +-2^l, masks are 2^eps wider."""

    l: int  # noqa: E741  the specification's letter
    eps: int


@dataclass(frozen=True)
class Session:
    """The place of a batch proof: session, round, prover; and its range, if that is not the profile's."""

    profile: Profile
    ssid: bytes  # 32 bytes
    round: int
    prover: bytes  # pid
    other_range: Range | None = None

    def __post_init__(self) -> None:
        if len(self.ssid) != 32:
            raise ValueError("ssid has 32 bytes")
        if self.range.eps < self.profile.kappa + 32:
            raise ValueError("eps >= kappa + 32")

    @property
    def range(self) -> Range:
        return self.other_range or Range(self.profile.l, self.profile.eps)

    def slack(self, rows: int) -> int:
        """eps_B = eps + ceil(log2 B) for B rows."""
        return self.range.eps + ceil_log2(rows)

    def x_bits(self, rows: int) -> int:
        """b of a response for witnesses in +-2^l: |z| < 2^b, b = l + eps_B."""
        return self.range.l + self.slack(rows)

    def y_bits(self, rows: int) -> int:
        """b of a response for witnesses in +-2^lp: lp + eps_B."""
        return self.profile.lp + self.slack(rows)

    def mask_bits(self, rows: int) -> int:
        """Bits of the field of a response for randomness in +-2^sigma Nh; no other bound."""
        return field_bits(self.profile.sigma + self.slack(rows) + self.profile.nhb)


def field_bits(bits: int) -> int:
    """What fits into the field of a response of `bits` bits: a field has whole bytes."""
    return 8 * wire.magnitude_bytes(bits)


def signed(value: int, bits: int) -> bytes:
    """The field of a response of `bits` bits.  Its range is for the verifier to check, not for the decoder."""
    return wire.signed(value, field_bits(bits))


def read_signed(reader: wire.Reader, bits: int) -> int:
    """The inverse of `signed`."""
    return reader.signed(field_bits(bits))


def xof(name: str, *items: Item) -> Xof:
    """XOF(TE("mpc_fast/v1", name, ...)): from which a batch proof reads its challenges."""
    return Xof(te("mpc_fast/v1", label(name), *items))


def numbers(*values: int) -> list[Item]:
    return [u64(value) for value in values]


def nats(values: Sequence[int], length: int) -> list[Item]:
    return [nat(value, length) for value in values]


def byte_strings(values: Sequence[bytes]) -> Item:
    return sequence([octets(value) for value in values])


def combine(weights: Sequence[int], values: Sequence[int]) -> int:
    """sum_i weights_i values_i over the integers; the values may end early (a short last row)."""
    return sum(weight * value for weight, value in zip(weights, values, strict=False))


def powers(bases: Sequence[int], exponents: Sequence[int], modulus: int) -> int:
    """prod_i bases_i^exponents_i"""
    product = 1
    for base, exponent in zip(bases, exponents, strict=True):
        product = product * pow(base, exponent, modulus) % modulus
    return product


def point_sum(weights: Sequence[int], points: Sequence[Point]) -> Point:
    """sum_i weights_i points_i"""
    return sum((weight * value for weight, value in zip(weights, points, strict=True)), O)
