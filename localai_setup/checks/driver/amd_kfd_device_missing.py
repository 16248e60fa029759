"""Without /dev/kfd the ROCm libraries cannot reach the card. A kernel without the compute part of
the driver, WSL, or a container that was not given the device lacks it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import AMD, Drivers
from ...probes.host import Host


def check(drivers: Drivers, host: Host) -> Symptom | None:
    driven = [card for card in drivers.of(AMD) if card.driver == "amdgpu"]
    if drivers.there.get("/dev/kfd") is not False or not driven or host.wsl:
        return None
    return Symptom(
        f"amdgpu drives {driven[0].label}, but /dev/kfd does not exist.",
        (Evidence("stat:/dev/kfd", "missing"),),
        certainty=0.93,
        status="warn",
    )
