"""What is being looked at, as a list that grows its marks; one line where lines may only be added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from . import console

#: says that this topic is done
Done = Callable[[str], None]


@contextmanager
def shown(topics: Sequence[str]) -> Iterator[Done]:
    """The list while the work is done; it makes room for what was found."""
    console.say("Looking at this machine…")
    if console.is_plain():
        yield lambda _: None
        return
    from rich.live import Live

    done: set[str] = set()
    with Live(
        _text(topics, done), console=console.err(), transient=True, auto_refresh=False
    ) as live:

        def mark(topic: str) -> None:
            done.add(topic)
            live.update(_text(topics, done), refresh=True)

        yield mark


def _text(topics: Sequence[str], done: set[str]) -> str:
    """A line for each topic, in the terminal's own letters."""
    from .conversation import in_own_letters

    lines = [f"  {'✓' if one in done else '·'} {one}" for one in topics]
    return in_own_letters("\n".join(lines))
