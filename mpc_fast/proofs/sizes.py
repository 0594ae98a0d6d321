"""Numbers of bits as the core can take them. It judges them itself; it cannot count with negative or endless ones."""

from typing import Final

from ..errors import ParameterError

_LARGEST: Final = 1 << 20
"""No number of bits that makes sense is as large."""


def checked(name: str, size: int) -> int:
    """Our own: raises ParameterError."""
    if not 0 <= size <= _LARGEST:
        raise ParameterError(f"{name}: out of range")
    return size


def judged(size: int) -> int:
    """Somebody else's, which the core is to refuse."""
    return size if 0 <= size < _LARGEST else _LARGEST
