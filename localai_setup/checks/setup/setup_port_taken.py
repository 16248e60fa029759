"""Another program that listens there gets the questions meant for the model."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    holder = setup.examined.port_holder
    if not holder or setup.answers:
        return None
    what = f"{holder} listens on port {setup.stated_port}, which programs were told is the model's."
    return Symptom(what, (Evidence("call:localai.examine", f"port {setup.stated_port}: {holder}"),))
