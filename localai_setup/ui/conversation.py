"""Two ways to answer the same questions: a person at a terminal, or nobody."""

from __future__ import annotations

import shutil
import sys
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..model.errors import Exit, LocalaiError
from . import console, typed_ahead

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyBindings
    from questionary import Question as Prompt

BACK = "← back"
#: what questionary sets before the words of an answer
POINTER_WIDTH, LEAST_WIDTH = 3, 20


class Back(Exception):  # noqa: N818  it is an answer, not an error
    """The person wants the question before."""


@dataclass(frozen=True)
class Option:
    """One answer: what it stands for, and the words shown, on more than one line where they are long."""

    value: str
    words: str


@dataclass(frozen=True)
class Question:
    """What is asked, why, and the flag that answers it without asking."""

    words: str
    why: str
    flag: str
    options: tuple[Option, ...]
    recommended: str


class Asker(Protocol):
    """Whoever answers."""

    def choose(self, question: Question, *, can_go_back: bool = False) -> str:
        """The value of one option.

        Raises:
            Back: that was possible and wanted.
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
    """questionary on stderr. End of input and Ctrl-C leave everything as it was.

    What was typed before a question stood there is no answer to it.
    """

    def choose(self, question: Question, *, can_go_back: bool = False) -> str:
        console.say(f"\n{question.why}  ({question.flag})", style="dim")
        typed_ahead.discard()
        answer = _prompt(question, can_go_back=can_go_back).unsafe_ask()
        if answer == BACK:
            raise Back
        assert isinstance(answer, str)
        return answer


def _prompt(question: Question, *, can_go_back: bool) -> Prompt:
    import questionary
    from prompt_toolkit.key_binding import merge_key_bindings
    from prompt_toolkit.output import create_output

    choices = [questionary.Choice(wrapped(one.words), value=one.value) for one in question.options]
    if can_go_back:
        choices.append(questionary.Choice(_shown(BACK), value=BACK))
    prompt = questionary.select(
        _shown(question.words),
        choices=choices,
        default=question.recommended,
        qmark="?",
        instruction=" ",
        pointer=_shown("»"),
        output=create_output(stdout=sys.stderr),
    )
    own = [prompt.application.key_bindings] if prompt.application.key_bindings else []
    prompt.application.key_bindings = merge_key_bindings([*own, _end_of_input()])
    return prompt


def wrapped(words: str) -> str:
    """Never cut at the edge: a row of the list does not wrap by itself, and stands right of a pointer."""
    width = max(LEAST_WIDTH, shutil.get_terminal_size().columns - POINTER_WIDTH - 1)
    lines = [line for one in words.splitlines() for line in textwrap.wrap(one, width)]
    return _shown(("\n" + " " * POINTER_WIDTH).join(lines))


def _end_of_input() -> KeyBindings:
    """Ctrl-D leaves; questionary itself ignores it."""
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    bindings = KeyBindings()

    @bindings.add("c-d")
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError())

    return bindings


def _shown(words: str) -> str:
    """In the terminal's own letters: prompt_toolkit writes bytes of its own."""
    encoding = sys.stderr.encoding or "ascii"
    return words.encode(encoding, "localai").decode(encoding)


def yes_or_no(words: str, why: str, flag: str, recommended: str = "yes") -> Question:
    return Question(words, why, flag, (Option("yes", "Yes"), Option("no", "No")), recommended)
