"""`xpu-smi discovery`: Intel's own list of its data-centre and Arc Pro cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _intel_chips, _words
from ._sighting import Listing, Sighting

RANK = 24
DISCOVERY = Like("command:xpu-smi discovery*")
SOURCES = (DISCOVERY,)
#: `| 0         | Device Name: …` begins a card, `|           | Vendor Name: …` goes on with it
_ROW = re.compile(r"^\|\s*(\d*)\s*\|\s*([A-Z][\w /]*?):\s*(.*?)\s*\|?\s*$", re.MULTILINE)


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(DISCOVERY):
        if found := tuple(map(_sighting, _cards(text))):
            yield Listing(key, found)


def _cards(text: str) -> list[dict[str, str]]:
    """The fields of each card; `index` is the number that the tool gives it."""
    cards: list[dict[str, str]] = []
    for index, name, value in _ROW.findall(text):
        if index:
            cards.append({"index": index})
        if cards:
            cards[-1][name] = value
    return cards


def _sighting(card: dict[str, str]) -> Sighting:
    name = _words.value(card.get("Device Name"))
    return Sighting(
        "intel",
        name=name,
        driver=_words.value(card.get("Driver Version")),
        bus=_words.bus(card.get("PCI BDF Address", "")),
        index=int(card["index"]),
        integrated=_intel_chips.integrated(None, None, name),
        usable=True,
    )
