"""A person's sentence → what it is about: many words for one thing, in `concepts.yaml`.

A concept is found where one of its phrases stands: its words in this order, with at most two others
between them. A symptom that is denied ("it is not slow") or over ("it used to be slow") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ..recipes.schema import build
from ..recipes.strict_yaml import parse
from .spelling import as_meant

FILE = Path(__file__).parent / "concepts.yaml"
#: A word of a phrase stands at most this far behind the one before; further behind "not", whose verb may be
#: late ("cannot get it to see"). None of them stands beyond a word that begins another clause.
_STEP, _STEP_OF_NOT = 3, 5
_CLAUSE = frozenset(
    ["but", "and", "when", "if", "becaus", "while", "although", "then", "or", "which", "enough"]
)
_ENDINGS = ("ing", "ed", "es", "s", "e")
_LEAST_STEM, _LEAST_ADVERB = 3, 6
#: A comma ends a clause, except inside a number.
_WORD = re.compile(r"[a-z0-9_@#]+|,(?=\s)")
_NOT = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|ca|wo|would|could|should|has|have|had)['\u2019`\u00b4]?n['\u2019`\u00b4]?t"
    r"|do(?:e?se?|e)n?['\u2019`\u00b4]?t|cant|cann?ot|can not|never|no longer|without|unn?able to|fail(?:s|ed|ing)? to)\b"
)
#: "I don't think it started" is about no thinking.
_I_THINK = re.compile(r"\bi (?:do(?:n['\u2019]?t| not) )?(?:really )?(?:think|thought)\b")
#: llama.cpp's releases are builds: b4500.
_BUILD = re.compile(r"\bb(\d{3,5})\b")
#: a letter that is written over and over counts as four of it
_SAME = re.compile(r"(\w|@|#)\1{4,}")
#: In a phrase it stands for any number.
_ANY_NUMBER = "#"
#: What may stand between "not", or "used to be", and the symptom.
_DENIALS = frozenset(("not", "no", "zero"))
_BETWEEN = frozenset(
    [
        "be",
        "very",
        "veri",
        "so",
        "that",
        "too",
        "a",
        "an",
        "any",
        "ani",
        "even",
        "at",
        "al",
        "real",
        "bit",
        "much",
    ]
)


@dataclass(frozen=True)
class Concepts:
    """Phrases by concept. Things and conditions stay what they are when denied; symptoms do not.

    `telling` symptoms leave little doubt and count twice; `vague` ones say little and count half.
    """

    schema: str
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conditions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vague: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    symptoms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    telling: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Each concept with each of its phrases."""
        for group in (self.things, self.conditions, self.vague, self.symptoms, self.telling):
            for name, phrases in group.items():
                yield from ((name, phrase) for phrase in phrases)

    def can_be_denied(self, name: str) -> bool:
        return any(name in group for group in (self.vague, self.symptoms, self.telling))

    def weight(self, names: frozenset[str]) -> float:
        """What a word of a sign counts for that may be any of these."""
        if not names.isdisjoint(self.telling):
            return 2
        return 0.5 if not names.isdisjoint(self.vague) else 1


@dataclass(frozen=True)
class Phrase:
    """One way to say a concept, as stems to choose from, word by word."""

    concept: str
    words: tuple[frozenset[str], ...]

    def stands(self, stems: list[str], place: int) -> bool:
        """Whether it begins at this place."""
        for choice in self.words[1:]:
            place = _next(stems, place, choice)
            if place < 0:
                return False
        return True


def _next(stems: list[str], place: int, choice: frozenset[str]) -> int:
    """Where one of the choice follows near behind this place; -1 where none does."""
    step = _STEP_OF_NOT if stems[place] == "not" else _STEP
    for one in range(place + 1, min(place + 1 + step, len(stems))):
        if _is_of(stems[one], choice):
            return one
        if stems[one] in _CLAUSE:
            return -1
    return -1


@cache
def concepts() -> Concepts:
    return build(Concepts, parse(FILE.read_text(encoding="utf-8")))


def concepts_in(text: str) -> list[str]:
    """The names of the concepts that the text says, once for each phrase of one."""
    stems = _stems(text)
    return [name for place in range(len(stems)) for name in sorted(_concepts_at(stems, place))]


def symbols(sentence: str) -> list[frozenset[str]]:
    """For each word of the sentence its stem, and the concepts of which a phrase begins there."""
    stems = _stems(sentence)
    return [frozenset((stem, *_concepts_at(stems, place))) for place, stem in enumerate(stems)]


def _concepts_at(stems: list[str], place: int) -> set[str]:
    known = _by_first_word()
    starting = (
        *known.get(stems[place], ()),
        *(known[_ANY_NUMBER] if _is_number(stems[place]) else ()),
    )
    found = {phrase.concept for phrase in starting if phrase.stands(stems, place)}
    if _is_denied(stems, place) or _is_over(stems, place):
        return {name for name in found if not concepts().can_be_denied(name)}
    return found


def _is_denied(stems: list[str], place: int) -> bool:
    return _before(stems, place) in _DENIALS


def _is_over(stems: list[str], place: int) -> bool:
    """Whether "used to be" stands before it."""
    return _before(stems, place) == "to" and "used" in stems[max(0, place - _STEP - 1) : place]


def _before(stems: list[str], place: int) -> str:
    """The word before, small ones passed over."""
    return next((one for one in reversed(stems[:place]) if one not in _BETWEEN), "")


def _is_of(stem: str, choice: frozenset[str]) -> bool:
    return stem in choice or (_ANY_NUMBER in choice and _is_number(stem))


def _is_number(stem: str) -> bool:
    """Also one of a release: v0 and b9047."""
    return stem[0].isdigit() or (stem[0] in "vb" and stem[1:].isdigit())


def _stems(sentence: str) -> list[str]:
    stated = _BUILD.sub(r"build \1", _I_THINK.sub("i", sentence.lower()))
    plain = _SAME.sub(r"\1\1\1\1", _NOT.sub("not", stated))
    return [_known_stem(word) for word in _WORD.findall(plain)]


@cache
def _known_stem(word: str) -> str:
    """The stem of the word, or of the one that was meant where no phrase has this one."""
    words, stems = vocabulary()
    return stem(word) if stem(word) in stems else stem(as_meant(word, words))


@cache
def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """The words of all phrases, and their stems."""
    phrases = (phrase for _, phrase in concepts().phrases())
    words = frozenset(word for phrase in phrases for word in _WORD.findall(phrase))
    return words, frozenset(map(stem, words))


@cache
def _by_first_word() -> Mapping[str, tuple[Phrase, ...]]:
    found: dict[str, tuple[Phrase, ...]] = {_ANY_NUMBER: ()}
    for name, phrase in concepts().phrases():
        words = tuple(frozenset(map(stem, word.split("|"))) for word in phrase.split())
        for first in words[0]:
            found[first] = (*found.get(first, ()), Phrase(name, words))
    return found


@cache
def stem(word: str) -> str:
    """The word without its ending, so that its forms are one: replies and reply, running and run."""
    short = _without_ending(word)
    if short.endswith("ly") and len(short) >= _LEAST_ADVERB:
        short = short[:-2]
    if short.endswith("y") and short[-2:-1] not in "aeiou":
        short = short[:-1] + "i"
    return _not_doubled(short)


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM and word[-3:] != "eed":
            return word[: -len(ending)]
    return word


def _not_doubled(word: str) -> str:
    """Stopp → stop."""
    ends_twice = word[-2:-1] == word[-1:] and word[-1:] not in "aeiou"
    return word[:-1] if ends_twice and word.isalpha() and len(word) > _LEAST_STEM else word
