from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.logs import Logs


def check(logs: Logs) -> Symptom | None:
    listed = logs.texts.get("command:nvidia-smi -L", "")
    slices = [line.strip() for line in listed.splitlines() if line.strip().startswith("MIG ")]
    served = logs.engine()
    if not slices or not re.search(r"inference compute.*id=cpu|library=cpu", served):
        return None
    return Symptom(
        f"The card offers {slices[0]!r}, but Ollama lists the processor alone.",
        (Evidence("command:nvidia-smi -L", slices[0]),),
        certainty=0.97,
    )
