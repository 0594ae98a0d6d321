"""NumPy's numbers and arrays, recognised without importing NumPy."""

import sys
from typing import Any

__all__ = ["is_array", "plain_scalar"]


def plain_scalar(value: Any) -> Any:
    """NumPy's integers, floats and bools as Python's; everything else as it is."""
    if isinstance(value, (int, float)):
        return value
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (numpy.integer, numpy.floating, numpy.bool_)):
        return value.item()
    return value


def is_array(value: Any) -> bool:
    """Whether it is an array of NumPy, which does the arithmetic of arrays with objects itself, item by item."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)
