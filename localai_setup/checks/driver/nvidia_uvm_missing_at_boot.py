"""`nvidia-smi` needs only the basic device files; CUDA needs those of the memory module too. These
appear late at start, and their number changes, so a container may have been given none.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import Drivers
from ...probes.host import Host


def check(drivers: Drivers, host: Host) -> Symptom | None:
    """A host's CUDA makes the file when first used, if it has the program for that."""
    there = drivers.there
    card = there.get("/dev/nvidiactl") or there.get("/dev/nvidia0")
    late = host.container or not there.get("/usr/bin/nvidia-modprobe")
    if not card or there.get("/dev/nvidia-uvm") is not False or host.wsl or not late:
        return None
    return Symptom(
        "The card's device file is there, that of the memory module (/dev/nvidia-uvm) is not.",
        (Evidence("stat:/dev/nvidia-uvm", "missing"),),
        certainty=0.95,
    )
