"""What a recipe may leave out, and the recipes of localai do not."""

from __future__ import annotations

from ..model.recipe import ModelRecipe

SAMPLING = (
    "It says no values of sampling, so the engine's own hold. Write `sampling:` with the publisher's"
    " values, the page they stand on (`source`) and the day it was read (`date`), or `sampling_note:` that"
    " none are published."
)
OTHER_WAY = (
    "Its values of sampling are for one way of answering. Add an entry of `sampling` for the other (`when:"
    " thinking` or `when: not-thinking`), one with `when: any`, or `sampling_note:` why there is none."
)
THINKING = (
    "`abilities` has reasoning, and `thinking` does not say how it thinks. Write `thinking: {mode: …,"
    " source: …, date: …}` with a mode of on-request, by-default or always."
)


def gaps(model: ModelRecipe) -> tuple[str, ...]:
    """What is missing and what to write, each in sentences; the recipe works without."""
    return (*_sampling(model), *_thinking(model))


def _sampling(model: ModelRecipe) -> tuple[str, ...]:
    if model.sampling_note:
        return ()
    ways = {one.when for one in model.sampling}
    if not ways:
        return (SAMPLING,)
    return () if "any" in ways or ways == {"thinking", "not-thinking"} else (OTHER_WAY,)


def _thinking(model: ModelRecipe) -> tuple[str, ...]:
    says = model.thinking is not None and model.thinking.mode != "never"
    return () if says or "reasoning" not in model.abilities else (THINKING,)
