"""What stood in a file or an answer, told as it stood there: as JSON, never as a language's own form of it."""

from __future__ import annotations

import json

#: Of what is told, so that the line stays one.
SHOWN_CHARS = 80
#: Of an answer that was to be JSON.
SHOWN_BYTES = 60


def as_json(value: object) -> str:
    """A value of plain data, on one line and cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
        if not text.isprintable():  # half a character can be written nowhere
            text = json.dumps(value, default=str)
    except (ValueError, RecursionError):  # a number of too many digits, or nested too deeply
        return "what stands there"
    return text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 1]}…"


def raw(answer: bytes) -> str:
    """The beginning of an answer, between quotation marks."""
    return as_json(answer[:SHOWN_BYTES].decode("utf-8", "replace"))
