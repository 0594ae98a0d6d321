"""Pages of documentation as notebooks: cells of Python, each with the output that it is said to have.

A cell is a block of ```python, and its output the block of ```text after it, if there is one: what the cell prints,
then the value of its last line, or the last line of the traceback.
"""

import ast
import contextlib
import io
import re
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    page: Path
    section: str
    """The heading that it stands under."""
    line: int
    """Of the page, where the code begins."""
    code: str
    output: str


def cells(page: Path) -> list[Cell]:
    """All of a page, in order."""
    text = page.read_text()
    blocks = list(_BLOCK.finditer(text))
    found = []
    for i, block in enumerate(blocks):
        if block[1] != "python":
            continue
        after = blocks[i + 1] if i + 1 < len(blocks) else None
        has_output = after is not None and after[1] == "text" and not text[block.end() : after.start()].strip()
        above = [heading[1] for heading in _HEADING.finditer(text, 0, block.start())]
        line = text.count("\n", 0, block.start(2)) + 1
        found.append(Cell(page, above[-1] if above else "", line, block[2], after[2] if after and has_output else ""))
    return found


def run(cell: Cell, names: dict[str, Any]) -> str:
    """Runs it with these names, which it may add to. What a notebook would show."""
    tree = ast.parse(cell.code, str(cell.page))
    ast.increment_lineno(tree, cell.line - 1)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        try:
            exec(compile(tree, str(cell.page), "exec"), names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), str(cell.page), "eval"), names)
                if value is not None:
                    print(repr(value))
        except Exception as error:
            print("".join(traceback.format_exception_only(error)), end="")
    return shown.getvalue()


def check(cell: Cell, names: dict[str, Any]) -> None:
    """Raises AssertionError that names the place, unless it shows what the page says."""
    shown = run(cell, names)
    assert shown == cell.output, f"{cell.page.name}:{cell.line} shows\n{shown}\nand not\n{cell.output}"
