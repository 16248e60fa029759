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

#: What stands between words: a character that is no part of one, or the pattern's own edge.
GAP = " "
#: Something of which nothing is known, perhaps the rest of a word.
UNKNOWN = None
Item = "str | frozenset[str] | None"


def required_words(pattern: str) -> set[str]:
    return _words(_items(sre.parse(pattern, re.IGNORECASE)))


def _words(items: Iterable[Item]) -> set[str]:
    found: set[str] = set()
    word, begins = "", True
    for item in (*items, GAP):
        if isinstance(item, str) and item != GAP:
            word += item
            continue
        if word and begins and item == GAP:
            found.add(word)
        if isinstance(item, frozenset):
            found |= item
        word, begins = "", item == GAP
    return found


def _items(parsed: Iterable) -> list[Item]:
    return [item for code, value in parsed for item in _item(str(code), value)]


def _item(code: str, value: object) -> Iterator[Item]:
    if code == "LITERAL":
        yield _letter(chr(value))
    elif code == "SUBPATTERN":
        yield from _items(value[3])
    elif code == "BRANCH":
        yield from _branches([_items(branch) for branch in value[1]])
    elif code.endswith("REPEAT"):
        yield from _repeated(value[0], value[1], _items(value[2]))
    elif code == "IN":
        yield GAP if all(_is_gap(str(kind), one) for kind, one in value) else UNKNOWN
    else:
        yield GAP if code == "AT" else UNKNOWN


def _letter(character: str) -> str:
    return character.lower() if re.match("[a-z0-9_]", character.lower()) else GAP


def _is_gap(kind: str, value: object) -> bool:
    return _letter(chr(value)) == GAP if kind == "LITERAL" else str(value) == "CATEGORY_SPACE"


def _branches(branches: list[list[Item]]) -> Iterator[Item]:
    """The words of all branches, with a gap on each side where all branches have one."""
    for side in (0, None, -1):
        if side is None:
            yield frozenset(set.intersection(*map(_words, branches)))
        else:
            yield GAP if all(one and one[side] == GAP for one in branches) else UNKNOWN


def _repeated(least: int, most: int, inner: list[Item]) -> Iterator[Item]:
    if least == 0:
        yield UNKNOWN
    elif inner == [GAP] or least == most == 1:
        yield from inner
    else:
        yield from (UNKNOWN, frozenset(_words(inner)), UNKNOWN)
