"""The order of the house: layers, who may include which library, and the ledger of declassifications."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
NATIVE = PROJECT / "native"
PACKAGE = PROJECT / "mpc_fast"

if not (PROJECT / "CMakeLists.txt").is_file():
    pytest.skip("needs the source tree, not only the tests", allow_module_level=True)

MAX_LINES = 400
EXTERNAL = {"gmp", "secp256k1", "sodium"}
# Folders that stand above all layers, and may use any of them.
ABOVE = {"bindings", "fuzz", "include", "tests", "third_party"}

# Headers of libraries: who may include them.
LIBRARY_HEADERS = {
    r"secp256k1\w*\.h": {"curve"},
    r"sodium(/\w+)?\.h": {"base", "transcript", "protocol"},
    r"gmp(xx)?\.h": {"base", "arith", "modexp"},
}


def layer_table() -> dict[str, list[str]]:
    """The `mpc_layer(<layer> <dependency>...)` lines of CMakeLists.txt, in order."""
    lines = re.findall(r"^mpc_layer\((\w+)([^)]*)\)", (PROJECT / "CMakeLists.txt").read_text(), re.MULTILINE)
    return {layer: dependencies.split() for layer, dependencies in lines}


LAYERS = layer_table()


def reachable(layer: str) -> set[str]:
    """The layer itself and every layer below it."""
    return {layer}.union(*(reachable(lower) for lower in LAYERS[layer] if lower in LAYERS))


def native_sources(folder: Path = NATIVE) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".cpp", ".h"})


def includes(path: Path) -> list[tuple[str, str]]:
    """(bracket, name) of each #include: `"` for our own headers, `<` for others."""
    return re.findall(r'^\s*#\s*include\s*(["<])([^">]+)[">]', path.read_text(), re.MULTILINE)


def layer_includes() -> Iterator[tuple[Path, str, str, str]]:
    for layer in LAYERS:
        for path in native_sources(NATIVE / layer):
            for bracket, name in includes(path):
                yield path.relative_to(PROJECT), layer, bracket, name


def declassification_reasons(path: Path) -> set[str]:
    code = re.sub(r"//[^\n]*|/\*[\s\S]*?\*/", "", path.read_text())
    return set(re.findall(r'\bdeclassify(?:<[^();]*>)?\(\s*"([^"]+)"', code))


def test_layers_are_listed_bottom_up() -> None:
    assert next(iter(LAYERS)) == "base"
    for position, (layer, dependencies) in enumerate(LAYERS.items()):
        below = set(list(LAYERS)[:position])
        assert set(dependencies) <= below | EXTERNAL, layer


def test_every_native_folder_is_a_layer_or_stands_above() -> None:
    folders = {path.name for path in NATIVE.iterdir() if path.is_dir()}
    assert folders <= set(LAYERS) | ABOVE


def test_layers_include_only_what_lies_below() -> None:
    allowed = {layer: reachable(layer) for layer in LAYERS}
    wrong = [
        f"{path} includes {name}"
        for path, layer, bracket, name in layer_includes()
        if bracket == '"' and ("/" not in name or name.split("/")[0] not in allowed[layer])
    ]
    assert not wrong


@pytest.mark.parametrize(("header", "layers"), LIBRARY_HEADERS.items())
def test_library_headers_stay_in_their_layers(header: str, layers: set[str]) -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} includes {name}"
        for path in native_sources()
        for _, name in includes(path)
        if re.fullmatch(header, name) and path.relative_to(NATIVE).parts[0] not in layers | {"tests"}
    ]
    assert not wrong


def imported_modules(path: Path) -> Iterator[str]:
    """Absolute names of what a module of the package imports."""
    package = list(path.relative_to(PROJECT).with_suffix("").parts)[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*parents, node.module] if node.module else parents)
            # `from package import module` imports a module as well as `from package.module import name`.
            yield from (f"{base}.{alias.name}" for alias in node.names)


def test_reference_imports_nothing_of_the_package_outside_itself() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {module}"
        for path in sorted((PACKAGE / "reference").rglob("*.py"))
        for module in imported_modules(path)
        if module.split(".")[0] == "mpc_fast" and module.split(".")[:2] != ["mpc_fast", "reference"]
    ]
    assert not wrong


def test_typed_messages_are_made_where_their_digests_are_computed() -> None:
    """A presignature signs what `typed_message` made: whoever calls it answers for the digest."""
    users = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(module.endswith(".typed_message") for module in imported_modules(path))
    }
    assert users == {"wallet/ethereum.py", "wallet/typed_data.py"}


def test_every_declassification_is_explained() -> None:
    sources = [path for path in native_sources() if path.relative_to(NATIVE).parts[0] != "tests"]
    used = set().union(*(declassification_reasons(path) for path in sources))
    ledger = re.findall(r"^- `([^`]+)`", (PROJECT / "docs" / "constant_time.md").read_text(), re.MULTILINE)
    assert len(ledger) == len(set(ledger))
    assert set(ledger) == used


def test_files_stay_short() -> None:
    files = [*native_sources(), *sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".pyi"})]
    sizes = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in files}
    assert not {name: lines for name, lines in sizes.items() if lines > MAX_LINES}
