"""Words of a command as the shells of this system take them, for commands that are printed to be pasted."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable

BACKSLASH = "\\"
#: What neither cmd nor PowerShell takes apart: letters and digits of any script, and these.
_PLAIN_ON_WINDOWS = re.compile(r"[\w@+=:./\\~-]+")


def line(words: Iterable[str]) -> str:
    """The whole command."""
    return " ".join(map(word, words))


def word(text: str) -> str:
    """One word of it. In double quotes on Windows: cmd takes single ones for letters of the word.

    A backslash before the closing quote is doubled there: programs take the quote for a letter else.
    """
    if sys.platform != "win32":
        return shlex.quote(text)
    if _PLAIN_ON_WINDOWS.fullmatch(text):
        return text
    at_end = text[len(text.rstrip(BACKSLASH)) :]
    return f'"{text}{at_end}"'
