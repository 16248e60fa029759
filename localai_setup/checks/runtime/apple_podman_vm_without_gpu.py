"""Only Podman machines of the libkrun kind pass the graphics chip on; the default kind does not,
and its memory is far too small for a model.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.sizes import mib_words
from ...probes.runtimes import Runtimes

#: below this not even a small model fits beside the virtual machine's own system
MIN_MEMORY_GIB = 4


def check(runtimes: Runtimes) -> Symptom | None:
    provider, memory = runtimes.podman_provider, runtimes.podman_memory_gib
    if provider in ("applehv", "qemu"):
        what = f"The Podman machine is of the kind {provider}, which has no graphics chip."
        return Symptom(what, (Evidence("command:podman machine info", provider),), 0.95)
    if provider and memory is not None and memory < MIN_MEMORY_GIB:
        what = (
            f"The Podman machine has {mib_words(memory * 1024)} of memory, too little for a model."
        )
        return Symptom(
            what, (Evidence("command:podman machine list", f"{mib_words(memory * 1024)}"),), 0.85
        )
    return None
