"""Products modulo wide numbers."""

from typing import Final

from mpc_fast._native import modular_product

__all__ = ["product"]

# From this width on the core is quicker, the way there and back included.
_WIDE_BITS: Final = 1024


def product(a: int, b: int, m: int) -> int:
    """``a * b % m`` for ints."""
    return modular_product(a, b, m) if m.bit_length() > _WIDE_BITS and m > 0 else a * b % m
