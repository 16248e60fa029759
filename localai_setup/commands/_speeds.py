"""How fast one model is with one placement on this machine."""

from __future__ import annotations

from .. import survey
from ..fit import companion, layout, processor
from ..fit.drafter import Drafter
from ..fit.shape import Shape
from ..fit.speed import Chip, speed
from ..model.estimate import SpeedEstimate
from ..model.facts import Facts
from ..model.machine import Respondent
from ..model.settings import ServerSettings
from ..probes import cpu, host
from ._options import Options


def pace(
    options: Options, shape: Shape, settings: ServerSettings, drafter: Drafter | None = None
) -> tuple[SpeedEstimate | None, str]:
    """The speed, with `drafter` guessing ahead; or None, and why nobody can tell it."""
    machine = options.respondent()
    facts = _processor(machine)
    chips: tuple[Chip, ...] = ()
    if settings.gpu_layers:
        facts = survey.facts(survey.read(machine))
        chips = _chips(facts)
        if len(chips) < len(layout.shares(settings)):
            return None, "no GPU of this machine is known that an engine can use"
    cores = processor.cores(facts)
    plain = speed(shape, settings, cores, chips)
    return companion.faster(plain, settings, drafter, cores, chips), ""


def _processor(machine: Respondent) -> Facts:
    """Two probes alone: the others would take longer than all the rest."""
    readings = survey.read(machine, [cpu, host])
    return Facts({cpu.Cpu: cpu.parse(readings), host.Host: host.parse(readings)})


def _chips(facts: Facts) -> tuple[Chip, ...]:
    """Those of the best way to compute here."""
    from .. import engines
    from ..match._routes import routes
    from ._recipes import load_recipes

    recipes = load_recipes().engines
    for engine in engines.known().values():
        offers = engine.builds(recipes[engine.ID], facts) if engine.ID in recipes else ()
        for route in routes(engine, offers, facts):
            if route.chips:
                return route.chips
    return ()
