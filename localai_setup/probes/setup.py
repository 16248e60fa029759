"""What init set up, as it lies on the disk and answers now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..model.facts import Unknown
from ..model.reading import Missing, Readings, Text
from ..model.source import Call, File, Get, Source

STATE = File("<state>/state.json")
SERVER = File("<state>/server.json")
EXAMINED = Call("localai.examine")
SOURCES: tuple[Source, ...] = (STATE, SERVER, EXAMINED)


@dataclass(frozen=True)
class SetUpState:
    """`examined` is what the machine said of our own files: see `machine/examine.py`.

    `port` is where the server was started last, `told_port` where init told people it is.
    """

    is_set_up: bool = False
    finished: bool = False
    model: str = ""
    model_path: str = ""
    model_bytes: int = 0
    told_port: int | None = None
    port: int | None = None
    answers: bool | None = None
    examined: dict[str, Any] | None = None
    damaged: bool = False
    unknown: tuple[Unknown, ...] = ()


def follow_up(readings: Readings) -> tuple[Source, ...]:
    """Whether the server answers, asked on the port that it was started on."""
    port = _json(readings, SERVER).get("port")
    return (_health(port),) if isinstance(port, int) else ()


def _health(port: int) -> Get:
    return Get(f"http://127.0.0.1:{port}/health")


def parse(readings: Readings) -> SetUpState:
    reading = readings.of(STATE)
    state = _json(readings, STATE)
    if not state:
        return SetUpState(damaged=isinstance(reading, Text) and bool(reading.text.strip()))
    port = _whole_number(_json(readings, SERVER).get("port"))
    return SetUpState(
        is_set_up=True,
        finished=bool(state.get("finished")),
        model=str(state.get("model", "")),
        model_path=str(state.get("model_path", "")),
        model_bytes=_whole_number(state.get("model_bytes")) or 0,
        told_port=_whole_number(state.get("port")),
        port=port,
        answers=_answers(readings, port),
        examined=_json(readings, EXAMINED) or None,
    )


def _answers(readings: Readings, port: int | None) -> bool | None:
    """None where nobody asked."""
    if port is None:
        return False if isinstance(readings.of(SERVER), Missing) else None
    reading = readings.of(_health(port))
    if isinstance(reading, Text):
        return reading.code == 200  # noqa: PLR2004  HTTP's OK
    return False


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _json(readings: Readings, source: Source) -> dict[str, Any]:
    try:
        found = json.loads(readings.text(source) or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
