"""How servers answered, whether there is a way out, and what the clock says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.reading import Failed, Readings, Text
from ..model.source import Like, Source

ROUTES = ("command:ip -4 route*", "command:ip route*", "command:ip r")
CLOCKS = ("command:timedatectl*", "command:date*")
SOURCES: tuple[Source, ...] = tuple(map(Like, ("http:*", *ROUTES, *CLOCKS)))


@dataclass(frozen=True)
class Answer:
    """What came of one request. `code` is the HTTP status, `reason` why there was no answer."""

    url: str
    code: int | None = None
    text: str = ""
    reason: str = ""

    @property
    def key(self) -> str:
        return f"http:{self.url}"

    @property
    def answered(self) -> bool:
        return not self.reason


@dataclass(frozen=True)
class Network:
    """`ipv4_route` is None where nobody looked; `year` is the computer's own, with its reading."""

    answers: tuple[Answer, ...] = ()
    ipv4_route: bool | None = None
    route_source: str = ""
    year: int | None = None
    clock_source: str = ""

    def of(self, host: str) -> tuple[Answer, ...]:
        """The answers of a host, and of those below it."""
        name = re.compile(rf"https?://(?:[^/]*\.)?{re.escape(host)}(?:[:/]|$)")
        return tuple(one for one in self.answers if name.match(one.url))


def parse(readings: Readings) -> Network:
    routes = [pair for source in ROUTES for pair in readings.texts(source)]
    ways = [key for key, text in routes if re.search(r"(?m)^default\b", text)]
    dated = [(key, int(year)) for key, year in _years(readings)]
    return Network(
        tuple(_answers(readings)),
        bool(ways) if routes else None,
        (ways or [key for key, _ in routes] or [""])[0],
        dated[0][1] if dated else None,
        dated[0][0] if dated else "",
    )


def _answers(readings: Readings) -> Iterator[Answer]:
    for key, reading in readings.like("http:*"):
        url = key.removeprefix("http:")
        if isinstance(reading, Text):
            yield Answer(url, reading.code, reading.text)
        elif isinstance(reading, Failed):
            yield Answer(url, reason=reading.reason)


def _years(readings: Readings) -> Iterator[tuple[str, str]]:
    for source in CLOCKS:
        for key, text in readings.texts(source):
            found = re.search(r"(?:Local time|Universal time): \w{3} (\d{4})-", text)
            plain = re.search(r"\b((?:19|20)\d\d)\b", text) if "date" in key.split()[0] else None
            if found or plain:
                yield key, (found or plain)[1]  # type: ignore[index]
