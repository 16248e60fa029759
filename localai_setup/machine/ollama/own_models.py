"""A model of our own name: weights that are here already, with our parameters and system prompt.

Where the models folder can be written to, a manifest of ours names the very file: no second copy, its
digest and its own chat template are kept. `create` is for where it cannot: it rewrites the file (another
digest, twice the space) and takes a chat template of Ollama's own list. Between the two is `lending.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...model.model_server import ModelPart, OwnModel
from ...model.progress import Progress, Report
from ..keeping import linking, plain_files, verified
from . import manifests, models, names
from .api import Api
from .manifests import DamagedManifestError, Layer, Manifest
from .pulling import is_success
from .store import Store
from .troubles import OllamaError

#: How a model came: by a link (see `linking.Way`), from layers that were there, or rewritten.
Way = Literal[
    "hard-link", "shared-blocks", "symbolic-link", "there-already", "same-layers", "rewritten"
]


#: the kind of a part that changes how the model answers
ADAPTER = "adapter"


@dataclass(frozen=True)
class Composed:
    """A manifest and the small blobs that it names."""

    manifest: Manifest
    blobs: tuple[bytes, ...]


def written(store: Store, own: OwnModel) -> bool:
    """Whether the model is there as it would be written, with sound files."""
    try:
        composed = compose(store, own)
        return (
            composed is not None
            and store.manifest(names.parse(own.name)) == composed.manifest
            and not store.unsound(composed.manifest.files)
        )
    except (OSError, DamagedManifestError):
        return False


def write(store: Store, own: OwnModel, *, symbolic: bool = True) -> Way:
    """Link the files, write the small layers, and the manifest last. Safe to be killed anywhere.

    `symbolic` allows links that lead to a file, which only a server with our rights can follow.

    Raises:
        OllamaError: the base is gone.
        NoLinkError: no link can be made there; nothing was changed then.
        OSError: the folder cannot be written to.

    """
    composed = compose(store, own)
    if composed is None:
        raise OllamaError("no-such-model", f"{own.base} is not there")
    ways = [_link(store, one, symbolic) for one in own.parts]
    for content in composed.blobs:
        store.write(content)
    store.write_manifest(names.parse(own.name), composed.manifest)
    return ways[0] if ways else "same-layers"


def _link(store: Store, part: ModelPart, symbolic: bool) -> linking.Way:
    """A link changes the times of the file: what was known of its bytes is kept."""
    path = Path(part.path)
    known = verified.knows(path, part.sha256)
    way = store.link(path, _layer(part), symbolic=symbolic)
    if known:
        verified.remember(path, part.sha256)
        verified.remember(store.blob(part.sha256), part.sha256)
    return way


def _layer(part: ModelPart) -> Layer:
    return manifests.big_layer(part.kind, part.sha256, part.bytes)


def compose(store: Store | None, own: OwnModel) -> Composed | None:
    """The layers of the files or of the base, ours in place of the same kinds; None without either. A
    base is looked for in `store`.
    """
    base = store.manifest(names.parse(own.base)) if store and not own.parts else None
    if base is None and not own.parts:
        return None
    kept = [_layer(one) for one in own.parts] if own.parts else list(base.layers if base else ())
    ours = _our_layers(own, _base_parameters(store, base))
    replaced = {layer.kind for layer, _ in ours}
    layers = (
        *(one for one in kept if one.kind not in replaced),
        *(layer for layer, _ in ours),
    )
    blobs = [content for _, content in ours]
    config = base.config if base else None
    if config is None:
        content = manifests.configuration(own.family, own.size, own.quantization, layers)
        config = manifests.config_layer(content)
        blobs.append(content)
    return Composed(Manifest(layers, config), tuple(blobs))


def _our_layers(own: OwnModel, before: Mapping[str, object]) -> list[tuple[Layer, bytes]]:
    parameters = {**before, **own.parameters}
    contents = {
        "system": own.system.encode() if own.system else b"",
        "params": json.dumps(parameters, sort_keys=True).encode() if parameters else b"",
    }
    return [(manifests.layer(kind, raw), raw) for kind, raw in contents.items() if raw]


def _base_parameters(store: Store | None, base: Manifest | None) -> dict[str, object]:
    """What the base sets, its stop words for example; nothing where it cannot be read."""
    layer = base.of("params") if base else None
    if layer is None or store is None:
        return {}
    try:
        found = json.loads(plain_files.read_bytes(store.blob(layer.sha256)))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def create(api: Api, own: OwnModel, report: Report) -> Way:
    """Through the API: upload what is not there yet, then let Ollama make the model.

    Raises:
        OllamaError: it refuses, or fails on the way.
        OSError: a file cannot be read.

    """
    body: dict[str, object] = {"model": own.name}
    if own.parts:
        body |= _named_parts(own)
        for one in own.parts:
            _upload(api, one, report)
    else:
        body["from"] = own.base
    if own.parameters:
        body["parameters"] = dict(own.parameters)
    if own.system:
        body["system"] = own.system
    for line in api.stream("/api/create", body, is_success):
        report(Progress(f"{own.name}: {line.get('status', '')}"))
    return "rewritten" if own.parts else "same-layers"


def _named_parts(own: OwnModel) -> dict[str, object]:
    """The files as `create` takes them, those of adapters by themselves."""
    named: dict[str, dict[str, str]] = {"files": {}, "adapters": {}}
    for one in own.parts:
        kind = "adapters" if one.kind == ADAPTER else "files"
        named[kind][Path(one.path).name] = f"sha256:{one.sha256}"
    return {kind: files for kind, files in named.items() if files}


def created(api: Api, own: OwnModel) -> bool:
    """Whether a model that was created shows our parameters, our system prompt and our adapter.

    Raises:
        OllamaError: nobody answers.

    """
    found = models.shown(api, own.name)
    if found is None or found.system.strip() != own.system.strip():
        return False
    if _adapters(found.modelfile) != [one.sha256 for one in own.parts if one.kind == ADAPTER]:
        return False
    lines = (line.partition(" ") for line in found.parameters.splitlines())
    shown = [(name, text.strip().strip('"')) for name, _, text in lines]
    return all(
        (name, _as_shown(one)) in shown
        for name, value in own.parameters.items()
        for one in (value if isinstance(value, tuple) else (value,))
    )


def _adapters(modelfile: str) -> list[str]:
    """The hashes of the files that a Modelfile names as adapters, as Ollama shows it: by their blobs."""
    return re.findall(r"^ADAPTER .*sha256-([0-9a-f]{64})", modelfile, re.MULTILINE)


def _as_shown(value: object) -> str:
    """As Go prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _upload(api: Api, part: ModelPart, report: Report) -> None:
    address, path = f"/api/blobs/sha256:{part.sha256}", Path(part.path)
    if api.has(address):
        return

    def sent(done: int) -> None:
        report(Progress(f"{path.name}, to Ollama", done, part.bytes))

    api.upload(address, path, sent)


def remove(api: Api | None, store: Store | None, name: str) -> bool:
    """Delete a model of ours, and unload it first: Ollama would keep it in memory.

    A broken manifest cannot be deleted through the API, nor what the server may not write to; then the
    files go. Whether there was one.

    Raises:
        OllamaError: it refuses.
        OSError: the folder cannot be written to.

    """
    if api is None:
        return store.remove(names.parse(name)) if store else False
    try:
        unload(api, name)
        return models.delete(api, name)
    except OllamaError as error:
        if error.kind not in ("damaged", "not-writable") or store is None:
            raise
        return store.remove(names.parse(name))


def unload(api: Api, name: str) -> None:
    """Free its memory; nothing where it is not loaded or not there.

    Raises:
        OllamaError: it does not answer.

    """
    if not any(models.same_model(one.name, name) for one in models.loaded(api)):
        return
    try:
        api.post("/api/generate", {"model": name, "keep_alive": 0, "stream": False}, 60.0)
    except OllamaError as error:
        if error.kind not in ("no-such-model", "damaged"):
            raise
