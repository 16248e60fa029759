"""A server that is told to load an adapter does not start without its file."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    trouble = setup.examined.adapter
    if not trouble:
        return None
    evidence = (Evidence("call:localai.examine", trouble),)
    return Symptom(f"What the model was taught ({setup.adapter}): {trouble}.", evidence, 0.98)
