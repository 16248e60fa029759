"""Ollama's folder of models: manifests name the files (blobs) of each model, and blobs are shared.

The API lists models from a cache and verifies nothing after a download; the folder itself tells what is
empty, cut off or gone. Layout: `manifests/HOST/NAMESPACE/NAME/TAG`, `blobs/sha256-HEX`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..model.reading import Readings, Text
from ..model.source import File, Source, Stat

#: Where it lies by itself: a person's own, the installer's service, packages of distributions.
USUAL_FOLDERS = (
    "~/.ollama/models",
    "/usr/share/ollama/.ollama/models",
    "/var/lib/ollama/models",
    "/var/lib/ollama/.ollama/models",
    "/var/lib/ollama",
)
_OWN_REGISTRY, _OWN_NAMESPACE = "registry.ollama.ai", "library"
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")


@dataclass(frozen=True)
class Layer:
    """A file of a model. `kind` is the last word of its media type: model, template, system, params, …

    `on_disk` are its bytes there; -1 where it is gone, None where nobody could look.
    """

    digest: str
    kind: str
    bytes: int
    on_disk: int | None = None


@dataclass(frozen=True)
class StoredModel:
    """`broken` says what is wrong with the manifest itself; such a model has no layers."""

    name: str
    layers: tuple[Layer, ...] = ()
    broken: str = ""
    source: str = ""

    @property
    def bytes(self) -> int:
        return sum(layer.bytes for layer in self.layers)

    @property
    def missing(self) -> tuple[Layer, ...]:
        return tuple(layer for layer in self.layers if layer.on_disk == -1)

    @property
    def cut(self) -> tuple[Layer, ...]:
        """Files that are shorter or longer than the manifest says."""
        known = (layer for layer in self.layers if layer.on_disk not in (None, -1))
        return tuple(layer for layer in known if layer.on_disk != layer.bytes)


@dataclass(frozen=True)
class Store:
    """One folder of models. `partial_bytes` lie in downloads that were not finished."""

    folder: str
    models: tuple[StoredModel, ...] = ()
    partial_bytes: int = 0

    @property
    def bytes(self) -> int:
        """What the models take on the disk, each file once."""
        return sum({layer.digest: layer.bytes for layer in self._layers()}.values())

    @property
    def shared_bytes(self) -> int:
        """What would be taken on top if no two models shared a file."""
        return sum(layer.bytes for layer in self._layers()) - self.bytes

    def shared_with(self, name: str) -> tuple[str, ...]:
        """The other models that use the weights of this one."""
        mine = {layer.digest for layer in self._weights(name)}
        others = (one.name for one in self.models if one.name != name)
        return tuple(one for one in others if mine & {layer.digest for layer in self._weights(one)})

    def _layers(self) -> Iterator[Layer]:
        return (layer for model in self.models for layer in model.layers)

    def _weights(self, name: str) -> Iterator[Layer]:
        found = (one for one in self.models if one.name == name)
        return (layer for one in found for layer in one.layers if layer.kind == "model")


def sources(folder: str) -> tuple[Source, ...]:
    """What has to be asked of a folder."""
    return File(f"{folder}/manifests/*/*/*/*"), Stat(f"{folder}/blobs/*")


def read(readings: Readings, folder: str) -> Store | None:
    """The folder's models; None where there is none that may be read."""
    manifests, blobs = (list(readings.like(source)) for source in sources(folder))
    sizes = {
        key.rpartition("/")[2]: _size(reading.text)
        for key, reading in blobs
        if isinstance(reading, Text)
    }
    found = tuple(
        _model(key, reading.text, folder, sizes)
        for key, reading in manifests
        if isinstance(reading, Text)
    )
    if not found and not sizes:
        return None
    return Store(
        folder, found, sum(size or 0 for name, size in sizes.items() if "-partial" in name)
    )


def _size(stat: str) -> int | None:
    """`-rw-r--r-- root root 1234`; recordings of earlier versions have no bytes."""
    last = stat.rpartition(" ")[2]
    return int(last) if stat.count(" ") == 3 and last.isdigit() else None  # noqa: PLR2004


def _model(key: str, text: str, folder: str, sizes: dict[str, int | None]) -> StoredModel:
    name = _name(key.removeprefix(f"file:{folder}/manifests/"))
    try:
        document = json.loads(text)
        listed = [document["config"], *(document["layers"] or ())]
        layers = tuple(_layer(one, sizes) for one in listed)
    except (ValueError, KeyError, TypeError, RecursionError):
        return StoredModel(name, (), "empty" if not text.strip() else "not readable", key)
    broken = "" if len(layers) > 1 else "without files"
    return StoredModel(name, () if broken else layers, broken, key)


def _layer(given: dict[str, Any], sizes: dict[str, int | None]) -> Layer:
    digest = _DIGEST.fullmatch(given["digest"])
    if digest is None:
        raise ValueError(given["digest"])
    kind = str(given.get("mediaType", "")).rpartition(".")[2]
    file = f"sha256-{digest[1]}"
    on_disk = sizes.get(file, -1) if sizes else None
    return Layer(digest[1], kind, int(given["size"]), on_disk)


def _name(path: str) -> str:
    """As `ollama list` shows it: without the usual registry and namespace."""
    host, namespace, name, tag = path.split("/")
    parts = [host] if host != _OWN_REGISTRY else []
    parts += [namespace] if parts or namespace != _OWN_NAMESPACE else []
    return f"{'/'.join([*parts, name])}:{tag}"
