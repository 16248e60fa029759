"""Measure what many people at once get from the server that was set up."""

from __future__ import annotations

from dataclasses import asdict, replace

from .. import for_many
from ..machine.running import load, measuring
from ..machine.running.load import Load
from ..machine.workbench import Workbench
from ..model.errors import Exit
from ..model.load import SCHEMA, LoadRun, summary
from ..model.progress import Progress
from ..ui import jsonout, loadtext, progress
from ._options import Options
from ._setup import require_chat, saved, server

#: As long as a short answer; with longer ones fewer are seen in the same time.
ANSWER_TOKENS = 64


def bench_users(options: Options, users: int, seconds: float) -> Exit:
    """A problem where a request failed, or none was answered."""
    setup, workbench = saved(), Workbench(offline=options.offline)
    require_chat(setup)
    running = server(setup, workbench)
    busy = measuring.busy_share()
    asked = Load(users, seconds, ANSWER_TOKENS, setup.served_as)
    with progress.shown() as report:

        def tell(answered: int, failed: int) -> None:
            words = f"{answered} answers" + (f", {failed} failed" if failed else "")
            report(Progress(f"{users} people ask for {seconds:g} s", detail=words))

        tell(0, 0)
        calls = load.run(running, asked, tell)
    found = summary(setup.model, users, ANSWER_TOKENS, calls)
    run = replace(
        found, slots=setup.settings.slots, replicas=for_many.replicas(setup), busy_share=busy
    )
    _show(options, run)
    return Exit.PROBLEM if run.failed or not run.requests else Exit.OK


def _show(options: Options, run: LoadRun) -> None:
    if options.json:
        jsonout.write({"schema": SCHEMA, **asdict(run)})
    else:
        loadtext.show(run)
