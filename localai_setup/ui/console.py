"""The consoles that everything is printed on: data to stdout, all else to stderr."""

from __future__ import annotations

import os
import sys
from functools import cache
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

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
