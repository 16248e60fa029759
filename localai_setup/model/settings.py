"""What a server is started with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .behaviour import Sampling
from .server import HOST

#: who drafts: the prediction heads in the model's own file, or what followed the same words before
HEADS, REPEATS = "heads", "repeats"
#: who drafts from a file of its own: a smaller model with the same vocabulary, or the model's heads
MODEL, HEAD_FILE = "model", "head-file"
FROM_FILE = frozenset({MODEL, HEAD_FILE})
#: what a person may ask for beside these: where it is known to help, or never
AUTO, OFF = "auto", "off"
#: the file that the model's recipe names, or the one that a person names, whichever of both it holds
COMPANION = "companion"
DRAFTING = (AUTO, OFF, HEADS, REPEATS, COMPANION)
#: the proxies that can stand in front of several servers
HAPROXY, TRAEFIK = "haproxy", "traefik"
#: more layers than any model has
ALL_LAYERS = 10_000


@dataclass(frozen=True)
class ServerSettings:
    """Everything that decides the server's memory is explicit, so that prediction and process agree.

    `gpu_layers` counts as llama.cpp's -ngl; `threads` None leaves it to the engine;
    `prompt_cache_mib` is --cache-ram; `gpu_split` is --tensor-split, empty where there is one GPU.
    `only_gpu` is the number of the one GPU that is used where there are several, in the order of the
    bus; None where all are used.
    `cpu_expert_layers` counts as --n-cpu-moe: the experts of the first so many layers lie in main memory.
    `embeddings`: texts are read and not answered; with `reranks` a text and a question become a score,
    else a text becomes a vector.
    `drafting` names who guesses the next tokens, which the model then checks together (`HEADS`,
    `REPEATS`, `MODEL` or `HEAD_FILE`), empty for nobody; `draft_tokens` are guessed at a time.
    `drafter_gpu_layers` are the layers of a drafter's own file on the GPU, counted as `gpu_layers`.
    """

    context: int
    slots: int = 1
    ubatch: int = 512
    kv_type_k: str = "f16"
    kv_type_v: str = "f16"
    kv_unified: bool = False
    flash_attention: bool = True
    gpu_layers: int = 0
    cpu_expert_layers: int = 0
    threads: int | None = None
    prompt_cache_mib: int = 0
    embeddings: bool = False
    reranks: bool = False
    gpu_split: tuple[float, ...] = ()
    only_gpu: int | None = None
    drafting: str = ""
    draft_tokens: int = 0
    drafter_gpu_layers: int = 0

    @property
    def context_each(self) -> int:
        """Tokens that one conversation can hold."""
        return self.context if self.kv_unified else self.context // self.slots

    def without_drafting(self) -> ServerSettings:
        """The same, with nobody who guesses."""
        return replace(self, drafting="", draft_tokens=0, drafter_gpu_layers=0)


@dataclass(frozen=True)
class Front:
    """So many servers alike behind a proxy of this `kind`, whose `program` is an absolute path."""

    replicas: int
    kind: str
    program: str


@dataclass(frozen=True)
class StartSettings:
    """All that a server is started with but its port, which is found when it starts.

    `alias` is the model's name in the API; `mmproj_path` the projector of a model that understands
    pictures, `drafter_path` the file that guesses ahead, both empty without. `sampling` is what the model's recipe says; the engine's own without.
    `api_key` is asked of every request; None for the one that all servers of ours share, which is known
    when it starts. `listen` is the address that it can be reached at: this computer alone, by default.
    `thinking` decides for requests that do not say whether the model thinks before it answers; None
    leaves it to llama.cpp, which lets it think where the template can.
    `adapter_path` is the file of what the model was taught, empty without.
    `key_file` holds the keys of other people, a key on each line; empty for the one that is known when it
    starts. With `metrics` the server tells at `/metrics` what it does. With a `front` it is several servers.
    Paths are absolute. It is saved inside the step `start-server`: a new
    field needs a default, so that the set-ups of older versions load.
    """

    server: ServerSettings
    model_path: str
    alias: str
    api_key: str | None = None
    mmproj_path: str = ""
    sampling: Sampling | None = None
    thinking: bool | None = None
    listen: str = HOST
    drafter_path: str = ""
    adapter_path: str = ""
    key_file: str = ""
    metrics: bool = False
    front: Front | None = None

    def without_drafting(self) -> StartSettings:
        """The same, with nobody who guesses."""
        return replace(self, server=self.server.without_drafting(), drafter_path="")
