"""Which addresses programs listen on, from `ss -ltn`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model.reading import Readings
from ..model.source import Command

LISTENING = Command("ss", "-ltn")
SOURCES = (LISTENING,)
#: How `ss` writes "every address of this machine".
EVERYWHERE = ("0.0.0.0", "*", "[::]")  # noqa: S104
_LISTEN = re.compile(r"LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s")


@dataclass(frozen=True)
class Listener:
    """One listening TCP socket; `line` is the line that told of it."""

    address: str
    port: int
    line: str


@dataclass(frozen=True)
class Listeners:
    """All listening sockets; `known` is False where nobody could be asked."""

    all: tuple[Listener, ...] = ()
    known: bool = False
    source: str = LISTENING.key

    def on(self, port: int, *, everywhere: bool = False) -> tuple[Listener, ...]:
        """Those on this port; with `everywhere` only those open to every network."""
        found = (one for one in self.all if one.port == port)
        return tuple(one for one in found if not everywhere or one.address in EVERYWHERE)


def parse(readings: Readings) -> Listeners:
    text = readings.text(LISTENING)
    lines = (text or "").splitlines()
    return Listeners(tuple(one for line in lines if (one := _listener(line))), text is not None)


def _listener(line: str) -> Listener | None:
    found = _LISTEN.match(line)
    return Listener(found[1], int(found[2]), line.strip()) if found else None
