"""Which ROCm is installed beside the driver: programs load its libraries."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model.facts import Unknown
from ..model.reading import Missing, Readings, Text
from ..model.source import File, Source

VERSION = File("/opt/rocm/.info/version")
SOURCES: tuple[Source, ...] = (VERSION,)


@dataclass(frozen=True)
class Rocm:
    """`version` as ROCm writes it ("7.2.4"). `installed` None: nobody could tell."""

    version: str | None = None
    installed: bool | None = None
    unknown: tuple[Unknown, ...] = ()


def parse(readings: Readings) -> Rocm:
    reading = readings.of(VERSION)
    if not isinstance(reading, Text):
        return Rocm(installed=False if isinstance(reading, Missing) else None)
    found = re.match(r"\s*(\d+(?:\.\d+)+)", reading.text)
    return Rocm(found[1] if found else None, installed=True)
