"""Ollama on this machine, found whole: program, servers wherever they listen, who started them, models.

A server is found by its process and sockets, by its service, by OLLAMA_HOST, by containers that
publish it, and at its usual port last. No request leaves the machine: a server on another one that
OLLAMA_HOST names is told, and not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.reading import Failed, Missing, Readings, Text
from ..model.shown import Shown
from ..model.source import Command, Source, Stat
from . import _ollama_process, _ollama_search, _ollama_server, _ollama_service, _ollama_store
from ._ollama_process import RUNNING, OllamaProcess
from ._ollama_search import HOME, HOST, MODELS
from ._ollama_server import OllamaLoaded, OllamaModel, OllamaServer
from ._ollama_service import Container, Service
from ._ollama_settings import OllamaSettings
from ._ollama_store import Store, StoredModel
from .listeners import Listeners
from .logs import ENGINE_JOURNAL

__all__ = [
    "Container", "Ollama", "OllamaLoaded", "OllamaModel", "OllamaProcess", "OllamaServer",
    "OllamaSettings", "Service", "Store", "StoredModel",
]  # fmt: skip
PROGRAM = Command("ollama", "--version")
#: Where installers put the program, and beside it the folder with what runs the models.
ROOTS = ("/usr/local", "/usr", "~/.local", "/opt/ollama", "/opt/homebrew", "/snap")
PROGRAMS = (
    *(Stat(f"{root}/bin/ollama") for root in ROOTS),
    Stat("~/AppData/Local/Programs/Ollama/ollama.exe"),
)
LIBRARIES = tuple(Stat(f"{root}/lib/ollama/*") for root in ROOTS)
SOURCES: tuple[Source, ...] = (
    RUNNING,
    HOST,
    MODELS,
    HOME,
    *PROGRAMS,
    *LIBRARIES,
    *_ollama_service.SOURCES,
    *(source for folder in _ollama_store.USUAL_FOLDERS for source in _ollama_store.sources(folder)),
    ENGINE_JOURNAL,
)
_VERSION = r"version (?:is )?(\d+\.\d[\w.+-]*)"


@dataclass(frozen=True)
class Ollama:
    """`version` is the program's own; `trouble` why it did not tell. `complete` is False where what
    runs the models is missing beside it. `shell` is what OLLAMA_HOST says in this terminal.
    """

    program: str = ""
    version: str = ""
    trouble: str = ""
    complete: bool | None = None
    servers: tuple[OllamaServer, ...] = ()
    services: tuple[Service, ...] = ()
    containers: tuple[Container, ...] = ()
    processes: tuple[OllamaProcess, ...] = ()
    stores: tuple[Store, ...] = ()
    shell: str = ""
    home: str = ""
    source: str = ""

    @property
    def installed(self) -> bool:
        return bool(self.program or self.version or self.trouble)

    @property
    def running(self) -> tuple[OllamaServer, ...]:
        """Servers on this machine that answer."""
        return tuple(one for one in self.servers if one.state == "running")

    @property
    def orphans(self) -> tuple[OllamaProcess, ...]:
        """Runners whose server is gone; they keep their model in memory."""
        alive = {one.pid for one in self.processes if one.role != "runner"}
        lost = (one for one in self.processes if one.role == "runner" and one.parent not in alive)
        return tuple(one for one in lost if not one.parent_name.lower().startswith("ollama"))

    def store_of(self, server: OllamaServer) -> Store | None:
        """The folder that a server keeps its models in, where that is known and may be read."""
        folder = _ollama_search.models_folder(server.settings, self.home)
        if not folder and len(self.stores) == 1:
            return self.stores[0]
        return next((one for one in self.stores if one.folder == folder), None)


SHOWN = Shown(name="ollama", fact=Ollama, place=61)


def follow_up(readings: Readings) -> Iterator[Source]:
    """What the services name, and every address that a server may listen on."""
    yield from _ollama_service.follow_up(readings)
    if _ollama_search.shell(readings).here:
        yield PROGRAM
    for address in _ollama_search.candidates(readings):
        yield from _ollama_server.questions(address)
    yield from (
        source
        for folder in _ollama_search.folders(readings)
        for source in _ollama_store.sources(folder)
    )


def afterwards(readings: Readings) -> Iterator[Source]:
    """A server that was started a moment ago and is silent may still look for GPUs: it is waited for."""
    young = (one for one in _ollama_search.serving(readings) if one.may_be_starting)
    for address in (address for one in young for address in one.addresses if address.here):
        if _ollama_server.state(readings, address) == "silent":
            yield _ollama_server.awaited(address)


def parse(readings: Readings, listeners: Listeners) -> Ollama:
    reading = readings.of(PROGRAM)
    output = reading.everything if isinstance(reading, Text) else ""
    own = re.search(f"client {_VERSION}", output) or re.search(_VERSION, output)
    hangs = isinstance(reading, Failed) and reading.kind in ("timed-out", "denied")
    path = next((one.path for one in PROGRAMS if isinstance(readings.of(one), Text)), "")
    return Ollama(
        program=path or ("ollama" if own else ""),
        version=own[1] if own else "",
        trouble=reading.reason if hangs and isinstance(reading, Failed) else "",
        complete=_complete(readings, path),
        servers=tuple(_ollama_search.servers(readings, listeners)),
        services=_ollama_service.services(readings),
        containers=_ollama_service.containers(readings),
        processes=_ollama_process.read(readings),
        stores=tuple(_stores(readings)),
        shell=(readings.text(HOST) or "").strip(),
        home=(readings.text(HOME) or "").strip(),
        source=PROGRAM.key if own or hangs else (Stat(path).key if path else ""),
    )


def _complete(readings: Readings, path: str) -> bool | None:
    """Only where the program lies where its installers put it is it known where the rest has to be."""
    libraries = next(
        (Stat(f"{root}/lib/ollama/*") for root in ROOTS if path == f"{root}/bin/ollama"), None
    )
    if libraries is None or path.startswith(("/opt/homebrew", "/snap")):
        return None
    if any(isinstance(one, Text) for _, one in readings.like(libraries)):
        return True
    return False if isinstance(readings.of(libraries), Missing) else None


def _stores(readings: Readings) -> Iterator[Store]:
    folders = dict.fromkeys((*_ollama_store.USUAL_FOLDERS, *_ollama_search.folders(readings)))
    for folder in folders:
        if folder.startswith(("/", "~/")) or re.match(r"[A-Za-z]:[\\/]", folder):
            store = _ollama_store.read(readings, folder)
            if store:
                yield store
