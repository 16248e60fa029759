from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.sizes import KB_BYTES, size_words
from ...probes.disks import Disks

#: The engine's own libraries take more than this when they are unpacked.
LEAST_KIB = 64 * 1024


def check(disks: Disks) -> Symptom | None:
    """A temporary folder on a disk of its own that is full."""
    for room in disks.rooms:
        if room.mount in ("/tmp", "/var/tmp") and room.free_kib < LEAST_KIB:
            what = f"{room.mount} has {size_words(room.free_kib * KB_BYTES)} left."
            return Symptom(what, (Evidence(room.source, room.line),), 0.97)
    return None
