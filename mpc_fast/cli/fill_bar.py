"""What is shown while a pool is being filled."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..pool import FillRecord
from .output import note

if TYPE_CHECKING:
    from rich.progress import Progress


def duration(seconds: float) -> str:
    """For people: 8 s, 2 min 05 s, 3 h 12 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"


def outlook(record: FillRecord) -> str:
    """How long it will take, as far as the sets made so far tell; empty before the first one and after the last."""
    left = record.seconds_left(time.time())
    return "" if left is None or record.done == record.wanted else f"about {duration(left)} left"


class FillBar:
    """A progress callback of fill_pool: on a terminal the stage, a bar, elapsed time and ETA; elsewhere a line for
    each finished set."""

    def __init__(self) -> None:
        self.record: FillRecord | None = None
        """The latest; None before the fill has begun."""
        self._bar = _bar_on_terminal()
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, record: FillRecord, stage: str) -> bool:
        """Shows the state; True: go on."""
        before = 0 if self.record is None else self.record.done
        self.record = record
        if self._bar is not None:
            self._show(self._bar, record, stage)
        elif record.done > before:
            text = f"set {record.done} of {record.wanted} after {duration(time.monotonic() - self._began)}"
            left = outlook(record)
            note(f"{text}, {left}" if left else text)
        return True

    def _show(self, bar: "Progress", record: FillRecord, stage: str) -> None:
        if not bar.task_ids:
            bar.add_task("", total=record.wanted, left="")
        which = min(record.done + 1, record.wanted)
        text = f"set {which} of {record.wanted}" + (f": {stage}" if stage else "")
        bar.update(bar.task_ids[0], description=text, completed=record.done, left=outlook(record))


def _bar_on_terminal() -> "Progress | None":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        return None
    text = TextColumn("{task.description}", markup=False)
    left = TextColumn("{task.fields[left]}", markup=False)
    return Progress(SpinnerColumn(), text, BarColumn(), TimeElapsedColumn(), left, console=console, transient=True)
