"""From the RTX 50 series on NVIDIA's closed kernel modules start no card; only the open ones do."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import NVIDIA, Drivers

#: PCI numbers of NVIDIA's from here on are Blackwell or newer.
FIRST_BLACKWELL = 0x2900


def check(drivers: Drivers) -> Symptom | None:
    new = [card for card in drivers.of(NVIDIA) if (card.device or 0) >= FIRST_BLACKWELL]
    licence = (drivers.nvidia_module or {}).get("license", "")
    if not new or licence != "NVIDIA":
        return None
    return Symptom(
        f"{new[0].label} needs NVIDIA's open kernel module; the closed one is installed.",
        (Evidence("command:modinfo nvidia", f"license: {licence}"),),
        certainty=0.97,
    )
