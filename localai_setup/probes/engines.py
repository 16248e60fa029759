"""Engines that this machine already has."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from ..model.facts import Unknown
from ..model.reading import Failed, Readings, Text
from ..model.source import Command, Get, Source

LLAMA_SERVER = Command("llama-server", "--version")
OLLAMA = Get("http://127.0.0.1:11434/api/version")
SOURCES: tuple[Source, ...] = (LLAMA_SERVER, OLLAMA)


@dataclass(frozen=True)
class Engine:
    """`state` is installed, running, or what its program said instead of a version."""

    name: str
    version: str | None
    state: str


@dataclass(frozen=True)
class Engines:
    engines: tuple[Engine, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def parse(readings: Readings) -> Engines:
    found = (_llama_server(readings), _ollama(readings))
    return Engines(tuple(one for one in found if one))


def _llama_server(readings: Readings) -> Engine | None:
    """Two styles: `version: 9548 (abcdef)` and `version: 0.6.0-dev (build 11514, commit …)`."""
    reading = readings.of(LLAMA_SERVER)
    if isinstance(reading, Failed) and reading.kind in ("timed-out", "failed", "denied"):
        return Engine("llama-server", None, reading.reason)
    if not isinstance(reading, Text):
        return None
    found = re.search(r"version: (\S+)(?: \(build (\d+))?", reading.everything)
    version = (found[2] or found[1]) if found else None
    return Engine("llama-server", version, "installed" if found else "answers without a version")


def _ollama(readings: Readings) -> Engine | None:
    try:
        version = json.loads(readings.text(OLLAMA) or "{}").get("version")
    except (ValueError, AttributeError):
        return None
    return Engine("Ollama", str(version), "running") if version else None
