"""The protocol of an engine: all that the rest of localai knows of one.

A module of this folder whose name has no underscore is an engine, and implements it with its own
functions and constants. Decisions about an engine stand there, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ..model.behaviour import Thinking
from ..model.engine import BuildRecipe, EngineRecipe
from ..model.estimate import MemoryEstimate
from ..model.facts import Facts
from ..model.model_server import ServerPlace
from ..model.plan import Choice, Step
from ..model.recipe import ModelRecipe
from ..model.settings import ServerSettings, StartSettings
from ..model.workbench import Workbench
from ._offers import Offer


@dataclass(frozen=True)
class Refused:
    """Why a machine can have no build at all, in sentences. `can_be_helped`: once a library of the
    system is installed the same command goes on.
    """

    words: str
    can_be_helped: bool = False


@dataclass(frozen=True)
class Found:
    """An engine that is on this machine already, and can be used as it is."""

    state: Literal["running", "installed"]
    version: str
    words: str


@dataclass(frozen=True)
class Kept:
    """A model that an engine here keeps under a name of its own. `path` is the file of its weights, empty
    where that cannot be used: then `why` ends a sentence about the model.
    """

    path: str = ""
    why: str = ""


@dataclass(frozen=True)
class Abilities:
    """What a build can be told. `cache_types` are those of the KV cache, the largest first.

    `places_layers`: it is told which layers lie on which GPU; else it decides that by itself. `parts`: it opens
    a model that comes in several files. `pools`: it can lend its memory to the server of another machine, and
    borrow that of others.
    """

    cache_types: tuple[str, ...] = ("f16", "q8_0")
    places_layers: bool = True
    drafting: bool = False
    pictures: bool = True
    embeddings: bool = True
    reranks: bool = False
    adapters: bool = False
    parts: bool = True
    pools: bool = False


@dataclass(frozen=True)
class Served:
    """How what was chosen is reached: `program` starts the server (empty where nothing of ours does),
    `place` names a server that keeps models of its own, `name` is the model's in the API.
    """

    program: tuple[str, ...]
    place: ServerPlace | None
    name: str


@dataclass(frozen=True)
class Launch:
    """How a server that holds one model is started. `document` is written to a file that its owner alone
    may read, whose path is then the last argument; None where everything stands on the command line.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, object] | None = None


class Engine(Protocol):
    """An engine: pure, as everything outside `machine/`; what it cannot decide it leaves to its steps.

    `ID` is what `--engine` takes, what its recipe and a saved set-up say; `NAME` is for people. `PLACE` is
    where it stands among the engines: the lowest is the one that serves where nothing speaks for another.
    `BUILD_VERSION` is how the ids of its builds begin, up to where two versions of one build are alike.
    `BLOB_PLACES` are where it keeps files of models by their hash, with `{sha256}` in the path; a
    variable of the environment that is not set leaves its place out. `KEEPS` are the facts that tell which
    models it keeps under names of its own, none where it keeps none. `PATH_PROGRAM` is a program of
    the user's own that can be used in its place once it has proved itself, empty for none: it is started
    as `launch` says without a `document`, and answers `/health` and `/completion` as llama.cpp's server does.
    """

    ID: str
    NAME: str
    PLACE: int
    BUILD_VERSION: re.Pattern[str]
    BLOB_PLACES: tuple[str, ...]
    KEEPS: tuple[type, ...]
    PATH_PROGRAM: str

    def builds(self, engine: EngineRecipe, facts: Facts) -> tuple[Offer, ...]:
        """Every build: the GPUs it can use here or the reason it cannot run, the preferred first."""
        ...

    def refuses(self, engine: EngineRecipe, facts: Facts) -> Refused | None:
        """Why this machine can have no build, before anything is fetched; None where it can."""
        ...

    def found(self, facts: Facts) -> Found | None:
        """The engine that is here already and can be used; None where none is."""
        ...

    def kept(self, name: str, facts: Facts) -> Kept | None:
        """A model that it keeps on this disk under this name; None where it has none. Of the facts
        those of `KEEPS` are there.
        """
        ...

    def abilities(self, build: BuildRecipe) -> Abilities: ...

    def lacks(self, model: ModelRecipe, build: BuildRecipe) -> str:
        """Why this build cannot run the model, as the end of a sentence about it; empty where it can."""
        ...

    def memory(self, estimate: MemoryEstimate, settings: ServerSettings) -> MemoryEstimate:
        """The estimate of a GGUF's own buffers (`fit/`), with what this engine takes beside them."""
        ...

    def completed(self, choice: Choice, engine: EngineRecipe, facts: Facts) -> Choice:
        """The choice with what only the engine knows: where it is served, what it needs brought."""
        ...

    def libraries(self, engine: EngineRecipe, build: BuildRecipe, facts: Facts) -> tuple[Step, ...]:
        """The steps that bring what the build needs of the system and this one lacks."""
        ...

    def steps(self, choice: Choice, machine: Workbench) -> tuple[Step, ...]:
        """The plan: install, fetch, start, ask. `machine` tells where things go."""
        ...

    def served(self, choice: Choice, machine: Workbench) -> Served: ...

    def thinking(self, known: Thinking | None) -> Thinking | None:
        """How the model's thoughts are switched through this engine's API."""
        ...

    def launch(
        self, program: tuple[str, ...], start: StartSettings, port: int, *, installed_by_us: bool
    ) -> Launch:
        """The command line of a server that holds one model; for those engines that have such a one."""
        ...
