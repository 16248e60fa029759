"""Without it the server cannot start again. Cleaners, updates of the system's Python and deleted
folders break it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState

#: the steps that bring an engine; before one of them is done its files are missing, not broken
INSTALLS = ("install-engine", "install-archive")


def check(setup: SetUpState) -> Symptom | None:
    trouble = setup.examined.engine
    if not trouble or setup.never_reached(*INSTALLS):
        return None
    return Symptom(
        f"The engine of {setup.model}: {trouble}.",
        (Evidence("call:localai.examine", trouble),),
        0.98,
    )
