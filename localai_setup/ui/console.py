"""The consoles that everything is printed on: data to stdout, all else to stderr."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import sys
import textwrap
from functools import cache
from typing import IO, TYPE_CHECKING, Any

from . import spoken
from .printable import printable

if TYPE_CHECKING:
    from rich.console import Console

#: signs that we print → what a terminal without them gets
PLAIN = {
    "✓": "ok",
    "»": ">",
    "✗": "x",
    "←": "<-",
    "→": "->",
    "…": "...",
    "“": '"',
    "”": '"',
    "·": "-",
    "•": "-",
    "\u2013": "-",
}
#: set where everything is to be readable line by line, by a screen reader for example
PLAIN_VARIABLE = "LOCALAI_PLAIN"
#: stands for a blank inside a command while lines are broken
_GLUE = "\ufffc"

#: a line that is a path, which may hold blanks
_PATH = re.compile(r"\s*(?:[/~]|[A-Za-z]:\\)\S")
#: what stands before the words of a line: columns, a label, a number
_BEFORE = re.compile(r"(?:.*\S {2,}|\s*(?:[A-Z]\w*:|\d+\.) +)(?=\S)")


def prepare() -> None:
    """Make the standard streams safe to use: closed ones are nowhere, foreign letters no error."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, "w" if number else "r", encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, nowhere)
    codecs.register_error("localai", _instead)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="localai")


def _instead(error: UnicodeError) -> tuple[str, int]:
    """A plain sign for one that the stream's encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(PLAIN.get(sign, "?") for sign in signs), error.end


@cache
def out() -> Console:
    return _console(stderr=False)


@cache
def err() -> Console:
    return _console(stderr=True)


def quiet() -> None:
    """From now on nothing is said on stderr; errors are told all the same (see `guard.tell`)."""
    err().quiet = True


def _console(*, stderr: bool) -> Console:
    """It looks at each print where the stream goes at that time."""
    from rich.console import Console

    class CleanConsole(Console):
        """Prints no control character of a text: colours are its own, everything else is data."""

        def print(self, *objects: Any, **options: Any) -> None:
            clean = (printable(one) if isinstance(one, str) else one for one in objects)
            super().print(*clean, **options)

    return CleanConsole(
        stderr=stderr,
        highlight=False,
        no_color=bool(os.environ.get("NO_COLOR")) or None,
        soft_wrap=True,
    )


def without_colours() -> None:
    """Tell every library the way that all of them understand."""
    os.environ["NO_COLOR"] = "1"


def be_plain() -> None:
    """Nothing that moves, no boxes, no colours, for this program and those that it starts."""
    os.environ[PLAIN_VARIABLE] = "1"
    without_colours()


def is_plain() -> bool:
    """Whether lines may only be added: it was asked for, or the terminal can do no more, or is none."""
    dumb = os.environ.get("TERM") == "dumb"
    return asked_plain() or dumb or not sys.stderr.isatty()


def asked_plain() -> bool:
    """Whether `--plain` or its variable was given."""
    return bool(os.environ.get(PLAIN_VARIABLE))


def is_interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def say(text: str, style: str | None = None) -> None:
    """Lines for a person, on stderr."""
    spoken.add(text)
    err().print(fitted(text, sys.stderr), markup=False, style=style, soft_wrap=True)


def say_unwrapped(text: str, style: str | None = None) -> None:
    """A line to be pasted, on stderr: never broken, however narrow the terminal is."""
    spoken.add(text)
    err().print(text, markup=False, style=style, soft_wrap=True)


def show(text: str, style: str | None = None) -> None:
    """Lines that were asked for, on stdout."""
    out().print(fitted(text, sys.stdout), markup=False, style=style, soft_wrap=True)


def show_unwrapped(text: str) -> None:
    """A line of another program that was asked for, on stdout: never broken."""
    out().print(text, markup=False, soft_wrap=True)


def fitted(text: str, stream: IO[str]) -> str:
    """Broken into lines as wide as the terminal; whole where the stream is none."""
    if not stream.isatty():
        return text
    return wrapped(text, shutil.get_terminal_size().columns)


def wrapped(text: str, width: int) -> str:
    """Lines broken between words. Paths, addresses and `commands` stay whole, to be pasted.

    A broken line goes on below the beginning of its words.
    """
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    if len(line) <= width or _PATH.match(line):
        return line
    return "\n".join(filled(line, width, "", _below(line, width)))


def filled(text: str, width: int, first: str, later: str) -> list[str]:
    """Lines of at most `width` columns that begin with `first` and `later`; commands stay whole."""
    glued = re.sub(r"`[^`]+`", lambda found: found[0].replace(" ", _GLUE), text)
    lines = textwrap.wrap(
        glued,
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_GLUE, " ") for line in lines]


def _below(line: str, width: int) -> str:
    """The blanks that put what goes on below the words; where they leave too little, below the line."""
    before = _BEFORE.match(line)
    if before and len(before[0]) <= width * 2 // 3:
        return " " * len(before[0])
    indent = line[: len(line) - len(line.lstrip())]
    return indent + "  " if indent else ""
