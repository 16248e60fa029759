"""Our settings taken out of a file that its owner has changed since: nothing else goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .merging import Edit
from .tree import (
    Format,
    UnreadableError,
    blanked,
    check_own_members,
    children,
    content_end,
    data,
    is_flow,
    items,
    line_end,
    line_start,
    members,
    read,
    tree,
)

if TYPE_CHECKING:
    import yaml

#: as many parts as a program's settings ever have; each round removes one
MAX_ROUNDS = 100


def without(text: str, before: str, settings: str, form: Format) -> str:
    """The text without what `settings` brought into `before`. What the owner changed of ours stays.

    Raises:
        UnreadableError: the file is not of its format any more.

    """
    try:
        return _without(text, before, settings, form)
    except RecursionError:
        raise UnreadableError("it holds itself") from None


def _without(text: str, before: str, settings: str, form: Format) -> str:
    old, ours = read(before, form), read(settings, form)
    for _ in range(MAX_ROUNDS):
        root = tree(text, form)
        edit = root and next(_edits(text, root, ours, old), None)
        if not edit:
            return text
        text = text[: edit.start] + edit.text + text[edit.end :]
        read(text, form)
    return text


def _edits(text: str, node: yaml.Node, ours: Any, old: Any) -> Iterator[Edit]:
    if isinstance(ours, list):
        known = old if isinstance(old, list) else []
        for at, one in enumerate(items(node)):
            if _is_ours(data(one), ours, known):
                yield _removed(text, node, at)
    elif isinstance(ours, dict):
        known_keys = old if isinstance(old, dict) else {}
        check_own_members(node, [key for key in ours if key in members(node)])
        for at, (key, (_, value)) in enumerate(members(node).items()):
            if key in ours:
                yield from _member_edits(text, node, at, value, (ours[key], known_keys, key))


def _member_edits(
    text: str, node: yaml.Node, at: int, value: yaml.Node, part: tuple[Any, dict[str, Any], str]
) -> Iterator[Edit]:
    """`part`: our value, the mapping of before, and the key."""
    ours, old, key = part
    if _is_all_ours(data(value), ours) and key not in old:
        yield _removed(text, node, at)
    elif isinstance(ours, (dict, list)):
        yield from _edits(text, value, ours, old.get(key))
    elif data(value) == ours and old[key] != ours:
        end = content_end(text, value)
        yield Edit(value.start_mark.index, end, _written(old[key]))


def _written(value: Any) -> str:
    """On one line. Raises UnreadableError for what JSON, and so this line, cannot hold (a date)."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise UnreadableError(f"what stood there cannot be put back: {error}") from None


def _is_all_ours(value: Any, ours: Any) -> bool:
    if isinstance(value, list) and isinstance(ours, list):
        return bool(value) and all(_is_ours(one, ours, []) for one in value)
    return bool(value == ours)


def _is_ours(item: Any, ours: list[Any], known: list[Any]) -> bool:
    """Whether an item is one of `ours`, even if something was added to it; none of `known` is."""
    if item in known:
        return False
    taken = {mark for one in known for mark in _marks(one)}
    return item in ours or any((_marks(one) - taken) & _marks(item) for one in ours)


def _marks(item: Any) -> set[str]:
    """What an entry is known by: the addresses in it, else its first value, which is its name."""
    texts = list(_texts(item))
    found = {one for one in texts if one.startswith(("http://", "https://"))}
    return found or set(texts[:1])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _removed(text: str, node: yaml.Node, at: int) -> Edit:
    """Without one member or item, its comma, and the lines that it has to itself."""
    parts = list(children(node))
    first, last = parts[at]
    start, end = first.start_mark.index, content_end(text, last)
    if not is_flow(node):
        start = line_start(text, start)
        return Edit(start, min(line_end(text, end) + 1, len(text)), "")
    close = parts[at + 1][0].start_mark.index if at + 1 < len(parts) else node.end_mark.index - 1
    comma = blanked(text)[end:close].find(",")
    if comma >= 0:
        end += comma + 1
    before = parts[at - 1][1].end_mark.index if at else node.start_mark.index + 1
    gap = text[before:start]
    kept = gap.rstrip(" \t").removesuffix("\n").removesuffix("\r")
    if comma < 0 and at:
        kept = _without_comma(kept)
    return Edit(before, end, kept)


def _without_comma(gap: str) -> str:
    """The last member needs none before it, where there was none behind it."""
    at = blanked(gap).find(",")
    return gap[:at] + gap[at + 1 :] if at >= 0 else gap
