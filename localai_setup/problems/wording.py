"""The words of a problem's page, weighed: what a text is compared with that no sign of the page is found in.

Beside the words stand the concepts that they say (`@SLOW`), so that other words for the same count too. A page
becomes one short string (`word:weight word:weight`), which is read only where it is needed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from .concepts import concepts_in
from .page import Page

#: What a word counts for where it stands: the page's own sentences say most of what it is about.
TITLE, SEEN, NAME, WHY, COMPLAINT, EXAMPLE, REPORT, FIX, SIGN = 6, 6, 4, 3, 2, 2, 1, 1, 1
#: A word that one passage repeats counts as often as this.
_MOST_IN_A_PASSAGE = 2
_WORD = re.compile(r"[a-z_][a-z0-9_+-]+|[0-9]{3,}")
_PART = re.compile(r"[-_]")
_ENDINGS = ("ing", "ed", "es", "s")
_LEAST_STEM = 4
#: What a concept begins with, among the words.
CONCEPT = "@"
#: Words of any sentence.
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "the an is are and but of when then than it its to in on for with this that be by or as at from was"
        " were my me we not no do does did has have had which what there here so if you your can could would"
        " after before only one two all any more most where how who why will also into out up too",
    )
)
#: What an expression has beside the words that it finds.
_SYNTAX = re.compile(r"\\[bwWdDsS]|\{\d*,?\d*\}|[\\()\[\]?*+|.^$:{}<>=!]")


def words(text: str) -> list[str]:
    """The stems of the words of a text, and of the parts of those that are joined by a hyphen."""
    found = (one.strip("-_") for one in _WORD.findall(text.lower()))
    parts = (part for one in found for part in dict.fromkeys((one, *_PART.split(one))))
    return [_stem(one) for one in parts if len(one) > 1 and one not in _SMALL]


def meanings(text: str) -> list[str]:
    """The words, and the concepts that they say."""
    return [*words(text), *(CONCEPT + one for one in concepts_in(text))]


def of_page(name: str, page: Page) -> str:
    """The words of the page of the problem with the id `name`, with their weights."""
    return _written(_weighed(_passages(name, page)))


def of_reports(reports: Iterable[str]) -> str:
    """The words of reports, with their weights."""
    return _written(_weighed((one, REPORT) for one in reports))


def with_complaints(wording: str, complaints: Iterable[str]) -> str:
    """The words that a page has which says these sentences too."""
    added = _weighed((one, COMPLAINT) for one in complaints)
    return _written(Counter(weights(wording)) + added) if added else wording


def _weighed(passages: Iterable[tuple[str, int]]) -> Counter[str]:
    counts = Counter[str]()
    for text, weight in passages:
        for word, often in Counter(meanings(text)).items():
            counts[word] += weight * min(often, _MOST_IN_A_PASSAGE)
    return counts


def _written(counts: Mapping[str, int]) -> str:
    return " ".join(f"{word}:{weight}" for word, weight in sorted(counts.items()))


@lru_cache(maxsize=1000)
def weights(wording: str) -> Mapping[str, int]:
    """Word → weight, of a string that `of_page` made."""
    pairs = (one.rpartition(":") for one in wording.split())
    return {word: int(weight) for word, _, weight in pairs}


def _passages(name: str, page: Page) -> Iterable[tuple[str, int]]:
    yield page.title, TITLE
    yield page.seen, SEEN
    yield page.why, WHY
    yield name, NAME
    yield from ((one, COMPLAINT) for one in page.complaints)
    yield from ((fix.text, FIX) for fix in page.fixes)
    yield from ((one.text, EXAMPLE) for one in page.fires)
    signs = (pattern for _, sign in page.signs.by_level() for pattern in sign.any)
    yield from ((_SYNTAX.sub(" ", pattern), SIGN) for pattern in signs)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word
