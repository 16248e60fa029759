"""ROCm opens /dev/kfd and a file below /dev/dri. A kernel that offers only the first (seen on
network storage) leaves engines with the processor.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import Drivers


def check(drivers: Drivers) -> Symptom | None:
    there = drivers.there
    if not there.get("/dev/kfd") or there.get("/dev/dri") is not False:
        return None
    return Symptom(
        "/dev/kfd exists and /dev/dri does not: ROCm needs both.",
        (Evidence("stat:/dev/kfd", "exists"), Evidence("stat:/dev/dri", "missing")),
        certainty=0.96,
    )
