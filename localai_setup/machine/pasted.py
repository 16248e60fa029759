"""A text that somebody pasted: of any size and encoding, read within bounds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

from ..model.errors import Exit, LocalaiError

#: Of a larger text the beginning and the end are read: first errors and last words stand there.
HEAD_BYTES = 4 * 1024 * 1024
TAIL_BYTES = 12 * 1024 * 1024


def read(path: str | None) -> str:
    """The text of a file, or of standard input for None and `-`.

    Raises:
        LocalaiError: it cannot be read.

    """
    if path in (None, "-"):
        return decode(_bounded_stream(sys.stdin.buffer))
    try:
        with Path(str(path)).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            if size <= HEAD_BYTES + TAIL_BYTES:
                return decode(file.read())
            head = file.read(HEAD_BYTES)
            file.seek(-TAIL_BYTES, 2)
            return decode(head + b"\n" + file.read())
    except OSError as error:
        raise LocalaiError(
            f"{path} is neither a known problem nor a file that can be read: {error.strerror}.",
            "`localai explain` reads an error or a log, or tells about one known problem.",
            "Name a file, or pipe a text: `some-program 2>&1 | localai explain -`.",
            Exit.USAGE,
        ) from None


def _bounded_stream(stream: BinaryIO) -> bytes:
    """The head, and of what follows the last part, without keeping all of it."""
    head = stream.read(HEAD_BYTES)
    tail = b""
    while piece := stream.read(TAIL_BYTES):
        tail = (tail + piece)[-TAIL_BYTES:]
    return head + tail


def decode(raw: bytes) -> str:
    """UTF-16 where a mark or its zeros say so, else UTF-8, else Latin-1; nothing is refused."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    sample = raw[:2000]
    if sample.count(b"\0") > len(sample) // 3:
        odd = sample[1::2].count(b"\0") > sample[::2].count(b"\0")
        return raw.decode("utf-16-le" if odd else "utf-16-be", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        broken = raw.decode("utf-8", "replace")
        few = broken.count("\ufffd") < len(broken) / 100
        return broken if few else raw.decode("latin-1")
