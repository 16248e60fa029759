"""The engine: the `llama-server` that is here, or one that can be installed."""

from __future__ import annotations

from collections.abc import Sequence

from .. import engines
from ..machine.running import proving
from ..model.facts import Facts
from ..model.recipe import Recipes
from ..probes.proofs import Proof
from ..ui import console
from ._nothing_fits import LibraryMissingError, NoEngineError


def on_path(facts: Facts, recipes: Recipes, name: str | None) -> Proof | None:
    """Refuse an engine that cannot be had; the `llama-server` on PATH where it is to be used.

    That is where its engine was asked for by name, and once it has proved itself; says how it went.

    Raises:
        NoEngineError: this machine cannot have it.

    """
    program = proving.on_path() if name and engines.get(name).PATH_PROGRAM else None
    if program:
        proof = proving.known(program) or proving.prove(program)
        if proof.works:
            console.say(f"{program} works (it loaded a model), so it is used.")
            return proof
        console.say(f"{program} {proof.words}, so localai installs its own engine.")
    _require(facts, recipes, [name] if name else [*engines.known()])
    return None


def _require(facts: Facts, recipes: Recipes, names: Sequence[str]) -> None:
    """Raises NoEngineError where no build of any of these engines runs on this machine."""
    refused = []
    for name in names:
        if name in recipes.engines:
            reason = engines.get(name).refuses(recipes.engines[name], facts)
            if reason is None:
                return
            refused.append(reason)
    words = " ".join(one.words for one in refused)
    if any(one.can_be_helped for one in refused):
        raise LibraryMissingError(names[0], words)
    raise NoEngineError(names[0], words)
