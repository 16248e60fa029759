"""How far a step is: a bar on a terminal, a line per step elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..model.progress import Progress, Report
from ..model.sizes import rate_words, size_words
from . import console

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import ProgressColumn

#: columns of a terminal that a name, a bar, sizes and the time left fit into
WIDE = 80
#: columns of the longest size, "99,999.9 of 99,999.9 MB", and a blank
SIZE_WIDTH = 24
#: columns of everything but the name, on a wide terminal: bar, sizes, rate and time
OTHERS_WIDTH = 8 + SIZE_WIDTH + 10 + 6 + 4
#: The time left is estimated from the last 1000 updates and 30 s: told more often, from fewer seconds.
UPDATE_SECONDS = 0.1


@contextmanager
def shown() -> Iterator[Report]:
    """A `Report` that shows what it is told, on stderr."""
    if not console.err().is_terminal or console.err().is_dumb_terminal or console.asked_plain():
        yield _Lines()
        return
    from rich.progress import Progress as Bar

    with Bar(*_columns(console.err().width), console=console.err(), transient=True) as bar:
        yield _Line(bar)


def _columns(width: int) -> tuple[ProgressColumn, ...]:
    """What a terminal of this width has room for: sizes matter more than the bar and the whole name."""
    from rich.progress import BarColumn, TextColumn
    from rich.table import Column

    size = TextColumn("{task.fields[size]}")
    if width >= WIDE:
        rate = TextColumn("{task.fields[rate]}")
        name = Column(no_wrap=True, overflow="ellipsis", max_width=width - OTHERS_WIDTH)
        left = _left()
        return TextColumn("{task.description}", table_column=name), BarColumn(8), size, rate, left
    name = Column(no_wrap=True, overflow="ellipsis", max_width=max(8, width - SIZE_WIDTH - 1))
    return TextColumn("{task.description}", table_column=name), size


def _left() -> ProgressColumn:
    """The time left of what has a rate; a detail tells it itself."""
    from rich.progress import Task, TimeRemainingColumn
    from rich.text import Text

    class Left(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) if task.fields["rate"] else Text()

    return Left(compact=True)


class _Line:
    """One line that tells what is done now; each new thing starts from nothing."""

    def __init__(self, bar: Bar) -> None:
        self.bar = bar
        self.last, self.updated = "", 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.what != self.last:
            self.last = progress.what
            for old in self.bar.task_ids:
                self.bar.remove_task(old)
            self.bar.add_task(named(progress), total=progress.total, size=_size(progress), rate="")
            tell_resumed(progress)
        elif time.monotonic() - self.updated < UPDATE_SECONDS and progress.done != progress.total:
            return
        self.updated = time.monotonic()
        task = self.bar.task_ids[0]
        moved = progress.total and not progress.detail
        rate = _rate(self.bar.tasks[0].speed if moved else None)
        self.bar.update(task, completed=progress.done, size=_size(progress), rate=rate)


def _size(progress: Progress) -> str:
    """How many bytes of how many, where somebody knows, else the detail."""
    if progress.detail:
        return progress.detail
    if not progress.total:
        return ""
    return f"{size_words(progress.done, 2)} of {size_words(progress.total, 2)}"


def _rate(speed: float | None) -> str:
    """Bytes per second in words; nothing before anybody can tell."""
    return rate_words(speed) if speed else ""


def named(progress: Progress) -> str:
    """`Step 2 of 4: m.gguf`."""
    return f"{_step(progress)}{progress.what}"


def _step(progress: Progress) -> str:
    return f"Step {progress.step} of {progress.steps}: " if progress.steps else ""


def tell_resumed(progress: Progress) -> None:
    """Where a download goes on, said once and left standing."""
    if progress.resumed and progress.total:
        share = 100 * progress.resumed / progress.total
        console.say(f"  {progress.what}: goes on at {share:.0f} %; that much was here already")


class _Lines:
    """Says each new thing once."""

    def __init__(self) -> None:
        self.last = ""

    def __call__(self, progress: Progress) -> None:
        if progress.what != self.last:
            self.last = progress.what
            console.say(f"  {named(progress)}")
            tell_resumed(progress)
