"""Markdown as it comes, piece by piece, for a terminal: headings, bold, code and lists without their marks.

A word is held back until it has ended, so that none is broken at the edge. Code is shown line by line and
unchanged, with nothing before or beside it, so that it can be copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import east_asian_width

BOLD, CODE = "bold", "cyan"
#: A word without end (a language without blanks, an address) is shown from here on.
LONGEST_WORD = 40
_INLINE = re.compile(r"(\*\*|`)")
_BULLETS = frozenset({"-", "*", "+"})
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"#{1,6}")
_NUMBERED = re.compile(r"\d{1,3}[.)]")

Segment = tuple[str, str]


@dataclass
class Markdown:
    """`width` in columns. `feed` and `end` give what can be shown by now: text and its style."""

    width: int
    line: str = ""
    word: str = ""
    blanks: int = 0
    column: int = 0
    indent: int = 0
    is_first: bool = True
    heading: bool = False
    bold: bool = False
    code: bool = False
    verbatim: bool = False
    fence: str = ""
    made: list[Segment] = field(default_factory=list)

    def feed(self, text: str) -> list[Segment]:
        """A piece of the answer, wherever it was cut."""
        for sign in text:
            self._sign(sign)
        return self._taken()

    def end(self) -> list[Segment]:
        """The answer is over."""
        if self.fence and self.line:
            self._fenced_line(self.line)
        self._word()
        return self._taken()

    def _taken(self) -> list[Segment]:
        found, self.made = self.made, []
        return found

    def _sign(self, sign: str) -> None:
        if self.fence:
            self._in_fence(sign)
        elif sign == "\n":
            self._end_line()
        elif sign == " " and not self.word.startswith(("```", "~~~")):
            self._word()
            self.blanks += 1
        else:
            self.word += sign
            if self.verbatim or len(self.word) >= LONGEST_WORD or _is_wide(sign):
                self._word()

    def _in_fence(self, sign: str) -> None:
        if sign == "\n":
            self._fenced_line(self.line)
            self.line = ""
        else:
            self.line += sign

    def _fenced_line(self, line: str) -> None:
        if line.strip().startswith(self.fence) and not line.strip().strip(self.fence[0]):
            self.fence = ""
            return
        self.made.append((line + "\n", CODE))

    def _end_line(self) -> None:
        """A fence begins with its line; every other line is over."""
        opened = _FENCE.match(" " * self.blanks + self.word) if self.is_first else None
        if opened:
            self.fence, self.word, self.line = opened[1], "", ""
        else:
            self._word()
            self.made.append(("\n", ""))
        self.blanks = self.column = self.indent = 0
        self.is_first = True
        self.heading = self.verbatim = self.code = self.bold = False

    def _word(self) -> None:
        """Show the word that has ended, below the beginning of its line where that is full."""
        word, self.word = self.word, ""
        if not word:
            return
        if self.is_first:
            word = self._first(word)
            if not word:
                return
        shown = "".join(_INLINE.split(word)[::2])
        is_full = self.column + self.blanks + _columns(shown) > self.width
        if self.column and is_full and not self.verbatim:
            self.made.append(("\n" + " " * self.indent, ""))
            self.column, self.blanks = self.indent, 0
        self._write(" " * self.blanks, "")
        self.blanks = 0
        parts = _INLINE.split(word)
        for at, part in enumerate(parts):
            if part == "**" and not self.code:
                self._bold(parts[at - 1], parts[at + 1])
            else:
                self._part(part)

    def _bold(self, before: str, after: str) -> None:
        """`**` opens before a word and not inside one: 2**3 is a power."""
        if self.bold or (after and not before[-1:].isalnum()):
            self.bold = not self.bold
        else:
            self._write("**", "")

    def _first(self, word: str) -> str:
        """The first word of a line may say what the line is."""
        self.is_first = False
        self.verbatim = word.startswith("|")
        if _HEADING.fullmatch(word):
            self.heading, self.blanks = True, -1
            return ""
        if word in _BULLETS or _NUMBERED.fullmatch(word):
            self.indent = self.blanks + len(word) + 1
            return "•" if word in _BULLETS else word
        self.indent = self.blanks
        return word

    def _part(self, part: str) -> None:
        if part == "`":
            self.code = not self.code
        else:
            style = CODE if self.code else BOLD if self.bold or self.heading else ""
            self._write(part, style)

    def _write(self, text: str, style: str) -> None:
        if text:
            self.made.append((text, style))
            self.column += _columns(text)


def _is_wide(sign: str) -> bool:
    return east_asian_width(sign) in "WF"


def _columns(text: str) -> int:
    return sum(1 + _is_wide(sign) for sign in text)


def lines(text: str, width: int) -> Iterator[Segment]:
    """A whole text at once."""
    made = Markdown(width)
    yield from made.feed(text)
    yield from made.end()
