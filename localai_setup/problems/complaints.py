"""What a person says who has no log → what it may be. The table is `complaints.yaml`.

A complaint is a combination of concepts: its sign is found where all its words stand near each other, in
any order and form. Of several the one with the most words counts most, and it counts more in the first
line, which is the title of a report, and where other sentences say it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from ..recipes.schema import build
from ..recipes.strict_yaml import parse
from .concepts import concepts, stem, symbols

FILE = Path(__file__).parent / "complaints.yaml"
#: Words that belong together stand among as many.
_NEAR = 16
#: What a sign counts for where it stands: less across two sentences, more in the title.
_ACROSS, _IN_TITLE = -0.5, 1.0
#: Each further sentence that says the same, up to so many.
_AGAIN, _MOST_AGAIN = 0.5, 2
#: A special complaint counts for so much more than the general one, if it is not so far behind.
_MORE_SPECIAL, _FAR = 0.25, 0.75
#: Another complaint that is not further behind may be meant too; its most usual causes are offered after the others.
_AS_LIKELY, _MOST_MORE = 0.5, 2
#: A title is a line of at most so many words above others.
_MOST_TITLE_WORDS = 20
#: Words after which it is not well in all.
_HOWEVER = frozenset(
    ["but", "however", "except", "until", "unles", "when", "if", "only", "after", "not", "then"]
)
#: Where a sentence ends: a dot inside a number or a name is none.
_END = re.compile(r"[.!?;\n]+(?:\s+|$)|\s+[-\u2013\u2014]\s+|\n")


@dataclass(frozen=True)
class Cause:
    """One thing that it may be. `check` is for `localai`, `ollama` or `any`: the command that tells."""

    id: str
    what: str
    check: Mapping[str, str]
    means: str
    problem: str = ""
    ours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Complaint:
    """`causes` are the ids of what it may be, the most usual first; `without` concepts speak against it.

    What says a general complaint speaks for each that is a `kind_of` it, too. A question, where nothing
    is wrong, has an `answer`; its causes are then ways to find out more.
    """

    id: str
    signs: tuple[str, ...]
    causes: tuple[str, ...]
    without: tuple[str, ...] = ()
    kind_of: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Table:
    schema: str
    causes: tuple[Cause, ...] = field(default=())
    complaints: tuple[Complaint, ...] = field(default=())

    def causes_of(self, complaint: Complaint) -> tuple[Cause, ...]:
        by_id = {one.id: one for one in self.causes}
        return tuple(by_id[name] for name in complaint.causes)


@dataclass(frozen=True)
class Sign:
    """What stands near each other, each word as what it may be, and what that counts for."""

    choices: tuple[frozenset[str], ...]
    weight: float
    is_vague: bool

    def stands_in(self, words: frozenset[str]) -> bool:
        return all(not words.isdisjoint(choice) for choice in self.choices)

    def counts_in(self, passage: Passage) -> float:
        """A title that says only that something is wrong counts for no more than a sentence."""
        return self.weight + (min(passage.more, 0) if self.is_vague else passage.more)


@dataclass(frozen=True)
class Passage:
    """Words that stand near each other, in which sentence, and what a sign counts for more there."""

    words: frozenset[str]
    sentence: int
    more: float


@cache
def table() -> Table:
    return build(Table, parse(FILE.read_text(encoding="utf-8")))


def understood(text: str) -> Complaint | None:
    """The complaint that this text is, with the causes of another that is as likely; None where no sign is found."""
    counts = likely(text)
    if not counts:
        return None
    best, *others = sorted(counts, key=lambda one: -counts[one])
    if (
        others
        and counts[others[0]] >= counts[best] - _AS_LIKELY
        and not (best.answer or others[0].answer)
    ):
        more = [name for name in others[0].causes if name not in best.causes]
        return replace(best, causes=(*best.causes, *more[:_MOST_MORE]))
    return best


def is_good_news(text: str) -> bool:
    """Whether it says that all is well, or well again, or praises, and nothing beside that is wrong."""
    sentences = [symbols(one) for one in _END.split(text.strip()) if one.strip()]
    left = [one for one in _not_over(sentences) if one]
    wrong = concepts().vague.keys() | _symptoms()
    return len(left) < len(sentences) and wrong.isdisjoint(
        name for one in left for word in one for name in word
    )


@lru_cache(maxsize=4)
def likely(text: str) -> Mapping[Complaint, float]:
    """Every complaint of which a sign is found, and what speaks for it: the words of a sign, and more.

    Several ask it of one text: whether it is a complaint, which one, and which pages it speaks for.
    """
    passages = list(_passages(text))
    counts = {one.id: _count(one, passages) for one in table().complaints}
    return {one: _in_all(one, counts) for one in table().complaints if counts[one.id] > 0}


def _in_all(complaint: Complaint, counts: Mapping[str, float]) -> float:
    """What it counts for, as much as the general complaint that it is a kind of, and a little more."""
    own, general = counts[complaint.id], counts.get(complaint.kind_of, 0)
    return max(own, general + _MORE_SPECIAL) if own and own + _FAR >= general else own


def _count(complaint: Complaint, passages: list[Passage]) -> float:
    """What the best of its signs counts for, and a little for each other sentence that has one."""
    against = frozenset(complaint.without)
    found = [
        (sign.counts_in(passage), passage.sentence)
        for passage in passages
        if against.isdisjoint(passage.words)
        for sign in _signs(complaint)
        if sign.stands_in(passage.words)
    ]
    if not found:
        return 0
    again = len({sentence for _, sentence in found}) - 1
    return max(found)[0] + _AGAIN * min(again, _MOST_AGAIN)


def _passages(text: str) -> Iterator[Passage]:
    """Every run of near words; the title's count more, those of two sentences a little less."""
    lines = text.strip().splitlines()
    title = len(lines) > 1 and len(lines[0].split()) <= _MOST_TITLE_WORDS
    sentences = _not_over([symbols(one) for one in _END.split(text.strip()) if one.strip()])
    for number, sentence in enumerate(sentences):
        for run in _runs(sentence):
            yield Passage(run, number, _IN_TITLE if title and number == 0 else 0)
            yield Passage(run | _things(sentences[0]), number, _ACROSS)
    if title:
        named = frozenset().union(*map(_things, sentences))
        yield Passage(frozenset().union(*sentences[0]) | named, 0, 0)
    half = _NEAR // 2
    for number, (one, other) in enumerate(pairwise(sentences)):
        yield Passage(frozenset().union(*one[-half:], *other[:half]), number, _ACROSS)


def _things(sentence: list[frozenset[str]]) -> frozenset[str]:
    """What the first sentence is about, which the others do not name again."""
    return frozenset().union(*sentence) & frozenset(concepts().things)


def _not_over(sentences: list[list[frozenset[str]]]) -> list[list[frozenset[str]]]:
    """Without what stands before a sentence that says that all is well now, and without thanks and praise.

    Who ends a report with thanks still has what stands above them.
    """
    stated = [frozenset().union(*one) for one in sentences]
    last = max((number for number, one in enumerate(stated) if _is_well(one)), default=-1)
    return [
        [] if number <= last or _is_praise(stated[number]) else one
        for number, one in enumerate(sentences)
    ]


def _is_well(words: frozenset[str]) -> bool:
    """Who solved it names what was wrong; an older release that is fine solves nothing."""
    if not words.isdisjoint(_HOWEVER):
        return False
    return ("SOLVED" in words and "OLDER-FINE" not in words) or _names_nothing_wrong(
        words, "RESOLVED"
    )


def _is_praise(words: frozenset[str]) -> bool:
    return words.isdisjoint(_HOWEVER) and _names_nothing_wrong(words, "PRAISE")


def _names_nothing_wrong(words: frozenset[str], concept: str) -> bool:
    """Whether the sentence says this and names nothing that is wrong."""
    return concept in words and words.isdisjoint(_symptoms())


def _symptoms() -> frozenset[str]:
    return frozenset(concepts().symptoms) | frozenset(concepts().telling)


def _runs(sentence: list[frozenset[str]]) -> list[frozenset[str]]:
    starts = range(max(1, len(sentence) - _NEAR + 1))
    return [frozenset().union(*sentence[start : start + _NEAR]) for start in starts]


@cache
def _signs(complaint: Complaint) -> tuple[Sign, ...]:
    return tuple(_sign(words) for words in complaint.signs)


def _sign(words: str) -> Sign:
    choices = [frozenset(map(_symbol, word.split("|"))) for word in words.split()]
    known = concepts()
    is_vague = any(not choice.isdisjoint(known.vague) for choice in choices)
    return Sign(tuple(choices), sum(map(known.weight, choices)), is_vague)


def _symbol(word: str) -> str:
    return word if word.isupper() else stem(word)
