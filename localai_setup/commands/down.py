"""Stop the server."""

from __future__ import annotations

from ..machine.workbench import Workbench
from ..model.errors import Exit
from ..ui import console
from ._options import Options
from .status import show


def down(options: Options) -> Exit:
    """Stop it where it runs."""
    bench = Workbench()
    was_running = bench.servers.stop()
    if options.json:
        return show(options, bench)
    console.say("The server was stopped." if was_running else "The server was not running.")
    return Exit.OK
