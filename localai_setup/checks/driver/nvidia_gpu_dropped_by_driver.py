"""NVIDIA moves older generations of cards to legacy branches, and newer drivers pass them over:
from 495 on Kepler (GTX 600 and 700), from 590 on Maxwell, Pascal and Volta (GTX 900 and 10).
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import NVIDIA, Drivers

#: First and last PCI number of a generation → the first driver that passes it over, and its branch.
GENERATIONS = (((0x0FC0, 0x12FF), 495, "470"), ((0x1340, 0x1DFF), 590, "580"))


def check(drivers: Drivers) -> Symptom | None:
    version = (drivers.nvidia_module or {}).get("version", "")
    major = int(version.partition(".")[0]) if version[:1].isdigit() else 0
    for card in drivers.of(NVIDIA):
        for (first, last), dropped_in, branch in GENERATIONS:
            if first <= (card.device or 0) <= last and major >= dropped_in:
                return Symptom(
                    f"Driver {version} passes over {card.label}; it needs branch {branch}.",
                    (Evidence("command:modinfo nvidia", f"version: {version}"),),
                    certainty=0.95,
                )
    return None
