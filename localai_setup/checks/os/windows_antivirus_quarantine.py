from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.logs import Logs

ENGINE = re.compile(r"\b(?:ollama|llama|lm[ -]?studio|koboldcpp|jan)\b", re.IGNORECASE)


def check(logs: Logs) -> Symptom | None:
    """Windows Defender's own list of what it took away."""
    for source, text in logs.texts.items():
        if "MpThreat" not in source:
            continue
        taken = next((line for line in text.splitlines() if ENGINE.search(line)), None)
        if taken:
            what = "Windows Defender lists a file of the engine among what it took away."
            return Symptom(what, (Evidence(source, taken.strip()[:300]),), 0.95)
    return None
