from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.logs import Logs
from ...probes.readouts import Readouts


def check(readouts: Readouts, logs: Logs) -> Symptom | None:
    shown = re.search(r'inference compute.*total="?([\d.]+) GiB', logs.engine())
    total = readouts.memory_gib
    if not shown or total is None or "id=cpu" in shown[0] or float(shown[1]) <= total * 1.02:
        return None
    return Symptom(
        f"The engine counts {shown[1]} GiB of graphics memory; the computer has {total:.1f} GiB.",
        (Evidence("file:/proc/meminfo", f"{total:.1f} GiB"),),
        certainty=0.96,
    )
