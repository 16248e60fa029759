"""choice → plan: the steps that make it real, in order, and the set-up that they lead to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from .engines import llama_cpp
from .model.plan import Choice, Plan
from .model.setup import SetUp
from .state import step_document
from .steps.check_answer import CheckAnswer
from .steps.fetch_model import FetchModel
from .steps.install_engine import InstallEngine
from .steps.start_server import StartServer


def plan(choice: Choice, machine: Any) -> Plan:
    """The plan for llama.cpp in an environment of its own. `machine` tells where things go."""
    install = InstallEngine(llama_cpp.ENVIRONMENT, llama_cpp.requirements(), llama_cpp.runner())
    fetches = [FetchModel(file) for file in choice.files]
    model_path = str(machine.downloads.target(choice.weights))
    program = machine.environments.program(llama_cpp.ENVIRONMENT)
    start = StartServer(
        program, model_path, choice.model, choice.settings, machine.servers.first_port
    )
    embeddings = choice.settings.embeddings
    check = CheckAnswer(proof_key(choice), model_path, choice.test, embeddings)
    return Plan(choice, (install, *fetches, start, check))


def proof_key(choice: Choice) -> str:
    """What an answer proves: this file, on this build, with these settings."""
    what = [
        choice.weights.sha256,
        llama_cpp.ENVIRONMENT,
        asdict(choice.settings),
        asdict(choice.test),
    ]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def draft(plan: Plan, machine: Any) -> SetUp:
    """The set-up that the plan leads to, before any step was done."""
    choice = plan.choice
    return SetUp(
        recipe=choice.recipe,
        model=choice.model,
        model_path=str(machine.downloads.target(choice.weights)),
        model_bytes=choice.weights.bytes,
        model_sha256=choice.weights.sha256,
        engine=choice.engine,
        build=llama_cpp.ENVIRONMENT,
        program=machine.environments.program(llama_cpp.ENVIRONMENT),
        settings=choice.settings,
        test=choice.test,
        licence=choice.licence,
        predicted_total_mib=choice.memory.total_mib,
        predicted_tps=choice.speed.generate_tps,
        steps=tuple(step_document(step) for step in plan.steps),
    )


def document(plan: Plan, machine: Any) -> list[dict[str, Any]]:
    """The `steps` of `localai.plan/1`."""
    return [
        {
            "id": step.id,
            "title": step.title,
            "done": step.done(machine),
            "needs_root": step.needs_root,
            "writes": list(step.writes(machine)),
            "downloads": _downloads(step),
        }
        for step in plan.steps
    ]


def _downloads(step: Any) -> list[dict[str, Any]]:
    if not isinstance(step, FetchModel):
        return []
    origin = step.file.repository or step.file.packages[0].package
    return [{"file": step.file.file, "from": origin, "bytes": step.file.bytes}]
