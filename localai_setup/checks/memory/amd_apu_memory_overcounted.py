from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...model.sizes import mib_words
from ...probes.logs import Logs
from ...probes.readouts import Readouts


def check(readouts: Readouts, logs: Logs) -> Symptom | None:
    shown = re.search(r'inference compute.*total="?([\d.]+) GiB', logs.engine())
    total = readouts.memory_gib
    if not shown or total is None or "id=cpu" in shown[0] or float(shown[1]) <= total * 1.02:
        return None
    return Symptom(
        f"The engine counts {mib_words(float(shown[1]) * 1024)} of graphics memory; the computer has {mib_words(total * 1024)}.",
        (Evidence("file:/proc/meminfo", f"{mib_words(total * 1024)}"),),
        certainty=0.96,
    )
