"""One term of the field, as its entry in the glossary has it."""

from __future__ import annotations

from ..glossary import Term
from .findingtext import say_line, say_prose


def tell(term: Term) -> None:
    """What it means, what that does for the reader, and which terms lead on."""
    others = f" (also: {', '.join(term.also)})" if term.also else ""
    say_prose(f"{term.term}{others}", "", "", "bold")
    say_prose(term.means, "  ")
    if term.matters:
        say_prose(term.matters, "  ")
    if term.see:
        say_line(f"More: {', '.join(f'`localai explain {one}`' for one in term.see)}")
