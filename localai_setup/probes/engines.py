"""Engines that this machine already has: programs, servers, and applications that bring their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.facts import Unknown
from ..model.reading import Failed, Readings, Text
from ..model.shown import Shown
from ..model.source import Call, Command, Source, Stat
from ._known_engines import KNOWN
from .ollama import Ollama

LLAMA_SERVER = Command("llama-server", "--version")
LLAMA_DEVICES = Command("llama-server", "--list-devices")
#: names of running programs that are an engine's
RUNNING = Call("programs.engines")
SOURCES: tuple[Source, ...] = (
    LLAMA_SERVER,
    RUNNING,
    *(Stat(path) for one in KNOWN for path in one.paths),
)


@dataclass(frozen=True)
class Engine:
    """`state` is installed, running, starting, silent, or what its program said instead of a version.

    `models` are the names it lists itself, `devices` what its `--list-devices` names beside the
    processor; `source` is the reading that shows it. `address` is where a server answers by an API of
    its own.
    """

    name: str
    version: str | None
    state: str
    models: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    source: str = ""
    address: str = ""


def plain(name: str) -> str:
    """An engine's name as the ids of problems spell it: `LM Studio` is `lmstudio`."""
    return name.lower().replace(" ", "")


#: names of the programs that this probe would see wherever they are
LOOKED_FOR = frozenset({"ollama", *(plain(one.name) for one in KNOWN)})


@dataclass(frozen=True)
class Engines:
    engines: tuple[Engine, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    def has(self, name: str) -> bool:
        """Whether an engine of this plain name is here."""
        return any(plain(one.name).startswith(name) for one in self.engines)


def follow_up(readings: Readings) -> list[Source]:
    """What only an engine that is there is asked."""
    asked: list[Source] = []
    if isinstance(readings.of(LLAMA_SERVER), Text):
        asked.append(LLAMA_DEVICES)
    return asked


def _shown(fact: Engines) -> tuple[Engine, ...]:
    return fact.engines


#: Its words stand with those of Ollama, in `ui/enginetext.py`.
SHOWN = Shown(name="engines", fact=Engines, value=_shown, place=60)


def parse(readings: Readings, ollama: Ollama) -> Engines:
    found = (_llama_server(readings), *_ollama(ollama), *_others(readings))
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


def _ollama(found: Ollama) -> Iterator[Engine]:
    """Each server on this machine; the program where none answers."""
    here = [one for one in found.servers if one.on_this_machine]
    for one in here:
        names = tuple(model.name for model in one.models)
        version = one.version or found.version or None
        address = one.address if one.state == "running" else ""
        yield Engine("Ollama", version, one.state, names, (), one.source, address)
    if found.installed and not here:
        state = found.trouble or "installed"
        yield Engine("Ollama", found.version or None, state, source=found.source)


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
