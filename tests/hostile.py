"""Texts that make a regular expression work as hard as it can, made from the expression itself."""

from __future__ import annotations

import re

try:
    from re import _parser as parser
except ImportError:  # before Python 3.11
    import sre_parse as parser

CHARS = 4000


def texts(pattern: str, chars: int = CHARS) -> set[str]:
    """Long runs of each repeated part after what leads to it, of each literal, and of the whole."""
    tree = parser.parse(pattern, re.IGNORECASE)
    complete = _sample(tree) or "a"
    made = {(complete * chars)[:chars], (complete[:-1] * chars)[:chars]}
    for lead, unit in _repeats(tree, ""):
        for one in {unit, unit[:1], " ", "a", "0"}:
            if one:
                made.add((lead + one * chars)[:chars])
                made.add(((lead + one * 30) * chars)[:chars])
    made.update(char * chars for char in set(complete))
    return made


def _sample(tree) -> str:
    """A text that the expression is likely to match."""
    return "".join(_of(op, value) for op, value in tree)


def _of(op, value) -> str:
    name = str(op)
    if name == "LITERAL":
        return chr(value)
    if name == "NOT_LITERAL":
        return "a" if value != ord("a") else "b"
    if name == "IN":
        return _member(value)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, _most, inner = value
        return _sample(inner) * max(1, least)
    if name == "BRANCH":
        return _sample(value[1][0])
    if name == "SUBPATTERN":
        return _sample(value[3])
    if name == "ATOMIC_GROUP":
        return _sample(value)
    return "a" if name == "ANY" else ""


def _member(members) -> str:
    for op, value in members:
        name = str(op)
        if name == "NEGATE":
            return "a"
        if name == "LITERAL":
            return chr(value)
        if name == "RANGE":
            return chr(value[0])
        if name == "CATEGORY":
            return {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " "}.get(str(value), "a")
    return "a"


def _repeats(tree, lead: str):
    """(what comes before, one unit) of every repeated part, at any depth."""
    for op, value in tree:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield lead, _sample(value[2])
            yield from _repeats(value[2], lead)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _repeats(branch, lead)
        elif name == "SUBPATTERN":
            yield from _repeats(value[3], lead)
        lead += _of(op, value)
