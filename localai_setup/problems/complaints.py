"""What a person says who has no log → what it may be. The table is `complaints.yaml`.

A wording is found where all its words stand near each other, in any order and form. Of several the one
with the most words is taken, for it says most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from ..recipes.schema import build
from ..recipes.strict_yaml import parse

FILE = Path(__file__).parent / "complaints.yaml"
#: Somebody who complains says it in fewer words, on fewer lines; most in one or two sentences.
MAX_WORDS, MAX_LINES = 160, 16
FEW_WORDS, FEW_LINES = 60, 5
#: Words that belong together stand among as many.
_NEAR = 16
#: as many of them make a sentence, and as many more one that nobody wrote of himself
_ENOUGH_SMALL_WORDS, _MANY_SMALL_WORDS = 2, 3
#: Where a sentence ends: a dot inside a number or a name is none.
_END = re.compile(r"[.!?;\n]+(?:\s+|$)|\s+[-\u2013\u2014]\s+|\n")
#: What programs print and people seldom write.
_OF_A_PROGRAM = re.compile(
    r":\s*\S|\bTraceback\b|\d\d:\d\d|[\\/][\w.-]+[\\/]|[{}=\[\]|]|</?(?!think)\w|\b0x[0-9a-f]|(?<!\bOLLAMA)(?<=\w)_\w|^\s*[$#>%]|\s--\w|\w\("
    r"|\w\.(?!exe\b|dll\b|\d)\w|\b(?:errno|exception|fatal|argument|module|library|libraries)\b",
    re.IGNORECASE | re.MULTILINE,
)
#: Marks of chat templates, which people copy from an answer into their own sentence.
_MARK = re.compile(
    r"<?\|?\b(?:im_start|im_end|start_of_turn|end_of_turn|eot_id|endoftext)\b\|?>?", re.IGNORECASE
)
#: What programs print and people write as well: it takes a word of a person beside it.
_OF_EITHER = re.compile(r"\b(?:your|please|error|warning|invalid|unable)\b", re.IGNORECASE)
#: What people write and programs seldom print.
_OF_A_PERSON = re.compile(
    r"\b(?:i|i'm|i've|my|me|we|our|it|it's|its|why|how|which|what|always|keeps?|every time|never|really)\b",
    re.IGNORECASE,
)
#: What only people write, of themselves or as a question.
_OF_A_TELLER = re.compile(
    r"\b(?:i|i'm|i've|i'd|my|me|we|we're|our|why|how|anyone|anybody)\b(?!/)", re.IGNORECASE
)
#: Small words of which programs, which print no sentences, have few.
_OF_SENTENCES = re.compile(
    r"\b(?:the|a|an|is|are|and|but|of|when|then|than|after|every|all|like|while|still|just"
    r"|so|very|too|again|although|though|suddenly|completely|from|there|does|doesn't|don't|isn't|can't|won't)\b",
    re.IGNORECASE,
)
#: A handful of words without one of these are a complaint only if no name or number stands in them.
_HANDFUL = 6
_TERSE = re.compile(r"[A-Z]?[a-z' ,!?]+(?: (?:CPU|GPU|GPUs|VRAM|RAM)[a-z' ,!?]*)*\.?")
_NOT = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|ca|wo|would|could|should|has|have|had)n['\u2019]?t"
    r"|cannot|never|no longer|without|unable to|fails? to)\b"
)
#: a letter that is written over and over counts as four of it
_SAME = re.compile(r"(\w|@|#)\1{4,}")
_ENDINGS = ("ing", "ed", "es", "s", "e")
_LEAST_STEM = 3


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
    """`causes` are the ids of what it may be, the most usual first."""

    id: str
    wordings: tuple[str, ...]
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    schema: str
    causes: tuple[Cause, ...] = field(default=())
    complaints: tuple[Complaint, ...] = field(default=())

    def causes_of(self, complaint: Complaint) -> tuple[Cause, ...]:
        by_id = {one.id: one for one in self.causes}
        return tuple(by_id[name] for name in complaint.causes)


@cache
def table() -> Table:
    return build(Table, parse(FILE.read_text(encoding="utf-8")))


def in_plain_words(text: str) -> bool:
    """Whether a person wrote this, and no program printed it."""
    text = _MARK.sub("mark", text)
    lines = [line for line in text.splitlines() if line.strip()]
    words = len(text.split())
    if not 0 < words <= MAX_WORDS or len(lines) > MAX_LINES:
        return False
    if words > FEW_WORDS or len(lines) > FEW_LINES or _OF_A_PROGRAM.search(text):
        return _is_an_account(lines)
    if _OF_A_PERSON.search(text):
        return True
    terse = words <= _HANDFUL and _TERSE.fullmatch(text.strip())
    return not _OF_EITHER.search(text) and bool(terse or _is_sentence(text))


def _is_an_account(lines: list[str]) -> bool:
    """Whether a person tells this at length: names of machines and versions stand between sentences."""
    about = [line for line in lines if _OF_A_TELLER.search(line) and _OF_SENTENCES.search(line)]
    own = [line for line in lines if line in about or _small_words(line) >= _MANY_SMALL_WORDS]
    printed = [line for line in lines if line not in own and _OF_A_PROGRAM.search(line)]
    return bool(about) and _words(own) > _words(printed)


def _words(lines: list[str]) -> int:
    return sum(len(line.split()) for line in lines)


def _is_sentence(text: str) -> bool:
    return _small_words(text) >= _ENOUGH_SMALL_WORDS


def _small_words(text: str) -> int:
    return len(_OF_SENTENCES.findall(text))


def understood(text: str) -> Complaint | None:
    """The complaint that this text is; None where no wording is found."""
    found = [
        (len(wording.split()) - apart, -place, one)
        for words, apart in _windows(text)
        for place, one in enumerate(table().complaints)
        for wording in one.wordings
        if all(not words.isdisjoint(choice) for choice in _choices(wording))
    ]
    return max(found, key=lambda one: one[:2], default=(0, 0, None))[2]


def _windows(text: str) -> list[tuple[frozenset[str], float]]:
    """The words that stand near each other; those of two sentences count a little less together."""
    sentences = [_stems(one) for one in _END.split(text) if one.strip()]
    inside = [(run, 0.0) for one in sentences for run in _runs(one)]
    half = _NEAR // 2
    across = [(frozenset(a[-half:] + b[:half]), 0.5) for a, b in pairwise(sentences)]
    return [*inside, *across]


def _runs(stems: list[str]) -> list[frozenset[str]]:
    starts = range(max(1, len(stems) - _NEAR + 1))
    return [frozenset(stems[start : start + _NEAR]) for start in starts]


@cache
def _choices(wording: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(_stem, word.split("|"))) for word in wording.split())


def _stems(text: str) -> list[str]:
    plain = _SAME.sub(r"\1\1\1\1", _NOT.sub("not", text.lower()))
    return [_stem(word) for word in re.findall(r"[a-z0-9_@#]+", plain)]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word
