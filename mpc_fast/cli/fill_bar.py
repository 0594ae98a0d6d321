"""What is shown while a pool is being filled."""

import time
from typing import TYPE_CHECKING

from ..pool import FillRecord
from .output import BarOnTerminal, note

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


class FillBar(BarOnTerminal):
    """A progress callback of fill_pool: on a terminal the stage, a bar, elapsed time and ETA; elsewhere a line for
    each finished set."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

        text = TextColumn("{task.description}", markup=False)
        left = TextColumn("{task.fields[left]}", markup=False)
        super().__init__(SpinnerColumn(), text, BarColumn(), TimeElapsedColumn(), left)
        self.record: FillRecord | None = None
        """The latest; None before the fill has begun."""
        self._began = time.monotonic()

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
