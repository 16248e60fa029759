"""A conversation on the terminal."""

from __future__ import annotations

import sys


def read_words() -> str | None:
    """What the person typed; None at the end of input."""
    sys.stderr.write("\n> ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def piece(text: str) -> None:
    """A piece of the answer, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def end() -> None:
    sys.stdout.write("\n")
    sys.stdout.flush()
