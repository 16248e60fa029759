"""`tegrastats`: that it is a Jetson, and its memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from ._sighting import Listing, Sighting

RANK = 60
STATS = Like("command:tegrastats*")
SOURCES = (STATS,)


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(STATS):
        memory = re.search(r"\bRAM (\d+)/(\d+)\s*MB", text)
        if memory and re.search(r"\bGR3D(_FREQ)?\b", text):
            total = float(memory[2])
            card = Sighting("nvidia", memory_mib=total, memory_kind="unified", integrated=True)
            yield Listing(key, (card,))
