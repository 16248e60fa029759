"""Which addresses programs listen on, from `ss`, `netstat` or `lsof`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.reading import Readings
from ..model.source import Command, Like, Source

LISTENING = Command("ss", "-ltn")
SOURCES: tuple[Source, ...] = (
    LISTENING,
    Like("command:ss *"),
    Like("command:netstat*"),
    Like("command:lsof*"),
)
#: How these tools write "every address of this machine".
EVERYWHERE = ("0.0.0.0", "*", "[::]", "::")  # noqa: S104
_FORMS = (
    # ss, also with processes and with the kind of socket in front
    re.compile(r"(?:tcp\s+)?LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s"),
    # netstat of Linux, macOS (a dot before the port) and Windows
    re.compile(r"\s*tcp[46]?6?\s+(?:\d+\s+\d+\s+)?(\S+)[.:](\d+)\s+\S+\s+LISTEN", re.IGNORECASE),
    re.compile(r".*\bTCP (\S+):(\d+) \(LISTEN\)"),
)


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
    """The first of the tools that showed a socket; `known` where one answered at all."""
    answers = dict(pair for source in SOURCES for pair in readings.texts(source))
    for key, text in answers.items():
        if found := tuple(_listeners(text)):
            return Listeners(found, True, key)
    return Listeners(known=bool(answers))


def _listeners(text: str) -> Iterator[Listener]:
    for line in text.splitlines():
        found = next((hit for form in _FORMS if (hit := form.match(f"{line} "))), None)
        if found:
            yield Listener(found[1], int(found[2]), line.strip())
