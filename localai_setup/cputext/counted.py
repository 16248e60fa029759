"""Texts that count logical CPUs and tell no more of the processor: tegrastats, nproc."""

from __future__ import annotations

import re

from ..model.reading import Readings
from .named import NamedCpu

#: one word for each CPU: its load, and its clock behind an @
LOAD = re.compile(r"\bCPU \[(\d+%(?:@\d+)?(?:,\d+%(?:@\d+)?)*)\]")
COUNTS = ("command:nproc", "command:nproc --all", "command:getconf _NPROCESSORS_ONLN")


def read(readings: Readings) -> NamedCpu | None:
    """A Jetson may have switched CPUs off: then tegrastats does not tell how many take part."""
    for _, text in readings.texts("command:tegrastats*"):
        if found := LOAD.search(text):
            return NamedCpu(logical=found[1].count(",") + 1)
    texts = ((readings.text(key) or "").strip() for key in COUNTS)
    plain = next((int(text) for text in texts if re.fullmatch(r"[1-9]\d{0,4}", text)), None)
    return NamedCpu(logical=plain) if plain else None
