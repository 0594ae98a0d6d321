"""The programs of docs/examples run, and docs/paillier.md shows what its cells show."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pages
import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
TUTORIAL = DOCS / "paillier.md"

if not TUTORIAL.is_file():
    pytest.skip("needs the source tree, not only the tests", allow_module_level=True)

FOREIGN = "To and from python-paillier"


def printed(example: str, tmp_path: Path) -> str:
    """What a program prints that ends well. It runs elsewhere, without anything of the source tree."""
    done = subprocess.run(
        [sys.executable, "-P", str(DOCS / "examples" / example)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def figure(name: str, text: str) -> float:
    """The number behind a name and a colon."""
    found = re.search(rf"^{name}: +([-+.\de]+)", text, re.MULTILINE)
    assert found, (name, text)
    return float(found[1])


def test_the_federated_model_is_the_one_that_is_trained_in_the_clear(tmp_path: Path) -> None:
    text = printed("federated_regression.py", tmp_path)
    assert figure("numbers encrypted", text) == 800
    assert figure("bytes of a report", text) > 8 * 512
    error = figure("mean squared error, under encryption", text)
    assert error == figure("mean squared error, in the clear", text)
    assert 0.2 < error < figure("mean squared error, first client alone", text)
    assert figure("largest difference of the two models", text) < 1e-9


def test_encrypted_rows_are_scored_as_plain_ones(tmp_path: Path) -> None:
    text = printed("logistic_scoring.py", tmp_path)
    assert text.startswith("200 rows of 8 features, 3 classes; a key of 2048 bits\n")
    accuracy = figure("accuracy, under encryption", text)
    assert accuracy == figure("accuracy, in the clear", text)
    assert 0.7 < accuracy < 1
    assert 0 < figure("largest difference of two scores", text) < 1e-6


def test_the_tally_has_a_vote_of_every_voter(tmp_path: Path) -> None:
    text = printed("vote_tally.py", tmp_path)
    counts = {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", text, re.MULTILINE)}
    assert counts.pop("sum") == sum(counts.values()) == 120
    assert counts.keys() == {"Ada", "Emmy", "Sofya", "nobody"}
    assert min(counts.values()) > 0


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    """The names of the tutorial, when all cells but those with python-paillier have shown what they should."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in pages.cells(TUTORIAL):
        if cell.section != FOREIGN:
            pages.check(cell, names)
    return names


def test_the_tutorial_shows_what_its_cells_show(notebook: dict[str, Any]) -> None:
    assert notebook["public_key"].bits == 2048


def test_numbers_go_to_python_paillier_and_come_back(notebook: dict[str, Any]) -> None:
    found = [cell for cell in pages.cells(TUTORIAL) if cell.section == FOREIGN]
    assert len(found) == 3
    for cell in found:
        pages.check(cell, notebook)


def test_a_cell_that_shows_something_else_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# P\n\n## S\n\n```python\nx = 2\n```\n\n```python\nprint(x)\nx + 1\n```\n\n```text\n2\n3\n```\n")
    first, second = pages.cells(page)
    assert (first.section, first.line, first.output) == ("S", 6, "")
    names: dict[str, Any] = {}
    pages.check(first, names)
    pages.check(second, names)
    names["x"] = 3
    with pytest.raises(AssertionError, match=r"page.md:10 shows\n3\n4\n"):
        pages.check(second, names)
    page.write_text("```python\n1 / 0\n```\n\n```text\nZeroDivisionError: division by zero\n```\n")
    pages.check(pages.cells(page)[0], names)


def test_every_example_is_named_in_the_tutorial() -> None:
    named = set(re.findall(r"\(examples/(\w+\.py)\)", TUTORIAL.read_text()))
    assert named == {path.name for path in (DOCS / "examples").glob("*.py")}
