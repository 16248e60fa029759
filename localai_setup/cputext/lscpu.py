"""`lscpu`: whole, or a few lines of it."""

from __future__ import annotations

import re

from ..model.reading import Readings
from .named import NamedCpu


def read(readings: Readings) -> NamedCpu | None:
    text = readings.text("command:lscpu") or ""
    pairs = re.findall(r"(?m)^\s*([A-Z][\w() -]*?):[ \t]+(\S.*?)\s*$", text)
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    if not fields:
        return None
    flags = fields.get("Flags") or fields.get("Features")
    return NamedCpu(
        fields.get("Model name"),
        fields.get("Architecture"),
        tuple(sorted(set(flags.split()))) if flags else None,
        _number(fields.get("CPU(s)")),
        _cores(fields),
    )


def _cores(fields: dict[str, str]) -> int | None:
    per = _number(fields.get("Core(s) per socket"))
    sockets = _number(fields.get("Socket(s)"))
    if per and sockets:
        return per * sockets
    per, clusters = _number(fields.get("Core(s) per cluster")), _number(fields.get("Cluster(s)"))
    return per * clusters if per and clusters else None


def _number(word: str | None) -> int | None:
    return int(word) if word and word.isdecimal() else None
