"""Manifests of models: the JSON that names a model's layers. Values only; `store.py` has the files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from ...model.decoding import DecodeError, decode

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
_LAYER_TYPE = "application/vnd.ollama.image."
_DIGEST = re.compile(r"sha256[:-]([0-9a-fA-F]{64})")


@dataclass(frozen=True)
class Layer:
    """One file of a model: what it is, `sha256:` and its hash, and its bytes."""

    mediaType: str  # noqa: N815 - the field's name in the JSON
    digest: str
    size: int

    @property
    def kind(self) -> str:
        """model, projector, template, system, params, license …; `config` for the configuration."""
        return self.mediaType.removeprefix(_LAYER_TYPE) if self.is_layer else "config"

    @property
    def is_layer(self) -> bool:
        return self.mediaType.startswith(_LAYER_TYPE)

    @property
    def sha256(self) -> str:
        found = _DIGEST.fullmatch(self.digest)
        return found[1].lower() if found else ""


@dataclass(frozen=True)
class Manifest:
    """A model's layers and its configuration."""

    layers: tuple[Layer, ...]
    config: Layer | None = None

    @property
    def files(self) -> tuple[Layer, ...]:
        """Every file of the model, the configuration last."""
        return (*self.layers, *((self.config,) if self.config else ()))

    @property
    def size(self) -> int:
        return sum(one.size for one in self.files)

    def of(self, kind: str) -> Layer | None:
        return next((one for one in self.layers if one.kind == kind), None)

    def document(self) -> bytes:
        """As it is written to the disk."""
        config = asdict(self.config) if self.config else {}
        fields = {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": config}
        return json.dumps({**fields, "layers": [asdict(one) for one in self.layers]}).encode()


@dataclass(frozen=True)
class _Saved:
    layers: tuple[Layer, ...] | None = None
    config: Layer | None = None


class DamagedManifestError(ValueError):
    """The bytes are no manifest of a model."""


def read(raw: bytes) -> Manifest:
    """A manifest of its bytes.

    Raises:
        DamagedManifestError: empty, cut off, or without a single layer.

    """
    try:
        document = json.loads(raw)
        config = document.get("config") or None
        found = decode(_Saved, {**document, "config": config})
    except (ValueError, AttributeError, TypeError, RecursionError, DecodeError) as error:
        raise DamagedManifestError(str(error)) from None
    if not found.layers or not all(one.sha256 and one.size >= 0 for one in found.layers):
        raise DamagedManifestError("it names no layers")
    if found.config and not found.config.sha256:
        return Manifest(found.layers)
    return Manifest(found.layers, found.config)


def digest_of(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


def layer(kind: str, content: bytes) -> Layer:
    """The layer of a small file."""
    return Layer(_LAYER_TYPE + kind, digest_of(content), len(content))


def big_layer(kind: str, sha256_hex: str, size: int) -> Layer:
    """The layer of a file that was hashed before."""
    return Layer(_LAYER_TYPE + kind, f"sha256:{sha256_hex}", size)


def configuration(
    family: str, parameter_size: str, quantization: str, layers: Sequence[Layer]
) -> bytes:
    """The configuration of a GGUF model; texts are shown by Ollama and decide nothing."""
    fields: Mapping[str, object] = {
        "model_format": "gguf",
        "model_family": family,
        "model_families": [family],
        "model_type": parameter_size,
        "file_type": quantization,
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [one.digest for one in layers]},
    }
    return json.dumps(fields).encode()


def config_layer(content: bytes) -> Layer:
    return Layer(CONFIG_TYPE, digest_of(content), len(content))
