"""Which whole words stand in everything that a regular expression can match.

`Signature.needs` is right only if each of its words is among them: a text is not even searched
without the needed words, so a word that one branch alone contains hides all the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

try:
    from re import _parser as sre  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_parse as sre

#: Something that can stand between two words: the pattern's edge, a space, a dot, anything.
GAP = " "
#: Something that can only be the rest of a word.
LETTERS = "?"
WILD = ("CATEGORY_SPACE", "CATEGORY_NOT_SPACE", "CATEGORY_NOT_WORD", "CATEGORY_NOT_DIGIT")


def required_words(pattern: str) -> set[str]:
    """Of letters, digits and underscores, in lower case."""
    return _words(_items(sre.parse(pattern, re.IGNORECASE)))


def _words(items: Iterable[str | frozenset[str]]) -> set[str]:
    found: set[str] = set()
    word, begins = "", True
    for item in (*items, GAP):
        if isinstance(item, str) and item not in (GAP, LETTERS):
            word += item
            continue
        if word and begins and item != LETTERS:
            found.add(word)
        if isinstance(item, frozenset):
            found |= item
        word, begins = "", item != LETTERS
    return found


def _items(parsed: Iterable) -> list[str | frozenset[str]]:
    return [item for code, value in parsed for item in _item(str(code), value)]


def _item(code: str, value) -> Iterator[str | frozenset[str]]:
    if code == "LITERAL":
        yield _letter(value)
    elif code == "SUBPATTERN":
        yield from _items(value[3])
    elif code == "BRANCH":
        yield from _branches([_items(branch) for branch in value[1]])
    elif code.endswith("REPEAT"):
        yield from _repeated(value[0], value[1], _items(value[2]))
    elif code == "IN":
        yield GAP if any(_is_wild(str(kind), one) for kind, one in value) else LETTERS
    elif not code.startswith("ASSERT"):
        yield GAP


def _letter(number: int) -> str:
    character = chr(number).lower()
    return character if re.match("[a-z0-9_]", character) else GAP


def _is_wild(kind: str, value) -> bool:
    if kind == "LITERAL":
        return _letter(value) == GAP
    return kind == "NEGATE" or str(value) in WILD


def _edge(items: list[str | frozenset[str]], side: int) -> str:
    first = items[side] if items else GAP
    return GAP if first == GAP or isinstance(first, frozenset) else LETTERS


def _branches(branches: list[list[str | frozenset[str]]]) -> Iterator[str | frozenset[str]]:
    """The words that all branches share; at each side a gap if all branches have one."""
    left, right = ({_edge(one, side) for one in branches} for side in (0, -1))
    yield GAP if left == {GAP} else LETTERS
    yield frozenset(set.intersection(*map(_words, branches)))
    yield GAP if right == {GAP} else LETTERS


def _repeated(
    least: int, most: int, inner: list[str | frozenset[str]]
) -> Iterator[str | frozenset[str]]:
    if least == most == 1:
        yield from inner
        return
    yield _edge(inner, 0)
    if least:
        yield frozenset(_words(inner))
    yield _edge(inner, -1)
