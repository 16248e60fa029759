"""Which operating system this is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..model.facts import Unknown
from ..model.reading import Readings
from ..model.source import Call, File

UNAME = Call("platform.uname")
OS_RELEASE = File("/etc/os-release")
SOURCES = (UNAME, OS_RELEASE)


@dataclass(frozen=True)
class Host:
    """The operating system. `family` groups distributions by package manager (debian, rhel, …)."""

    system: str | None = None
    distro: str | None = None
    version: str | None = None
    family: str | None = None
    kernel: str | None = None
    libc: str | None = None
    wsl: bool | None = None
    container: str | None = None
    translated: bool | None = None
    unknown: tuple[Unknown, ...] = ()


def parse(readings: Readings) -> Host:
    uname = _uname(readings)
    return Host(system=uname.get("system"), kernel=uname.get("release"))


def _uname(readings: Readings) -> dict[str, Any]:
    try:
        found = json.loads(readings.text(UNAME) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
