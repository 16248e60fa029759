"""A question as numbered lines that are answered by typing: nothing moves, so a screen reader can follow."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from . import console
from .conversation import BACK, Explain, Option, Question, index_of


def ask(question: Question, options: Sequence[Option], cursor: str) -> str | Explain:
    """The value of the chosen option, or that `?` was typed. Asks again for what is no answer.

    Raises:
        KeyboardInterrupt, EOFError: the person leaves.

    """
    first = index_of(options, cursor) + 1
    console.say(f"{question.words}\n{question.why}".rstrip())
    for number, option in enumerate(options, 1):
        head, *more = option.words.splitlines()
        console.say("\n".join([f"  {number}. {head}", *(f"     {line}" for line in more)]))
    while True:
        console.say(f"Type a number, Enter for {first}, or ? for an explanation:")
        typed = _line()
        if typed == "?":
            return Explain(options[first - 1].value)
        found = _meant(typed, options, first)
        if found:
            return found
        console.say(f"{typed!r} is not one of 1 to {len(options)}.")


def _line() -> str:
    """What was typed. Letters that are none are no answer."""
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        return "(unreadable)"
    if not line:
        raise EOFError
    return line.strip().lower()


def _meant(typed: str, options: Sequence[Option], first: int) -> str:
    """The option by its number, the first letter of `back`, `yes` or `no`, or by Enter alone."""
    if not typed:
        return options[first - 1].value
    if typed.isdecimal() and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1].value
    letters = {"yes": "y", "no": "n", BACK: "b"}
    return next((one.value for one in options if letters.get(one.value) == typed[:1]), "")
