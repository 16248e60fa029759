"""Its recipes, predictions and known problems are measured with that build."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    newer = setup.examined.newer_build
    if not newer:
        return None
    what = f"{setup.build} is installed; this version of localai comes with {newer}."
    return Symptom(what, (Evidence("call:localai.examine", newer),))
