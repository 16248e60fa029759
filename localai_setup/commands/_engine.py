"""The engine: a server that is here, or one that can be installed."""

from __future__ import annotations

from ..machine.running import proving
from ..match import considered
from ..model.facts import Facts
from ..model.recipe import Recipes
from ..probes.proofs import Proof
from ..ui import console
from ._nothing_fits import LibraryMissingError, NoEngineError


def on_path(facts: Facts, recipes: Recipes, name: str | None) -> Proof | None:
    """Refuse an engine that cannot be had; its program on PATH where that is to be used.

    That is where its engine was asked for by name, and once it has proved itself; says how it went.

    Raises:
        NoEngineError: this machine cannot have it.

    """
    program = proving.on_path(name) if name else None
    if name and program:
        proof = proving.known(program) or proving.prove(program, name)
        if proof.works:
            console.say(f"{program} works (it loaded a model), so it is used.")
            return proof
        failed = f"{program} {proof.words}"
        require(facts, recipes, name, failed)
        console.say(f"{failed}, so localai installs its own engine.")
        return None
    require(facts, recipes, name)
    return None


def require(facts: Facts, recipes: Recipes, name: str | None, failed: str = "") -> None:
    """Raises NoEngineError where no build of this engine, or of any, runs on this machine.

    `failed` is how its program on PATH failed, empty where there is none.
    """
    able = considered(name or "", facts, recipes)
    refused = [one.refuses(recipes.engines[one.ID], facts) for one in able]
    reasons = [one for one in refused if one]
    if len(reasons) < len(refused):
        return
    words = " ".join(one.words for one in reasons)
    if any(one.can_be_helped for one in reasons):
        raise LibraryMissingError(able[0].ID, words)
    raise NoEngineError(able[0].ID, words, failed)
