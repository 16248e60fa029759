"""Which models are offered beside the choice, and what is true of each among those that are offered.

A label is said only where it holds among all that are offered: the best answers, the most tokens per
second, the least memory and the least to fetch. Whatever deserves no label is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from ..model.plan import BEST_ANSWERS, FASTEST, RECOMMENDED, SMALLEST
from ._candidate import Candidate
from ._score import Scored

#: how much better, faster or smaller something must be to be offered as such
BETTER, FASTER, SMALLER = 1.03, 1.5, 0.65
#: where nothing differs as much: any difference that a label may name
LITTLE = 1.01
#: of several that are faster: one that is so much faster at this share of the answers is the one to offer
FAR_FASTER, HARDLY_WORSE = 2.5, 0.8
#: A better model may be this slow, in tokens per second, when it is offered beside a fast one.
LEAST_TPS = 2.0
#: Of the choice's quality; below it a model is no answer to what was asked for.
LEAST_QUALITY = 0.35


@dataclass(frozen=True)
class Offered:
    """A scored model as it will be set up."""

    scored: Scored
    final: Callable[[Candidate], Candidate]

    @cached_property
    def candidate(self) -> Candidate:
        """With its final context and cache."""
        return self.final(self.scored.candidate)

    @property
    def id(self) -> str:
        return self.scored.candidate.subject.model.id

    @property
    def quality(self) -> float:
        return self.scored.quality

    @property
    def tps(self) -> float:
        return self.scored.tps

    @property
    def memory_mib(self) -> float:
        """As it is told."""
        return self.candidate.memory.total_mib

    @property
    def fetch_bytes(self) -> int:
        return self.scored.candidate.subject.download_bytes


@dataclass(frozen=True)
class _Thresholds:
    """Times the choice's own figure."""

    better: float
    faster: float
    smaller: float


CLEARLY = _Thresholds(BETTER, FASTER, SMALLER)
HARDLY = _Thresholds(LITTLE, LITTLE, 1 / LITTLE)


def offered(
    ranked: Sequence[Scored], slow: Iterable[Scored], final: Callable[[Candidate], Candidate]
) -> list[Offered]:
    """The choice first, then at most one with better answers, one that is faster and one smaller.

    `ranked` and `slow` hold each model once, the best first; `final` spends what memory is left.
    """
    first = Offered(ranked[0], final)
    patient = [one for one in slow if one.tps >= LEAST_TPS]
    others = [Offered(one, final) for one in _worth_a_look([*ranked[1:], *patient], ranked[0])]
    found = _labelled_only([first, *_kinds(first, others, CLEARLY)])
    return found if found[1:] else _labelled_only([first, *_kinds(first, others, HARDLY)[:1]])


def _worth_a_look(others: Iterable[Scored], first: Scored) -> list[Scored]:
    """The best by their worth."""
    able = [one for one in others if one.quality >= LEAST_QUALITY * first.quality]
    return sorted(able, key=attrgetter("key"))


def _kinds(first: Offered, others: Sequence[Offered], least: _Thresholds) -> list[Offered]:
    """The best of each kind, none twice. What is smaller is no faster than what is offered as fast."""
    better = _first(one for one in others if one.quality >= least.better * first.quality)
    rest = [one for one in others if one is not better]
    fast = _faster([one for one in rest if one.tps >= least.faster * first.tps])
    small = _first(
        one
        for one in rest
        if one is not fast
        and (fast is None or one.tps <= fast.tps)
        and all(_smaller(one, other, least.smaller) for other in (first, better) if other)
        and (fast is None or _smaller(one, fast, 1 / LITTLE))
    )
    return [one for one in (better, fast, small) if one]


def _faster(found: Sequence[Offered]) -> Offered | None:
    """The best of them, unless another whose answers are hardly worse is far faster."""
    return _first(
        one
        for one in found
        if not any(
            other.tps >= FAR_FASTER * one.tps and other.quality >= HARDLY_WORSE * one.quality
            for other in found
        )
    )


def _first(found: Iterable[Offered]) -> Offered | None:
    return next(iter(found), None)


def _smaller(one: Offered, other: Offered, share: float) -> bool:
    memory = one.memory_mib <= share * other.memory_mib
    return memory and one.fetch_bytes <= share * other.fetch_bytes


def _labelled_only(found: list[Offered]) -> list[Offered]:
    """Without what no label is true of, until every one that is left has one."""
    while True:
        named = labels(found)
        left = [found[0], *(one for one in found[1:] if named[one.id])]
        if len(left) == len(found):
            return found
        found = left


def labels(found: Sequence[Offered]) -> Mapping[str, tuple[str, ...]]:
    """What is true of each model among these; the first is recommended besides."""
    named = {one.id: [RECOMMENDED] if one is found[0] else [] for one in found}
    if len(found) > 1:
        for label, winner in _winners(found):
            if winner:
                named[winner.id].append(label)
    return {name: tuple(labels) for name, labels in named.items()}


def _winners(found: Sequence[Offered]) -> list[tuple[str, Offered | None]]:
    small = [
        one
        for one in found
        if all(_smaller(one, other, 1 / LITTLE) for other in found if other is not one)
    ]
    return [
        (BEST_ANSWERS, _ahead(found, lambda one: one.quality)),
        (FASTEST, _ahead(found, lambda one: one.tps)),
        (SMALLEST, _first(small)),
    ]


def _ahead(found: Sequence[Offered], figure: Callable[[Offered], float]) -> Offered | None:
    """The one whose figure is above all others; None where two are alike."""
    first, second = sorted(found, key=figure, reverse=True)[:2]
    return first if figure(first) >= LITTLE * figure(second) else None
