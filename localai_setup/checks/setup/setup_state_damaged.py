"""The saved set-up can be read.

Why: it says what was set up and how; without it, nothing can be started or repaired.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import STATE, SetUpState

PROBLEM = Problem(
    title="The saved set-up cannot be read.",
    seen="localai says that nothing is set up, though it was.",
    why="The file is damaged: a full disk, a crash of the computer, or an editor.",
    fixes=(
        Fix(
            "Set up again; what was downloaded is kept, and the damaged file is set aside.",
            ("localai init",),
            proof="localai doctor --only setup-state-damaged",
        ),
    ),
    likelihood=0.95,
)


def check(setup: SetUpState) -> Symptom | None:
    if not setup.damaged:
        return None
    return Symptom(
        "The file that holds the set-up is not whole.", (Evidence(STATE.key, "not JSON"),), 0.98
    )
