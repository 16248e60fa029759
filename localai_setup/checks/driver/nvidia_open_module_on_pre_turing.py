"""The open module needs a processor (GSP) inside the card, which cards before the GTX 16 and RTX 20
series lack.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import NVIDIA, Drivers

#: PCI numbers of NVIDIA's from here on are Turing or newer.
FIRST_TURING = 0x1E00


def check(drivers: Drivers) -> Symptom | None:
    old = [card for card in drivers.of(NVIDIA) if 0 < (card.device or 0) < FIRST_TURING]
    licence = (drivers.nvidia_module or {}).get("license", "")
    if not old or "GPL" not in licence:
        return None
    return Symptom(
        f"{old[0].label} needs NVIDIA's closed kernel module; the open one is installed.",
        (Evidence("command:modinfo nvidia", f"license: {licence}"),),
        certainty=0.96,
    )
