"""The engine's environment is whole.

Why: without it the server cannot start again. Cleaners, updates of the system's Python and deleted
folders break it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The engine that was installed is broken.",
    seen="The server does not start any more.",
    why="Files of the engine's own environment are gone or were changed.",
    fixes=(
        Fix(
            "Install it again.",
            ("localai doctor --fix",),
            proof="localai doctor --only setup-engine-broken",
            step="install-engine",
        ),
    ),
    likelihood=0.95,
)


def check(setup: SetUpState) -> Symptom | None:
    trouble = setup.examined.engine
    if not trouble:
        return None
    return Symptom(
        f"The engine of {setup.model}: {trouble}.",
        (Evidence("call:localai.examine", trouble),),
        0.98,
    )
