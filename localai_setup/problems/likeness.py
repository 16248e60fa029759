"""How like a text is to the page of each problem, by their words (BM25).

It never finds a problem: it orders those whose signs say about the same, and it says which pages a
person's account may be about where no sign was found.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ..model.known import KnownProblems
from .wording import CONCEPT, meanings, weights

#: BM25's constants: how soon a word that is repeated says no more, and what a long page loses.
_SATURATION, _LENGTH = 2.0, 0.35
#: What a concept counts for beside a word that as many pages have: its words count too.
_CONCEPT = 0.7
#: A page's words weigh twice what a text's do.
_SCALE = 2.0
#: The first line is the title of a report; no word counts for more than this.
_IN_TITLE, _MOST = 2, 3
#: Of a long text the beginning tells what happened, and the end how it ended.
_FIRST_LINES, _LAST_LINES, _LINE_CHARS = 60, 60, 400


class Likeness:
    """The words of all pages, ready for many texts."""

    def __init__(self, known: KnownProblems) -> None:
        pages = {name: weights(one.wording) for name, one in known.by_id.items() if one.signatures}
        sizes = {name: sum(page.values()) / _SCALE for name, page in pages.items()}
        usual = sum(sizes.values()) / max(1, len(sizes)) or 1.0
        self._pages = len(pages)
        self._norms = {
            name: _SATURATION * (1 - _LENGTH + _LENGTH * size / usual)
            for name, size in sizes.items()
        }
        self._places: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for name, page in pages.items():
            for word, weight in page.items():
                self._places[word].append((name, weight / _SCALE))

    def scores(self, lines: Sequence[str]) -> Mapping[str, float]:
        """Id → how like its page is, 0 and more; those without a word in common are left out."""
        found = defaultdict[str, float](float)
        for word, count in query(lines).items():
            counts = count * self._weight(word)
            for name, weight in self._places.get(word, ()):
                share = weight * (_SATURATION + 1) / (weight + self._norms[name])
                found[name] += counts * share
        return found

    def possible(self, lines: Sequence[str]) -> float:
        """What the words of the text count for together: no page can be much more like it than this."""
        return sum(count * self._weight(word) for word, count in query(lines).items())

    def _weight(self, word: str) -> float:
        """More where few pages have the word."""
        pages = len(self._places.get(word, ()))
        rarity = math.log(1 + (self._pages - pages + 0.5) / (pages + 0.5))
        return rarity * _CONCEPT if word[0] == CONCEPT else rarity


@lru_cache(maxsize=2)
def likeness(known: KnownProblems) -> Likeness:
    return Likeness(known)


def query(lines: Sequence[str], in_title: int = _IN_TITLE) -> Counter[str]:
    """Each word of the text once for each line that has it, up to a number; those of the title so often."""
    stated = [line[:_LINE_CHARS] for line in _ends(lines) if line.strip()]
    found = Counter[str]()
    for number, line in enumerate(stated):
        for word in dict.fromkeys(meanings(line)):
            found[word] = min(_MOST, found[word] + (in_title if number == 0 else 1))
    return found


def _ends(lines: Sequence[str]) -> Iterable[str]:
    if len(lines) <= _FIRST_LINES + _LAST_LINES:
        return lines
    return [*lines[:_FIRST_LINES], *lines[-_LAST_LINES:]]
