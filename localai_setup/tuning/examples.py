"""A person's examples, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SYSTEM, USER, ASSISTANT = "system", "user", "assistant"


@dataclass(frozen=True)
class Turn:
    """One message; `role` is `system`, `user` or `assistant`, `text` has no blanks around it."""

    role: str
    text: str


def place(line: int, file: str, number: int = 0) -> str:
    """`line 3`, `line 3 of letter.txt`; `example 3` where lines do not tell."""
    if number:
        return f"example {number}"
    return f"line {line} of {file}" if file else f"line {line}"


@dataclass(frozen=True)
class Example:
    """A conversation that ends with the answer to be learned. `line` is where it begins in its file, `file`
    the name of that in a folder; empty where a file was named. `number` is its own, from 1, where several
    stand in one line of the file, and 0 where the line tells which one it is.
    """

    line: int
    turns: tuple[Turn, ...]
    file: str = ""
    number: int = 0

    @property
    def place(self) -> str:
        return place(self.line, self.file, self.number)

    @property
    def question(self) -> tuple[Turn, ...]:
        return self.turns[:-1]

    @property
    def answer(self) -> str:
        return self.turns[-1].text


class Weight(Enum):
    """What a fault does to the training."""

    #: the example cannot be used and is left out
    LEFT_OUT = "left-out"
    #: it is used; the person should know
    WARNING = "warning"


class Kind(Enum):
    """What is wrong, for programs; the words are for people."""

    UNREADABLE = "unreadable"
    UNKNOWN_FORM = "unknown-form"
    WRONG_ROLES = "wrong-roles"
    NO_ANSWER = "no-answer"
    EMPTY = "empty"
    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    TEMPLATE_TOKENS = "template-tokens"
    PERSONAL = "personal-data"
    SECRET = "secret"  # noqa: S105
    TOO_LONG = "too-long"
    FEW = "few-examples"
    ONE_ANSWER = "one-answer"
    SYSTEM_IN_SOME = "system-message-in-some"
    ENCODING = "encoding"
    STYLE_ONLY = "style-only"


class FormError(ValueError):
    """A record that cannot be read; `kind` says how, the message tells it to a person."""

    def __init__(self, kind: Kind, words: str) -> None:
        super().__init__(words)
        self.kind = kind


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `line` is None where it concerns all examples together; `file` and `number`
    are as in an example.
    """

    kind: Kind
    words: str
    line: int | None = None
    weight: Weight = Weight.WARNING
    file: str = ""
    number: int = 0

    @property
    def place(self) -> str:
        """Empty where it concerns all."""
        return "" if self.line is None else place(self.line, self.file, self.number)


@dataclass(frozen=True)
class Data:
    """What was read: the usable examples, and what is wrong. `form` is the shape in words."""

    form: str
    examples: tuple[Example, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def count_words(self) -> str:
        """`1 example`, `104 examples`."""
        count = len(self.examples)
        return f"{count} example{'' if count == 1 else 's'}"
