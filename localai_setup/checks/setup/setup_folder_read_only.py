"""Nothing can be set up, saved or repaired on a disk that takes no writes."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    disk = setup.examined.disk
    if disk.writable is not False:
        return None
    what = f"{disk.folder} lies on a file system that is mounted read-only."
    return Symptom(what, (Evidence("call:localai.examine", "read-only"),), 0.95)
