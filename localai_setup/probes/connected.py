"""The programs whose settings `localai connect` wrote, and what those say."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.decoding import decode_leniently
from ..model.reading import Readings
from ..model.source import File, Source

RECORD = File("<state>/connections.json")
SOURCES: tuple[Source, ...] = (RECORD,)


@dataclass(frozen=True)
class ConnectedProgram:
    """One program, and the address and model that it was given."""

    program: str = ""
    file: str = ""
    address: str = ""
    model: str = ""


@dataclass(frozen=True)
class ConnectedPrograms:
    programs: tuple[ConnectedProgram, ...] = ()


def parse(readings: Readings) -> ConnectedPrograms:
    return decode_leniently(ConnectedPrograms, readings.fields(RECORD))
