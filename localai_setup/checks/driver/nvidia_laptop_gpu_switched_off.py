"""The integrated mode of envycontrol, prime-select and their like takes the card off the bus by a
udev rule and blocks its driver; the files stay behind when the tool goes.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import NVIDIA, SWITCHED_OFF, Drivers


def check(drivers: Drivers) -> Symptom | None:
    left = [path for path in SWITCHED_OFF if drivers.there.get(path)]
    if not left or not drivers.cards or drivers.of(NVIDIA) or drivers.nvidia_on_bus:
        return None
    return Symptom(
        f"{left[0]} keeps an NVIDIA card off: none is on the bus.",
        tuple(Evidence(f"stat:{path}", "exists") for path in left),
        certainty=0.96,
    )
