"""Calls of the core that raise the package's errors."""

from collections.abc import Callable
from typing import Any

from .. import _native, errors


def call(function: Callable[..., Any], *args: Any) -> Any:
    """Raises ProofError, SealError and Cancelled for what the core refuses."""
    try:
        return function(*args)
    except _native.NativeError as error:
        raise errors.from_native(*error.args) from None
    except _native.Cancelled as error:
        raise errors.Cancelled(str(error)) from None
