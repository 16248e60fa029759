"""The engine: the `llama-server` that is here, or one that can be installed."""

from __future__ import annotations

from ..engines import llama_cpp
from ..machine.running import proving
from ..model.facts import Facts
from ..model.recipe import Recipes
from ..probes.proofs import Proof
from ..ui import console
from ._nothing_fits import LibraryMissingError, NoEngineError


def on_path(facts: Facts, recipes: Recipes, name: str | None) -> Proof | None:
    """Refuse an engine that cannot be had; the `llama-server` on PATH where it is to be used.

    That is with `--engine llama.cpp`, and once it has proved itself; says in words how it went.

    Raises:
        NoEngineError: this machine cannot have it.

    """
    program = proving.on_path() if name else None
    if program:
        proof = proving.known(program) or proving.prove(program)
        if proof.works:
            console.say(f"{program} works (it loaded a model), so it is used.")
            return proof
        console.say(f"{program} {proof.words}, so localai installs its own engine.")
    _require(facts, recipes)
    return None


def _require(facts: Facts, recipes: Recipes) -> None:
    """Raises NoEngineError where no build of the engine runs on this machine."""
    known = recipes.engines[llama_cpp.NAME]
    reason = llama_cpp.refuses(known, facts)
    if reason and llama_cpp.lacks_libraries(known, facts):
        raise LibraryMissingError(reason)
    if reason:
        raise NoEngineError(reason)
