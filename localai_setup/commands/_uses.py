"""What a person may want to do, as the wizard asks for it: what cannot be had here is never first."""

from __future__ import annotations

from ..model.errors import LocalaiError
from ..model.recipe import UseRecipe
from ..ui.conversation import Option, Question
from ._decide import STARTER, Basis, decide

NOT_NOW = "(not now)"


def question(basis: Basis) -> Question:
    """Chat first, the special ones last; those that can be had here before those that cannot."""
    uses = sorted(basis.recipes.uses.values(), key=lambda one: one.place)
    here = [one for one in uses if _is_available(one, basis)]
    away = [one for one in uses if one not in here]
    options = [_option(one, one.title) for one in here]
    options += [_option(one, f"{one.title} {NOT_NOW}") for one in away]
    return Question(
        "What do you want to do?",
        _why(basis.origins.hub if away else ""),
        "--for USE",
        tuple(options),
        options[0].value,
    )


def why_taken(basis: Basis, use: str) -> str:
    """What is said of a use that nobody chose; empty where it is the usual one."""
    usual = min(basis.recipes.uses.values(), key=lambda one: one.place)
    if use == usual.id:
        return ""
    away = f"\nThe model hub cannot be reached: {basis.origins.hub}."
    if use == STARTER:
        return f"{away}\nThe tiny model `starter` is taken; it needs a package index only."
    return f"{away}\n`{use}` is taken: its model can be had without the hub."


def _option(use: UseRecipe, words: str) -> Option:
    return Option(use.id, words, f"{use.title}: {use.suits} {use.careful}")


def _why(hub_away: str) -> str:
    if hub_away:
        return f"Most models come from a hub, which cannot be reached now: {hub_away}."
    return "Different models are good at different things. You can change it later."


def _is_available(use: UseRecipe, basis: Basis) -> bool:
    """Whether its model is on this disk, or comes from a place that answers."""
    if not basis.origins.hub:
        return True
    try:
        decision = decide(basis, use.id)
    except LocalaiError:
        return False
    return decision.match.choice is not None and not decision.hub_away
