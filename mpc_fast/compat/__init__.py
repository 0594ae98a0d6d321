"""Other packages' interfaces on the core of mpc_fast."""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

__all__ = ["install_phe"]

_PHE: Final = f"{__name__}.phe"


def install_phe() -> None:
    """From now on ``import phe`` means ``mpc_fast.compat.phe``, submodules too: for programs that cannot be edited.

    Raises ImportError if another ``phe`` has been imported already.
    """
    present = sys.modules.get("phe")
    if present is not None and present is not sys.modules.get(_PHE):
        raise ImportError("another phe has been imported already; install_phe() has to come first", name="phe")
    if not any(isinstance(finder, _Aliases) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Aliases())
    importlib.import_module("phe")


class _Aliases(MetaPathFinder, Loader):
    """Finds ``phe`` and its submodules as those of ``mpc_fast.compat.phe``, each module only once."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "phe" and not fullname.startswith("phe."):
            return None
        found = importlib.util.find_spec(_own_name(fullname))
        return found and ModuleSpec(fullname, self, is_package=found.submodule_search_locations is not None)

    def exec_module(self, module: ModuleType) -> None:
        # The import system hands out what is registered once this returns, not the empty module that it made.
        sys.modules[module.__name__] = importlib.import_module(_own_name(module.__name__))

    def create_module(self, spec: ModuleSpec) -> Any:
        return None


def _own_name(fullname: str) -> str:
    return _PHE + fullname.removeprefix("phe")
