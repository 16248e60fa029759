"""Two ways to answer the same questions: a person at a terminal, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..model.errors import Exit, LocalaiError

BACK = "← back"


class Back(Exception):  # noqa: N818  it is an answer, not an error
    """The person wants the question before."""


@dataclass(frozen=True)
class Option:
    """One answer: what it stands for, and the words shown."""

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
    def choose(self, question: Question, *, can_go_back: bool = False) -> str:
        """The value of one option. Raises `Back` where that was possible and wanted."""
        ...


@dataclass(frozen=True)
class Unattended:
    """Nobody is there: the recommended answer with `--yes`, else an error that names the flag."""

    yes: bool

    def choose(self, question: Question, *, can_go_back: bool = False) -> str:  # noqa: ARG002
        if self.yes:
            return question.recommended
        raise LocalaiError(
            f"A question has to be answered: {question.words}",
            "There is no terminal to ask it on.",
            f"Answer it with `{question.flag}`, or take what is recommended with `--yes`.",
            Exit.NEEDS_YES,
        )


class Terminal:
    """questionary on the terminal. End of input and Ctrl-C leave everything as it was."""

    def choose(self, question: Question, *, can_go_back: bool = False) -> str:
        import questionary

        from . import console

        console.err().print(f"\n{question.why}  ({question.flag})", style="dim", markup=False)
        choices = [questionary.Choice(one.words, value=one.value) for one in question.options]
        if can_go_back:
            choices.append(questionary.Choice(console.plain(BACK), value=BACK))
        prompt = questionary.select(
            question.words,
            choices=choices,
            default=question.recommended,
            qmark="?",
            instruction=" ",
        )
        answer = prompt.unsafe_ask()
        if answer == BACK:
            raise Back
        assert isinstance(answer, str)
        return answer


def yes_or_no(words: str, why: str, flag: str, recommended: str = "yes") -> Question:
    options: Sequence[Option] = (Option("yes", "Yes"), Option("no", "No"))
    return Question(words, why, flag, tuple(options), recommended)
