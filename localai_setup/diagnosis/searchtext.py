"""A text made ready for many searches: its lines, and in which of them each word stands.

Memory and time are bounded, whatever the text: a word's places are kept up to a number, a line is
cut into pieces, and of windows around a word no more than an allowance of characters is handed out.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, zip_longest

from ..model import textvalue
from ..model.finding import Signature

#: Colours and titles. An old Windows console shows the escape that begins them as an arrow.
_ANSI = re.compile(r"[\x1b\u2190]\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
#: A line longer than this is looked at in pieces; few messages of a program are as long.
MAX_LINE_CHARS = 1500
#: Where a word stands in more lines than twice this, the first and the last ones are looked at.
KEPT_PLACES = 200
#: Of the lines around one word, a search sees no more characters than this.
SEARCHED_CHARS = 16_000
#: How many times cheaper it is to see that a needed word is absent than to search.
PASSED_OVER = 16
#: What tells a text's circumstances stands in its first and last lines, of this many characters.
CONTEXT_CHARS = 100_000
#: How much of the neighbouring lines is joined to a line that may have been wrapped.
JOINED_CHARS = 300
#: What stands left and right of a wrapped line: blanks, and the sides of a box.
_MARGIN = " \t│┃║|╎╏▏▕"
#: How a line begins that says something of its own: a time, a level, a prompt, a list's mark.
_OWN_BEGINNING = re.compile(
    r"[\[(<]?\s*(?:\d{4}[-/.]\d\d|\d+\.\d{3,}\]|\d\d?:\d\d:\d\d|[A-Z][a-z]{2} +\d+ \d\d:)|\[GIN\]"
    r"|(?:time|level|ts|msg)=|[$#>%] |[A-Za-z]:\\.*>|(?:ERROR|WARN(?:ING)?|INFO|DEBUG|TRACE|FATAL)\b"
    r"|[*+\-•] "
)
#: The name of a program or function before its message; kernel messages repeat it on each line.
_SPEAKER = re.compile(r"[A-Za-z_][\w\-]{0,40}(?:\[\d+\])?: ")


class _Letters(dict[int, int]):
    """For `str.translate`: letters in lower case, digits, underscores; a space for all else."""

    def __missing__(self, code: int) -> int:
        letter = chr(code).lower()
        kept = ord(letter) if letter in "abcdefghijklmnopqrstuvwxyz0123456789_" else 32
        self[code] = kept
        return kept


_LETTERS = _Letters()


@dataclass
class Places:
    """In which lines a word stands: the first and the last ones, and how many there are."""

    count: int = 0
    first: list[int] = field(default_factory=list)
    last: deque[int] = field(default_factory=lambda: deque(maxlen=KEPT_PLACES))

    def add(self, line: int) -> None:
        self.count += 1
        (self.first if len(self.first) < KEPT_PLACES else self.last).append(line)

    def __iter__(self) -> Iterator[int]:
        """The first and the last by turns, from the ends inwards."""
        pairs = zip_longest(self.first, reversed(self.last))
        return (place for place in chain.from_iterable(pairs) if place is not None)


@dataclass
class SearchText:
    """A text made ready for many searches: lines without colours, and where each word stands."""

    lines: list[str] = field(default_factory=list)
    words: dict[str, Places] = field(default_factory=dict)
    _stated: dict[re.Pattern[str], bool] = field(default_factory=dict)
    _values: dict[str, tuple[textvalue.Version, ...]] = field(default_factory=dict)
    _messages: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str | Iterable[str], requested: Collection[str] | None = None) -> SearchText:
        """Of a text or its lines; `wanted` words are looked up alone (all of them where it is None)."""
        made, before = cls(), ""
        for line in _pieces(text.splitlines() if isinstance(text, str) else text):
            words = line.translate(_LETTERS).split()
            received = set(words)
            if words and before:
                received.add(before + words[0])
            before = words[-1] if words else ""
            for word in received if requested is None else received.intersection(requested):
                made.words.setdefault(word, Places()).add(len(made.lines))
            made.lines.append(line)
        return made

    def windows(self, sign: Signature, size: int) -> Iterator[tuple[int, str]]:
        """(place, window) of `size` lines to each side of the rarest of the words that it needs."""
        windows = (
            (place, "\n".join(self.lines[max(0, place - size + 1) : place + size]))
            for place in self._rarest(sign.needs)
        )
        return _allowed(windows, sign, SEARCHED_CHARS * size)

    def unwrapped(self, sign: Signature) -> Iterator[tuple[int, str]]:
        """(place, line) with the lines before and after joined to it, where they may be one message.

        Joined once with a blank and once without: a terminal breaks in the middle of a word too.
        """
        messages = ((place, self._message(place)) for place in self._rarest(sign.needs))
        joined = (
            (place, joint.join(parts))
            for place, parts in messages
            for joint in ((" ", "") if len(parts) > 1 else ())
        )
        return _allowed(joined, sign, SEARCHED_CHARS // 2)

    def holds(self, comparison: str) -> bool:
        """Whether a comparison of numbers that the text's beginning and end tell holds."""
        one = _comparison(comparison)
        for name in {one.left, one.right} & textvalue.VALUES.keys() - self._values.keys():
            self._values[name] = textvalue.read(name, self.context)
        return textvalue.holds(one, self._values)

    def finds_near(self, pattern: re.Pattern[str], place: int) -> bool:
        """Whether the pattern is found in the text's beginning, its end, or around a line."""
        if pattern not in self._stated:
            self._stated[pattern] = any(pattern.search(line) for line in self.context)
        return self._stated[pattern] or (
            len(self.context) < len(self.lines)
            and any(pattern.search(line) for line in self.lines[max(0, place - 20) : place + 20])
        )

    @cached_property
    def context(self) -> list[str]:
        """The first and the last lines, which tell where the text comes from."""
        head = _first_chars(self.lines)
        rest = self.lines[len(head) :]
        return [*head, *_first_chars(reversed(rest))]

    def _rarest(self, needs: tuple[str, ...]) -> Places:
        return min((self.words[word] for word in needs), key=lambda places: places.count)

    def _message(self, place: int) -> list[str]:
        """The line and those of its neighbours that go on with it, without margins."""
        if place not in self._messages:
            self._messages[place] = self._continued(place)
        return self._messages[place]

    def _continued(self, place: int) -> list[str]:
        lines = [self._plain(place - 1), self._plain(place), self._plain(place + 1)]
        before, line, after = lines
        parts = [line]
        if before and not _begins(line, before):
            parts = [before[-JOINED_CHARS:], _without_speaker(line, before)]
        if after and not _begins(after, line):
            parts.append(_without_speaker(after, line)[:JOINED_CHARS])
        return parts

    def _plain(self, place: int) -> str:
        return self.lines[place].strip(_MARGIN) if 0 <= place < len(self.lines) else ""


@lru_cache(maxsize=512)
def _comparison(text: str) -> textvalue.Comparison:
    return textvalue.comparison(text)


def _allowed(
    windows: Iterable[tuple[int, str]], sign: Signature, chars: int
) -> Iterator[tuple[int, str]]:
    """Those that hold what it needs, until an allowance is used up; to pass one over costs little."""
    for place, window in windows:
        lower = window.lower()
        holds = sign.phrase in lower and all(word in lower for word in sign.needs)
        chars -= len(window) if holds else len(window) // PASSED_OVER
        if chars < 0:
            return
        if holds:
            yield place, window


def _begins(line: str, before: str) -> bool:
    """Whether a line says something of its own, instead of going on with the one before."""
    if before.endswith(".") or _OWN_BEGINNING.match(line):
        return True
    speaker = _SPEAKER.match(line)
    return speaker is not None and not before.startswith(speaker[0])


def _without_speaker(line: str, before: str) -> str:
    speaker = _SPEAKER.match(line)
    return line[len(speaker[0]) :] if speaker and before.startswith(speaker[0]) else line


def _first_chars(lines: Iterable[str]) -> list[str]:
    kept, size = [], 0
    for line in lines:
        size += len(line) + 1
        if size > CONTEXT_CHARS:
            break
        kept.append(line)
    return kept


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        plain = _ANSI.sub("", line) if "\x1b" in line or "\u2190" in line else line
        for start in range(0, max(1, len(plain)), MAX_LINE_CHARS):
            yield plain[start : start + MAX_LINE_CHARS]
