"""One known problem at length, as its page has it, and how to get help where nothing is known."""

from __future__ import annotations

from ..model.finding import Finding
from ..model.known import KnownProblems
from . import console
from .findingtext import say_fixes, say_line, say_prose

HELP = (
    "To ask somebody: attach the redacted page that this writes, and the text itself:",
    "  localai doctor --report page.html",
    "Errors stand near the top or the end of a log; `localai explain FILE` reads a whole one.",
)


def ask_somebody() -> None:
    for line in HELP:
        console.say_unwrapped(line)


def tell(one: Finding, known: KnownProblems) -> None:
    """What you see, why, how to fix it here, how to check, what it is mixed up with, sources."""
    problem = known.by_id[one.id].problem
    say_prose(one.title, "", "", "bold")
    say_prose(f"What you see: {problem.seen}", "", "  ")
    say_prose(f"Why: {one.why}", "", "  ")
    say_line("What to do:")
    say_fixes(one.fixes)
    if problem.confused_with:
        say_line("Often confused with:")
        for name in problem.confused_with:
            say_line(f"  {name}: {_title(name, known)}")
    if problem.leads_to:
        say_line("Can lead to:")
        for name in problem.leads_to:
            say_line(f"  {name}: {_title(name, known)}")
    if problem.sources:
        say_line("Sources:")
        for source in problem.sources:
            say_line(f"  {source}")
    say_line(f"The page: {one.docs}")


def _title(name: str, known: KnownProblems) -> str:
    one = known.by_id.get(name)
    return one.problem.title if one else "not a problem that localai knows"
