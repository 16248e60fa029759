"""What `localai bench` measured on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..model.measurement import Measurement, SpeedPoint
from ..model.reading import Readings
from ..model.source import File, Source

STORE = File("<state>/measurements.json")
SOURCES: tuple[Source, ...] = (STORE,)


@dataclass(frozen=True)
class Measurements:
    """The newest run for each model, build and placement."""

    runs: tuple[Measurement, ...] = ()


def parse(readings: Readings) -> Measurements:
    return from_json(readings.text(STORE) or "")


def from_json(text: str) -> Measurements:
    """The stored runs; one that cannot be read is left out."""
    try:
        listed = json.loads(text)["runs"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return Measurements()
    runs = (_run(one) for one in listed) if isinstance(listed, list) else ()
    return Measurements(tuple(one for one in runs if one))


def _run(one: Any) -> Measurement | None:
    try:
        points = tuple(SpeedPoint(**point) for point in one["points"])
        left_out = tuple(one["left_out"])
        run = Measurement(**{**one, "points": points, "left_out": left_out})
    except (TypeError, KeyError):
        return None
    rates = [run.predicted_tps, *(rate for p in points for rate in (p.prompt_tps, p.generate_tps))]
    numbers = all(rate is None or (isinstance(rate, (int, float)) and rate > 0) for rate in rates)
    return run if numbers else None
