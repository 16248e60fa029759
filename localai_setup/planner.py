"""choice → plan: the steps that make it real, in order, and the set-up that they lead to."""

from __future__ import annotations

from dataclasses import replace

from . import engines
from .model.facts import Facts
from .model.plan import Choice, Plan
from .model.recipe import Recipes
from .model.setup import SetUp
from .model.workbench import Workbench
from .probes.measurements import Measurements
from .state import BRINGS_DRAFTER, saved_steps, step_document
from .steps.fetch_model import FetchModel
from .steps.install_engine import InstallEngine
from .steps.start_server import StartServer


def plan(choice: Choice, machine: Workbench) -> Plan:
    """The plan for what was chosen, as its engine makes it. `machine` tells where things go."""
    return Plan(choice, engines.get(choice.engine).steps(choice, machine))


def draft(plan: Plan, machine: Workbench) -> SetUp:
    """The set-up that the plan leads to, before any step was done."""
    choice = plan.choice
    engine = engines.get(choice.engine)
    served = engine.served(choice, machine)
    return SetUp(
        recipe=choice.recipe,
        model=choice.model,
        model_path=str(machine.downloads.target(choice.weights)),
        model_bytes=choice.weights.bytes,
        model_sha256=choice.weights.sha256,
        engine=choice.engine,
        build=choice.build,
        program=served.program,
        place=served.place,
        served_as=served.name,
        settings=choice.settings,
        test=choice.test,
        licence=choice.licence,
        predicted_total_mib=choice.memory.total_mib,
        predicted_tps=choice.speed.generate_tps,
        steps=tuple(step_document(step) for step in plan.steps),
        thinking=choice.thinking,
        sampling=choice.sampling,
        switched_sampling=choice.switched_sampling,
        thinks=choice.thinks,
        drafter_path=str(machine.downloads.target(choice.drafter)) if choice.drafter else "",
        drafter_sha256=choice.drafter.sha256 if choice.drafter else "",
    )


def with_libraries(setup: SetUp, recipes: Recipes, facts: Facts) -> SetUp:
    """The set-up with the steps that bring what its engine needs and the system lacks by now."""
    engine = recipes.engines.get(setup.engine)
    build = next((one for one in engine.builds if one.id == setup.build), None) if engine else None
    if engine is None or build is None:
        return setup
    lacking = engines.get(setup.engine).libraries(engine, build, facts)
    steps = [step_document(step) for step in lacking]
    return replace(setup, steps=(*(one for one in steps if one not in setup.steps), *setup.steps))


def without_slow_drafting(setup: SetUp, facts: Facts) -> SetUp:
    """The set-up that drafts nothing, where it was measured that drafting slows it here."""
    measured = facts.get(Measurements) or Measurements()
    drafts = measured.drafts(setup.model, setup.build, setup.settings, setup.drafter_sha256)
    if drafts is None or drafts.gain >= 1:
        return setup
    kept = zip(saved_steps(setup), setup.steps, strict=True)
    steps = tuple(
        step_document(_drafting_nothing(step)) if isinstance(step, StartServer) else saved
        for step, saved in kept
        if step.id not in BRINGS_DRAFTER
    )
    settings = setup.settings.without_drafting()
    plain = replace(setup, drafter_path="", drafter_sha256="", settings=settings, steps=steps)
    return replace(plain, predicted_tps=drafts.without_tps)


def _drafting_nothing(step: StartServer) -> StartServer:
    return replace(step, start=step.start.without_drafting())


def document(plan: Plan, machine: Workbench) -> list[dict[str, object]]:
    """The `steps` of `localai.plan/1`."""
    return [
        {
            "id": step.id,
            "title": step.title,
            "done": step.done(machine),
            "needs_root": step.needs_root,
            "writes": list(step.writes(machine)),
            "downloads": list(getattr(step, "downloads", ())),
            "found_at": step.found_at(machine)
            if isinstance(step, (FetchModel, InstallEngine))
            else "",
            "copied_bytes": step.copied_bytes(machine) if isinstance(step, FetchModel) else 0,
        }
        for step in plan.steps
    ]
