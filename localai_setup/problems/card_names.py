"""Which maker's cards a fix is for, told by how its text begins, and whose cards a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAKERS = {"nvidia": "NVIDIA", "amd": "AMD", "intel": "Intel"}
#: maker → how the text of a fix begins that is for its cards alone: "For an AMD card …", "NVIDIA on Ubuntu: …"
_BEGINNINGS = {
    maker: re.compile(
        rf"(?:Or )?(?:[Ff]or|[Oo]n|[Ww]ith) (?:an? )?(?:\w+ (?:or|and) )?{name}(?:'s)?\b(?! Macs)"
        rf"|{name} on \w+:"
    )
    for maker, name in _MAKERS.items()
}
#: maker → words of its cards' names, as programs and people write them
_CARDS = {
    "nvidia": re.compile(r"\b(?:NVIDIA|GeForce|RTX|GTX|Tesla|Jetson|GB10|[ABH][12]00)\b"),
    "amd": re.compile(r"\b(?:AMD|Radeon)\b"),
    "intel": re.compile(r"\bIntel\b"),
}


def makers_of(names: Iterable[str]) -> frozenset[str]:
    """The makers of the cards with these names; of others none."""
    return frozenset(maker for name in names for maker, one in _CARDS.items() if one.search(name))


def is_for(text: str, makers: frozenset[str]) -> bool:
    """Whether a fix with this text is for the cards of one of these; true where it is for any."""
    meant = {maker for maker, one in _BEGINNINGS.items() if one.match(text)}
    return not meant or not makers or not meant.isdisjoint(makers)
