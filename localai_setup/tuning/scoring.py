"""Answers beside those that were taught: right word for word, of the right form, and how alike."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from ..model.tuning import Score

#: So few different answers are labels: each of them is a form of its own.
MOST_LABELS = 20
#: How much more alike answers have to be on average before that is more than chance.
NOTABLE = 0.05
#: Longer answers are compared by their first so many words: the comparison grows with the square.
COMPARED_WORDS = 400
_WORD = re.compile(r"\w+|[^\w\s]")


def score(expected: Sequence[str], answers: Sequence[str]) -> Score:
    """Both of the same length, in the same order."""
    pairs = list(zip(expected, answers, strict=True))
    forms = _Forms(expected)
    return Score(
        count=len(pairs),
        exact=sum(_plain(one) == _plain(other) for one, other in pairs),
        formed=sum(forms.has(answer, like=one) for one, answer in pairs),
        likeness=sum(likeness(one, other) for one, other in pairs) / len(pairs) if pairs else 0.0,
    )


def helped(before: Score, after: Score) -> bool:
    """Whether the answers are better, and in nothing worse."""
    better = after.exact > before.exact or after.likeness >= before.likeness + NOTABLE
    worse = after.exact < before.exact or after.formed < before.formed
    return better and not worse


def likeness(expected: str, answer: str) -> float:
    """The share of words and signs in common, in their order: 0 for nothing, 1 for the same."""
    one, other = (_WORD.findall(_plain(text))[:COMPARED_WORDS] for text in (expected, answer))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


class _Forms:
    """The form that the taught answers have: JSON with the same names, one of few labels, or a length."""

    def __init__(self, expected: Sequence[str]) -> None:
        labels = {_plain(one) for one in expected}
        is_labels = len(labels) <= MOST_LABELS and 2 * len(labels) <= len(expected)
        self.labels = labels if is_labels else None

    def has(self, answer: str, like: str) -> bool:
        names = _names(like)
        if names is not None:
            return _names(answer) == names
        if self.labels is not None:
            return _plain(answer) in self.labels
        words, taught = len(answer.split()), len(like.split())
        return words > 0 and taught / 2 <= words <= taught * 2


def _names(text: str) -> tuple[str, ...] | None:
    """The names in a JSON object; None where the text is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return tuple(sorted(found)) if isinstance(found, dict) else None
