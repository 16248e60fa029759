"""On a full disk nothing can be saved, a download stops half-way, and the server cannot write its
log.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.sizes import mib_words
from ...probes.setup import SetUpState

#: A saved set-up, a log and an update of the engine fit into this.
LITTLE_MIB = 512
#: Less than this and even small files fail.
NOTHING_MIB = 32


def check(setup: SetUpState) -> Symptom | None:
    disk = setup.examined.disk
    free = disk.free_mib
    if free is None or free >= LITTLE_MIB:
        return None
    return Symptom(
        f"The disk of {disk.folder} has {mib_words(free)} free.",
        (Evidence("call:localai.examine", f"{mib_words(free)} free"),),
        status="fail" if free < NOTHING_MIB else "warn",
    )
