"""A word that is misspelt → the word of the tables that it was meant to be.

A mistake is one of those that people make: two letters swapped, one left out or too many, a vowel or a
sound for another (`recieve`, `acces`, `responce`, `utilise`). The first letter is right, and a word that
means something else is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

#: Words that are no mistakes, though a word of the tables is as near: see the first line of the file.
FILE = Path(__file__).parent / "ordinary_words.txt"
#: Shorter words are too near to one another.
LEAST = 5
_DOUBLE = re.compile(r"(.)\1")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: What is written for one another.
_ALIKE = ("aeiouy", "szc", "ck")


def as_meant(word: str, known: frozenset[str]) -> str:
    """The one of the known words that is a mistake away, the first by the alphabet; else the word itself."""
    if len(word) < LEAST or not word.isalpha() or word in known or word in ordinary():
        return word
    meant = min((one for one in _mistakes(word) if one in known and len(one) >= LEAST), default="")
    return meant or _by_single_letters(known).get(_single(word), word)


@cache
def _by_single_letters(known: frozenset[str]) -> dict[str, str]:
    """Which letter is doubled is forgotten most, so those count once (`dissapeared`)."""
    return {_single(word): word for word in sorted(known, reverse=True) if len(word) >= LEAST}


def _single(word: str) -> str:
    return _DOUBLE.sub(r"\1", word)


@cache
def ordinary() -> frozenset[str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line[:1] != "#" for word in line.split())


def _mistakes(word: str) -> Iterator[str]:
    """Every word of which this one is a mistake."""
    for place in range(1, len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield before + after[1:2] + after[0] + after[2:]
            yield from (before + other + after[1:] for other in _written_for(after[0]))


def _written_for(letter: str) -> str:
    return "".join(group for group in _ALIKE if letter in group)
