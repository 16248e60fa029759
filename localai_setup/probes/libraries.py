"""Which shared libraries of the system a program that is started here finds."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.facts import Unknown, unknown_from
from ..model.reading import NOT_RECORDED, Missing, Readings
from ..model.source import Call, Source

LIBRARIES = Call("system.libraries")
SOURCES: tuple[Source, ...] = (LIBRARIES,)


@dataclass(frozen=True)
class SystemLibraries:
    """Those that engines need, tried with the system's own loader; one that is in neither list was
    not tried, so that nothing is known of it.
    """

    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def parse(readings: Readings) -> SystemLibraries:
    """The answer is an object: name of a library → null, or why it cannot be loaded."""
    found = readings.fields(LIBRARIES)
    reading = readings.of(LIBRARIES)
    quiet = bool(found) or isinstance(reading, Missing) or reading == NOT_RECORDED
    unknown = () if quiet else (unknown_from("libraries", LIBRARIES.key, reading),)
    return SystemLibraries(
        tuple(name for name, trouble in found.items() if trouble is None),
        tuple(name for name, trouble in found.items() if trouble is not None),
        unknown,
    )
