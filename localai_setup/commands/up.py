"""Start the server that init set up."""

from __future__ import annotations

from ..machine.workbench import Workbench
from ..model.errors import Exit
from ._options import Options
from ._setup import saved, server
from .status import show


def up(options: Options) -> Exit:
    """Start it where it does not run; twice is one server."""
    bench = Workbench(offline=options.offline)
    server(saved(), bench)
    return show(options, bench)
