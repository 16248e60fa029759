"""Which known problems show themselves in a text. Time grows linearly with the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from .model.finding import Evidence, Signature, Symptom

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_WORD = re.compile(r"[a-z0-9_]+")
#: A line longer than this is looked at in pieces; no message of a program is as long.
MAX_LINE_CHARS = 4000
#: Where a signature's words stand in more places than this, the first and the last ones are looked at.
MAX_WINDOWS = 400


@dataclass
class SearchText:
    """A text made ready for many searches: lines without colours, and where each word stands."""

    lines: list[str]
    words: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> SearchText:
        made = cls(list(_lines(_ANSI.sub("", text))))
        for number, line in enumerate(made.lines):
            for word in set(_WORD.findall(line.lower())):
                made.words.setdefault(word, []).append(number)
        return made

    def windows(self, needs: tuple[str, ...], size: int) -> Iterator[str]:
        """Windows of `size` lines around the rarest of the needed words."""
        places = min((self.words.get(word, []) for word in needs), key=len, default=[])
        if len(places) > MAX_WINDOWS:
            places = places[: MAX_WINDOWS // 2] + places[-MAX_WINDOWS // 2 :]
        for place in places:
            yield "\n".join(self.lines[max(0, place - size + 1) : place + size])


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for start in range(0, max(1, len(line)), MAX_LINE_CHARS):
            yield line[start : start + MAX_LINE_CHARS]


def find(text: SearchText, signatures: Iterable[Signature], source: str = "text") -> Symptom | None:
    """The surest sign of one problem in the text."""
    found = [one for signature in signatures if (one := _match(text, signature, source))]
    return max(found, key=lambda symptom: symptom.certainty, default=None)


def _match(text: SearchText, signature: Signature, source: str) -> Symptom | None:
    if any(word not in text.words for word in signature.needs):
        return None
    pattern = _compiled(signature.pattern)
    for window in text.windows(signature.needs, signature.lines):
        hit = pattern.search(window)
        if hit and _context_holds(text, signature):
            shown = " ".join(hit[0].split())[:300]
            return Symptom("", (Evidence(source, shown),), signature.certainty)
    return None


def _context_holds(text: SearchText, signature: Signature) -> bool:
    def somewhere(expression: str) -> bool:
        pattern = _compiled(expression)
        return any(pattern.search(line) for line in text.lines)

    return all(map(somewhere, signature.also)) and not any(map(somewhere, signature.unless))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
