"""A policy may come, or change, after the set-up."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    against = setup.examined.against_policy
    return Symptom(against, (Evidence("call:localai.examine", against),)) if against else None
