"""The driver waits for a card that no longer replies (after sleep, an earlier error of the
hardware, or a defect); whoever asks it waits too, and cannot even be killed.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import NVIDIA, Drivers


def check(drivers: Drivers) -> Symptom | None:
    """A tool that times out proves nothing where no card of NVIDIA's is."""
    absent = not drivers.of(NVIDIA) and drivers.there.get("/dev/nvidiactl") is False
    if drivers.nvidia_smi != "timed-out" or absent:
        return None
    return Symptom(
        "`nvidia-smi` did not answer in time.",
        (Evidence("command:nvidia-smi", "timed out"),),
        certainty=0.8,
        status="warn",
    )
