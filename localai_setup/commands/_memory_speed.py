"""How fast main memory is, measured where a plan needs it: before a choice, on this machine alone."""

from __future__ import annotations

from ..fit import processor
from ..machine.keeping import memory_speed
from ..model.facts import Facts
from ..model.measurement import MemorySpeed
from ..probes.memory import Memory

#: Measuring takes a quarter of a gigabyte for a tenth of a second; that much has to be free.
LEAST_FREE_MIB = 1024


def measured(facts: Facts) -> Facts:
    """With the speed of main memory, where it can be measured now or was before."""
    memory = facts.get(Memory) or Memory()
    free = min(memory.available_mib or 0, memory.limit_mib or float("inf"))
    threads = processor.threads(facts)
    if free < LEAST_FREE_MIB or not threads:
        return facts
    gbps = memory_speed.gbps(threads, int(memory.total_mib or 0))
    if gbps is None:
        return facts
    return Facts({**facts.by_type, MemorySpeed: MemorySpeed(gbps)}, facts.crashed)
