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
    from .modexp import FixedBase as FixedBase
    from .modexp import invert as invert
    from .modexp import invert_list as invert_list
    from .modexp import multi_powmod as multi_powmod
    from .modexp import pow as pow
    from .modexp import powmod as powmod
    from .modexp import powmod_base_list as powmod_base_list
    from .modexp import powmod_exp_list as powmod_exp_list
    from .modexp import powmod_sec as powmod_sec

    __version__: str

__all__ = [
    "FixedBase",
    "Identity",
    "KeyShare",
    "MpcError",
    "ProtocolAbort",
    "PublicRecord",
    "__version__",
    "invert",
    "invert_list",
    "multi_powmod",
    "pow",
    "powmod",
    "powmod_base_list",
    "powmod_exp_list",
    "powmod_sec",
]

_HOME = {
    "Identity": "._native",
    "KeyShare": "._native",
    "MpcError": ".errors",
    "ProtocolAbort": ".errors",
    "PublicRecord": "._native",
    "FixedBase": ".modexp",
    "invert": ".modexp",
    "invert_list": ".modexp",
    "multi_powmod": ".modexp",
    "pow": ".modexp",
    "powmod": ".modexp",
    "powmod_base_list": ".modexp",
    "powmod_exp_list": ".modexp",
    "powmod_sec": ".modexp",
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
