"""The set-up was finished.

Why: it counts only once a real answer came.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import STATE, SetUpState

PROBLEM = Problem(
    title="The set-up was begun and not finished.",
    seen="`localai init` was interrupted or failed.",
    why="Something stopped it: a download that broke off, an error, or a closed terminal.",
    fixes=(
        Fix(
            "Go on where it stopped; what is done stays done.",
            ("localai init --yes",),
            proof="localai status",
        ),
    ),
    status="warn",
    likelihood=0.6,
)


def check(setup: SetUpState) -> Symptom | None:
    if not setup.is_set_up or setup.finished:
        return None
    what = f"The set-up of {setup.model} has not come to a checked answer yet."
    return Symptom(what, (Evidence(STATE.key, "finished: false"),))
