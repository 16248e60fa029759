"""A question as a list with a cursor: rows wrap at the edge, and the list shrinks to its answer."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from . import console
from .conversation import BACK, Explain, Option, Question, in_own_letters, index_of

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from questionary import Question as Prompt

#: columns before the words of a row, the pointer among them; fewer columns for words than the second
#: are no use
POINTER_WIDTH, LEAST_WIDTH = 3, 20
STYLE = [("question", "bold"), ("pointer", "fg:ansicyan bold"), ("highlighted", "fg:ansicyan bold")]


def ask(question: Question, options: Sequence[Option], cursor: str) -> str | Explain:
    """The value of the chosen option, or that `?` was typed.

    Raises:
        KeyboardInterrupt, EOFError: the person leaves.

    """
    answer: str | Explain = _prompt(question, options, cursor).unsafe_ask()
    if isinstance(answer, str) and answer != BACK:
        words = options[index_of(options, answer)].words.splitlines()[0]
        console.say(f"{question.words}  » {words}")
    return answer


def _prompt(question: Question, options: Sequence[Option], cursor: str) -> Prompt:
    import questionary
    from prompt_toolkit.key_binding import merge_key_bindings
    from prompt_toolkit.output import create_output

    output = create_output(stdout=sys.stderr)
    if hasattr(output, "enable_cpr"):
        output.enable_cpr = False  # its answer would be waited for, and could be taken for keys
    prompt = questionary.select(
        _wrapped(f"{question.words}\n{question.why}".rstrip(), 1),
        choices=[questionary.Choice(wrapped(one.words), value=one.value) for one in options],
        default=options[index_of(options, cursor)].value,
        qmark="",
        instruction=" ",
        pointer=in_own_letters("»"),
        style=questionary.Style(STYLE),
        output=output,
        erase_when_done=True,
    )
    own = [prompt.application.key_bindings] if prompt.application.key_bindings else []
    keys = _keys(_pointed_at(prompt), can_go_back=options[-1].value == BACK)
    prompt.application.key_bindings = merge_key_bindings([*own, keys])
    return prompt


def _pointed_at(prompt: Prompt) -> Callable[[], str]:
    """The value under the cursor."""
    from questionary.prompts.common import InquirerControl

    controls = prompt.application.layout.find_all_controls()
    shown = next(one for one in controls if isinstance(one, InquirerControl))
    return lambda: str(shown.get_pointed_at().value)


def _keys(pointed_at: Callable[[], str], *, can_go_back: bool) -> KeyBindings:
    """What questionary does not know: `?`, the way back, and the end of input."""
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()
    keys.add("?")(lambda event: event.app.exit(result=Explain(pointed_at())))
    keys.add("c-d")(lambda event: event.app.exit(exception=EOFError()))

    def back(event: KeyPressEvent) -> None:
        if can_go_back:
            event.app.exit(result=BACK)

    keys.add("left")(back)
    return keys


def wrapped(words: str) -> str:
    """A row right of the pointer, never cut at the edge."""
    return _wrapped(words, POINTER_WIDTH)


def _wrapped(words: str, indent: int) -> str:
    width = max(LEAST_WIDTH, shutil.get_terminal_size().columns - indent - 1)
    lines = [line for one in words.splitlines() for line in textwrap.wrap(one, width)]
    return in_own_letters(("\n" + " " * indent).join(lines))
