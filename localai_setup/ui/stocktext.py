"""What takes space, in lines."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.sizes import size_words
from ..model.stock import NOW, UNUSED, WAY_BACK, StockItem, freed_bytes, taken_bytes
from . import console, places

USED = {NOW: "in use", WAY_BACK: "kept for the way back", UNUSED: "not used"}


def show(found: tuple[StockItem, ...], own_file: str) -> None:
    """The list on stdout, and on stderr how to make room. `own_file` is a person's own, empty for none."""
    if not found:
        console.show("localai keeps no models and no engines on this disk.")
    else:
        console.show("\n".join(lines(found)))
        console.say(f"\nIn all {size_words(taken_bytes(found))}.")
    if own_file:
        console.say(f"In use is also {own_file}, a file of your own, which stays yours.")
    unused = tuple(one for one in found if one.used == UNUSED and not one.is_own_work)
    if unused:
        words = size_words(freed_bytes(unused))
        console.say(f"{words} of it are not used; `localai models remove NAME` removes by name.")


def lines(found: Iterable[StockItem]) -> list[str]:
    """Two lines each: the name with its size and use, and below it the place."""
    return [line for one in found for line in _of(one)]


def _of(one: StockItem) -> list[str]:
    since = f", since {one.since}" if one.since else ""
    used = "your own work" if one.is_own_work and one.used == UNUSED else USED[one.used]
    words = f"{one.name}  {size_words(one.bytes)}  {one.kind}, {used}{since}"
    place = f"  {places.short(str(one.path))}"
    if one.shared_with:
        return [
            words,
            place,
            f"  The same file as one of {one.shared_with}: it takes no space twice.",
        ]
    return [words, place]
