"""What a report may be about by its words alone: said as a possibility, with the way to learn more."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.finding import Finding
from .findingtext import say_fixes, say_line, say_prose

ONE = "No message in it says so outright, but by its words it may be about this:"
SEVERAL = "No message in it says so outright, but by its words it may be about one of these:"
MORE = "If it is none of these, by its words it may be about this:"


def suggestions(found: Sequence[Finding]) -> None:
    """The likeliest first; nothing where there is none."""
    _say(ONE if len(found) == 1 else SEVERAL, found)


def more(found: Sequence[Finding]) -> None:
    """The same behind the causes of a complaint."""
    if found:
        say_line("")
    _say(MORE, found)


def steps(found: Sequence[Finding]) -> None:
    """What to do if it is one of these pages, as it goes on the machine and engine of the text."""
    for one in found:
        say_line("")
        say_prose(f"If it is this: {one.title}", "", "  ")
        say_fixes(one.fixes)
        say_line("")


def _say(heading: str, found: Sequence[Finding]) -> None:
    if not found:
        return
    say_prose(heading, "", "  ")
    for one in found:
        say_line("")
        say_prose(f"· {one.title}", "", "  ")
        say_prose(one.what, "  ")
        say_line(f"  More: localai explain {one.id}")
    say_line("")
