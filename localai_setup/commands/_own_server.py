"""The server that works now is stopped for the next one, so its memory is not taken."""

from __future__ import annotations

from dataclasses import replace

from ..machine.running import held_memory
from ..machine.workbench import Workbench
from ..model.facts import Facts
from ..model.setup import SetUp
from ..probes.gpus import Gpu, Gpus
from ..probes.memory import Memory


def memory_freed(facts: Facts, current: SetUp | None, bench: Workbench) -> Facts:
    """The facts as if our server held no memory: of main memory what its process has for itself, of a
    card at most what was planned.
    """
    running = bench.serving.running(current.place) if current else None
    if running is None or current is None:
        return facts
    planned = current.predicted_total_mib or 0.0
    private = held_memory.private_mib(running.pid) if running.pid else None
    held = (0.0 if current.settings.gpu_layers else planned) if private is None else private
    memory = facts.get(Memory) or Memory()
    freed = replace(memory, available_mib=_more(memory, held))
    if not current.settings.gpu_layers:
        return Facts({**facts.by_type, Memory: freed})
    cards = (_with_less(one, planned) for one in (facts.get(Gpus) or Gpus()).gpus)
    return Facts({**facts.by_type, Memory: freed, Gpus: Gpus(tuple(cards))})


def _more(memory: Memory, held: float) -> float | None:
    """What will be available, and never more than there is."""
    if memory.available_mib is None:
        return None
    return min(memory.available_mib + held, memory.total_mib or float("inf"))


def _with_less(card: Gpu, held: float) -> Gpu:
    return replace(card, used_mib=card.used_mib and max(0.0, card.used_mib - held))
