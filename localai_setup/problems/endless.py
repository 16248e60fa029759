"""Whether an expression can take for ever on a text that nearly matches it.

What is repeated can be split in more than one way there, as in `(a+)+` or `(a|aa)+`: each split is tried,
and their number doubles with every character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from .words import parsed

Tree = Iterable[tuple[Any, Any]]
#: A repeat of at most so many is over soon.
MANY = 10
MOST_WORDS = 100
CLASSES = {"WORD": r"\w", "DIGIT": r"\d", "SPACE": r"\s", "NOT_WORD": r"\W", "NOT_DIGIT": r"\D", "NOT_SPACE": r"\S"}  # fmt: skip


@lru_cache(maxsize=8192)
def is_endless(pattern: str) -> bool:
    r"""Of a valid expression. One whose repeats are told apart by a character is none: `(?:\.\w+)*`."""
    return _has_endless(parsed(pattern))


def _has_endless(tree: Tree) -> bool:
    for code, value in tree:
        kind = str(code)
        repeats = kind in ("MAX_REPEAT", "MIN_REPEAT") and value[1] >= MANY
        if repeats and _is_ambiguous(_unwrapped(value[2])):
            return True
        if any(map(_has_endless, _inner(kind, value))):
            return True
    return False


def _inner(kind: str, value: Any) -> Sequence[Tree]:
    """The expressions inside a part."""
    if kind.endswith("REPEAT"):
        return [value[2]]
    if kind == "SUBPATTERN":
        return [value[3]]
    if kind == "BRANCH":
        return list(value[1])
    if kind.startswith("ASSERT") and isinstance(value, tuple):
        return [value[1]]
    return [value] if kind == "ATOMIC_GROUP" else []


def _unwrapped(tree: Tree) -> list[tuple[Any, Any]]:
    parts = list(tree)
    while len(parts) == 1 and str(parts[0][0]) == "SUBPATTERN":
        parts = list(parts[0][1][3])
    return parts


def _is_ambiguous(body: Sequence[tuple[Any, Any]]) -> bool:
    words = _words(body)
    if words is not None:
        # where none begins another there is one way to split a text into them
        ordered = sorted(words)
        return any(b.startswith(a) for a, b in pairwise(ordered))
    if not _varies(body):
        return False
    return not (_separates(body[0], body[1:]) or _separates(body[-1], body[:-1]))


def _words(tree: Tree) -> list[str] | None:
    """All that it matches, where that is a list of words; None where it is none."""
    found = [""]
    for code, value in tree:
        kind = str(code)
        if kind == "LITERAL":
            more: list[str] | None = [chr(value).lower()]
        elif kind in ("SUBPATTERN", "BRANCH"):
            each = [_words(one) for one in _inner(kind, value)]
            more = None if None in each else [word for one in each for word in one or ()]
        else:
            more = None
        if more is None or len(found) * len(more) > MOST_WORDS:
            return None
        found = [begin + end for begin in found for end in more]
    return found


def _varies(tree: Tree) -> bool:
    """Whether it can match texts of different lengths."""
    for code, value in tree:
        kind = str(code)
        if kind == "BRANCH" or (kind.endswith("REPEAT") and value[0] != value[1]):
            return True
        if not kind.startswith("ASSERT") and any(map(_varies, _inner(kind, value))):
            return True
    return False


def _separates(part: tuple[Any, Any], others: Tree) -> bool:
    """Whether this is a character that nothing else in the body matches."""
    return str(part[0]) == "LITERAL" and not _takes(others, chr(part[1]))


def _takes(tree: Tree, char: str) -> bool:
    return any(
        _matches(str(code), value, char)
        or any(_takes(one, char) for one in _inner(str(code), value))
        for code, value in tree
    )


def _matches(kind: str, value: Any, char: str) -> bool:
    if kind == "IN":
        negated = str(value[0][0]) == "NEGATE"
        return negated != any(_matches(str(code), one, char) for code, one in value)
    if kind in ("LITERAL", "NOT_LITERAL"):
        return (chr(value).lower() == char.lower()) == (kind == "LITERAL")
    if kind == "RANGE":
        return any(value[0] <= ord(one) <= value[1] for one in (char.lower(), char.upper()))
    if kind == "CATEGORY":
        return re.match(CLASSES[str(value).removeprefix("CATEGORY_")], char) is not None
    return kind == "ANY"
