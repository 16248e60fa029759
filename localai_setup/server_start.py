"""set-up → the step that starts its server."""

from __future__ import annotations

from .model.setup import SetUp
from .state import saved_steps
from .steps.start_server import StartServer


def start_of(setup: SetUp) -> StartServer | None:
    """None where the server keeps models of its own, so that nothing of ours starts it.

    Raises:
        LocalaiError: as `saved_steps`.

    """
    return next((one for one in saved_steps(setup) if isinstance(one, StartServer)), None)
