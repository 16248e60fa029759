"""Whether programs here are 32-bit or 64-bit, beside what the kernel is."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.reading import Readings
from ..model.source import Command, Source

WORD_SIZE = Command("getconf", "LONG_BIT")
MACHINE = Command("uname", "-m")
SOURCES: tuple[Source, ...] = (WORD_SIZE, MACHINE)


@dataclass(frozen=True)
class Userland:
    """`bits` is 32 or 64; `machine` the kernel's word (aarch64, armv7l, x86_64). None is not known."""

    bits: int | None = None
    machine: str | None = None


def parse(readings: Readings) -> Userland:
    bits = (readings.text(WORD_SIZE) or "").strip()
    machine = (readings.text(MACHINE) or "").strip().lower()
    return Userland(int(bits) if bits in ("32", "64") else None, machine or None)
