"""Which page a text is most probably about: naive Bayes over the words of the pages.

`likeness.py` says how much of a text is a page's, and so whether it is about any at all; this says about which.
It is the better judge of that: of 484 reports of public threads with a page it has it first for 322, BM25 for 294.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import mul

from ..model.known import KnownProblem, KnownProblems
from .likeness import query
from .wording import weights

#: What is added to a page's weight of each word, so that one that it lacks is improbable and not impossible.
_SMOOTHING = 2.0


class Bayes:
    """The words of all pages, ready for many texts. A page with more words is of a more usual problem."""

    def __init__(self, known: KnownProblems) -> None:
        self._pages = {name: _counts(one) for name, one in known.by_id.items() if one.signatures}
        having = Counter(chain.from_iterable(self._pages.values()))
        pages = len(self._pages) + 1
        self._rarity = {word: 1 + math.log(pages / (count + 1)) for word, count in having.items()}
        self._sums = {
            name: sum(map(mul, page.values(), map(self._rarity.__getitem__, page)))
            for name, page in self._pages.items()
        }

    def scores(self, lines: Sequence[str]) -> Mapping[str, float]:
        """Id → the mean logarithm of how probable the text's words are on its page, less than 0.

        Each word counts by its rarity. Empty if no page has any of them.
        """
        counts = {
            word: (1 + math.log(count)) * self._rarity[word]
            for word, count in query(lines, in_title=1).items()
            if word in self._rarity
        }
        return {name: self._mean(name, counts) for name in self._pages} if counts else {}

    def _mean(self, name: str, counts: Mapping[str, float]) -> float:
        page, rarity = self._pages[name], self._rarity
        more = sum(
            counts[word] * math.log1p(page[word] * rarity[word] / _SMOOTHING)
            for word in counts.keys() & page.keys()
        )
        rest = math.log(self._sums[name] / _SMOOTHING + len(rarity))
        return more / sum(counts.values()) - rest


@lru_cache(maxsize=2)
def bayes(known: KnownProblems) -> Bayes:
    return Bayes(known)


def _counts(problem: KnownProblem) -> Counter[str]:
    """The weights of the words of its page and of its reports."""
    counts = Counter(weights(problem.wording))
    counts.update(weights(problem.reported))
    return counts
