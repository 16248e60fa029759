"""Names of models as Ollama reads them: `HOST/NAMESPACE/MODEL:TAG`, all but the model optional."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from ...model.errors import Exit, LocalaiError

DEFAULT_HOST, DEFAULT_NAMESPACE, DEFAULT_TAG = "registry.ollama.ai", "library", "latest"
#: What each part may be made of (types/model/name.go of Ollama); only a host may hold a colon.
_HOST = re.compile(r"[A-Za-z0-9_][\w.:-]{0,349}", re.ASCII)
_NAMESPACE = re.compile(r"[A-Za-z0-9_][\w-]{0,79}", re.ASCII)
_PART = re.compile(r"[A-Za-z0-9_][\w.-]{0,79}", re.ASCII)


@dataclass(frozen=True)
class ModelName:
    """All parts of a name. `scheme` is how its registry is spoken to, `https` where nothing is said."""

    host: str
    namespace: str
    model: str
    tag: str
    scheme: str = "https"

    @property
    def full(self) -> str:
        """As the API lists it: without a scheme, and without the parts that are the default."""
        name = f"{self.model}:{self.tag}"
        if self.host.lower() != DEFAULT_HOST:
            return f"{self.host}/{self.namespace}/{name}"
        if self.namespace.lower() != DEFAULT_NAMESPACE:
            return f"{self.namespace}/{name}"
        return name

    @property
    def to_pull(self) -> str:
        """As a pull asks for it; a registry that is spoken to without TLS has to be named so."""
        if self.scheme == "https":
            return self.full
        return f"{self.scheme}://{self.host}/{self.namespace}/{self.model}:{self.tag}"

    @property
    def file(self) -> PurePosixPath:
        """Its manifest's place below `manifests/`."""
        return PurePosixPath(self.host, self.namespace, self.model, self.tag)

    @property
    def manifest_url(self) -> str:
        """Where its registry gives the manifest."""
        return f"{self.scheme}://{self.host}/v2/{self.namespace}/{self.model}/manifests/{self.tag}"


def parse(name: str) -> ModelName:
    """The name with its defaults filled in.

    Raises:
        LocalaiError: no model can have this name.

    """
    scheme, found, rest = name.rpartition("://")
    path, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        path, tag = rest, DEFAULT_TAG
    parts = path.split("/")
    full = (*(DEFAULT_HOST, DEFAULT_NAMESPACE)[: 3 - len(parts)], *parts)
    kinds = (_HOST, _NAMESPACE, _PART)
    good = len(full) == len(kinds) and all(
        kind.fullmatch(part) for kind, part in zip(kinds, full, strict=True)
    )
    if not good or not _PART.fullmatch(tag) or (found and scheme not in ("http", "https")):
        raise LocalaiError(
            f"Ollama can have no model called {name}.",
            "A name is made of letters, digits, `-`, `_` and `.`, with a tag after a colon.",
            exit_code=Exit.USAGE,
        )
    host, namespace, model = full
    return ModelName(host, namespace, model, tag, scheme or "https")
