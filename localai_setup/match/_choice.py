"""From what was scored to what is offered: the choice, and others that differ in kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .. import sampling
from ..model.facts import Facts
from ..model.plan import Choice
from ..model.recipe import ModelRecipe, UseRecipe
from . import _quality, _words
from ._placing import Bench, with_spare_context
from ._prompt_cache import with_prompt_cache
from ._routes import Route
from ._score import Scored

#: how much better, faster or smaller something must be to be offered as such
BETTER, FASTER, SMALLER = 1.1, 1.6, 0.6
#: A better model may be this slow, in tokens per second, when it is offered beside a fast one.
LEAST_TPS = 1.5


@dataclass(frozen=True)
class Maker:
    """Makes choices of one use; `routes` are all ways to compute here. `wished`: a model was named."""

    use: UseRecipe
    routes: tuple[Route, ...]
    scale: _quality.Scale
    bench: Bench
    wished: bool = False
    facts: Facts = field(default_factory=lambda: Facts({}))

    def best(self, ranked: list[Scored]) -> Choice:
        """The first, with its reasons and why the next was not taken."""
        first = ranked[0]
        reasons = _words.reasons(first, self.scale, self.facts, wished=self.wished)
        if len(ranked) > 1:
            reasons = (*reasons, _why_not(ranked[1], first))
        return self._choice(first, reasons, "")

    def alternatives(self, ranked: list[Scored], slow: list[Scored]) -> tuple[Choice, ...]:
        """At most one better but slower, one faster, one smaller; of different models."""
        first = ranked[0]
        taken = {first.candidate.subject.model.id}
        made = []
        for kind, fitting in _kinds(first, ranked, slow):
            others = (one for one in fitting if one.candidate.subject.model.id not in taken)
            found = max(others, key=lambda one: (one.score, one.key), default=None)
            if found:
                taken.add(found.candidate.subject.model.id)
                made.append(self._choice(found, (), _words.differs(found, first, kind)))
        return tuple(made)

    def _choice(self, one: Scored, reasons: tuple[str, ...], differs: str) -> Choice:
        candidate = with_prompt_cache(with_spare_context(one.candidate, self.bench))
        model, build = candidate.subject.model, candidate.route.build
        files = [candidate.subject.file]
        if candidate.subject.projector:
            files.append(candidate.subject.projector)
        return Choice(
            recipe=self.use.id,
            model=model.id,
            files=tuple(files),
            settings=candidate.settings,
            engine=candidate.route.engine.ID,
            build=build.id,
            memory=candidate.memory,
            speed=one.speed,
            licence=model.licence,
            test=self.use.test(_vector_length(self.use, model)),
            reasons=reasons,
            why_no_gpu=_words.idle(candidate, self.routes),
            source=build,
            differs=differs,
            notes=(
                *_words.notes(candidate),
                *_words.slow(one, self.use),
                *_words.many_users(self.facts),
            ),
            thinking=model.thinking,
            sampling=sampling.chosen(model, self.use),
            switched_sampling=sampling.switched(model, self.use),
            thinks=self.use.thinks,
        )


def _vector_length(use: UseRecipe, model: ModelRecipe) -> int:
    """Of what the model makes of a text, 0 where that is no vector."""
    makes_vectors = use.embeddings and not use.reranks
    return model.architecture.hidden_size if makes_vectors else 0


def _kinds(
    first: Scored, ranked: list[Scored], slow: list[Scored]
) -> Iterable[tuple[str, list[Scored]]]:
    rest = ranked[1:]
    size = SMALLER * first.candidate.subject.download_bytes
    tps = first.tps
    patient = [one for one in slow if one.tps >= LEAST_TPS]
    yield (
        "better",
        [
            one
            for one in (*rest, *patient)
            if one.quality >= BETTER * first.quality and one.tps < tps
        ],
    )
    yield "faster", [one for one in rest if one.tps >= FASTER * tps]
    yield "smaller", [one for one in rest if one.candidate.subject.download_bytes <= size]


def _why_not(second: Scored, first: Scored) -> str:
    name = second.candidate.subject.model.id
    if second.quality > first.quality:
        return f"Not {name}: it is better, but writes {second.tps:.0f} tokens per second."
    return f"Not {name}: its answers are worth less (quality {second.quality:.1f})."
