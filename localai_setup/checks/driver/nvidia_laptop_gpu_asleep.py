"""To save power the card sleeps, or a switch keeps it off; the first request waits for it, and a
card that does not wake up is invisible.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.drivers import Drivers
from ...probes.logs import Logs


def check(drivers: Drivers, logs: Logs) -> Symptom | None:
    """Sleep alone is what a laptop should do; it matters where the engine then found no card."""
    alone = re.search(r"(?m)^.*inference compute.*library=\"?cpu.*$", logs.engine(), re.IGNORECASE)
    if not drivers.asleep or not alone:
        return None
    return Symptom(
        "The NVIDIA card slept when the engine looked for it, and the engine took the processor.",
        (Evidence(drivers.asleep, "suspended"), Evidence("log", alone[0].strip()[:300])),
        certainty=0.85,
    )
