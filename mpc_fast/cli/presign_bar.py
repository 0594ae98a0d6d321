"""What is shown while presignatures are made."""

import time
from typing import TYPE_CHECKING, Final

from ..protocols.local import PresignState
from .fill_bar import duration
from .output import BarOnTerminal, note

if TYPE_CHECKING:
    from rich.progress import Progress

_REACHED: Final = {"round 1": 0.05, "round 2": 0.4, "round 3": 0.86, "round 4": 0.98}
"""The part of a session's time that lies before a round."""
_ENOUGH: Final = 0.3
"""Of the first session: less of it does not tell how long the whole takes."""


class PresignBar(BarOnTerminal):
    """A progress callback of presign: on a terminal a bar, elapsed time and ETA; elsewhere a line for each finished
    session."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

        text = TextColumn("{task.description}", markup=False)
        left = TextColumn("{task.fields[left]}", markup=False)
        super().__init__(SpinnerColumn(), text, BarColumn(), TimeElapsedColumn(), left)
        self._began = time.monotonic()
        self._done = 0

    def __call__(self, state: PresignState, stage: str) -> bool:
        """Shows the state; True: go on."""
        completed = state.done + state.chunk * _REACHED.get(stage, 0.0)
        left = self._outlook(state, completed)
        if self._bar is not None:
            self._show(self._bar, state, stage, completed, left)
        elif state.done > self._done:
            text = f"{state} after {duration(time.monotonic() - self._began)}"
            note(f"{text}, {left}" if left else text)
        self._done = state.done
        return True

    def _outlook(self, state: PresignState, completed: float) -> str:
        if completed >= state.wanted or (state.done == 0 and completed < _ENOUGH * state.chunk):
            return ""
        elapsed = time.monotonic() - self._began
        return f"about {duration(elapsed * (state.wanted - completed) / completed)} left"

    def _show(self, bar: "Progress", state: PresignState, stage: str, completed: float, left: str) -> None:
        if not bar.task_ids:
            bar.add_task("", total=state.wanted, left="")
        text = f"{state}: {stage}" if stage else str(state)
        bar.update(bar.task_ids[0], description=text, completed=completed, left=left)
