"""The consoles that everything is printed on: data to stdout, all else to stderr."""

from __future__ import annotations

import os
import sys
from functools import cache
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console


@cache
def out() -> Console:
    return _console(sys.stdout)


@cache
def err() -> Console:
    return _console(sys.stderr)


def _console(file: TextIO) -> Console:
    from rich.console import Console

    if isinstance(file, TextIOWrapper):
        file.reconfigure(errors="replace")
    return Console(
        file=file,
        highlight=False,
        no_color=bool(os.environ.get("NO_COLOR")) or None,
        soft_wrap=False,
    )


def without_colours() -> None:
    """Tell every library the way that all of them understand."""
    os.environ["NO_COLOR"] = "1"


def plain(text: str) -> str:
    """The text as the terminal's encoding can show it; signs that it lacks become plain ones."""
    encoding = sys.stderr.encoding or "ascii"
    for sign, instead in PLAIN.items():
        if sign.encode(encoding, "ignore") == b"":
            text = text.replace(sign, instead)
    return text


#: signs that we print → what an ASCII terminal gets
PLAIN = {
    "✓": "ok",
    "✗": "x",
    "←": "<-",
    "→": "->",
    "…": "...",
    "“": '"',
    "”": '"',
    "·": "-",
    "\u2013": "-",
    "█": "#",
}


def is_interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def say(text: str, **how: Any) -> None:
    """A line for a person, on stderr."""
    err().print(plain(text), markup=False, **how)
