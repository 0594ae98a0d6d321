"""What the commands print: a result on stdout, for people or as one JSON object; everything else on stderr."""

import json
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from rich.progress import ProgressColumn


def print_json(result: Mapping[str, Any]) -> None:
    """The one object of --json."""
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()


def print_text(text: str = "") -> None:
    """A line of the result. Plain: what is printed gets copied and piped."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """A line for people beside the result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


# Stages of the ceremonies that have a longer name.
_NAMES: Final = {"aux": "auxiliary information", "dkg": "key generation", "sign": "signing"}


class BarOnTerminal:
    """A context with a line that moves where stderr is a terminal, and without one elsewhere."""

    def __init__(self, *columns: "str | ProgressColumn") -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._bar = Progress(*columns, console=console, transient=True) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


class Stages(BarOnTerminal):
    """The stage at work and the time since it began; a progress callback for texts like "stage: detail".

    A line that moves where stderr is a terminal; elsewhere one line after each stage that took over a second.
    """

    def __init__(self) -> None:
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        super().__init__(SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._stage = ""
        self._began = 0.0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish_stage()
        super().__exit__(kind, error, trace)

    def __call__(self, text: str) -> bool:
        """Shows the text; True: go on."""
        stage, colon, detail = text.partition(": ")
        stage = _NAMES.get(stage, stage)
        text = stage + colon + detail
        if stage != self._stage:
            self._finish_stage()
            self._stage, self._began = stage, time.monotonic()
            if self._bar is not None:
                self._bar.add_task(text, total=None)
        elif self._bar is not None:
            self._bar.update(self._bar.task_ids[-1], description=text)
        return True

    def _finish_stage(self) -> None:
        if self._bar is not None:
            for task in self._bar.task_ids:
                self._bar.remove_task(task)
        elif self._stage and (elapsed := time.monotonic() - self._began) > 1:
            note(f"{self._stage}: {elapsed:.1f} s")
        self._stage = ""
