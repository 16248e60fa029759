"""A card can have one driver; nouveau, or another framebuffer driver, was first, so NVIDIA's cannot
take it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import NVIDIA, Drivers

#: What else drives an NVIDIA card; the nova driver calls itself by either name.
OTHERS = ("nouveau", "nova", "nova-core", "nova_core", "novacore", "nvidiafb", "rivafb")


def check(drivers: Drivers) -> Symptom | None:
    held = [card for card in drivers.of(NVIDIA) if (card.driver or "").lower() in OTHERS]
    installed = drivers.built_for or drivers.nvidia_module
    tool = drivers.nvidia_smi not in ("", "missing")
    if not held or not (installed or tool):
        return None
    return Symptom(
        f"{held[0].driver} holds {held[0].label}, although NVIDIA's driver is installed.",
        (Evidence(held[0].source, f"Kernel driver in use: {held[0].driver}"),),
        certainty=0.97,
    )
