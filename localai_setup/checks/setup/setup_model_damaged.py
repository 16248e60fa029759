"""A damaged file gives wrong answers or stops the server. Disks, cleaners and interrupted copies do
this.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState

#: the steps that bring a model; before one of them is done a missing file is not damaged
BRINGS_MODEL = ("fetch-model", "use-model")


def check(setup: SetUpState) -> Symptom | None:
    trouble = setup.examined.model
    if not trouble or setup.never_reached(*BRINGS_MODEL):
        return None
    evidence = (Evidence("call:localai.examine", trouble),)
    return Symptom(f"{setup.model_path}: {trouble}.", evidence, 0.98)
