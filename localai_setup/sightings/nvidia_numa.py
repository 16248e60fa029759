"""`numa_status` of NVIDIA's driver: memory of a GPU that is a NUMA node (POWER9, Grace)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import File
from . import _words
from ._sighting import Listing, Sighting

RANK = 70
STATUS = File("/proc/driver/nvidia/gpus/*/numa_status")
SOURCES = (STATUS,)


def see(readings: Readings) -> Iterator[Listing]:
    found = [_sighting(key, text) for key, text in readings.texts(STATUS)]
    if found:
        yield Listing(STATUS.key, tuple(found))


def _sighting(key: str, text: str) -> Sighting:
    """The size is hexadecimal and counts bytes."""
    size = re.search(r"^\s*Size:\s*(?:0x)?([0-9a-f]{1,16})\s*$", text, re.MULTILINE | re.IGNORECASE)
    memory = int(size[1], 16) / 1024**2 if size else 0
    return Sighting("nvidia", memory_mib=memory or None, bus=_words.bus(key))
