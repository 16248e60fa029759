"""The engines that a machine has already, in words."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.facts import Facts
from ..model.sizes import MB_BYTES, size_words
from ..probes.engines import Engine, Engines
from ..probes.ollama import Ollama, OllamaModel, OllamaServer, Store

#: More models than these are counted, not listed.
SHOWN_MODELS = 8
STARTED_BY = {
    "system-service": "a service of the system",
    "user-service": "a service of this user",
    "desktop-app": "started by its desktop app",
    "container": "in a container",
    "program": "started by hand or by a program",
}
STATES = {"starting": "starts", "silent": "does not answer", "not-asked": "was not asked"}


def lines(facts: Facts) -> list[str]:
    """One paragraph for each engine; none where there is none."""
    found, ollama = facts.get(Engines) or Engines(), facts.get(Ollama) or Ollama()
    paragraphs = [[_plain(one)] for one in found.engines if one.name != "Ollama"]
    paragraphs += _ollama(ollama)
    return [
        f"{'Engine' if at == 0 else '':<11}{line}"
        for part in paragraphs
        for at, line in enumerate(part)
    ]


def _plain(one: Engine) -> str:
    devices = f"; it lists {', '.join(one.devices)}" if one.devices else ""
    return f"{one.name} {one.version or ''}".rstrip() + f" ({one.state}){devices}"


def _ollama(found: Ollama) -> Iterator[list[str]]:
    yield from ([*_server(one, found)] for one in found.servers)
    here = [one for one in found.servers if one.on_this_machine]
    if found.installed and not here:
        stopped = "; no server of it runs" if not found.trouble else f": {found.trouble}"
        yield [
            f"Ollama {found.version}".rstrip() + f" is installed{stopped}",
            *_stores(found.stores),
        ]
    for one in found.containers:
        if not one.running:
            yield [f"Ollama in the container {one.name}, which does not run"]


def _server(one: OllamaServer, found: Ollama) -> Iterator[str]:
    if not one.on_this_machine:
        yield f"Ollama at {one.address}, on another computer: OLLAMA_HOST names it; it was not asked"
        return
    state = STATES.get(one.state, "runs")
    yield f"Ollama {one.version}".rstrip() + f" {state} at {one.address}{_origin(one)}"
    if one.open_to_network:
        yield "open to the network, without a password"
    settings = _settings(one, found.store_of(one))
    if settings:
        yield settings
    yield from _models(one.models)
    store = found.store_of(one)
    yield from _stores((store,) if store else ())


def _origin(one: OllamaServer) -> str:
    how = STARTED_BY.get(one.started_by, "")
    how += f" ({one.container})" if one.container else ""
    owner = "yours" if one.owner == "you" else f"of {one.owner}" if one.owner else ""
    words = ", ".join(filter(None, (how, owner)))
    return f" ({words})" if words else ""


def _settings(one: OllamaServer, store: Store | None) -> str:
    given = one.settings
    words = (
        given.context and f"context {given.context}",
        given.kv_type and f"KV cache {given.kv_type}",
        given.parallel and given.parallel > 1 and f"{given.parallel} requests at a time",
        given.keep_alive and f"models stay in memory for {given.keep_alive}",
        given.flash_attention is not None
        and f"flash attention {'on' if given.flash_attention else 'off'}",
        given.models_folder and not store and f"models in {given.models_folder}",
    )
    return ", ".join(word for word in words if word)


def _models(models: tuple[OllamaModel, ...]) -> Iterator[str]:
    yield from map(_model, models[:SHOWN_MODELS])
    if len(models) > SHOWN_MODELS:
        yield f"and {len(models) - SHOWN_MODELS} more models"


def _model(one: OllamaModel) -> str:
    if one.remote:
        return f"{one.name}: runs at {one.remote}, not on this computer"
    kind = " ".join(filter(None, (one.parameters, one.quantization)))
    return f"{one.name}: {', '.join(filter(None, (kind, size_words(one.bytes))))}"


def _stores(stores: tuple[Store, ...]) -> Iterator[str]:
    for one in stores:
        shared = (
            f", {size_words(one.shared_bytes)} saved by sharing"
            if one.shared_bytes >= MB_BYTES
            else ""
        )
        count = f"{len(one.models)} model{'s' if len(one.models) != 1 else ''}"
        yield f"{count} in {one.folder}, {size_words(one.bytes)} on disk{shared}"
