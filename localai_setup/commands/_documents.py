"""A plan as the shape `localai.plan/1`, and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from .. import planner
from ..machine.workbench import Workbench
from ..model.plan import Choice, Match, Plan
from ..model.setup import SetUp
from ..probes.engines import Engines
from ..ui import jsonout, plantext
from . import _sampling
from ._decide import Basis
from ._nothing_fits import NothingFitsError
from ._options import Options

SCHEMA = "localai.plan/1"


def plan_document(match: Match, bench: Workbench) -> dict[str, Any]:
    """What would be done; `choice` is null where nothing fits."""
    chosen = match.choice
    steps = planner.document(planner.plan(chosen, bench), bench) if chosen else []
    rate, to_fetch = bench.pace.rate, plantext.held_back_bytes(steps)
    return {
        "schema": SCHEMA,
        "max_rate": rate,
        "download_seconds": round(to_fetch / rate, 1) if rate else None,
        "choice": choice_document(chosen, bench) if chosen else None,
        "alternatives": [choice_document(one, bench) for one in match.alternatives],
        "refused": [
            {"model": one.model, "reason": one.reason, "kind": one.kind} for one in match.refused
        ],
        "steps": steps,
    }


@contextmanager
def refusal_reported(options: Options, bench: Workbench) -> Iterator[None]:
    """Where nothing fits, a script is told why each model was refused, before the error goes on."""
    try:
        yield
    except NothingFitsError as error:
        if options.json:
            jsonout.write(plan_document(error.match, bench))
        raise


def plan_lines(basis: Basis, plan: Plan) -> list[str]:
    """The same for a person, with what is here already and left alone."""
    steps = planner.document(plan, basis.bench)
    held = _sampling.of_choice(plan.choice, basis.bench)
    lines = plantext.plan(steps, plan.choice, basis.recipes, held, basis.bench.pace.rate)
    return [*lines, *plantext.engines(basis.facts.get(Engines) or Engines())]


def choice_document(choice: Choice, bench: Workbench) -> dict[str, Any]:
    """One choice as scripts see it."""
    memory = choice.memory
    parts = {**asdict(memory.parts), "overhead": memory.process_overhead_mib}
    return {
        "recipe": choice.recipe,
        "why_no_gpu": choice.why_no_gpu,
        "model": choice.model,
        "quant": choice.weights.quantization,
        "context": choice.settings.context,
        "engine": choice.engine,
        "build": choice.build,
        "gpu_layers": choice.settings.gpu_layers,
        "memory": {
            "total_mib": round(memory.total_mib, 1),
            "gpu_mib": round(memory.gpu_mib, 1),
            "host_mib": round(memory.host_mib, 1),
            "parts": {name: round(mib, 1) for name, mib in parts.items()},
        },
        "speed": {
            "generate_tps": round(choice.speed.generate_tps, 1),
            "low": round(choice.speed.low, 1),
            "high": round(choice.speed.high, 1),
            "basis": choice.speed.basis,
        },
        "left_to_others": {"mib": choice.reserve.mib, "why": choice.reserve.why},
        "download_bytes": choice.download_bytes,
        "licence": choice.licence.id,
        "drafting": choice.settings.drafting or None,
        "drafter": choice.drafter.file if choice.drafter else None,
        "drafter_licence": choice.drafter_licence.id if choice.drafter_licence else None,
        "reasons": list(choice.reasons),
        "labels": list(choice.labels),
        "differs": choice.differs,
        "notes": list(choice.notes),
        "sampling": _sampling.document(_sampling.of_choice(choice, bench)),
    }


def result_document(
    setup: SetUp, address: str, fresh: tuple[Plan, Match] | None, bench: Workbench
) -> dict[str, Any]:
    """The plan's shape and what came of it; of an older set-up only the saved parts are known."""
    if fresh:
        document = plan_document(fresh[1], bench)
    else:
        saved = {
            "recipe": setup.recipe,
            "model": setup.model,
            "engine": setup.engine,
            "build": setup.build,
        }
        document = {
            "schema": SCHEMA,
            "choice": saved,
            "alternatives": [],
            "refused": [],
            "steps": [],
        }
    return {
        **document,
        "receipts": [asdict(one) for one in setup.receipts],
        "answer": setup.answer,
        "measured_tps": setup.measured_tps,
        "shortfall": setup.shortfall or None,
        "address": address,
    }
