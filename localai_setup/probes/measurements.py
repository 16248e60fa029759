"""What `localai bench` measured on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..model.decoding import DecodeError, decode
from ..model.measurement import Drafts, Measurement
from ..model.reading import Readings
from ..model.settings import ServerSettings
from ..model.source import File, Source

STORE = File("<state>/measurements.json")
SOURCES: tuple[Source, ...] = (STORE,)


@dataclass(frozen=True)
class Measurements:
    """The newest run for each model, build and placement."""

    runs: tuple[Measurement, ...] = ()

    def drafts(
        self, model: str, build: str, settings: ServerSettings, drafter_sha256: str = ""
    ) -> Drafts | None:
        """What drafting brought this very set-up, where that was measured on an idle machine."""
        place = (settings.context, settings.gpu_layers)
        where = (model, build, *place, settings.drafting, drafter_sha256)
        for run in self.runs:
            at = (run.model, run.build, run.context, run.gpu_layers)
            same = (*at, run.drafting, run.drafter_sha256) == where
            if settings.drafting and same and run.undisturbed:
                return run.drafts
        return None


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


def _run(document: object) -> Measurement | None:
    try:
        run = decode(Measurement, document)
    except DecodeError:
        return None
    points = [rate for one in run.points for rate in (one.prompt_tps, one.generate_tps)]
    drafts = (run.drafts.with_tps, run.drafts.without_tps) if run.drafts else ()
    rates = [rate for rate in (run.predicted_tps, *points, *drafts) if rate is not None]
    return run if all(rate > 0 for rate in rates) else None
