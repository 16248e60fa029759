"""choice → plan: the steps that make it real, in order, and the set-up that they lead to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace

from .engines import llama_cpp
from .model.engine import BuildRecipe
from .model.facts import Facts
from .model.files import ModelFile, OwnModelFile
from .model.plan import Choice, Plan, Step
from .model.recipe import Recipes
from .model.settings import StartSettings
from .model.setup import SetUp
from .model.workbench import Workbench
from .probes.measurements import Measurements
from .state import saved_steps, step_document
from .steps.check_answer import CheckAnswer
from .steps.fetch_model import FetchModel
from .steps.fetch_projector import FetchProjector
from .steps.start_server import StartServer
from .steps.use_model import UseModel
from .thinking import can_be_switched


def plan(choice: Choice, machine: Workbench) -> Plan:
    """The plan for a build of llama.cpp, or for the `llama-server` that is here.

    `machine` tells where things go.
    """
    installs: tuple[Step, ...] = ()
    if not choice.found_program:
        installs = llama_cpp.install(_source(choice), choice.replacements)
    fetches: list[Step] = [
        _model_step(choice.weights),
        *([FetchProjector(choice.mmproj)] if choice.mmproj else []),
    ]
    model_path = str(machine.downloads.target(choice.weights))
    settings = StartSettings(
        choice.settings,
        model_path,
        choice.model,
        mmproj_path=str(machine.downloads.target(choice.mmproj)) if choice.mmproj else "",
        sampling=choice.sampling,
        thinking=_thinking(choice),
    )
    start = StartServer(_program(choice, machine), settings, machine.servers.first_port)
    embeddings = choice.settings.embeddings
    check = CheckAnswer(
        proof_key(choice),
        model_path,
        choice.test,
        embeddings,
        use=choice.recipe,
        model=choice.model,
        thinking=choice.thinking,
        full_test=choice.full_test,
    )
    return Plan(choice, (*installs, *fetches, start, check))


def _model_step(file: ModelFile) -> Step:
    return UseModel(file) if isinstance(file, OwnModelFile) else FetchModel(file)


def proof_key(choice: Choice) -> str:
    """What an answer proves: this file, on this build, with these settings."""
    what = [
        choice.weights.sha256,
        choice.build,
        asdict(choice.settings),
        asdict(choice.test),
    ]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def draft(plan: Plan, machine: Workbench) -> SetUp:
    """The set-up that the plan leads to, before any step was done."""
    choice = plan.choice
    return SetUp(
        recipe=choice.recipe,
        model=choice.model,
        model_path=str(machine.downloads.target(choice.weights)),
        model_bytes=choice.weights.bytes,
        model_sha256=choice.weights.sha256,
        engine=choice.engine,
        build=choice.build,
        program=_program(choice, machine),
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
    )


def _thinking(choice: Choice) -> bool | None:
    """What programs get that do not say it; a model with degrees of effort keeps its publisher's."""
    known = choice.thinking
    if choice.settings.embeddings or (known and not (known.switch and can_be_switched(known))):
        return None
    return choice.thinks


def with_libraries(setup: SetUp, recipes: Recipes, facts: Facts) -> SetUp:
    """The set-up with the steps that bring what its engine needs and the system lacks by now."""
    engine = recipes.engines.get(setup.engine)
    build = next((one for one in engine.builds if one.id == setup.build), None) if engine else None
    if engine is None or build is None:
        return setup
    lacking = llama_cpp.replacements(engine, build, facts)
    steps = [step_document(step) for step in llama_cpp.install(build, lacking)[:-1]]
    return replace(setup, steps=(*(one for one in steps if one not in setup.steps), *setup.steps))


def without_slow_drafting(setup: SetUp, facts: Facts) -> SetUp:
    """The set-up that drafts nothing, where it was measured that drafting slows it here."""
    measured = facts.get(Measurements) or Measurements()
    drafts = measured.drafts(setup.model, setup.build, setup.settings)
    if drafts is None or drafts.gain >= 1:
        return setup
    steps = tuple(
        step_document(_drafting_nothing(step)) if isinstance(step, StartServer) else saved
        for step, saved in zip(saved_steps(setup), setup.steps, strict=True)
    )
    settings = setup.settings.without_drafting()
    return replace(setup, settings=settings, steps=steps, predicted_tps=drafts.without_tps)


def _drafting_nothing(step: StartServer) -> StartServer:
    server = step.start.server.without_drafting()
    return replace(step, start=replace(step.start, server=server))


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
        }
        for step in plan.steps
    ]


def _source(choice: Choice) -> BuildRecipe:
    assert choice.source, "a choice of llama.cpp names the build it is for"
    return choice.source


def _program(choice: Choice, machine: Workbench) -> tuple[str, ...]:
    """The command line that starts the server, without its settings."""
    if choice.found_program:
        return (choice.found_program,)
    build = _source(choice)
    if build.package:
        name = llama_cpp.environment(build.package)
        return tuple(machine.environments.program(name))
    return tuple(machine.archives.program(build.id))
