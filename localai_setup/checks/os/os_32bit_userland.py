from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.userland import WORD_SIZE, Userland

BITS_OF_OLD_IMAGES = 32


def check(userland: Userland) -> Symptom | None:
    if userland.bits != BITS_OF_OLD_IMAGES or userland.machine not in ("aarch64", "x86_64"):
        return None
    what = f"The kernel is 64-bit ({userland.machine}), but programs here are 32-bit."
    return Symptom(what, (Evidence(WORD_SIZE.key, str(userland.bits)),), 0.97)
