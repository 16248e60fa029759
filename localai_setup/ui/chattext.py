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
    """A piece of the answer, at once, in whatever the terminal can show."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


def end() -> None:
    sys.stdout.write("\n")
    sys.stdout.flush()
