"""What was set up, for the commands that use it."""

from __future__ import annotations

from ..machine import statefile
from ..machine.server import Running
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.setup import SetUp
from ..state import saved_steps
from ..ui import console


def saved() -> SetUp:
    """The saved set-up.

    Raises:
        LocalaiError: nothing was set up, or not to its end.

    """
    found = statefile.load()
    if found is None or not found.finished:
        raise LocalaiError(
            "Nothing is set up here yet." if found is None else "The set-up was not finished.",
            "There is no model to talk to.",
            "Run `localai init`; it goes on where it stopped.",
        )
    return found


def server(setup: SetUp, bench: Workbench) -> Running:
    """The live server, started where it was not, and then said so.

    Raises:
        LocalaiError: the set-up is damaged, or the server does not start.

    """
    running = bench.servers.running()
    if running and running.model_path == setup.model_path and bench.servers.is_ready(running.port):
        return running
    steps = [step for step in saved_steps(setup) if step.id != "check-answer"]
    missing = [step for step in steps if step.id != "start-server" and not step.done(bench)]
    if missing:
        raise LocalaiError(
            f"Something that was set up is gone: {missing[0].title}.",
            "The server cannot start without it.",
            "`localai init --yes` repairs it.",
        )
    console.say("Starting the server…")
    start = next(step for step in steps if step.id == "start-server")
    start.apply(bench, lambda _: None)
    running = bench.servers.running()
    assert running, "the server was started and is not running"
    return running
