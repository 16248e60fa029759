"""One model over several machines: whether it gives better answers than the best of them gives alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..fit.from_facts import shape_from_facts
from ..model.plan import Choice
from ..model.pool import Verdict
from ..model.recipe import Recipes
from . import Wish, _quality, _score, _weights, _words, match
from ._candidate import Subject
from ._placing import SMALL_CACHE
from ._pool_alone import Ground, Solo
from ._pool_placing import Laid, smallest
from ._pool_team import Member, Place, team

__all__ = ["Found", "Laid", "Member", "Place", "Solo", "team", "together"]


@dataclass(frozen=True)
class Found:
    """The verdict with what it rests on. `laid` fits but for `too-large`, where it is the nearest; `best` is the best
    choice on one machine, for `fits-one` the named model there; `solos` are the best choices of each; `bigger` is
    the machine, the MiB and the choice with which one alone would do.
    """

    verdict: Verdict
    laid: Laid | None = None
    best: Solo | None = None
    solos: tuple[Solo, ...] = ()
    places: tuple[Place, ...] = ()
    bigger: tuple[Member, float, Choice] | None = None


def together(members: Sequence[Member], recipes: Recipes, wish: Wish) -> Found:
    """What the members could do together, this computer first; `wish` names the use, and perhaps a model."""
    ground = _ground(recipes, wish)
    solos = tuple(ground.solos(members))
    best = max(solos, key=lambda one: one.worth, default=None)
    if len(members) == 1:
        return Found("nobody-else", None, best, solos)
    places = team(members, recipes)
    if not places:
        return Found("no-common-build", None, best, solos)
    if wish.model:
        alone = max(ground.solos(members, wish.model), key=lambda one: one.worth, default=None)
        if alone:
            nearest = _laid(ground, places, wish)[0]
            over_all = nearest if nearest.short_mib <= 0 else None
            return Found("fits-one", over_all, alone, solos, places)
    verdict, laid = _verdict(ground, members, places, wish, best)
    bigger = ground.with_more_memory(members, laid.subject.model.id) if laid else None
    return Found(verdict, laid, best, solos, places, bigger)


def _ground(recipes: Recipes, wish: Wish) -> Ground:
    scale = _quality.scale(recipes.models.values())
    return Ground(
        recipes,
        recipes.uses[wish.use],
        scale,
        lambda facts, model: match(facts, recipes, Wish(wish.use, model, wish.context)).choice,
    )


def _verdict(
    ground: Ground,
    members: Sequence[Member],
    places: Sequence[Place],
    wish: Wish,
    best: Solo | None,
) -> tuple[Verdict, Laid | None]:
    """Of the best that fits them together and none of them alone; without one, of the nearest."""
    laid = _laid(ground, places, wish)
    fitting = [one for one in laid if one.short_mib <= 0]
    least = _weights.HARDLY_SLOWER * ground.use.min_tps
    fast = [one for one in fitting if one.speed.generate_tps >= least]
    for one in sorted(fast, key=lambda one: -_worth(ground, one)):
        if wish.model or not any(ground.solos(members, one.subject.model.id)):
            is_better = best is None or _worth(ground, one) > best.worth
            return ("gain" if is_better else "as-good"), one
    if fast:
        return "as-good", None
    if fitting:
        return "too-slow", max(fitting, key=lambda one: one.speed.generate_tps)
    return "too-large", min(laid, key=lambda one: one.short_mib, default=None)


def _laid(ground: Ground, places: Sequence[Place], wish: Wish) -> list[Laid]:
    """Every file that may be chosen, over as few of the places as hold it; of the named model the finest that fits
    first.
    """
    context = wish.context or ground.use.context
    found = [smallest(one, places, context) for one in _subjects(ground, wish)]
    return sorted(found, key=lambda one: (one.short_mib > 0, -one.quality))


def _subjects(ground: Ground, wish: Wish) -> Iterator[Subject]:
    named = [ground.recipes.models[wish.model]] if wish.model else []
    for model in named or ground.recipes.serving(ground.use):
        if _words.of_another_kind(model, ground.use, None):
            continue
        for file in model.weights:
            if _quality.loss(file.quantization, file.file) <= _weights.MOST_LOSS:
                shape = shape_from_facts(model.architecture, file)
                yield Subject(model, file, shape, ground.scale.of(model))


def _worth(ground: Ground, one: Laid) -> float:
    """As that of a choice on one machine. What is spread is as hard to judge as what lies partly on a card, and
    each machine more is one that can fail.
    """
    settings, model = one.settings, one.subject.model
    asked = min(ground.use.context, model.context_length)
    small = _weights.SMALL_CACHE if settings.kv_type_k == SMALL_CACHE else 0.0
    short = _weights.SHORT if settings.context < asked else 0.0
    apart = _weights.PARTLY + _weights.MORE_CARDS * (len(one.places) - 1)
    share = _score.speed_share(one.speed.generate_tps, ground.use)
    return one.quality * (1 + share - small - short - apart)
