from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.userland import MACHINE, Userland

KERNELS_OF_32_BITS = frozenset({"armv6l", "armv7l", "armhf", "i386", "i486", "i586", "i686"})


def check(userland: Userland) -> Symptom | None:
    if userland.machine not in KERNELS_OF_32_BITS:
        return None
    what = (
        f"This is a 32-bit system ({userland.machine}); models of more than 2 GB cannot be opened."
    )
    return Symptom(what, (Evidence(MACHINE.key, userland.machine or ""),), 0.85, "warn")
