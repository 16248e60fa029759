"""What the kernel, the services and the engines wrote into their logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.reading import Readings, Text
from ..model.source import Command, Like

SOURCES = (
    Command("dmesg"),
    Like("command:journalctl*"),
    Like("command:docker logs*"),
    Like("command:systemctl status*"),
    Like("file:*server.log"),
)


@dataclass(frozen=True)
class Logs:
    """Log texts by the key of their reading."""

    texts: Mapping[str, str] = field(default_factory=dict)


def parse(readings: Readings) -> Logs:
    keys = [key for source in SOURCES for key, _ in readings.like(source)]
    plain = [source.key for source in SOURCES if "*" not in source.key]
    texts = {}
    for key in dict.fromkeys([*plain, *keys]):
        reading = readings.of(key)
        if isinstance(reading, Text) and reading.everything.strip():
            texts[key] = reading.everything
    return Logs(texts)
