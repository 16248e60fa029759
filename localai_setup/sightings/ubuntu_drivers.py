"""`ubuntu-drivers devices`: PCI id and product name where no driver works yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _words
from ._sighting import Listing, Sighting

RANK = 85
DEVICES = Like("command:ubuntu-drivers *")
SOURCES = (DEVICES,)
ALIAS = re.compile(r"pci:v0000([0-9A-F]{4})d0000([0-9A-F]{4})\w*bc03", re.IGNORECASE)


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(DEVICES):
        blocks = re.split(r"^==", text, flags=re.MULTILINE)
        yield Listing(key, tuple(filter(None, map(_sighting, blocks))))


def _sighting(block: str) -> Sighting | None:
    alias = ALIAS.search(block)
    vendor = _words.VENDORS.get(alias[1].lower()) if alias else None
    if not alias or not vendor:
        return None
    model = re.search(r"^model\s*:\s*(.+?)\s*$", block, re.MULTILINE)
    return Sighting(
        vendor,
        name=model[1] if model else None,
        pci_id=f"{alias[1]}:{alias[2]}".lower(),
        bus=_words.bus(block.splitlines()[0].rstrip("= ").rpartition("/")[2]),
        weak=frozenset({"name"}),
    )
