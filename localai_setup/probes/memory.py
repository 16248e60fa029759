"""Main memory, and the limits set on it."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.facts import Unknown
from ..model.reading import Readings
from ..model.source import File

SOURCES = (File("/proc/meminfo"),)


@dataclass(frozen=True)
class Memory:
    """MiB. `limit_mib` is a container's or service's limit, None where there is none."""

    total_mib: float | None = None
    available_mib: float | None = None
    limit_mib: float | None = None
    swap_mib: float | None = None
    unknown: tuple[Unknown, ...] = ()


def parse(_readings: Readings) -> Memory:
    return Memory()
