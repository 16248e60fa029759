"""What init set up, as it lies on the disk and answers now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model.facts import Unknown
from ..model.reading import Missing, Readings, Text
from ..model.source import Call, File, Get, Source

STATE = File("<state>/state.json")
SERVER = File("<state>/server.json")
EXAMINED = Call("localai.examine")
ASKED = Call("localai.ask")
SOURCES: tuple[Source, ...] = (STATE, SERVER, EXAMINED)


@dataclass(frozen=True)
class SetUpState:
    """`examined` and `asked` are what the machine said of what is ours: see `machine/running/examine.py`.

    `port` is where the server was started last, `told_port` where init told people it is. `wanted`
    are the server's settings; `needs_mib` and `predicted_tps` are what init predicted.
    """

    is_set_up: bool = False
    finished: bool = False
    model: str = ""
    model_path: str = ""
    model_bytes: int = 0
    build: str = ""
    program: tuple[str, ...] = ()
    told_port: int | None = None
    port: int | None = None
    answers: bool | None = None
    wanted: Mapping[str, Any] = field(default_factory=dict)
    needs_mib: float | None = None
    predicted_tps: float | None = None
    measured_tps: float | None = None
    examined: Mapping[str, Any] | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    damaged: bool = False
    unknown: tuple[Unknown, ...] = ()

    def seen(self, name: str) -> Any:
        """One answer of the examination; None where it was not made or could not tell."""
        return (self.examined or {}).get(name)


def follow_up(readings: Readings) -> tuple[Source, ...]:
    """Whether the server answers, asked on the port that it was started on."""
    port = readings.fields(SERVER).get("port")
    return (_health(port),) if isinstance(port, int) else ()


def afterwards(readings: Readings) -> tuple[Source, ...]:
    """The model is asked last: while everything else is read, no speed can be measured."""
    return (ASKED,) if isinstance(readings.fields(SERVER).get("port"), int) else ()


def _health(port: int) -> Get:
    return Get(f"http://127.0.0.1:{port}/health")


def parse(readings: Readings) -> SetUpState:
    reading, examined = readings.of(STATE), readings.fields(EXAMINED) or None
    state = readings.fields(STATE)
    if not state:
        damaged = isinstance(reading, Text) and bool(reading.text.strip())
        return SetUpState(damaged=damaged, examined=examined)
    port = _whole_number(readings.fields(SERVER).get("port"))
    wanted = state.get("settings")
    return SetUpState(
        is_set_up=True,
        finished=bool(state.get("finished")),
        model=str(state.get("model", "")),
        model_path=str(state.get("model_path", "")),
        model_bytes=_whole_number(state.get("model_bytes")) or 0,
        build=str(state.get("build", "")),
        program=_words(state.get("program")),
        told_port=_whole_number(state.get("port")),
        port=port,
        answers=_answers(readings, port, examined),
        wanted=wanted if isinstance(wanted, dict) else {},
        needs_mib=_number(state.get("predicted_total_mib")),
        predicted_tps=_number(state.get("predicted_tps")),
        measured_tps=_number(state.get("measured_tps")),
        examined=examined,
        asked=readings.fields(ASKED),
    )


def _answers(readings: Readings, port: int | None, examined: dict[str, Any] | None) -> bool | None:
    """None where nobody asked. Whoever else answers on the port of a dead server is not ours."""
    if port is None:
        return False if isinstance(readings.of(SERVER), Missing) else None
    if examined is not None and "process" in examined and examined["process"] is None:
        return False
    reading = readings.of(_health(port))
    if isinstance(reading, Text):
        return reading.code == 200  # noqa: PLR2004  HTTP's OK
    return False


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
