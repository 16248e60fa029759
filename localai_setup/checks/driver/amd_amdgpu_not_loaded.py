"""An add-on driver that could not be built for the running kernel, a boot option such as nomodeset,
or missing firmware leaves the card without a driver, and nothing can compute on it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import AMD, Drivers
from ...probes.host import Host

KFD = "/dev/kfd"

#: A card that is set aside for a virtual machine, or that an older driver drives, needs no amdgpu.
OTHER_DRIVERS = ("amdgpu", "radeon", "vfio-pci", "pci-stub", "fglrx")


def check(drivers: Drivers, host: Host) -> Symptom | None:
    free = [card for card in drivers.of(AMD) if card.driver not in OTHER_DRIVERS]
    stated = [card for card in free if card.driver == ""]
    loaded = drivers.is_loaded("amdgpu")
    if (
        not free
        or host.wsl
        or loaded
        or (loaded is None and not (stated and drivers.is_missing(KFD)))
    ):
        return None
    card = (stated or free)[0]
    blocked = " The boot line holds nomodeset." if "nomodeset" in drivers.command_line else ""
    return Symptom(
        f"The AMD card {card.label} is on the bus, but amdgpu is not loaded.{blocked}",
        (Evidence(card.source, card.label),),
        certainty=0.95,
    )
