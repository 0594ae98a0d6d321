"""Threshold ECDSA and Paillier encryption with a fast native core.

Names are loaded when they are first used: ``import mpc_fast`` alone is cheap and does not load the native core.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._native import Identity as Identity
    from ._native import KeyShare as KeyShare
    from ._native import PublicRecord as PublicRecord
    from .errors import MpcError as MpcError
    from .errors import ProtocolAbort as ProtocolAbort
    from .modexp import powmod_base_list as powmod_base_list

    __version__: str

__all__ = ["Identity", "KeyShare", "MpcError", "ProtocolAbort", "PublicRecord", "__version__", "powmod_base_list"]

_HOME = {
    "Identity": "._native",
    "KeyShare": "._native",
    "MpcError": ".errors",
    "ProtocolAbort": ".errors",
    "PublicRecord": "._native",
    "powmod_base_list": ".modexp",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("mpc_fast")
    elif name in _HOME:
        value = getattr(import_module(_HOME[name], __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
