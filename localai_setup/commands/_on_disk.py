"""What can be switched to: first what needs no download, then everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .. import engines, wayback
from ..machine.keeping import model_files, statefile
from ..model.facts import Facts
from ..model.files import ModelFile
from ..model.recipe import ModelRecipe, Recipes
from ..model.setup import SetUp
from ..model.sizes import size_words
from ..probes.ollama import Ollama
from ..ui.conversation import Option
from ._request import Request

__all__ = ["BACK", "Option", "options", "request_of"]
BACK = "--back"
#: how the other answers begin; what follows is a model with its quantization, a name, an engine
_FILE, _KEPT, _ENGINE, _OTHER = "file ", "kept ", "engine ", "other"


def options(current: SetUp, recipes: Recipes, facts: Facts) -> tuple[Option, ...]:
    """The set-up before, models whose files are here, other engines, and anything else."""
    return (
        *_before(current),
        *_files_here(current, recipes),
        *_kept_by_ollama(current, facts),
        *_engines(current, recipes, facts),
        Option(_OTHER, "Another model, which is downloaded"),
    )


def request_of(answer: str, plain: Request) -> Request:
    """What `init` would be asked for. `plain` says what stays as it is."""
    kind, _, rest = answer.partition(" ")
    if kind == _FILE.strip():
        model, _, quantization = rest.partition(" ")
        return replace(plain, model=model, quantization=quantization)
    if kind == _KEPT.strip():
        return replace(plain, model=rest)
    return plain if engine_of(answer) else replace(plain, engine=None)


def engine_of(answer: str) -> str:
    """The engine that the answer names; empty where it names none."""
    return answer.removeprefix(_ENGINE) if answer.startswith(_ENGINE) else ""


def _before(current: SetUp) -> Iterator[Option]:
    previous = statefile.previous()
    if previous and wayback.changes(current, previous):
        name = engines.get(previous.engine).NAME
        yield Option(BACK, f"Back to {previous.model} on {name}, which was set up before")


def _files_here(current: SetUp, recipes: Recipes) -> Iterator[Option]:
    for model in recipes.models.values():
        here = next((one for one in model.weights if model_files.is_on_this_disk(one)), None)
        if here and model.id != current.model:
            yield _file_option(model, here)


def _file_option(model: ModelRecipe, file: ModelFile) -> Option:
    words = f"{model.name}, {size_words(file.all_bytes)}, on this disk already"
    return Option(f"{_FILE}{model.id} {file.quantization}", words)


def _kept_by_ollama(current: SetUp, facts: Facts) -> Iterator[Option]:
    """By the names that `ollama list` shows, where the file can be used."""
    known = facts.get(Ollama) or Ollama()
    names = {one.name: one.bytes for store in known.stores for one in store.models}
    for name, size in sorted(names.items()):
        found = engines.get("ollama").kept(name, facts)
        if found and found.path and found.path != current.model_path:
            yield Option(f"{_KEPT}{name}", f"{name}, {size_words(size)}, which Ollama keeps here")


def _engines(current: SetUp, recipes: Recipes, facts: Facts) -> Iterator[Option]:
    """The others that this machine can have."""
    for engine in engines.known().values():
        recipe = recipes.engines.get(engine.ID)
        if current.engine != engine.ID and recipe and not engine.refuses(recipe, facts):
            yield Option(f"{_ENGINE}{engine.ID}", f"{current.model} on {engine.NAME}")
