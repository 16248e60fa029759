"""It says what was set up and how; without it, nothing can be started or repaired."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import STATE, SetUpState


def check(setup: SetUpState) -> Symptom | None:
    if not setup.damaged:
        return None
    return Symptom(
        "The file that holds the set-up is not whole.", (Evidence(STATE.key, "not JSON"),), 0.98
    )
