"""How fast a placed model will be here: what `localai bench` measured of it, else the prediction, moved by
what was measured of models like it on the same kind of build and in the same kind of place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..fit.from_facts import shape_from_facts
from ..fit.speed import Cores, corrected
from ..model.estimate import SpeedEstimate
from ..model.facts import Facts
from ..model.measurement import Measurement
from ..model.recipe import Recipes
from ..model.settings import FROM_FILE, ServerSettings
from ..probes.measurements import Measurements
from . import _room
from ._candidate import Candidate, Subject, candidate
from ._routes import Route

#: What one model tells of another: their files may differ in size by this much. A tiny one lies in the
#: processor's cache and tells nothing of one that does not.
LIKE_SIZE = 6.0
#: A machine that is further from its prediction than this was measured in some trouble.
MOST_FACTOR = 4.0

#: the backend of a build, and whether none, some or all layers are on GPUs
Kind = tuple[str, str]


@dataclass(frozen=True)
class Factor:
    """Measured over predicted, of the newest run of a kind; `bytes` of the model's file."""

    times: float
    bytes: int
    run: Measurement


@dataclass(frozen=True)
class Pace:
    """`runs` are the undisturbed ones, the newest first."""

    cores: Cores
    runs: tuple[Measurement, ...] = ()
    factors: Mapping[Kind, Factor] = field(default_factory=dict)

    def of(self, one: Candidate) -> SpeedEstimate:
        """Tokens per second with their basis."""
        predicted = one.speed(self.cores)
        run = next((run for run in self.runs if _is_same(run, one)), None)
        if run and run.generate_tps:
            return corrected(predicted, run.generate_tps, f"measured here on {run.at[:10]}")
        factor = self.factors.get(_kind(one))
        size = one.subject.file.all_bytes
        if factor is None or not 1 / LIKE_SIZE <= size / factor.bytes <= LIKE_SIZE:
            return predicted
        words = f"{predicted.basis}; corrected by what {factor.run.model} did here on {factor.run.at[:10]}"
        return corrected(predicted, predicted.generate_tps * factor.times, words)


def pace(
    facts: Facts, recipes: Recipes, routes: Iterable[Route], host: _room.Host, cores: Cores
) -> Pace:
    """From the measurements among the facts."""
    found = (facts.get(Measurements) or Measurements()).runs
    usable = [run for run in found if run.undisturbed and run.generate_tps]
    runs = tuple(sorted(usable, key=lambda run: run.at, reverse=True))
    factors: dict[Kind, Factor] = {}
    for run in runs:
        if run.drafting in FROM_FILE:
            continue  # how fast it is says little of a model without that drafter
        again = _again(run, recipes, routes, host)
        if again and run.generate_tps:
            times = run.generate_tps / again.speed(cores).generate_tps
            if 1 / MOST_FACTOR <= times <= MOST_FACTOR:
                factors.setdefault(_kind(again), Factor(times, again.subject.file.all_bytes, run))
    return Pace(cores, runs, factors)


def _again(
    run: Measurement, recipes: Recipes, routes: Iterable[Route], host: _room.Host
) -> Candidate | None:
    """What was measured, placed anew: what a plan promised then may itself have been corrected."""
    subject = next(
        (
            Subject(
                model,
                file,
                shape_from_facts(model.architecture, file),
                0.0,
            )
            for model in recipes.models.values()
            for file in model.weights
            if file.sha256 == run.model_sha256
        ),
        None,
    )
    backends = {b.id: b.backend for engine in recipes.engines.values() for b in engine.builds}
    on_gpu, backend = run.gpu_layers > 0, backends.get(run.build)
    route = next(
        (one for one in routes if one.build.backend == backend and bool(one.gpus) == on_gpu), None
    )
    if subject is None or route is None:
        return None
    split = route.split if on_gpu else ()
    settings = ServerSettings(
        run.context, gpu_layers=run.gpu_layers, gpu_split=split, drafting=run.drafting
    )
    return candidate(subject, route, host, settings)


def _is_same(run: Measurement, one: Candidate) -> bool:
    """The same file, build and place. How long the context may become makes no answer slower."""
    settings = one.settings
    drafter = one.subject.drafter if settings.drafting in FROM_FILE else None
    where = (run.build, run.gpu_layers, run.drafting, run.drafter_sha256)
    same = one.route.build.id, settings.gpu_layers, settings.drafting
    return (
        run.model_sha256 == one.subject.file.sha256
        and where == (*same, drafter.file.sha256 if drafter else "")
        and not settings.cpu_expert_layers
    )


def _kind(one: Candidate) -> Kind:
    where = "all" if one.on_gpu == 1 else "some" if one.on_gpu else "none"
    return one.route.build.backend, "experts" if one.settings.cpu_expert_layers else where
