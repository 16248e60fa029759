"""From what was scored to what is offered: the choice, and others that differ in kind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .. import sampling
from ..model.facts import Facts
from ..model.files import ModelFile
from ..model.plan import Choice, Merits
from ..model.recipe import ModelRecipe, UseRecipe
from ..model.settings import FROM_FILE
from . import _quality, _suggested, _suggestions, _words
from ._candidate import Candidate, Subject
from ._placing import Bench, with_spare_context
from ._prompt_cache import with_prompt_cache
from ._routes import Route
from ._score import Scored
from ._suggestions import Offered


@dataclass(frozen=True)
class Maker:
    """Makes choices of one use; `routes` are all ways to compute here. `wished`: a model was named."""

    use: UseRecipe
    routes: tuple[Route, ...]
    scale: _quality.Scale
    bench: Bench
    wished: bool = False
    facts: Facts = field(default_factory=lambda: Facts({}))

    def offers(self, ranked: list[Scored], slow: list[Scored]) -> tuple[Choice, ...]:
        """The first with its reasons and why the next was not taken, and others that differ in kind."""
        first = ranked[0]
        reasons = _words.reasons(first, self.scale, self.facts, wished=self.wished)
        if len(ranked) > 1:
            reasons = (*reasons, _why_not(ranked[1], first))
        found = _suggestions.offered(ranked, slow, self._final)
        named = _suggestions.labels(found)
        host = self.bench.host
        made = [
            self._choice(one, named[one.id], _suggested.merits(one, found, host)) for one in found
        ]
        return (replace(made[0], reasons=reasons), *made[1:])

    def _final(self, one: Candidate) -> Candidate:
        return with_prompt_cache(with_spare_context(one, self.bench))

    def _choice(self, one: Offered, labels: tuple[str, ...], merits: Merits) -> Choice:
        candidate = one.candidate
        model, build = candidate.subject.model, candidate.route.build
        drafts = candidate.settings.drafting in FROM_FILE
        return Choice(
            recipe=self.use.id,
            model=model.id,
            files=_files(candidate.subject, drafts=drafts),
            drafter_licence=model.drafter.licence if drafts and model.drafter else None,
            settings=candidate.settings,
            engine=candidate.route.engine.ID,
            build=build.id,
            memory=candidate.memory,
            speed=one.scored.speed,
            licence=model.licence,
            test=self.use.test(_vector_length(self.use, model)),
            why_no_gpu=_words.idle(candidate, self.routes),
            source=build,
            labels=labels,
            reserve=self.bench.host.reserve,
            differs=_suggested.sentence(one, merits),
            merits=merits,
            notes=(
                *_words.notes(candidate),
                *_words.nobody_drafts(candidate, self.bench.drafting),
                *_words.programs_to_close(candidate, self.bench.host),
                *_words.slow(one.scored, self.use),
                *self._short_context(candidate),
                *_words.many_users(self.facts),
            ),
            thinking=model.thinking,
            sampling=sampling.chosen(model, self.use),
            switched_sampling=sampling.switched(model, self.use),
            thinks=self.use.thinks,
        )

    def _short_context(self, candidate: Candidate) -> tuple[str, ...]:
        """Whoever asked for a context knows how long it is."""
        return () if self.bench.fixed_context else _words.short_context(candidate, self.use)


def _files(subject: Subject, *, drafts: bool) -> tuple[ModelFile, ...]:
    """The weights, and what goes with them."""
    drafter = subject.drafter.file if subject.drafter and drafts else None
    return tuple(one for one in (subject.file, subject.projector, drafter) if one)


def _vector_length(use: UseRecipe, model: ModelRecipe) -> int:
    """Of what the model makes of a text, 0 where that is no vector."""
    makes_vectors = use.embeddings and not use.reranks
    return model.architecture.hidden_size if makes_vectors else 0


def _why_not(second: Scored, first: Scored) -> str:
    name = second.candidate.subject.model.id
    if second.quality > first.quality:
        return f"Not {name}: it is better, but writes {second.tps:.0f} tokens per second."
    return f"Not {name}: its answers are worth less (quality {second.quality:.1f})."
