"""Ollama on this machine, found whole: program, servers wherever they listen, who started them, models.

A server is found by its process and sockets, by its service, by OLLAMA_HOST, by containers that
publish it, and at its usual port last. No request leaves the machine: a server on another one that
OLLAMA_HOST names is told, and not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..model.reading import Failed, Missing, Readings, Text
from ..model.source import Command, Env, Source, Stat
from . import _ollama_address, _ollama_process, _ollama_server, _ollama_service, _ollama_store
from ._ollama_address import Address
from ._ollama_process import RUNNING, OllamaProcess
from ._ollama_server import OllamaLoaded, OllamaModel, OllamaServer, StartedBy
from ._ollama_service import Container, Service
from ._ollama_settings import OllamaSettings, from_log
from ._ollama_store import Store, StoredModel
from .listeners import Listeners
from .logs import ENGINE_JOURNAL

__all__ = [
    "Container", "Ollama", "OllamaLoaded", "OllamaModel", "OllamaProcess", "OllamaServer",
    "OllamaSettings", "Service", "Store", "StoredModel",
]  # fmt: skip
PROGRAM = Command("ollama", "--version")
HOST, MODELS = Env("OLLAMA_HOST"), Env("OLLAMA_MODELS")
#: Where installers put the program, and beside it the folder with what runs the models.
ROOTS = ("/usr/local", "/usr", "~/.local", "/opt/ollama", "/opt/homebrew", "/snap")
PROGRAMS = (
    *(Stat(f"{root}/bin/ollama") for root in ROOTS),
    Stat("~/AppData/Local/Programs/Ollama/ollama.exe"),
)
LIBRARIES = tuple(Stat(f"{root}/lib/ollama/*") for root in ROOTS)
#: A server that was started less than this ago may still look for GPUs, and answers when it is done.
STARTING_SECONDS = 60
SOURCES: tuple[Source, ...] = (
    RUNNING,
    HOST,
    MODELS,
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
        alive = {one.pid for one in self.processes if one.role == "server"}
        runners = (one for one in self.processes if one.role == "runner")
        return tuple(one for one in runners if one.parent == 1 and one.parent not in alive)


def follow_up(readings: Readings) -> Iterator[Source]:
    """What the services name, and every address that a server may listen on."""
    yield from _ollama_service.follow_up(readings)
    if _shell(readings).here:
        yield PROGRAM
    for address in _candidates(readings):
        yield from _ollama_server.questions(address)
    yield from (source for folder in _folders(readings) for source in _ollama_store.sources(folder))


def afterwards(readings: Readings) -> Iterator[Source]:
    """A server that was started a moment ago and is silent may still look for GPUs: it is waited for."""
    young = (one for one in _serving(readings) if one.seconds < STARTING_SECONDS)
    for address in (address for one in young for address in one.addresses if address.here):
        if _ollama_server.state(readings, address) == "silent":
            yield _ollama_server.awaited(address)


def _shell(readings: Readings) -> Address:
    return _ollama_address.read(readings.text(HOST) or "")


def _candidates(readings: Readings) -> list[Address]:
    """Addresses on this computer, each place once."""
    sockets = (address for one in _serving(readings) for address in one.addresses)
    by_url = {one.url: one for one in (*sockets, *_named(readings)) if one.here}
    return list(by_url.values())


def _named(readings: Readings) -> Iterator[Address]:
    """Addresses that a setting or a container names, and the usual one."""
    yield from (one.address for one in _ollama_service.containers(readings) if one.address)
    yield _shell(readings)
    for settings in (
        *(one.settings for one in _ollama_service.services(readings)),
        _logged(readings),
    ):
        yield _ollama_address.read(settings.variables.get("OLLAMA_HOST", ""))
    yield Address()


def _serving(readings: Readings) -> list[OllamaProcess]:
    listed = _ollama_process.read(readings)
    return [one for one in listed if one.role == "server" and not one.container]


def _logged(readings: Readings) -> OllamaSettings:
    """What the service's log lists, at its last start."""
    text = readings.text(ENGINE_JOURNAL) or ""
    return from_log(text, ENGINE_JOURNAL.key) or OllamaSettings()


def _folders(readings: Readings) -> Iterator[str]:
    """Folders of models that some setting names; a relative one is of a folder that nobody knows."""
    yield (readings.text(MODELS) or "").strip().rstrip("/")
    for process in _serving(readings):
        variables = process.variables or {}
        yield variables.get("OLLAMA_MODELS", "").rstrip("/")
        if process.owner != "you" and "HOME" in variables:
            yield f"{variables['HOME']}/.ollama/models"
    for settings in (
        *(one.settings for one in _ollama_service.services(readings)),
        _logged(readings),
    ):
        yield settings.models_folder.rstrip("/")


def parse(readings: Readings, listeners: Listeners) -> Ollama:
    reading = readings.of(PROGRAM)
    said = reading.everything if isinstance(reading, Text) else ""
    own = re.search(f"client {_VERSION}", said) or re.search(_VERSION, said)
    hangs = isinstance(reading, Failed) and reading.kind in ("timed-out", "denied")
    path = next((one.path for one in PROGRAMS if isinstance(readings.of(one), Text)), "")
    return Ollama(
        program=path or ("ollama" if own else ""),
        version=own[1] if own else "",
        trouble=reading.reason if hangs and isinstance(reading, Failed) else "",
        complete=_complete(readings, path),
        servers=tuple(_servers(readings, listeners)),
        services=_ollama_service.services(readings),
        containers=_ollama_service.containers(readings),
        processes=_ollama_process.read(readings),
        stores=tuple(_stores(readings)),
        shell=(readings.text(HOST) or "").strip(),
        source=PROGRAM.key if own or hangs else (Stat(path).key if path else ""),
    )


def _complete(readings: Readings, path: str) -> bool | None:
    """Only where the program lies where its installers put it is it known where the rest has to be."""
    beside = next(
        (Stat(f"{root}/lib/ollama/*") for root in ROOTS if path == f"{root}/bin/ollama"), None
    )
    if beside is None or path.startswith(("/opt/homebrew", "/snap")):
        return None
    if any(isinstance(one, Text) for _, one in readings.like(beside)):
        return True
    return False if isinstance(readings.of(beside), Missing) else None


def _stores(readings: Readings) -> Iterator[Store]:
    folders = dict.fromkeys((*_ollama_store.USUAL_FOLDERS, *_folders(readings)))
    for folder in folders:
        if folder.startswith(("/", "~/")) or re.match(r"[A-Za-z]:[\\/]", folder):
            store = _ollama_store.read(readings, folder)
            if store:
                yield store


def _servers(readings: Readings, listeners: Listeners) -> Iterator[OllamaServer]:
    """One for each port of this machine; what a process shows comes before what a setting says."""
    seen: set[int] = set()
    for server in (*_of_processes(readings), *_of_answers(readings)):
        if server.port not in seen:
            seen.add(server.port)
            open_to_all = bool(listeners.on(server.port, everywhere=True))
            yield replace(server, open_to_network=server.open_to_network or open_to_all)
    shell = _shell(readings)
    if not shell.here and shell.port not in seen:
        yield OllamaServer(
            str(shell), shell.port, "not-asked", on_this_machine=False, source=HOST.key
        )


def _of_processes(readings: Readings) -> Iterator[OllamaServer]:
    for process in _serving(readings):
        service = _service_of(process, _ollama_service.services(readings))
        settings = process.settings or (service.settings if service else None)
        if process.settings is None and service and _logged(readings).source:
            settings = _logged(readings)
        for address in process.addresses or _stated(settings):
            state = _ollama_server.state(readings, address)
            if not address.here:
                state = "not-asked"
            elif state is None and not process.certain:
                continue  # a socket of the same user, and another program's
            elif state != "running":
                state = "starting" if process.seconds < STARTING_SECONDS else "silent"
            yield replace(
                _answered(readings, address, state),
                started_by=_starter(process, service),
                owner=process.owner,
                program=process.program,
                settings=settings or OllamaSettings(),
                source=RUNNING.key,
            )


def _stated(settings: OllamaSettings | None) -> tuple[Address, ...]:
    """Where a process whose sockets nobody may see was told to listen."""
    if settings is None or not settings.source:
        return ()
    return (_ollama_address.read(settings.variables.get("OLLAMA_HOST", "")),)


def _service_of(process: OllamaProcess, services: Iterable[Service]) -> Service | None:
    return next(
        (
            one
            for one in services
            if (one.pid is not None and one.pid == process.pid)
            or (one.pid is None and one.user and one.user == process.owner)
        ),
        None,
    )


def _starter(process: OllamaProcess, service: Service | None) -> StartedBy:
    if service:
        return service.kind
    return "desktop-app" if process.parent_name.lower().startswith("ollama") else "program"


def _of_answers(readings: Readings) -> Iterator[OllamaServer]:
    """Servers whose process is not to be seen: in a container, or where processes are hidden."""
    published = {one.address: one for one in _ollama_service.containers(readings) if one.address}
    active = next((one for one in _ollama_service.services(readings) if one.running), None)
    for address in dict.fromkeys(_named(readings)):
        state = _ollama_server.state(readings, address) if address.here else None
        if state not in ("running", "silent"):
            continue
        container = published.get(address)
        if state == "silent" and container is None and active is None:
            continue
        server = _answered(readings, address, state)
        if container:
            yield replace(server, started_by="container", container=container.name)
        elif active:
            settings = _logged(readings) if _logged(readings).source else active.settings
            yield replace(server, started_by=active.kind, owner=active.user, settings=settings)
        else:
            yield server


def _answered(
    readings: Readings, address: Address, state: _ollama_server.ServerState
) -> OllamaServer:
    return OllamaServer(
        str(address),
        address.port,
        state,
        _ollama_server.version(readings, address),
        not address.loopback,
        models=_ollama_server.models(readings, address),
        loaded=_ollama_server.loaded(readings, address),
        source=f"http:{address.url}{_ollama_server.VERSION}" if address.here else "",
    )
