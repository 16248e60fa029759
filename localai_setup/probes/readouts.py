"""Memory as the kernel counts it, in the unit that engines print."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model.reading import Readings
from ..model.source import File

MEMORY = File("/proc/meminfo")
SOURCES = (MEMORY,)
KIB_PER_GIB = 1024**2


@dataclass(frozen=True)
class Readouts:
    """`memory_gib` is None where the kernel's count could not be read."""

    memory_gib: float | None = None


def parse(readings: Readings) -> Readouts:
    found = re.search(r"^MemTotal:\s+(\d+) kB", readings.text(MEMORY) or "", re.MULTILINE)
    return Readouts(int(found[1]) / KIB_PER_GIB if found else None)
