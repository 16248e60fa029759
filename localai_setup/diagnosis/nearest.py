"""The problems whose own words a text is nearest to: a guess, for what no signature recognised.

Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) over the words of
each problem: its id, its title, what is seen and why, and the literal words of its signatures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..model.known import WORD, KnownProblems
from .searchtext import SearchText

#: How soon a word that is repeated counts no more, and how much a long description is held back:
#: the values that the paper calls reasonable in many circumstances.
K1, B = 1.2, 0.75
#: Less is a word or two in common; healthy logs with a harmless "failed" stay below.
LEAST_SCORE = 9.0
#: Of a text this short every line counts, of a longer one those that complain.
SHORT_LINES = 30
#: A line that complains has one of these.
COMPLAINTS = frozenset({
    "abort", "aborted", "cannot", "corrupt", "crash", "crashed", "denied", "error", "errors",
    "exception", "fail", "failed", "fails", "failure", "fatal", "illegal", "incompatible",
    "invalid", "killed", "mismatch", "missing", "not", "panic", "refused", "segfault", "terminated",
    "timeout", "unable", "undefined", "unexpected", "unknown", "unreachable", "unsupported", "warn",
    "warning",
})  # fmt: skip
#: Problems of what localai set up have no messages of other programs.
_OURS = "setup-"


def nearest(text: SearchText, known: KnownProblems) -> tuple[str, ...]:
    """Ids of the problems, the nearest first. `text` must know where its COMPLAINTS stand."""
    asked = set(WORD.findall("\n".join(_telling(text)).lower()))
    scores = _scores(asked, known)
    near = [name for name, score in scores.items() if score >= LEAST_SCORE]
    return tuple(sorted(near, key=lambda name: (-scores[name], name)))


def _scores(asked: set[str], known: KnownProblems) -> dict[str, float]:
    """Problem → how near its description is to these words."""
    described = {
        name: one.described for name, one in known.by_id.items() if not name.startswith(_OURS)
    }
    lengths = {name: sum(words.values()) for name, words in described.items()}
    usual = sum(lengths.values()) / len(lengths)
    rarity = {
        word: _rarity(len(described), sum(word in words for words in described.values()))
        for word in asked
    }
    return {
        name: sum(
            rarity[word] * _weight(words[word], lengths[name] / usual)
            for word in asked & words.keys()
        )
        for name, words in described.items()
    }


def complains(text: SearchText) -> bool:
    """Whether any line speaks of trouble, be it as harmless as a warning."""
    return not COMPLAINTS.isdisjoint(text.words)


def _telling(text: SearchText) -> Iterable[str]:
    if len(text.lines) <= SHORT_LINES:
        return text.lines
    places = {place for word in COMPLAINTS & text.words.keys() for place in text.words[word]}
    return (text.lines[place] for place in sorted(places))


def _rarity(problems: int, holding: int) -> float:
    return math.log(1 + (problems - holding + 0.5) / (holding + 0.5))


def _weight(times: int, length: float) -> float:
    """Of a word in a description of this length (1 is usual)."""
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length))
