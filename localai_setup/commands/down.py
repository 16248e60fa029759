"""Stop the server."""

from __future__ import annotations

from ..machine.keeping import statefile
from ..machine.workbench import Workbench
from ..model.errors import Exit
from ..ui import console
from ._options import Options
from .status import show


def down(options: Options) -> Exit:
    """Stop it where it runs."""
    bench, setup = Workbench(), statefile.peek()
    place = setup.place if setup else None
    there = bench.serving.running(place)
    was_running = bench.serving.stop(place, setup.served_as if setup else "")
    if options.json:
        return show(options, bench)
    if setup and place and not place.is_ours and there:
        console.say(
            f"{setup.model} was put out of memory; the server was there before and goes on."
        )
        return Exit.OK
    console.say("The server was stopped." if was_running else "The server was not running.")
    return Exit.OK
