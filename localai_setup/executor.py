"""plan → receipts. done? skip : apply; done? receipt : stop. What is done is saved after every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from .model.errors import LocalaiError
from .model.plan import Plan, Progress, Receipt, Report, Step
from .model.setup import SetUp

Save = Callable[[SetUp], None]


def execute(plan: Plan, setup: SetUp, machine: Any, save: Save, report: Report) -> SetUp:
    """Do what is not done yet. Safe to be killed anywhere and run again.

    Raises:
        LocalaiError: a step failed, or says after its work that it is not done.

    """
    save(setup)
    for step in plan.steps:
        run(step, machine, report)
        setup = with_receipt(setup, step, machine)
        save(setup)
    setup = replace(setup, finished=True)
    save(setup)
    return setup


def run(step: Step, machine: Any, report: Report) -> bool:
    """One step; whether there was anything to do.

    Raises:
        LocalaiError: as `execute`.

    """
    if step.done(machine):
        return False
    report(Progress(step.title))
    try:
        step.apply(machine, report)
    except OSError as error:
        raise _from_system(step, error) from error
    if not step.done(machine):
        raise LocalaiError(
            f"“{step.title}” ended without an error, and yet it is not done.",
            "Something else on this computer may be undoing it (a cleaner, an antivirus program).",
            "Run the same command again; `localai doctor` looks for the cause.",
        )
    return True


def with_receipt(setup: SetUp, step: Step, machine: Any) -> SetUp:
    """The set-up with this step's receipt in place of an older one, and what was learned from it."""
    details = step.receipt(machine)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    receipt = Receipt(step.id, now, step.writes(machine), details)
    others = tuple(one for one in setup.receipts if one.step != step.id)
    learned = {key: details[name] for key, name in LEARNED.items() if name in details}
    return replace(setup, receipts=(*others, receipt), **learned)


#: field of the set-up → name in a receipt's details
LEARNED = {"port": "port", "answer": "answer", "measured_tps": "tps"}


def _from_system(step: Step, error: OSError) -> LocalaiError:
    where = f" ({error.filename})" if error.filename else ""
    return LocalaiError(
        f"“{step.title}” failed: {error.strerror or error}{where}.",
        "What was done before is kept.",
        "Free space or make the folder writable (LOCALAI_HOME names another), then run it again.",
    )
