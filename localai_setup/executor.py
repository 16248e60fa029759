"""plan → receipts. done? skip : apply; done? receipt : stop. What is done is saved after every step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timezone

from .model.errors import LocalaiError
from .model.plan import Step
from .model.progress import Progress, Report
from .model.receipt import Receipt
from .model.setup import SetUp
from .model.workbench import Workbench

Save = Callable[[SetUp], None]


def execute(
    steps: Iterable[Step], setup: SetUp, machine: Workbench, save: Save, report: Report
) -> SetUp:
    """Do what is not done yet. Safe to be killed anywhere and run again. `setup` is what they lead to.

    Raises:
        LocalaiError: a step failed, or says after its work that it is not done.

    """
    save(setup)
    steps = tuple(steps)
    for number, step in enumerate(steps, 1):
        run(step, machine, _counted(report, number, len(steps)))
        setup = with_receipt(setup, step, machine)
        save(setup)
    setup = replace(setup, finished=True)
    save(setup)
    return setup


def _counted(report: Report, number: int, count: int) -> Report:
    """With the number of the step."""
    return lambda progress: report(replace(progress, step=number, steps=count))


def run(step: Step, machine: Workbench, report: Report) -> bool:
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


def with_receipt(setup: SetUp, step: Step, machine: Workbench) -> SetUp:
    """The set-up with this step's receipt in place of an older one, and what was learned from it."""
    details = step.receipt(machine)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    receipt = Receipt(step.id, now, step.writes(machine), details)
    others = tuple(one for one in setup.receipts if one.step != step.id)
    return _learned(replace(setup, receipts=(*others, receipt)), details)


def _learned(setup: SetUp, details: Mapping[str, object]) -> SetUp:
    """The set-up with the port, the answer and its speed, where a receipt holds them."""
    port, answer, tps = details.get("port"), details.get("answer"), details.get("tps")
    if isinstance(port, int):
        setup = replace(setup, port=port)
    if isinstance(answer, str):
        speed = float(tps) if isinstance(tps, (int, float)) else None
        shortfall = str(details.get("shortfall", ""))
        setup = replace(setup, answer=answer, measured_tps=speed, shortfall=shortfall)
    return setup


def _from_system(step: Step, error: OSError) -> LocalaiError:
    where = f" ({error.filename})" if error.filename else ""
    return LocalaiError(
        f"“{step.title}” failed: {error.strerror or error}{where}.",
        "What was done before is kept.",
        "Free space or make the folder writable (LOCALAI_HOME names another), then run it again.",
    )
