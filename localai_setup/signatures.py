"""Which known problems show themselves in a text. Time grows linearly with the text, memory is bounded."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from . import catalog
from .model.finding import Evidence, Signature, Symptom

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_WORD = re.compile(r"[a-z0-9_]+")
#: A line longer than this is looked at in pieces; no message of a program is as long.
MAX_LINE_CHARS = 4000
#: Where a word stands in more lines than twice this, the first and the last ones are looked at.
KEPT_PLACES = 200
MAX_EVIDENCE_CHARS = 300


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
        yield from self.first
        yield from self.last


@dataclass
class SearchText:
    """A text made ready for many searches: lines without colours, and where each word stands."""

    lines: list[str] = field(default_factory=list)
    words: dict[str, Places] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str | Iterable[str], wanted: Collection[str] | None = None) -> SearchText:
        """Of a text or its lines; `wanted` words are looked up alone (all of them where it is None)."""
        made = cls()
        for line in _pieces(text.splitlines() if isinstance(text, str) else text):
            words = set(_WORD.findall(line.lower()))
            for word in words if wanted is None else words.intersection(wanted):
                made.words.setdefault(word, Places()).add(len(made.lines))
            made.lines.append(line)
        return made

    def windows(self, needs: tuple[str, ...], size: int) -> Iterator[str]:
        """Windows of `size` lines around the rarest of the needed words."""
        rarest = min((self.words[word] for word in needs), key=lambda places: places.count)
        for place in rarest:
            yield "\n".join(self.lines[max(0, place - size + 1) : place + size])


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        plain = _ANSI.sub("", line) if "\x1b" in line else line
        for start in range(0, max(1, len(plain)), MAX_LINE_CHARS):
            yield plain[start : start + MAX_LINE_CHARS]


@cache
def wanted_words() -> frozenset[str]:
    """Every word that some signature of the checks needs."""
    checks = catalog.modules("checks").values()
    signatures = (one for check in checks for one in getattr(check, "SIGNATURES", ()))
    return frozenset(word for one in signatures for word in one.needs)


def find(
    text: SearchText,
    signatures: Iterable[Signature],
    source: str = "text",
    whole: SearchText | None = None,
) -> Symptom | None:
    """The surest sign of one problem in the text; `also` and `unless` look at the `whole` of which
    the text is a part (all readings of a machine), so that one reading can rule out another's guess.
    """
    around = whole or text
    found = [one for signature in signatures if (one := _match(text, signature, source, around))]
    return max(found, key=lambda symptom: symptom.certainty, default=None)


def _match(
    text: SearchText, signature: Signature, source: str, around: SearchText
) -> Symptom | None:
    if not signature.needs or any(word not in text.words for word in signature.needs):
        return None
    pattern = _compiled(signature.pattern)
    windows = text.windows(signature.needs, signature.lines)
    hit = next((hit for window in windows if (hit := pattern.search(window))), None)
    if hit is None or not _context_holds(around, signature):
        return None
    shown = " ".join(hit[0].split())[:MAX_EVIDENCE_CHARS]
    return Symptom("", (Evidence(source, shown),), signature.certainty)


def _context_holds(text: SearchText, signature: Signature) -> bool:
    def somewhere(expression: str) -> bool:
        pattern = _compiled(expression)
        return any(pattern.search(line) for line in text.lines)

    return all(map(somewhere, signature.also)) and not any(map(somewhere, signature.unless))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
