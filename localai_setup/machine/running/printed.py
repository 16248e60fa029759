"""What another program printed, as text."""

from __future__ import annotations

import codecs
import sys
from typing import Literal

#: Windows' code page of its own console programs, that of all others, or none where a file is known
#: to be UTF-8 and may be cut within a letter.
CodePage = Literal["oem", "mbcs", "utf-8"]
#: what is shown of one line, which may be as long as anybody likes
MOST_CHARS = 300


def text(raw: bytes, code_page: CodePage = "mbcs") -> str:
    """UTF-16 where a mark says so, else UTF-8, else the code page: few programs of Windows write UTF-8
    into a pipe. What is in none of them is replaced.
    """
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(code_page if sys.platform == "win32" else "utf-8", "replace")


def last_line(text: str) -> str:
    """The last that holds anything, at most MOST_CHARS of it: mostly what went wrong. Empty where there is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:MOST_CHARS] if lines else ""
