"""set-up → the same one, its server started by the program of today's localai.

A set-up keeps the program that it was made with, which knows nothing of later settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from . import engines
from .model.plan import Step
from .model.setup import SetUp
from .model.workbench import Workbench
from .state import saved_steps, step_document
from .steps.install_engine import InstallEngine
from .steps.start_server import StartServer


def renewed(setup: SetUp, machine: Workbench) -> SetUp:
    """Only where the program is ours; a plain `llama-server` has flags for everything."""
    steps = saved_steps(setup)
    install = next((one for one in steps if isinstance(one, InstallEngine)), None)
    if install is None:
        return setup
    install = replace(install, runner=engines.runner())
    program = tuple(machine.environments.program(install.environment, install.runner))
    made = tuple(map(step_document, _steps(steps, install, program)))
    return replace(setup, program=program, steps=made)


def _steps(
    steps: tuple[Step, ...], install: InstallEngine, program: tuple[str, ...]
) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, InstallEngine):
            yield install
        elif isinstance(step, StartServer):
            yield replace(step, program=program)
        else:
            yield step
