"""A server that keeps models in a store of its own and serves them by name, as Ollama does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .server import HOST

#: A setting of a model: `num_ctx`, `temperature`, `stop` …
Value = int | float | str | bool | tuple[str, ...]
#: who starts a server that was there → what that server is, in words
STARTED_BY = {
    "system-service": "a service of the system",
    "user-service": "a service of your own",
    "desktop-app": "the desktop app",
    "container": "a container",
    "program": "started by hand",
}


@dataclass(frozen=True)
class ServerPlace:
    """Which server is meant: one that was there (`port` of `host`), or ours where `port` is None.

    `models_folder` is absolute, and empty where nobody knows it. `started_by` is who had started the one
    that was there (see `STARTED_BY`) and `container` its name; both are told, and decide nothing.
    """

    port: int | None = None
    host: str = HOST
    models_folder: str = ""
    started_by: str = field(default="", compare=False)
    container: str = field(default="", compare=False)

    @property
    def is_ours(self) -> bool:
        return self.port is None

    @property
    def was(self) -> str:
        """What the server that was there is, in words; empty where nobody saw who started it."""
        words = STARTED_BY.get(self.started_by, "")
        return f"{words} called {self.container}" if words and self.container else words


@dataclass(frozen=True)
class ServeSettings:
    """What a server of ours is set to. `slots` requests are answered at once; `kv_type` is f16, q8_0 or
    q4_0; `prompt_cache_mib` bounds what its engine keeps of past prompts. `only_gpus` are the numbers of
    those that it may use, with commas between.

    None and empty leave the program's own default.
    """

    program: str
    models_folder: str
    slots: int = 1
    kv_type: str = ""
    flash_attention: bool | None = None
    prompt_cache_mib: int | None = None
    only_gpus: str = ""


@dataclass(frozen=True)
class ModelPart:
    """A GGUF file on this disk, by its absolute path and its hash: `kind` is `model`, `projector` or
    `adapter`, what the model was taught.
    """

    path: str
    sha256: str
    bytes: int
    kind: str = "model"


@dataclass(frozen=True)
class OwnModel:
    """A model of our own name: from the files `parts`, or from the layers of the model `base`.

    `parameters` hold for every program that uses it. `family`, `size` and `quantization` are shown by
    the server and decide nothing.
    """

    name: str
    parts: tuple[ModelPart, ...] = ()
    base: str = ""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    system: str = ""
    family: str = ""
    size: str = ""
    quantization: str = ""

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.parts)


@dataclass(frozen=True)
class Delivered:
    """How a model came: `way` is hard-link, shared-blocks, symbolic-link, there-already, same-layers,
    pulled or rewritten. `verified` says whether every byte was hashed here; `fetched_again` are the
    hashes of files that were damaged.
    """

    name: str
    way: str
    bytes: int = 0
    verified: bool = False
    fetched_again: Sequence[str] = ()

    @property
    def is_same_file(self) -> bool:
        """Whether its weights are the very bytes that were planned, with their own chat template."""
        return self.way != "rewritten"
