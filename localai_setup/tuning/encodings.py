"""The text of a file whose encoding nobody states: Unicode first, then what Excel writes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

#: Byte order marks, longest first: UTF-32's begins with UTF-16's.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What a spreadsheet on a Western Windows writes.
FALLBACK = "cp1252"


@dataclass(frozen=True)
class Decoded:
    """`encoding` is None for UTF-8, which needs no word."""

    text: str
    encoding: str | None


def decode(content: bytes) -> Decoded:
    """The text. Bytes that no encoding explains become U+FFFD, so that reading never fails."""
    mark = next((name for mark, name in MARKS if content.startswith(mark)), None)
    if mark:
        stated = None if mark == "utf-8-sig" else mark
        return Decoded(content.decode(mark, errors="replace"), stated)
    try:
        return Decoded(content.decode("utf-8"), None)
    except UnicodeDecodeError:
        return Decoded(content.decode(FALLBACK, errors="replace"), FALLBACK)
