from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.sizes import KB_BYTES, size_words
from ...probes.disks import Disks
from ...probes.services import Services

#: No model that is worth having fits into less.
LEAST_KIB = 512 * 1024
#: Mount points that never hold models, or are full by design (read-only images).
OTHER_PLACES = (
    "/snap",
    "/boot",
    "/efi",
    "/run",
    "/dev",
    "/sys",
    "/proc",
    "/tmp",
    "/var/snap",
    "/cdrom",
)


def check(disks: Disks, services: Services) -> Symptom | None:
    """A disk that may hold models and has no room left."""
    stores = [folder for _, folder in services.everywhere("OLLAMA_MODELS")]
    held = {mount.path for folder in stores if (mount := disks.holding(folder))}
    for room in disks.rooms:
        if room.mount.startswith(OTHER_PLACES) and room.mount not in held:
            continue
        if room.total_kib > 0 and room.free_kib < min(LEAST_KIB, room.total_kib / 50):
            what = f"{room.mount} has {size_words(room.free_kib * KB_BYTES)} left of {size_words(room.total_kib * KB_BYTES)}."
            return Symptom(what, (Evidence(room.source, room.line),), 0.93)
    return None
