"""The text of a file whose encoding nobody states: Unicode first, then what Excel writes."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
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
SAMPLE_BYTES = 4096
#: Of UTF-16 without a mark: in Western texts every other byte is zero, and the bytes between are not.
ZEROS, NO_ZEROS = 0.7, 0.1


@dataclass(frozen=True)
class Decoded:
    """`guessed_line` is the first line that is not in Unicode, counted from 1; None where all is."""

    text: str
    guessed_line: int | None = None


def decode(content: bytes) -> Decoded:
    """The text. Bytes that no encoding explains become U+FFFD, so that reading never fails."""
    stated = next((name for mark, name in MARKS if content.startswith(mark)), _unmarked(content))
    if stated:
        return Decoded(content.decode(stated, errors="replace"))
    try:
        return Decoded(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _by_line(content.split(b"\n"))


def _unmarked(content: bytes) -> str | None:
    """UTF-16 whose mark was lost, by its zeros."""
    sample = content[:SAMPLE_BYTES]
    even, odd = (part.count(0) / (len(part) or 1) for part in (sample[::2], sample[1::2]))
    if odd > ZEROS and even < NO_ZEROS:
        return "utf-16-le"
    return "utf-16-be" if even > ZEROS and odd < NO_ZEROS else None


def _by_line(lines: Sequence[bytes]) -> Decoded:
    """Of a file that is not Unicode as a whole: its lines may come from files of different encodings."""
    texts, guessed = [], None
    for number, line in enumerate(lines, 1):
        try:
            texts.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(line.decode(FALLBACK, errors="replace"))
            guessed = guessed or number
    return Decoded("\n".join(texts), guessed)
