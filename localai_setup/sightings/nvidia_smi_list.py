"""`nvidia-smi -L`: full names, and the profiles of MIG slices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from ._nvidia_blocks import MIG
from ._sighting import Listing, Sighting

RANK = 30
LIST = Like("command:nvidia-smi -L")
SOURCES = (LIST,)
CARD = re.compile(r"\s*GPU (\d+): (.+?)\s*(?:\(UUID.*)?")
SLICE = re.compile(r"\s*MIG (\S+)\s+Device\s+(\d+):.*")


def see(readings: Readings) -> Iterator[Listing]:
    text = readings.text(LIST)
    if text is not None:
        yield Listing(LIST.key, tuple(_sightings(text.splitlines())))


def _sightings(lines: list[str]) -> Iterator[Sighting]:
    index = None
    parents = _parents(lines)
    for line in lines:
        if card := CARD.fullmatch(line):
            index = int(card[1])
            split = index in parents
            why = MIG if split else None
            yield Sighting("nvidia", card[2], index=index, usable=not split, why_not=why)
        elif (part := SLICE.fullmatch(line)) and index is not None:
            name = f"MIG {part[1]}"
            yield Sighting(
                "nvidia", name, index=index, mig=int(part[2]), usable=True, integrated=False
            )


def _parents(lines: list[str]) -> set[int]:
    """Numbers of the cards below which slices are listed."""
    found, index = set(), -1
    for line in lines:
        if card := CARD.fullmatch(line):
            index = int(card[1])
        elif SLICE.fullmatch(line):
            found.add(index)
    return found
