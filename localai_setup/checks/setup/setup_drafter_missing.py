"""A server that is told to load a drafter does not start without its file."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState

#: the steps that bring it; before one of them is done a missing file is not gone
BRINGS_DRAFTER = ("fetch-drafter", "use-drafter")


def check(setup: SetUpState) -> Symptom | None:
    trouble = setup.examined.drafter
    if not trouble or setup.never_reached(*BRINGS_DRAFTER):
        return None
    evidence = (Evidence("call:localai.examine", trouble),)
    return Symptom(f"{setup.drafter_path}: {trouble}.", evidence, 0.98)
