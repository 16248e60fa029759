"""finding → the step that repairs it, run again and checked again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .. import executor
from ..model.finding import Finding
from ..model.plan import Step
from ..model.progress import Report
from ..model.setup import SetUp
from ..model.workbench import Workbench
from ..state import INSTALLS, has_no_fields, saved_steps, step_of

#: a server holds the old file or library open until it is started again
BEFORE_THE_SERVER = INSTALLS | {"fetch-model"}
Save = Callable[[SetUp], None]


def repairable(found: Iterable[Finding]) -> list[Finding]:
    """Those that a step of ours repairs. What is only good to know is left alone."""
    return [one for one in found if one.status != "info" and any(fix.step for fix in one.fixes)]


def steps_to_run(found: Iterable[Finding], setup: SetUp | None) -> list[Step]:
    """The steps that the findings' fixes name: those without fields, then the plan's, in its order."""
    wanted = {fix.step for one in repairable(found) for fix in one.fixes if fix.step}
    if wanted & INSTALLS:
        wanted |= INSTALLS
    if wanted & BEFORE_THE_SERVER and setup and setup.finished:
        wanted.add("start-server")
    planned = saved_steps(setup) if setup else ()
    always = [step_of({"id": name}) for name in sorted(wanted) if has_no_fields(name)]
    return [*always, *(step for step in planned if step.id in wanted)]


def repair(
    steps: Iterable[Step], setup: SetUp | None, bench: Workbench, save: Save, report: Report
) -> SetUp | None:
    """Run these steps; a step that says it is done, though it was found broken, is undone first.

    Returns the set-up with their new receipts, which is saved after each.

    Raises:
        LocalaiError: a step failed.

    """
    steps = list(steps)
    if any(step.id == "start-server" for step in steps):
        bench.servers.stop()
    for step in steps:
        if step.done(bench):
            step.undo(bench)
        executor.run(step, bench, report)
        if setup and any(one["id"] == step.id for one in setup.steps):
            setup = executor.with_receipt(setup, step, bench)
            save(setup)
    return setup
