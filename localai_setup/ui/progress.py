"""How far a step is: a bar on a terminal, a line per step elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..model.plan import Progress, Report
from . import console


@contextmanager
def shown() -> Iterator[Report]:
    """A `Report` that shows what it is told, on stderr."""
    if not console.err().is_terminal:
        yield _Lines()
        return
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(20),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console.err(), transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(progress: Progress) -> None:
            words = progress.what
            bar.update(task, description=words, completed=progress.done, total=progress.total)

        yield report


class _Lines:
    """Says each new thing once."""

    def __init__(self) -> None:
        self.last = ""

    def __call__(self, progress: Progress) -> None:
        if progress.what != self.last:
            self.last = progress.what
            console.say(f"  {progress.what}")
