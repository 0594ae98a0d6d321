"""Powers modulo one number, many at a time. For public numbers only: how long it takes depends on their values."""

from collections.abc import Sequence
from typing import SupportsIndex

from . import _native

__all__ = ["powmod_base_list"]


def powmod_base_list(bases: Sequence[SupportsIndex], exp: SupportsIndex, mod: SupportsIndex, /) -> list[int]:
    """``[pow(base, exp, mod) for base in bases]``, in variable time: none of the numbers may be secret.

    The signature of gmpy2's function. One run of the engine computes the whole list, on its SIMD lanes and threads and
    without the GIL; for even moduli GMP does, on the same threads. A negative exponent takes the bases' inverses.

    Raises ValueError unless ``mod > 0``, ZeroDivisionError for a negative exponent and a base that has no inverse,
    TypeError for anything but integers.
    """
    return _native.powmod_base_list(bases, exp, mod)
