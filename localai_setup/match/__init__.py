"""facts and recipes → ranked choices with reasons, refusals with theirs. Deterministic, linear.

Every model file of the use is placed on every route (a build with its GPUs, or the processor) in every
way that is worth trying; what fits is scored (`_score`): quality first, then speed, context, headroom,
download and licence. Each model is offered once, in the best of its places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from ..engines._engine import Engine
from ..fit import processor
from ..fit.drafter import Drafter
from ..fit.from_facts import shape_from_facts
from ..model.facts import Facts
from ..model.files import ModelFile
from ..model.plan import Choice, Match, RefusedModel
from ..model.recipe import ModelRecipe, Recipes, UseRecipe
from . import _choice, _engines, _quality, _room, _routes, _weights, _what_if, _words
from ._candidate import Candidate, Subject
from ._engines import considered
from ._pace import Pace, pace
from ._placing import Bench, places
from ._ranking import each_model_once, readable_first, with_hardly_slower
from ._routes import Route
from ._score import Scored, scored
from ._shortlist import Entry, shortlist
from ._standing import Room, room
from ._wish import Wish
from ._words import many_users

__all__ = [
    "Room",
    "Wish",
    "considered",
    "many_users",
    "match",
    "room",
    "room_for_a_model",
    "what_would_help",
]

STARTER = "starter"
#: The share of the least speed that is better than nothing: a slow answer, told beforehand.
NEARLY_FAST = 0.5


@dataclass
class _Run:
    """One match: what the machine has, and the verdicts as they come."""

    engine: Engine
    use: UseRecipe
    wish: Wish
    host: _room.Host
    routes: tuple[Route, ...]
    pace: Pace
    bench: Bench
    scale: _quality.Scale
    fitting: list[Scored] = field(default_factory=list)
    slow: list[Scored] = field(default_factory=list)
    refused: list[tuple[float, RefusedModel]] = field(default_factory=list)


def room_for_a_model(facts: Facts) -> float | None:
    """MiB of main memory that a model may fill, beside what is left to other programs; None: not known."""
    return _room.host(facts).mib


def match(facts: Facts, recipes: Recipes, wish: Wish) -> Match:
    """The best choice for the wish on this machine, up to three others, and what was refused and why.

    Where nothing fits what was asked for, the alternatives are the nearest that does.
    """
    able = considered(wish.engine, facts, recipes)
    return _engines.chosen(able, facts, lambda engine: _with_engine(engine, facts, recipes, wish))


def _with_engine(engine: Engine, facts: Facts, recipes: Recipes, wish: Wish) -> Match:
    """The match on this engine alone."""
    run = _run(engine, facts, recipes, wish)
    if not run.routes:
        return Match(None, (), (_without_route(run, facts, recipes),))
    for one in shortlist(list(_entries(run, recipes)), run.use, run.routes, run.host):
        facts_of = one.model.architecture
        shape = wish.shape or shape_from_facts(facts_of, one.file)
        drafter = wish.drafter or _drafter(one.model)
        _judge(run, Subject(one.model, one.file, shape, one.quality, one.projector, drafter))
    return _completed(_result(run, facts, recipes), run, facts, recipes)


def _completed(found: Match, run: _Run, facts: Facts, recipes: Recipes) -> Match:
    """Each choice with what only its engine knows."""
    engine = run.engine

    def completed(choice: Choice) -> Choice:
        return engine.completed(choice, recipes.engines[engine.ID], facts)

    chosen = completed(found.choice) if found.choice else None
    return replace(found, choice=chosen, alternatives=tuple(map(completed, found.alternatives)))


def what_would_help(facts: Facts, recipes: Recipes, wish: Wish) -> tuple[str, ...]:
    """What other programs closed, and then more memory, would make possible: a sentence each."""

    def chosen(changed: Facts) -> Choice | None:
        return match(changed, recipes, wish).choice

    closed = _what_if.closing_programs(facts, chosen, wish.leave_mib)
    return tuple(filter(None, (closed, _what_if.more_memory(facts, chosen))))


def _without_route(run: _Run, facts: Facts, recipes: Recipes) -> RefusedModel:
    """Why nothing can compute here."""
    model = run.wish.model or "every model"
    engine = recipes.engines[run.engine.ID]
    if run.wish.build and run.wish.build not in [one.id for one in engine.builds]:
        why = f"cannot run: there is no build called {run.wish.build}"
        return RefusedModel(model, "not-runnable", why)
    if found := run.engine.refuses(engine, facts):
        return RefusedModel(model, "not-runnable", f"cannot run: {found.words}")
    kind: Literal["memory-unknown", "too-large"] = (
        "memory-unknown" if run.host.mib is None else "too-large"
    )
    return RefusedModel(model, kind, f"cannot be placed: {run.host.words()}")


def _run(engine: Engine, facts: Facts, recipes: Recipes, wish: Wish) -> _Run:
    use = recipes.uses[wish.use]
    host, cores = _room.host(facts, wish.leave_mib), processor.cores(facts)
    offers = engine.builds(recipes.engines[engine.ID], facts)
    named = [one for one in offers if not wish.build or one.build.id == wish.build]
    if wish.from_index:
        named = [one for one in named if one.build.package]
    bench = Bench(
        host,
        processor.threads(facts),
        wish.context or use.context,
        use.context_most,
        bool(wish.context),
        use.embeddings,
        wish.drafting,
        use.reranks,
    )
    scale = _quality.scale(recipes.models.values())
    ways = _routes.routes(engine, named, facts)
    return _Run(
        engine, use, wish, host, ways, pace(facts, recipes, ways, host, cores), bench, scale
    )


def _entries(run: _Run, recipes: Recipes) -> Iterator[Entry]:
    if run.wish.model:
        models: Iterable[ModelRecipe] = [recipes.models[run.wish.model]]
    else:
        models = recipes.serving(run.use)
    for model in models:
        quality = run.scale.of(model)
        projector = _projector(model) if run.use.pictures else None
        reason = _words.of_another_kind(model, run.use, projector)
        if reason:
            run.refused.append((float("inf"), RefusedModel(model.id, "unfit-for-use", reason)))
            continue
        yield from (Entry(model, file, quality, projector) for file in _files(model, run.wish))


def _files(model: ModelRecipe, wish: Wish) -> Iterator[ModelFile]:
    """The weights that may be chosen: coarse ones only where the model is asked for."""
    for file in model.weights:
        coarse = _quality.loss(file.quantization, file.file) > _weights.MOST_LOSS
        if wish.quantization in ("", file.quantization) and (wish.model or not coarse):
            yield file


def _projector(model: ModelRecipe) -> ModelFile | None:
    """The smallest of the model's projectors."""
    found = [file for file in model.files if file.role == "mmproj"]
    return min(found, key=lambda file: file.bytes, default=None)


def _drafter(model: ModelRecipe) -> Drafter | None:
    """The file that the model's recipe names for guessing ahead."""
    if model.drafter is None:
        return None
    file = model.drafter.file
    return Drafter(file, shape_from_facts(model.drafter.architecture, file))


def _lacks(run: _Run, subject: Subject, route: Route) -> str:
    """Why this build cannot serve the use with the model; empty where it can."""
    if run.use.reranks and not run.engine.abilities(route.build).reranks:
        return f"cannot be served for this by {run.engine.NAME}, which puts nothing in order"
    if subject.file.parts and not run.engine.abilities(route.build).parts:
        return f"comes in several files, which {run.engine.NAME} does not take"
    return run.engine.lacks(subject.model, route.build)


def _judge(run: _Run, subject: Subject) -> None:
    """Every place of a subject: what fits is scored, else the nearest is refused with its reason."""
    nearest: Candidate | None = None
    able = [r for r in run.routes if not _lacks(run, subject, r)]
    if not able:
        newest = max(run.routes, key=lambda route: route.build.number)
        reason = _lacks(run, subject, newest)
        run.refused.append((float("inf"), RefusedModel(subject.model.id, "not-runnable", reason)))
        return
    fitting = []
    for route in able:
        for one in places(subject, route, run.bench):
            if one.fits or _is_starter(run):
                fitting.append(one)
            elif nearest is None or one.short_mib < nearest.short_mib:
                nearest = one
    if fitting:
        _rank(run, fitting)
    elif nearest:
        run.refused.append((nearest.short_mib, _words.too_large(nearest, run.host, run.routes)))


def _is_starter(run: _Run) -> bool:
    """The tiny model is tried even where nobody knows the memory."""
    return run.use.id == STARTER and run.host.mib is None


def _rank(run: _Run, fitting: list[Candidate]) -> None:
    asked = run.bench.context
    ranked = sorted((scored(one, run.use, run.pace, asked) for one in fitting), key=lambda s: s.key)
    fast = [one for one in ranked if run.wish.model or one.tps >= run.use.min_tps]
    if fast:
        run.fitting.append(fast[0])
    run.slow.append(max(ranked, key=lambda one: (one.tps, one.score)))


def _result(run: _Run, facts: Facts, recipes: Recipes) -> Match:
    best_known = max((run.scale.of(one) for one in recipes.serving(run.use)), default=0.0)
    fast = with_hardly_slower(each_model_once(run.fitting), run.slow, run.use)
    ranked = readable_first(fast or _nearly_fast(run), run.use, best_known)
    offered = {one.candidate.subject.model.id for one in ranked}
    slow = [
        one for one in each_model_once(run.slow) if one.candidate.subject.model.id not in offered
    ]
    reasons = [
        (0.0, RefusedModel(one.candidate.subject.model.id, "too-slow",
                           *_words.too_slow(one.tps, run.use)))
        for one in slow
    ]  # fmt: skip
    refused = [*reasons, *sorted(run.refused, key=lambda pair: (pair[0], pair[1].model))]
    once = {one.model: one for _, one in reversed(refused) if one.model not in offered}
    ordered = tuple(dict.fromkeys(once[one.model] for _, one in refused if one.model in once))
    if not ranked:
        open_wish = replace(run.wish, model="", shape=None)
        nearest = _with_engine(run.engine, facts, recipes, open_wish) if run.wish.model else None
        others = (nearest.choice,) if nearest and nearest.choice else ()
        return Match(None, others, ordered)
    maker = _choice.Maker(run.use, run.routes, run.scale, run.bench, bool(run.wish.model), facts)
    choices = maker.offers(ranked, slow)
    return Match(choices[0], choices[1:], ordered)


def _nearly_fast(run: _Run) -> list[Scored]:
    """Where nothing reaches the speed that the use asks for: what is not far below it, and says so."""
    least = NEARLY_FAST * run.use.min_tps
    return each_model_once(one for one in run.slow if one.tps >= least)
