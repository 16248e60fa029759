"""What `localai tune --json` says of the examples and the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..machine.tuning import adapters
from ..machine.tuning.trainer import Trainer
from ..tuning.examples import Fault
from ._taught import Checked
from ._tuning_plan import Planned

SCHEMA = "localai.tune/1"


def plan(
    model: str,
    name: str,
    checked: Checked,
    planned: Planned,
    trainer: Trainer,
    *,
    done_steps: int = 0,
) -> dict[str, Any]:
    """`localai.tune/1`, as far as it is known before anything is done; `done_steps` of a training that was
    interrupted.
    """
    run = planned.run
    return {
        "schema": SCHEMA,
        "name": name,
        "model": model,
        "form": checked.data.form,
        "faults": faults(checked.data.faults),
        "examples": run.examples,
        "steps": run.steps,
        "done_steps": done_steps,
        "settings": asdict(run.size),
        "trained_values": run.base.trained_values(run.size.rank),
        "memory_mib": round(planned.memory_mib, 1),
        "free_mib": planned.free_mib,
        "passing_mib": round(planned.passing_mib, 1),
        "method": planned.recipe.id,
        "installs": None if trainer.is_installed() else str(trainer.folder),
        "writes": str(adapters.folder(name)),
    }


def faults(found: Sequence[Fault]) -> list[dict[str, Any]]:
    """One object for each."""
    return [{**asdict(one), "kind": one.kind.value, "weight": one.weight.value} for one in found]
