"""The problems whose own words a text is nearest to: a guess, for what no signature recognised.

Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) over the words of
each problem: its id, its title, what is seen and why, and the literal words of its signatures.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ..model.known import KnownProblem, KnownProblems
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
_WORD = re.compile(r"[a-z_][a-z0-9_]+")
_NO_WORDS = re.compile(r"\\[A-Za-z.]|[\\^$*+?(){}|\[\]]")
#: Problems of what localai set up have no messages of other programs.
_OURS = "setup-"


def nearest(text: SearchText, known: KnownProblems) -> tuple[str, ...]:
    """Ids of the problems, the nearest first. `text` must know where its COMPLAINTS stand."""
    asked = set(_WORD.findall("\n".join(_telling(text)).lower()))
    scores = {
        name: sum(weights.get(word, 0.0) for word in asked)
        for name, weights in _weights(known).items()
    }
    near = [name for name, score in scores.items() if score >= LEAST_SCORE]
    return tuple(sorted(near, key=lambda name: (-scores[name], name)))


def complains(text: SearchText) -> bool:
    """Whether any line speaks of trouble, be it as harmless as a warning."""
    return not COMPLAINTS.isdisjoint(text.words)


def _telling(text: SearchText) -> Iterable[str]:
    if len(text.lines) <= SHORT_LINES:
        return text.lines
    places = {place for word in COMPLAINTS & text.words.keys() for place in text.words[word]}
    return (text.lines[place] for place in sorted(places))


@lru_cache(maxsize=4)
def _weights(known: KnownProblems) -> Mapping[str, Mapping[str, float]]:
    """Problem → word → what it weighs for a text that has it."""
    counts = {
        name: Counter(_WORD.findall(_description(one)))
        for name, one in known.by_id.items()
        if not name.startswith(_OURS)
    }
    holding = Counter(word for count in counts.values() for word in count)
    usual = sum(count.total() for count in counts.values()) / len(counts)
    return {
        name: {
            word: _rarity(len(counts), holding[word]) * _weight(count[word], count.total() / usual)
            for word in count
        }
        for name, count in counts.items()
    }


def _rarity(problems: int, holding: int) -> float:
    return math.log(1 + (problems - holding + 0.5) / (holding + 0.5))


def _weight(times: int, length: float) -> float:
    """Of a word in a description of this length (1 is usual)."""
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length))


def _description(known: KnownProblem) -> str:
    problem = known.problem
    patterns = (_NO_WORDS.sub(" ", one.pattern) for one in known.signatures)
    told = (known.id.replace("-", " "), problem.title, problem.seen, problem.why, *patterns)
    return " ".join(told).lower()
