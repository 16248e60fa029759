"""What a server of Ollama answers: its version, its models, and those in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from ..model.reading import Failed, Missing, Readings, Text
from ..model.source import Get
from ._ollama_address import Address
from ._ollama_settings import OllamaSettings

#: running: it answers · starting: it listens since a moment and does not answer yet · silent: it does
#: not answer · not-asked: no request may go there unasked
ServerState = Literal["running", "starting", "silent", "not-asked"]
StartedBy = Literal["", "system-service", "user-service", "desktop-app", "container", "program"]
VERSION, MODELS, LOADED = "/api/version", "/api/tags", "/api/ps"
#: An old ROCm is looked for during half a minute.
PATIENCE_SECONDS = 30.0
_CLOUD_TAGS = (":cloud", "-cloud")


@dataclass(frozen=True)
class OllamaModel:
    """`digest` is that of its manifest; `remote` is where it really runs, empty for one on this disk."""

    name: str
    digest: str = ""
    bytes: int = 0
    parameters: str = ""
    quantization: str = ""
    context: int | None = None
    capabilities: tuple[str, ...] = ()
    remote: str = ""


@dataclass(frozen=True)
class OllamaLoaded:
    """A model in memory. `gpu_bytes` are what Ollama counts as a GPU's, which proves no GPU."""

    name: str
    bytes: int = 0
    gpu_bytes: int = 0
    context: int | None = None


@dataclass(frozen=True)
class OllamaServer:
    """`address` is as Ollama writes it. `owner` is `you`, the account of a service or `another user`;
    empty where nobody could tell. `container` is its name; `source` the reading that shows the server.
    """

    address: str
    port: int
    state: ServerState
    version: str = ""
    open_to_network: bool = False
    on_this_machine: bool = True
    started_by: StartedBy = ""
    owner: str = ""
    program: str = ""
    container: str = ""
    settings: OllamaSettings = field(default_factory=OllamaSettings)
    models: tuple[OllamaModel, ...] = ()
    loaded: tuple[OllamaLoaded, ...] = ()
    source: str = ""


def questions(address: Address) -> Iterator[Get]:
    yield from (Get(address.url + path) for path in (VERSION, MODELS, LOADED))


def awaited(address: Address) -> Get:
    """The shortest answer of a server; it comes as soon as it has found its GPUs."""
    return Get(f"{address.url}/", PATIENCE_SECONDS)


def version(readings: Readings, address: Address) -> str:
    found = readings.fields(f"http:{address.url}{VERSION}")
    return str(found.get("version") or "")


def state(readings: Readings, address: Address) -> ServerState | None:
    """None where nobody listens, or something else answers."""
    reading = readings.of(f"http:{address.url}{VERSION}")
    if isinstance(readings.of(awaited(address)), Text) and not isinstance(reading, Text):
        return "running"
    if isinstance(reading, Text):
        return "running" if version(readings, address) else None
    if isinstance(reading, Missing):
        return None
    assert isinstance(reading, Failed)
    return "silent" if reading.kind == "timed-out" else "not-asked"


def models(readings: Readings, address: Address) -> tuple[OllamaModel, ...]:
    return tuple(_model(one) for one in _listed(readings, address, MODELS))


def loaded(readings: Readings, address: Address) -> tuple[OllamaLoaded, ...]:
    return tuple(
        OllamaLoaded(
            str(one["name"]),
            _integer(one.get("size")) or 0,
            _integer(one.get("size_vram")) or 0,
            _integer(one.get("context_length")),
        )
        for one in _listed(readings, address, LOADED)
    )


def _listed(readings: Readings, address: Address, path: str) -> Iterator[dict[str, Any]]:
    listed = readings.fields(f"http:{address.url}{path}").get("models")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("name"):
            yield one


def _model(one: dict[str, Any]) -> OllamaModel:
    details = one.get("details")
    known = details if isinstance(details, dict) else {}
    abilities = one.get("capabilities")
    return OllamaModel(
        str(one["name"]),
        str(one.get("digest") or ""),
        _integer(one.get("size")) or 0,
        str(known.get("parameter_size") or ""),
        str(known.get("quantization_level") or ""),
        _integer(known.get("context_length")),
        tuple(map(str, abilities)) if isinstance(abilities, list) else (),
        _remote(one),
    )


def _remote(one: dict[str, Any]) -> str:
    """A model of Ollama's cloud has a host of its own, in older versions only a tag."""
    host = str(one.get("remote_host") or "")
    return host or ("ollama.com" if str(one["name"]).endswith(_CLOUD_TAGS) else "")


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
