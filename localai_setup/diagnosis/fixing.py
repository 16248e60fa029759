"""finding → the step that repairs it, run again and checked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model.errors import LocalaiError
from ..model.finding import Finding, Fix
from ..model.setup import SetUp
from ..state import INSTALLS, SERVES, has_no_fields, saved_steps, step_of

if TYPE_CHECKING:
    from ..model.plan import Step
    from ..model.progress import Report
    from ..model.workbench import Workbench

#: a server holds the old file or library open until it is started again
START = "start-server"
BEFORE_THE_SERVER = INSTALLS | {"fetch-model", "fetch-drafter", "install-library"}
#: fail where a network or a disk does, and may succeed another time
FETCHES = BEFORE_THE_SERVER | {"fetch-projector"}
#: where nothing else is known
SET_UP_AGAIN = Fix(
    "Remove the set-up, keep the models, and set up again.",
    ("localai uninstall --keep-models", "localai init"),
    proof="localai doctor",
)
Save = Callable[[SetUp], None]


class RepairFailedError(LocalaiError):
    """A step of a repair failed; `ran` are the steps whose work is done or would fail again."""

    def __init__(self, error: LocalaiError, ran: Collection[str]) -> None:
        hint = "`localai doctor` tells what is left and what to do next."
        super().__init__(error.what, error.why, hint, error.exit_code)
        self.ran = ran


def tried_by(error: RepairFailedError, found: Iterable[Finding]) -> list[Finding]:
    """What is found now although its own repair was run before another one failed, or failed itself."""
    return [one for one in found if any(fix.step in error.ran for fix in one.fixes if fix.step)]


def repairable(found: Iterable[Finding]) -> list[Finding]:
    """Those that a step of ours repairs. What is only good to know is left alone."""
    return [one for one in found if one.status != "info" and any(fix.step for fix in one.fixes)]


def unhelpful(tried: Iterable[Finding], now: Iterable[Finding]) -> dict[str, str]:
    """What is found as before although its repair was run: id of the problem → what was found."""
    before = {one.id: _without_numbers(one.what) for one in tried}
    found = {one.id: _without_numbers(one.what) for one in now}
    return {name: what for name, what in before.items() if found.get(name) == what}


def without_unhelpful(found: Iterable[Finding], failed: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings, each without a repair that was run for the same thing and did not help."""
    return tuple(
        _next_way(one) if failed.get(one.id) == _without_numbers(one.what) else one for one in found
    )


def _next_way(one: Finding) -> Finding:
    others = tuple(fix for fix in one.fixes if not fix.step)
    what = f"{one.what} localai's own repair was run and did not help."
    return replace(one, what=what, fixes=others or (SET_UP_AGAIN,))


def _without_numbers(text: str) -> str:
    """Ports, sizes and speeds differ each time."""
    return re.sub(r"\d+", "#", text)


def steps_to_run(found: Iterable[Finding], setup: SetUp | None) -> list[Step]:
    """The steps that the findings' fixes name: those without fields, then the plan's, in its order."""
    requested = {fix.step for one in repairable(found) for fix in one.fixes if fix.step}
    if requested & INSTALLS:
        requested |= INSTALLS
    if requested & BEFORE_THE_SERVER and setup and setup.finished:
        requested.add(START)
    if START in requested:
        requested |= SERVES
    planned = saved_steps(setup) if setup else ()
    always = [step_of({"id": name}) for name in sorted(requested) if has_no_fields(name)]
    return [*always, *(step for step in planned if step.id in requested)]


def repair(
    steps: Iterable[Step], setup: SetUp | None, bench: Workbench, save: Save, report: Report
) -> SetUp | None:
    """Run these steps; a step that says it is done, though it was found broken, is undone first.

    Returns the set-up with their new receipts, which is saved after each.

    Raises:
        RepairFailedError: a step failed.

    """
    from .. import executor  # brings in the planner: no look at the machine needs it

    steps, ran = list(steps), list[str]()
    if setup and any(step.id in SERVES for step in steps):
        bench.serving.stop(setup.place, setup.served_as)
    for step in steps:
        if step.done(bench):
            step.undo(bench)
        try:
            executor.run(step, bench, report)
        except LocalaiError as error:
            again = [] if step.id in FETCHES else [step.id]
            raise RepairFailedError(error, [*ran, *again]) from error
        ran.append(step.id)
        if setup and any(one["id"] == step.id for one in setup.steps):
            setup = executor.with_receipt(setup, step, bench)
            save(setup)
    return setup
