"""A file that is named by the person at the terminal, with its name completed by the Tab key."""

from __future__ import annotations

import re
import sys

from . import console, typed_ahead

#: what a shell would take apart, as terminals write it: letters and digits are never among it
_ESCAPED = re.compile(r"\\([^\w/])")


def ask(words: str, why: str) -> str:
    """What was typed or dropped there, without the marks that terminals and file managers put around it.

    Raises:
        KeyboardInterrupt, EOFError: the person leaves.

    """
    console.say(f"\n{words}\n{why}")
    typed_ahead.discard()
    while True:
        typed = plain(_line())
        if typed:
            return typed
        console.say("Type the name of a file, or Ctrl-C to leave:")


def plain(typed: str) -> str:
    """A path as it is: a file that is dropped on a terminal comes in quotation marks, or with a backslash
    before each blank, bracket and the like; a file manager copies it as an address.
    """
    text = typed.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if text.startswith("file:///"):
        return _of_address(text)
    return text if sys.platform == "win32" else _ESCAPED.sub(r"\1", text)


def _of_address(text: str) -> str:
    from urllib.request import url2pathname

    return url2pathname(text.removeprefix("file://"))


def _line() -> str:
    if console.is_plain():
        return _plain_line()
    import questionary
    from prompt_toolkit.output import create_output

    output = create_output(stdout=sys.stderr)
    if hasattr(output, "enable_cpr"):
        output.enable_cpr = False  # its answer would be waited for, and could be taken for keys
    answer: str = questionary.path("", qmark=">", output=output).unsafe_ask()
    return answer


def _plain_line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line
