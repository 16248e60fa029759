"""finding → the saved step that repairs it, run again and checked again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import executor
from .model.finding import Finding
from .model.plan import Report
from .model.setup import SetUp
from .state import step_of


def steps_to_run(found: Iterable[Finding], setup: SetUp) -> list[str]:
    """Ids of the saved steps that the findings' fixes name, in the order of the plan."""
    wanted = {fix.step for one in found for fix in one.fixes if fix.step}
    if wanted & {"fetch-model", "install-engine"}:
        wanted.add("start-server")
    return [str(one["id"]) for one in setup.steps if one["id"] in wanted]


def repair(found: Iterable[Finding], setup: SetUp, machine: Any, report: Report) -> list[str]:
    """Run these steps again; returns the titles of what was repaired.

    Raises:
        LocalaiError: a step failed.

    """
    titles = []
    ids = steps_to_run(found, setup)
    if "start-server" in ids:
        machine.servers.stop()
    for document in setup.steps:
        if document["id"] in ids:
            step = step_of(document)
            step.undo(machine)
            executor.run(step, machine, report)
            titles.append(step.title)
    return titles
