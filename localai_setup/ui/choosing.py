"""A question as a list with a cursor: rows wrap at the edge, and the list shrinks to its answer."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import console
from .conversation import BACK, Explain, Option, Question, in_own_letters, index_of

if TYPE_CHECKING:
    from prompt_toolkit.application import Application
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

#: columns before the words of a row, the pointer among them; fewer columns for words than the second
#: are no use
POINTER_WIDTH, LEAST_WIDTH = 3, 20
STYLE = {"question": "bold", "why": "", "chosen": "bold ansicyan", "row": ""}


@dataclass
class List:
    """The rows and where the cursor stands."""

    question: Question
    options: Sequence[Option]
    at: int
    app: Application[str | Explain] | None = field(default=None, init=False)

    def move(self, by: int) -> None:
        """Round at both ends."""
        self.at = (self.at + by) % len(self.options)

    @property
    def value(self) -> str:
        return self.options[self.at].value

    def text(self) -> StyleAndTextTuples:
        """Anew at each change, also of the terminal's size."""
        rows: StyleAndTextTuples = [("class:question", f"{_wrapped(self.question.words, 0)}\n")]
        if self.question.why:
            rows.append(("class:why", f"{_wrapped(self.question.why, 0)}\n"))
        for number, option in enumerate(self.options):
            is_chosen = number == self.at
            rows += [("[SetCursorPosition]", "")] if is_chosen else []
            mark = in_own_letters(" » ") if is_chosen else "   "
            style = "class:chosen" if is_chosen else "class:row"
            rows.append((style, f"{mark}{wrapped(option.words)}\n"))
        return rows


def ask(question: Question, options: Sequence[Option], cursor: str) -> str | Explain:
    """The value of the chosen option, or that `?` was typed.

    Raises:
        KeyboardInterrupt, EOFError: the person leaves.

    """
    shown = List(question, options, index_of(options, cursor))
    answer = _application(shown).run()
    if isinstance(answer, str) and answer != BACK:
        words = options[index_of(options, answer)].words.splitlines()[0]
        console.say(f"{question.words}  » {words}")
    return answer


def _application(shown: List) -> Application[str | Explain]:
    from prompt_toolkit.application import Application
    from prompt_toolkit.layout import FormattedTextControl, Layout, Window
    from prompt_toolkit.output import create_output
    from prompt_toolkit.styles import Style

    output = create_output(stdout=sys.stderr)
    if hasattr(output, "enable_cpr"):
        output.enable_cpr = False  # its answer would be waited for, and could be taken for keys
    control = FormattedTextControl(shown.text, focusable=True, show_cursor=False)
    return Application(
        layout=Layout(Window(control, dont_extend_height=True)),
        key_bindings=_keys(shown),
        style=Style.from_dict(STYLE),
        erase_when_done=True,
        output=output,
    )


def _keys(shown: List) -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()
    for names, by in ((("up", "k", "c-p"), -1), (("down", "j", "c-n", "tab"), 1)):
        for name in names:
            keys.add(name)(lambda _event, by=by: shown.move(by))
    keys.add("enter")(lambda event: event.app.exit(result=shown.value))
    keys.add("?")(lambda event: event.app.exit(result=Explain(shown.value)))
    keys.add("c-c")(lambda event: event.app.exit(exception=KeyboardInterrupt()))
    keys.add("c-d")(lambda event: event.app.exit(exception=EOFError()))

    def back(event: KeyPressEvent) -> None:
        if shown.options[-1].value == BACK:
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
