"""Questions to the person at the terminal, or their recommended answers where nobody is there.

Every question has a flag that answers it, so that a script never needs a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from ..model.errors import Exit, LocalaiError
from . import console, typed_ahead

BACK = "← back"
KEYS = "Arrow keys move, Enter chooses, ? explains, Ctrl-C leaves."


class Back(Exception):  # noqa: N818  it is an answer, not an error
    """The person wants the question before."""


@dataclass(frozen=True)
class Option:
    """One answer: what it stands for, the words shown (on more than one line where they are long), and
    what `?` tells about it.
    """

    value: str
    words: str
    more: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked, why, and the flag that answers it without asking.

    `more` is shown when `?` is typed. `cursor` is the option to begin at where that is not the
    recommended one: an earlier answer, for example.
    """

    words: str
    why: str
    flag: str
    options: tuple[Option, ...]
    recommended: str
    more: str = ""
    cursor: str = ""


@dataclass(frozen=True)
class Explain:
    """`?` was typed while this option was under the cursor."""

    cursor: str


class Asker(Protocol):
    """Whoever answers."""

    def choose(self, question: Question, *, can_go_back: bool = False) -> str:
        """The value of one option.

        Raises:
            Back: that was possible and requested.
            LocalaiError: nobody is there to answer.
            KeyboardInterrupt, EOFError: the person leaves.

        """
        ...


@dataclass(frozen=True)
class Unattended:
    """Nobody is there: the recommended answer with `--yes`, else an error that names the flag."""

    yes: bool

    def choose(self, question: Question, *, can_go_back: bool = False) -> str:  # noqa: ARG002
        if self.yes:
            return question.recommended
        flag = question.flag
        take = "" if flag == "--yes" else ", or take what is recommended with `--yes`"
        raise LocalaiError(
            f"A question has to be answered: {question.words}",
            f"There is no terminal to ask it on. {question.why}".rstrip(),
            f"Answer it with `{flag}`{take}.",
            Exit.NEEDS_YES,
        )


class Terminal:
    """A list with a cursor on stderr, or numbered lines where `console.is_plain`.

    End of input and Ctrl-C leave everything as it was. What was typed before a question stood there
    is no answer to it.
    """

    def choose(self, question: Question, *, can_go_back: bool = False) -> str:
        from . import choosing, numbered

        options = [*question.options, *([Option(BACK, BACK)] if can_go_back else [])]
        ask = numbered.ask if console.is_plain() else choosing.ask
        console.say("")
        if not console.is_plain():
            _name_keys()
        typed_ahead.discard()
        answer = ask(question, options, question.cursor or question.recommended)
        while isinstance(answer, Explain):
            console.say(_explained(question, options[index_of(options, answer.cursor)]))
            answer = ask(question, options, answer.cursor)
        if answer == BACK:
            raise Back
        return answer


def asker_of(*, yes: bool) -> Asker:
    """The person at the terminal, or nobody: there is no terminal, or a flag has answered all."""
    return Terminal() if console.is_interactive() and not yes else Unattended(yes)


@cache
def _name_keys() -> None:
    """Once for all questions."""
    console.say(KEYS, style="dim")


def _explained(question: Question, option: Option) -> str:
    """What `?` tells: about the question, about the option under the cursor, and for scripts."""
    script = f"In a script, `{question.flag}` answers this question."
    about = question.more or ("" if option.more else question.why)
    words = [about, option.more, script]
    return "\n".join(["", *filter(None, words), ""])


def index_of(options: Sequence[Option], value: str) -> int:
    """Where this option stands; the first where there is none."""
    values = [one.value for one in options]
    return values.index(value) if value in values else 0


def in_own_letters(words: str) -> str:
    """As the terminal can show them: prompt_toolkit writes bytes of its own."""
    encoding = sys.stderr.encoding or "ascii"
    return words.encode(encoding, "localai").decode(encoding)


def yes_or_no(
    words: str, why: str, flag: str, recommended: str = "yes", more: str = ""
) -> Question:
    """Two options, `yes` and `no`."""
    options = (Option("yes", "Yes"), Option("no", "No"))
    return Question(words, why, flag, options, recommended, more)
