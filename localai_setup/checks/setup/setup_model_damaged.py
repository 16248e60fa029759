"""A damaged file gives wrong answers or stops the server. Disks, cleaners and interrupted copies do
this.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    trouble = setup.examined.model
    if not trouble:
        return None
    evidence = (Evidence("call:localai.examine", trouble),)
    return Symptom(f"{setup.model_path}: {trouble}.", evidence, 0.98)
