"""What init set up, as it lies on the disk and answers now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from ..model.decoding import decode_leniently
from ..model.examination import Asked, Examination
from ..model.facts import Unknown
from ..model.licence import Licence
from ..model.model_server import ServerPlace
from ..model.policy import source
from ..model.reading import Missing, Readings, Text
from ..model.server import BUSY_SECONDS, HOST
from ..model.settings import ServerSettings
from ..model.source import Call, File, Get, Source

STATE = File("<state>/state.json")
SERVER = File("<state>/server.json")
#: of ours that keeps models of its own
MODEL_SERVER = File("<state>/ollama-server.json")
EXAMINED = Call("localai.examine")
ASKED = Call("localai.ask")
#: steps that bring the model's weights
FETCHES = ("fetch-model", "use-model")
SOURCES: tuple[Source, ...] = (STATE, SERVER, MODEL_SERVER, EXAMINED)


@dataclass(frozen=True)
class SetUpState:
    """`examined` and `asked` are what the machine said of what is ours: see `machine/running/examine.py`.

    `port` is where the server was started last, `told_port` where init told people it is. `settings`
    are the server's; `asks_for_key` and `listen` are how it was started: whether requests need a key, and
    the address that it can be reached at. `needs_mib` and `predicted_tps` are what init predicted.
    `place` is a server that keeps its own models, and `served_as` the name of ours there. `licence` is
    the model's, and `sources` are what a policy calls the places that its files came from.
    """

    is_set_up: bool = False
    finished: bool = False
    #: ids of the steps that have a receipt: they were done once
    done_steps: frozenset[str] = frozenset()
    model: str = ""
    model_path: str = ""
    model_bytes: int = 0
    engine: str = ""
    build: str = ""
    place: ServerPlace | None = None
    served_as: str = ""
    program: tuple[str, ...] = ()
    stated_port: int | None = None
    port: int | None = None
    answers: bool | None = None
    asks_for_key: bool | None = None
    listen: str = HOST
    settings: ServerSettings | None = None
    drafter_path: str = ""
    drafter_sha256: str = ""
    adapter: str = ""
    needs_mib: float | None = None
    predicted_tps: float | None = None
    measured_tps: float | None = None
    licence: Licence | None = None
    sources: tuple[str, ...] = ()
    examined: Examination = field(default_factory=Examination)
    asked: Asked = field(default_factory=Asked)
    damaged: bool = False
    unknown: tuple[Unknown, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Whether its server was started and is gone, without having been stopped."""
        return self.is_set_up and self.port is not None and self.answers is False

    @property
    def stands_on_another(self) -> bool:
        """Whether it is served by a server that was there before localai."""
        return self.place is not None and not self.place.is_ours

    def never_reached(self, *steps: str) -> bool:
        """Whether `init` was interrupted before any of these steps was done."""
        return not self.finished and self.done_steps.isdisjoint(steps)


@dataclass(frozen=True)
class _Done:
    """A receipt, as far as it matters here."""

    step: str = ""


@dataclass(frozen=True)
class _Package:
    name: str = ""


@dataclass(frozen=True)
class _File:
    """Where a file of the model comes from, as far as a policy is about it."""

    repository: str = ""
    package: _Package | None = None


@dataclass(frozen=True)
class _Step:
    """A step of the saved plan, as far as it brings a file."""

    id: str = ""
    file: _File | None = None


@dataclass(frozen=True)
class _Saved:
    """What matters here of the saved set-up, under its names."""

    finished: bool = False
    model: str = ""
    model_path: str = ""
    model_bytes: int = 0
    engine: str = ""
    build: str = ""
    place: ServerPlace | None = None
    served_as: str = ""
    program: tuple[str, ...] = ()
    port: int | None = None
    settings: ServerSettings | None = None
    drafter_path: str = ""
    drafter_sha256: str = ""
    adapter: str = ""
    predicted_total_mib: float | None = None
    predicted_tps: float | None = None
    measured_tps: float | None = None
    licence: Licence | None = None
    steps: tuple[_Step, ...] = ()
    receipts: tuple[_Done, ...] = ()


@dataclass(frozen=True)
class _Started:
    """Where the server was started last."""

    port: int | None = None
    api_key: str | None = None
    listen: str = HOST


def follow_up(readings: Readings) -> tuple[Source, ...]:
    """Whether the server answers, asked on the port that it was started on."""
    port = _port(readings)
    return (_health(readings, port),) if port is not None else ()


def afterwards(readings: Readings) -> tuple[Source, ...]:
    """The model is asked last: while everything else is read, no speed can be measured."""
    return (ASKED,) if _port(readings) is not None else ()


def _port(readings: Readings) -> int | None:
    """Where the server is: as it was started last, or where a server that was there has its place."""
    started, place = _started(readings).port, _place(readings)
    return place.port if started is None and place else started


def _place(readings: Readings) -> ServerPlace | None:
    return decode_leniently(_Saved, readings.fields(STATE)).place


def _started(readings: Readings) -> _Started:
    place = _place(readings)
    if place and place.port:
        return _Started()
    return decode_leniently(_Started, readings.fields(MODEL_SERVER if place else SERVER))


def _health(readings: Readings, port: int) -> Get:
    """A server that keeps its own models says its version where another says how it is."""
    url = f"http://127.0.0.1:{port}/{'api/version' if _place(readings) else 'health'}"
    lives = decode_leniently(Examination, readings.fields(EXAMINED)).process == "running"
    return Get(url, BUSY_SECONDS) if lives else Get(url)


def parse(readings: Readings) -> SetUpState:
    examined = decode_leniently(Examination, readings.fields(EXAMINED))
    state = readings.fields(STATE)
    if not state:
        reading = readings.of(STATE)
        damaged = isinstance(reading, Text) and bool(reading.text.strip())
        return SetUpState(damaged=damaged, examined=examined)
    saved, started = decode_leniently(_Saved, state), _started(readings)
    port = _port(readings)
    return SetUpState(
        is_set_up=True,
        finished=saved.finished,
        done_steps=frozenset(one.step for one in saved.receipts),
        model=saved.model,
        model_path=saved.model_path,
        model_bytes=saved.model_bytes,
        engine=saved.engine,
        build=saved.build,
        place=saved.place,
        served_as=saved.served_as,
        program=saved.program,
        stated_port=saved.port,
        port=port,
        answers=_answers(readings, port, examined),
        asks_for_key=None if started.port is None or saved.place else started.api_key is not None,
        listen=started.listen,
        settings=saved.settings,
        drafter_path=saved.drafter_path,
        drafter_sha256=saved.drafter_sha256,
        adapter=saved.adapter,
        needs_mib=saved.predicted_total_mib,
        predicted_tps=saved.predicted_tps,
        measured_tps=saved.measured_tps,
        licence=saved.licence,
        sources=_sources(saved.steps),
        examined=examined,
        asked=decode_leniently(Asked, readings.fields(ASKED)),
    )


def _sources(steps: Sequence[_Step]) -> tuple[str, ...]:
    """Of the model's weights; a drafter or projector comes from wherever the recipe says."""
    files = [step.file for step in steps if step.id in FETCHES and step.file]
    return tuple(source(one.repository, one.package.name if one.package else "") for one in files)


def _answers(readings: Readings, port: int | None, examined: Examination) -> bool | None:
    """None where nobody asked. Whoever else answers on the port of a dead server is not ours."""
    if port is None:
        record = MODEL_SERVER if _place(readings) else SERVER
        return False if isinstance(readings.of(record), Missing) else None
    if examined.process is None and _place(readings) is None:
        return False
    reading = readings.of(_health(readings, port))
    return isinstance(reading, Text) and reading.code == HTTPStatus.OK
