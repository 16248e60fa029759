r"""Which whole words, and which phrase, stand in everything that a regular expression can match.

A text is searched for a sign only if it has all the words that the sign needs, so no word may be
named that a match can do without. Beside a word there must be a `\b`, the beginning or end of a
line, or a sign that is neither letter, digit nor underscore; beside `.`, `\S` or an optional letter
it may be a part of a longer one. Only the first and last words of an expression are taken for whole
ones as they are, where it has fewer than two others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

try:
    from re import _parser as sre  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_parse as sre

#: What stands between letters: a certain end of a word, the edge of the expression, anything.
GAP, EDGE, ANYTHING = " ", "|", "?"
#: What no text contains, between the parts of an expression that are certain.
BREAK = "\0"
#: Kinds of characters that are never part of a word.
BETWEEN_WORDS = ("CATEGORY_SPACE", "CATEGORY_NOT_WORD")
#: So many words inside an expression tell enough of a text.
ENOUGH = 2
#: Words that stand in any text: to look for them would cost time and rule nothing out.
EVERYWHERE = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "by", "did", "do", "does", "for", "from", "has",
    "have", "in", "is", "it", "no", "not", "of", "on", "or", "that", "the", "this", "to", "was",
    "with",
})  # fmt: skip
#: A letter, one of the three marks, the words of a group, or an optional group's two outer marks.
Part = str | frozenset[str] | tuple[str, str]


def parsed(pattern: str) -> Any:
    """The parts of an expression, each a code and what belongs to it."""
    return sre.parse(pattern, re.IGNORECASE)


def needed_words(pattern: str) -> tuple[str, ...]:
    """The words by which to find a text that may match; empty where a match needs no word."""
    inner = required_words(pattern, (GAP,)) - EVERYWHERE
    if len(inner) >= ENOUGH:
        return tuple(sorted(inner))
    words = required_words(pattern, (GAP, EDGE))
    return tuple(sorted(words - EVERYWHERE or words))


@lru_cache(maxsize=8192)
def needed_phrase(pattern: str) -> str:
    """The longest run of characters that every match contains, in lower case; empty where none is.

    To look for it costs less than to compile the expression, which few texts are worth.
    """
    return max("".join(_characters(parsed(pattern))).split(BREAK), key=len)


def _characters(tree: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """What a match contains, one after the other, with breaks where anything else may stand."""
    for code, value in tree:
        kind = str(code)
        if kind == "LITERAL":
            yield chr(value).lower()
        elif kind == "SUBPATTERN":
            yield from _characters(value[3])
        elif kind.endswith("REPEAT") and value[0] > 0:
            yield from (BREAK, *_characters(value[2]), BREAK)
        elif kind != "AT" and not kind.startswith("ASSERT"):
            yield BREAK


@lru_cache(maxsize=8192)
def required_words(pattern: str, ends: Sequence[str]) -> frozenset[str]:
    """Words of letters, digits and underscores, in lower case, between the marks called `ends`."""
    tree = list(parsed(pattern))
    alone = len(tree) == 1 and str(tree[0][0]) == "BRANCH"
    branches = tree[0][1][1] if alone else [tree]
    found = [_words([*_parts(branch, ends, [EDGE]), EDGE], ends) for branch in branches]
    return frozenset.intersection(*found)


def _words(parts: Sequence[Part], ends: Sequence[str]) -> frozenset[str]:
    found = {word for part in parts if isinstance(part, frozenset) for word in part}
    start = 0
    while start < len(parts):
        end = start
        while end < len(parts) and _is_letter(parts[end]):
            end += 1
        letters = "".join(str(part) for part in parts[start:end])
        if letters and _ends(parts[end:], 0, ends) and _ends(parts[:start][::-1], 1, ends):
            found.add(letters)
        start = end + 1
    return frozenset(found)


def _is_letter(part: Part) -> bool:
    return isinstance(part, str) and part not in (GAP, EDGE, ANYTHING)


def _ends(beyond: Iterable[Part], side: int, ends: Sequence[str]) -> bool:
    """Whether a word ends where these parts come next; an optional group must not continue it."""
    for part in beyond:
        if not isinstance(part, tuple):
            return part in ends
        if part[side] != GAP:
            return False
    return False


def _parts(
    tree: Iterable[tuple[Any, Any]], ends: Sequence[str], before: Sequence[Part] = ()
) -> list[Part]:
    """All parts of an expression; `before` is the part that it follows, and comes first."""
    parts = list(before)
    for code, value in tree:
        parts += _part(str(code), value, ends, parts[-1:])
    return parts


def _part(code: str, value: Any, ends: Sequence[str], before: Sequence[Part]) -> Sequence[Part]:
    if code == "LITERAL":
        return [_letter(value)]
    if code == "SUBPATTERN":
        return _parts(value[3], ends, before)[len(before) :]
    if code == "BRANCH":
        return _branches([_parts(branch, ends, before) for branch in value[1]], ends, len(before))
    if code.endswith("REPEAT"):
        return _repeated(value[0], value[1], _parts(value[2], ends), ends)
    if code == "IN":
        return [GAP if all(_is_between(str(kind), one) for kind, one in value) else ANYTHING]
    if code.startswith("ASSERT"):
        return []
    return [GAP if code == "AT" else ANYTHING]


def _letter(number: int) -> str:
    character = chr(number).lower()
    return character if re.match("[a-z0-9_]", character) else GAP


def _is_between(kind: str, value: Any) -> bool:
    return _letter(value) == GAP if kind == "LITERAL" else str(value) in BETWEEN_WORDS


def _outer(parts: Sequence[Part], side: int) -> str:
    return GAP if parts and parts[side] == GAP else ANYTHING


def _branches(
    branches: Sequence[Sequence[Part]], ends: Sequence[str], start: int
) -> Sequence[Part]:
    """The words that all branches share; at each side a gap if all branches, from `start`, have one."""
    left, right = ({_outer(one[start:], side) for one in branches} for side in (0, -1))
    shared = frozenset.intersection(*(_words(one, ends) for one in branches))
    return [
        GAP if left == {GAP} else ANYTHING,
        shared,
        GAP if right == {GAP} else ANYTHING,
    ]


def _repeated(least: int, most: int, inner: Sequence[Part], ends: Sequence[str]) -> Sequence[Part]:
    if least == most == 1:
        return inner
    outer = (_outer(inner, 0), _outer(inner, -1))
    return [outer[0], _words(inner, ends), outer[1]] if least else [outer]
