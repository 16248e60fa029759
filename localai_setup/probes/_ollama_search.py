"""Where a server of Ollama may listen, and which servers there are: what a process shows comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model.reading import Readings
from ..model.source import Env
from . import _ollama_address, _ollama_process, _ollama_server, _ollama_service
from ._ollama_address import Address
from ._ollama_process import RUNNING, OllamaProcess
from ._ollama_server import OllamaServer, StartedBy
from ._ollama_service import Service
from ._ollama_settings import OllamaSettings, from_log
from .listeners import Listeners
from .logs import ENGINE_JOURNAL

HOST, MODELS, HOME = Env("OLLAMA_HOST"), Env("OLLAMA_MODELS"), Env("HOME")


def shell(readings: Readings) -> Address:
    return _ollama_address.read(readings.text(HOST) or "")


def candidates(readings: Readings) -> list[Address]:
    """Addresses on this computer, each place once."""
    sockets = (address for one in serving(readings) for address in one.addresses)
    by_url = {one.url: one for one in (*sockets, *_named(readings)) if one.here}
    return list(by_url.values())


def _named(readings: Readings) -> Iterator[Address]:
    """Addresses that a setting or a container names, and the usual one."""
    yield from (one.address for one in _ollama_service.containers(readings) if one.address)
    yield shell(readings)
    for settings in (
        *(one.settings for one in _ollama_service.services(readings)),
        _logged(readings),
    ):
        yield _ollama_address.read(settings.variables.get("OLLAMA_HOST", ""))
    yield Address()


def serving(readings: Readings) -> list[OllamaProcess]:
    listed = _ollama_process.read(readings)
    return [one for one in listed if one.role == "server" and not one.container]


def _logged(readings: Readings) -> OllamaSettings:
    """What the service's log lists, at its last start."""
    text = readings.text(ENGINE_JOURNAL) or ""
    return from_log(text, ENGINE_JOURNAL.key) or OllamaSettings()


def folders(readings: Readings) -> Iterator[str]:
    """Folders of models that some setting names."""
    home = (readings.text(HOME) or "").strip()
    yield (readings.text(MODELS) or "").strip().rstrip("/")
    running = (process.settings for process in serving(readings))
    stated = (one.settings for one in _ollama_service.services(readings))
    for settings in (*running, *stated, _logged(readings)):
        if settings:
            yield models_folder(settings, home)


def models_folder(settings: OllamaSettings, home: str) -> str:
    """Where a server with these settings keeps its models, `~` for our own home; empty where unknown."""
    if settings.models_folder:
        return settings.models_folder.rstrip("/")
    if not settings.source or (settings.source != RUNNING.key and "HOME" not in settings.variables):
        return ""
    its_home = settings.variables.get("HOME", home)
    return f"{'~' if its_home == home else its_home}/.ollama/models"


def servers(readings: Readings, listeners: Listeners) -> Iterator[OllamaServer]:
    """One for each port of this machine; what a process shows comes before what a setting says."""
    seen: set[int] = set()
    for server in (*_of_processes(readings), *_of_answers(readings)):
        if server.port not in seen:
            seen.add(server.port)
            open_to_all = bool(listeners.on(server.port, everywhere=True))
            yield replace(server, open_to_network=server.open_to_network or open_to_all)
    requested = shell(readings)
    if not requested.here and requested.port not in seen:
        yield OllamaServer(
            str(requested), requested.port, "not-asked", on_this_machine=False, source=HOST.key
        )


def _of_processes(readings: Readings) -> Iterator[OllamaServer]:
    for process in serving(readings):
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
                state = "starting" if process.may_be_starting else "silent"
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
