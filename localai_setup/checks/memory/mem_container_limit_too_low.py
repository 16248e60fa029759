from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.sizes import mib_words
from ...probes.memory import Memory


def check(memory: Memory) -> Symptom | None:
    """The kernel counts how often it ended a process at the group's limit."""
    if memory.limit_mib is None or not memory.limit_kills:
        return None
    what = f"The limit of {mib_words(memory.limit_mib)} ended a process {memory.limit_kills} times."
    shown = Evidence(memory.kills_source, f"oom_kill {memory.limit_kills}")
    return Symptom(what, (shown,), 0.97)
