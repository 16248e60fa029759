"""A conversation on the terminal."""

from __future__ import annotations

import sys

#: words that end a conversation, as people know them from other programs
LEAVING = {"/bye", "/exit", "/quit", "exit", "quit"}


def read_words() -> str | None:
    """What the person typed; None at the end of input, or when they want to leave."""
    sys.stderr.write("\n> ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    return None if not line or line.strip().lower() in LEAVING else line.rstrip("\n")


def piece(text: str) -> None:
    """A piece of the answer, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def end() -> None:
    sys.stdout.write("\n")
    sys.stdout.flush()
