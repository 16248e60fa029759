"""From scored places to each model once, the one to recommend first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.recipe import UseRecipe
from . import _weights
from ._score import Scored


def each_model_once(found: Iterable[Scored]) -> list[Scored]:
    """Every model in the best of its places, in a finer file where memory is spare; the best first."""
    models: dict[str, list[Scored]] = {}
    for one in sorted(found, key=lambda s: s.key):
        models.setdefault(one.candidate.subject.model.id, []).append(one)
    return [_finest(best, others) for best, *others in models.values()]


def with_hardly_slower(
    ranked: Sequence[Scored], slow: Iterable[Scored], use: UseRecipe
) -> list[Scored]:
    """With what is a little under the use's least speed and hardly slower than the best that is not, the
    best first: one token per second more or less does not decide between two models.
    """
    if not ranked:
        return []
    least = _weights.HARDLY_SLOWER * max(use.min_tps, ranked[0].tps)
    known = {one.candidate.subject.model.id for one in ranked}
    others = [one for one in slow if one.candidate.subject.model.id not in known]
    return each_model_once([*ranked, *(one for one in others if one.tps >= least)])


def _finest(best: Scored, others: Iterable[Scored]) -> Scored:
    """The finest file of the same model that costs hardly more than the best is worth."""
    able = [one for one in others if _is_as_good(one, best)]
    return max([best, *able], key=lambda one: one.quality)


def _is_as_good(one: Scored, best: Scored) -> bool:
    fast = one.tps >= _weights.ENOUGH_TPS
    place, first = one.candidate, best.candidate
    as_long = place.settings.context >= first.settings.context
    alone = len(place.route.gpus) <= len(first.route.gpus)
    return fast and as_long and alone and one.score >= (1 - _weights.FINER) * best.score


def readable_first(ranked: Sequence[Scored], use: UseRecipe, best_known: float) -> list[Scored]:
    """The same, but first what writes as fast as people read, where the best does not and it is good.

    `best_known` is the quality of the best model that serves the use, whether it fits here or not.
    """
    least = _weights.READING * use.min_tps
    if not ranked or use.embeddings or ranked[0].tps >= least:
        return list(ranked)
    good = _weights.GOOD_ENOUGH * best_known
    readable = [one for one in ranked if one.tps >= least and one.quality >= good]
    first = readable[0] if readable else ranked[0]
    return [first, *(one for one in ranked if one is not first)]
