"""It counts only once a real answer came."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import STATE, SetUpState


def check(setup: SetUpState) -> Symptom | None:
    if not setup.is_set_up or setup.finished:
        return None
    what = f"The set-up of {setup.model} was begun and not finished: no answer was checked yet."
    return Symptom(what, (Evidence(STATE.key, "finished: false"),))
