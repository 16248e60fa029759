"""Engines that this machine already has: programs, servers, and applications that bring their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.facts import Unknown
from ..model.reading import Failed, Readings, Text
from ..model.source import Call, Command, Get, Source, Stat
from ._known_engines import KNOWN

LLAMA_SERVER = Command("llama-server", "--version")
LLAMA_DEVICES = Command("llama-server", "--list-devices")
OLLAMA = Get("http://127.0.0.1:11434/api/version")
OLLAMA_MODELS = Get("http://127.0.0.1:11434/api/tags")
OLLAMA_PROGRAM = Command("ollama", "--version")
#: names of running programs that are an engine's
RUNNING = Call("programs.engines")
SOURCES: tuple[Source, ...] = (
    LLAMA_SERVER,
    OLLAMA,
    OLLAMA_PROGRAM,
    RUNNING,
    *(Stat(path) for one in KNOWN for path in one.paths),
)


@dataclass(frozen=True)
class Engine:
    """`state` is installed, running, or what its program said instead of a version.

    `models` are the names it lists itself, `devices` what its `--list-devices` names beside the
    processor; `source` is the reading that shows it.
    """

    name: str
    version: str | None
    state: str
    models: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Engines:
    engines: tuple[Engine, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def follow_up(readings: Readings) -> list[Source]:
    """What only an engine that is there is asked."""
    asked: list[Source] = []
    if isinstance(readings.of(OLLAMA), Text):
        asked.append(OLLAMA_MODELS)
    if isinstance(readings.of(LLAMA_SERVER), Text):
        asked.append(LLAMA_DEVICES)
    return asked


def parse(readings: Readings) -> Engines:
    found = (_llama_server(readings), _ollama(readings), *_others(readings))
    return Engines(tuple(one for one in found if one))


def _llama_server(readings: Readings) -> Engine | None:
    """Two styles: `version: 9548 (abcdef)` and `version: 0.6.0-dev (build 11514, commit …)`."""
    reading = readings.of(LLAMA_SERVER)
    if isinstance(reading, Failed) and reading.kind in ("timed-out", "failed", "denied"):
        return Engine("llama-server", None, reading.reason, source=LLAMA_SERVER.key)
    if not isinstance(reading, Text):
        return None
    found = re.search(r"version: (\S+)(?: \(build (\d+))?", reading.everything)
    version = (found[2] or found[1]) if found else None
    state = "installed" if found else "answers without a version"
    devices = re.findall(
        r"(?m)^\s+((?:CUDA|ROCm|HIP|Vulkan|SYCL|Metal|MTL|OpenCL|CANN|MUSA)\w*: \S.*?)\s*(?:\(|$)",
        _everything(readings, LLAMA_DEVICES),
    )
    return Engine("llama-server", version, state, (), tuple(devices), LLAMA_SERVER.key)


def _everything(readings: Readings, source: Source) -> str:
    reading = readings.of(source)
    return reading.everything if isinstance(reading, Text) else ""


def _ollama(readings: Readings) -> Engine | None:
    """A server that answers tells its own version; else the program on PATH is what is there."""
    version = readings.fields(OLLAMA).get("version")
    if version:
        listed = readings.fields(OLLAMA_MODELS).get("models")
        names = (one.get("name") for one in listed or () if isinstance(one, dict))
        models = tuple(str(name) for name in names if name)
        return Engine("Ollama", str(version), "running", models, (), OLLAMA.key)
    reading = readings.of(OLLAMA_PROGRAM)
    if isinstance(reading, Failed) and reading.kind in ("timed-out", "denied"):
        return Engine("Ollama", None, reading.reason, source=OLLAMA_PROGRAM.key)
    found = re.search(r"version (?:is )?(\d+\.\d[\w.+-]*)", _everything(readings, OLLAMA_PROGRAM))
    if not found:
        return None
    return Engine("Ollama", found[1], "installed", source=OLLAMA_PROGRAM.key)


def _others(readings: Readings) -> Iterator[Engine]:
    """Seen by a running program, else by their files."""
    running = _names(readings)
    for known in KNOWN:
        paths = (Stat(path).key for path in known.paths)
        file = next((key for key in paths if isinstance(readings.of(key), Text)), "")
        if any(known.process.fullmatch(name) for name in running):
            yield Engine(known.name, None, "running", source=RUNNING.key)
        elif file:
            yield Engine(known.name, None, "installed", source=file)


def _names(readings: Readings) -> list[str]:
    found = readings.document(RUNNING)
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
