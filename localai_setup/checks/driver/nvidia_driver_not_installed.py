"""The card is on the bus, but no driver of NVIDIA's is installed (or only the CUDA toolkit is), so
engines compute on the processor.
"""

from __future__ import annotations

from ...model.finding import Cleared, Evidence, Symptom
from ...probes.drivers import NVIDIA, Drivers
from ...probes.host import Host


def check(drivers: Drivers, host: Host) -> Symptom | Cleared | None:
    if drivers.lacks_nvidia and not host.wsl:
        return Cleared("no card of NVIDIA's is on the bus")
    cards = [c for c in drivers.of(NVIDIA) if c.driver not in ("nvidia", "vfio-pci", "pci-stub")]
    installed = drivers.built_for or drivers.nvidia_module or drivers.is_loaded("nvidia")
    if not cards or host.wsl or installed or drivers.nvidia_smi != "missing":
        return None
    held = f", held by {cards[0].driver}" if cards[0].driver else ""
    return Symptom(
        f"{cards[0].label} is on the bus{held}; no driver of NVIDIA's is installed.",
        (Evidence(cards[0].source, cards[0].label),),
        certainty=0.95,
    )
