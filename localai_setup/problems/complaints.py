"""What a person says who has no log → what it may be. The table is `complaints.yaml`.

A wording is found where all its words stand in the sentence, in any order and form. Of several the
one with the most words is taken, for it says most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ..recipes.schema import build
from ..recipes.strict_yaml import parse

FILE = Path(__file__).parent / "complaints.yaml"
#: Somebody who complains says it in fewer words, on fewer lines.
MAX_WORDS, MAX_LINES = 60, 5
#: What programs print and people seldom write.
_OF_A_PROGRAM = re.compile(
    r":\s*\S|\bTraceback\b|\d\d:\d\d|[\\/][\w.-]+[\\/]|[{}=\[\]|]|</?(?!think)\w|\b0x[0-9a-f]|(?<!\bOLLAMA)(?<=\w)_\w|^\s*[$#>%]|\s--\w|\w\("
    r"|\w\.(?!exe\b|dll\b|\d)\w|\b(?:errno|exception|fatal|argument|module|library|libraries)\b",
    re.IGNORECASE | re.MULTILINE,
)
#: What programs print and people write as well: it takes a word of a person beside it.
_OF_EITHER = re.compile(r"\b(?:your|please|error|warning|invalid|unable)\b", re.IGNORECASE)
#: What people write and programs seldom print.
_OF_A_PERSON = re.compile(
    r"\b(?:i|i'm|i've|my|me|we|our|it|it's|its|why|how|which|what|always|keeps?|every time|never|really)\b",
    re.IGNORECASE,
)
#: Small words of which programs, which print no sentences, have few.
_OF_SENTENCES = re.compile(
    r"\b(?:the|a|an|is|are|and|but|of|when|then|than|after|every|all|like|while|still|just"
    r"|so|very|too|again|although|though|suddenly|completely|does|doesn't|don't|isn't|can't|won't)\b",
    re.IGNORECASE,
)
#: as many of them make a sentence
_ENOUGH_SMALL_WORDS = 2
#: A few words without one of these are a complaint only if no name or number stands in them.
_FEW_WORDS = 6
_TERSE = re.compile(r"[A-Z]?[a-z' ,!?]+(?: (?:CPU|GPU|GPUs|VRAM|RAM)[a-z' ,!?]*)*\.?")
_NOT = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|ca|wo|would|could|should|has|have|had)n['\u2019]?t"
    r"|cannot|never|no longer|without|unable to|fails? to)\b"
)
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
    lines = [line for line in text.splitlines() if line.strip()]
    words = len(text.split())
    if not 0 < words <= MAX_WORDS or len(lines) > MAX_LINES or _OF_A_PROGRAM.search(text):
        return False
    if _OF_A_PERSON.search(text):
        return True
    terse = words <= _FEW_WORDS and _TERSE.fullmatch(text.strip())
    return not _OF_EITHER.search(text) and bool(terse or _is_sentence(text))


def _is_sentence(text: str) -> bool:
    return len(_OF_SENTENCES.findall(text)) >= _ENOUGH_SMALL_WORDS


def understood(text: str) -> Complaint | None:
    """The complaint that this sentence is; None where no wording is found."""
    words = frozenset(_stems(text))
    found = [
        (len(wording.split()), -place, one)
        for place, one in enumerate(table().complaints)
        for wording in one.wordings
        if all(not words.isdisjoint(choice) for choice in _choices(wording))
    ]
    return max(found, key=lambda one: one[:2], default=(0, 0, None))[2]


@cache
def _choices(wording: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(_stem, word.split("|"))) for word in wording.split())


def _stems(text: str) -> list[str]:
    plain = _NOT.sub("not", text.lower())
    return [_stem(word) for word in re.findall(r"[a-z0-9_@#]+", plain)]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word
