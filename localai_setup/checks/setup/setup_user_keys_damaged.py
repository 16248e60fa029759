"""A server that cannot know whom it answers is not started: the one that runs now is the last."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    trouble = setup.examined.user_keys
    if not trouble:
        return None
    evidence = (Evidence("call:localai.examine", trouble),)
    return Symptom(f"The file of other people's keys (user-keys.json): {trouble}.", evidence, 0.98)
