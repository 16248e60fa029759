"""Which engine serves, where more than one could: the one that is here already, unless another is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from .. import engines
from ..engines._engine import Engine, Found
from ..model.facts import Facts
from ..model.plan import Choice, Match
from ..model.recipe import Recipes
from ..model.settings import FROM_FILE, HEADS

#: An engine that is here is given up for this many times its speed.
FASTER = 1.2


def considered(name: str, facts: Facts, recipes: Recipes) -> tuple[Engine, ...]:
    """The engines that may serve, the preferred first: the one of this name, or all.

    Where a package of the system is all that the first lacks, that is asked for: of the others, many
    times its size, only what is here already is considered.
    """
    known = [engines.get(one) for one in ([name] if name else engines.known())]
    first, *others = [one for one in known if one.ID in recipes.engines]
    refused = first.refuses(recipes.engines[first.ID], facts)
    if refused and refused.can_be_helped:
        others = [one for one in others if one.found(facts)]
    return (first, *others)


def chosen(able: Sequence[Engine], facts: Facts, matched: Callable[[Engine], Match]) -> Match:
    """The match of the engine that serves best; where none can, what every one of them said.

    Others than the first are looked at only where they run here already, or the first has no answer:
    one that is installed and does not run is nobody's habit.
    """
    found = [(one, one.found(facts)) for one in able]
    first = matched(able[0])
    here = [(one, state) for one, state in found[1:] if state and state.state == "running"]
    if here:
        engine, state = here[0]
        return _compared(able[0], first, engine, matched(engine), state)
    if first.choice:
        return first
    return _next(first, [matched(engine) for engine in able[1:]])


def _next(first: Match, others: Sequence[Match]) -> Match:
    """The first other one that can, else all refusals together."""
    able = next((one for one in others if one.choice), None)
    if able:
        return able
    refused = [*first.refused, *(one for other in others for one in other.refused)]
    alternatives = first.alternatives or next(
        (o.alternatives for o in others if o.alternatives), ()
    )
    return Match(None, alternatives, tuple(dict.fromkeys(refused)))


def _compared(first: Engine, usual: Match, other: Engine, there: Match, state: Found) -> Match:
    """The engine that is here, unless the usual one serves better; either with its reason."""
    if there.choice is None:
        why = f"{state.words}, but nothing that was asked for runs on it here."
        return _with_reason(usual, why) if usual.choice else _next(usual, [there])
    if usual.choice is None:
        return _with_reason(there, f"{state.words}, and {first.NAME} has nothing that runs here.")
    better = _better(usual.choice, there.choice, other)
    if better:
        return _with_reason(usual, f"{state.words}, but {first.NAME} serves here: {better}.")
    return _with_reason(
        there, f"{state.words}, so it serves; `--engine {first.ID}` takes {first.NAME}."
    )


def _better(usual: Choice, there: Choice, other: Engine) -> str:
    """What the usual engine does better, as a clause; empty where nothing matters."""
    if usual.model != there.model:
        return f"on {other.NAME} it would be {there.model} instead of {usual.model}"
    if usual.settings.drafting in {HEADS, *FROM_FILE} and not there.settings.drafting:
        who = usual.drafter.file if usual.drafter else "the model's prediction heads"
        return f"it drafts with {who}, which {other.NAME} is not told to"
    if usual.settings.gpu_layers > there.settings.gpu_layers:
        return f"more of the model lies on the GPU than with {other.NAME}"
    if usual.settings.context > there.settings.context:
        return f"its context is longer, {usual.settings.context} tokens"
    if usual.speed.generate_tps > FASTER * there.speed.generate_tps:
        times = usual.speed.generate_tps / there.speed.generate_tps
        return f"it is {times:.1f} times as fast"
    return ""


def _with_reason(found: Match, why: str) -> Match:
    assert found.choice
    return replace(found, choice=replace(found.choice, reasons=(*found.choice.reasons, why)))
