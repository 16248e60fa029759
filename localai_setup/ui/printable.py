"""Text from elsewhere (a model, a recording, a device's name) without what a terminal would obey."""

from __future__ import annotations

import re

#: Sequences by which a terminal is told something (ECMA-48): strings such as a title or the clipboard
#: (ended by BEL or ST, or not at all), then control sequences, then two-character escapes.
_SEQUENCES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,16}[@-~]?"
    r"|\x1b[ -/]{0,4}[0-~]?"
)
#: Control characters but line feed and tab, and those that turn the direction of writing.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text as it may be shown; CR LF becomes a line feed."""
    if text.isprintable():
        return text
    return _CONTROLS.sub("", _SEQUENCES.sub("", text.replace("\r\n", "\n")))
