"""doctor."""

import ctypes
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Final

from .. import _native
from .output import print_json, print_text

_EXTRAS: Final = {"wallet": ("eth_account", "coincurve"), "phe": ("click",)}
_REQUIRED: Final = ("numpy", "msgspec", "typer", "rich", "eth-account", "coincurve")


def examine() -> dict[str, Any]:
    """What this installation runs on and with."""
    return {
        "version": version("mpc_fast"),
        "cpu": _native.cpu_name(),
        "cpu_features": _native.cpu_features(),
        "kernel": _native.kernel_name(),
        "threads": _native.thread_limit(),
        "cores": os.cpu_count(),
        "libraries": _native.library_versions(),
        "gmp": gmp_build(),
        "extension": _native.__file__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "packages": {name: _version_of(name) for name in _REQUIRED},
        "profiles": _native.profile_names(),
        "insecure_test_profile": _native.insecure_test_profile_enabled(),
        "extras": {extra: all(map(find_spec, modules)) for extra, modules in _EXTRAS.items()},
    }


def gmp_build() -> dict[str, str]:
    """The GMP that the native core is linked with: version, file, and what kind of build it seems to be."""
    path = os.path.realpath(_native.gmp_path())
    return {"version": _native.library_versions()["gmp"], "path": path, "build": _kind_of_gmp(path)}


def _kind_of_gmp(path: str) -> str:
    try:
        # The table of functions from which a fat build chooses when it is loaded.
        if hasattr(ctypes.CDLL(path), "__gmpn_cpuvec"):
            return "fat: code for many processors"
    except OSError:
        return "unknown"
    if path.startswith(("/usr/lib", "/lib")):
        return "the system's: code for any processor of this kind, unless the system is built for one"
    return "code for one kind of processor"


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def run_doctor(*, as_json: bool) -> None:
    """Needs no extra."""
    found = examine()
    if as_json:
        print_json(found)
        return
    features = [name for name, there in found["cpu_features"].items() if there]
    rows = {
        "mpc_fast": found["version"],
        "CPU": found["cpu"],
        "CPU features": ", ".join(features) or "none that we use",
        "kernel": found["kernel"],
        "threads": f"{found['threads']} of {found['cores']} cores (MPC_FAST_THREADS)",
        "libraries": _list(found["libraries"]),
        "GMP": "{version}, {path} ({build})".format(**found["gmp"]),
        "": "builds of GMP differ in speed by a factor of 1.4 to 1.8",
        "extension": found["extension"],
        "Python": found["python"],
        "platform": found["platform"],
        "packages": _list({name: there or "missing" for name, there in found["packages"].items()}),
        "profiles": ", ".join(found["profiles"]),
        "extras": ", ".join(f"[{name}] {'yes' if there else 'no'}" for name, there in found["extras"].items()),
    }
    for name, value in rows.items():
        print_text(f"{name:<14}{value}")
    if found["insecure_test_profile"]:
        print_text("warning: MPC_FAST_INSECURE_TEST_PROFILE is set; the profile TOY has no security")


def _list(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())
