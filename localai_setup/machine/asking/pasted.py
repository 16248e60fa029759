"""A text that somebody pasted: of any size and encoding, read within bounds."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ...model.errors import Exit, LocalaiError, nearest
from ...model.sizes import size_words
from ..keeping import plain_files

#: Of a larger text the beginning and the end are read: first errors and last words stand there.
HEAD_BYTES = 4 * 1024 * 1024
TAIL_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
#: A line without end is handed on in pieces of this many characters.
MAX_LINE_CHARS = 4000
#: Of the same line again and again the first ones are read.
MOST_REPEATED = 100
#: Chinese and Japanese sentences have no blanks; no letter of theirs is below this one.
_LATIN_END = "\u2e7f"
#: What an encoding is told by.
SAMPLE_BYTES = 64 * 1024


@dataclass(frozen=True)
class Pasted:
    """The bytes that were read, and what to say where they are not all there were."""

    raw: bytes
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.raw.strip(b"\0 \r\n\t\xef\xbb\xbf\xff\xfe")

    def lines(self) -> Iterator[str]:
        """Line by line, so that a text of many scripts never stands in memory twice."""
        encoding = encoding_of(self.raw[:SAMPLE_BYTES], self.raw)
        text = io.TextIOWrapper(io.BytesIO(self.raw), encoding, errors="replace")
        before, repeated = "", 0
        while line := text.readline(MAX_LINE_CHARS):
            repeated = repeated + 1 if line == before else 0
            before = line
            if repeated < MOST_REPEATED:
                yield line.rstrip("\r\n")


def read(path: str | None, known: Sequence[str] = ()) -> Pasted:
    """The text of a file, of standard input for None and `-`, or the words themselves.

    `known` ids help with a misspelt one.

    Raises:
        LocalaiError: it cannot be read, or nobody pipes anything in.

    """
    if path in (None, "-"):
        return _from_input(path)
    if _is_text(str(path)):
        return Pasted(str(path).encode(errors="replace"))
    try:
        with plain_files.opened_stream(Path(str(path))) as file:
            size = file.seek(0, 2) if file.seekable() else None
            if size is None:
                return _bounded_stream(file)
            file.seek(0)
            return _bounded_file(file, size)
    except OSError as error:
        raise _unreadable(str(path), error.strerror or str(error), known) from None


def _is_text(argument: str) -> bool:
    """Whether an error itself was pasted: words, and no file of that name."""
    if argument.startswith(("/", "~", ".", "\\")) or argument.endswith((".log", ".txt")):
        return False
    try:
        is_sentence = len(argument.split()) > 1 or any(one > _LATIN_END for one in argument)
        return is_sentence and not Path(argument).exists()
    except OSError:
        return True


def _from_input(path: str | None) -> Pasted:
    if path is None and sys.stdin.isatty():
        raise LocalaiError(
            "There is nothing to read: no text was piped in, and no file or id was named.",
            "`localai explain` reads an error or a log, or tells about one known problem or term.",
            "`some-program 2>&1 | localai explain -`, or `localai explain FILE`; with `-` you can "
            "paste a text and end it with Ctrl-D.",
            Exit.USAGE,
        )
    return _bounded_stream(sys.stdin.buffer)


def _unreadable(path: str, why: str, known: Sequence[str]) -> LocalaiError:
    near = nearest(path, known)
    meant = f"Did you mean `localai explain {near}`? " if near else ""
    return LocalaiError(
        f"{path} is neither a known problem, a term, nor a file that can be read: {why}.",
        "`localai explain` reads an error or a log, or tells about one known problem or term.",
        f"{meant}Name a file, or pipe a text: `some-program 2>&1 | localai explain -`.",
        Exit.USAGE,
    )


def _bounded_file(file: BinaryIO, size: int) -> Pasted:
    if size <= HEAD_BYTES + TAIL_BYTES:
        return Pasted(file.read(HEAD_BYTES + TAIL_BYTES))
    head = file.read(HEAD_BYTES)
    file.seek(-TAIL_BYTES, 2)
    return Pasted(head + file.read(TAIL_BYTES), _partly(size))


def _bounded_stream(stream: BinaryIO) -> Pasted:
    """The head, and of what follows the last part, without keeping all of it."""
    head, tail, size = stream.read(HEAD_BYTES), bytearray(), HEAD_BYTES
    while piece := stream.read(PIECE_BYTES):
        size += len(piece)
        tail += piece
        if len(tail) > TAIL_BYTES:
            del tail[: len(tail) - TAIL_BYTES]
    if size <= HEAD_BYTES + TAIL_BYTES:
        return Pasted(head + tail)
    return Pasted(head + tail, _partly(size))


def _partly(size: int) -> str:
    return (
        f"The text has {size_words(size)}; its first {size_words(HEAD_BYTES)} and last "
        f"{size_words(TAIL_BYTES)} were read. Cut out the part around an error to look at it alone."
    )


def encoding_of(sample: bytes, raw: bytes | None = None) -> str:
    """UTF-16 where a mark or its zeros say so, else UTF-8, else Latin-1; nothing is refused."""
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if sample.count(b"\0") > len(sample) // 3:
        odd = sample[1::2].count(b"\0") > sample[::2].count(b"\0")
        return "utf-16-le" if odd else "utf-16-be"
    marked = len((raw or sample)[:PIECE_BYTES].decode("utf-8", "ignore").encode())
    few_broken = marked > 0.99 * len((raw or sample)[:PIECE_BYTES])
    return "utf-8-sig" if few_broken else "latin-1"
