"""What would let a better model run here: other programs closed first, then more memory, as it is sold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ..model.facts import Facts
from ..model.plan import Choice
from ..model.sizes import gigabyte_words
from ..probes.gpus import Gpu, Gpus
from ..probes.memory import Memory
from . import _room

#: GB that main memory is sold in, alone or as pairs of modules, and as unified memory
SOLD_GB = (4, 8, 12, 16, 18, 24, 32, 36, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
#: More than this many times what is here is another machine.
MOST_TIMES = 4
MIB_PER_GB = 1024

#: the choice for facts; None where nothing fits
Chosen = Callable[[Facts], "Choice | None"]


def closing_programs(facts: Facts, chosen: Chosen, leave_mib: int | None) -> str | None:
    """What it would be if other programs held only what is usual; None where that changes nothing."""
    memory, host = facts.get(Memory) or Memory(), _room.host(facts, leave_mib)
    if host.held_mib is None or memory.limit_mib is not None or host.reserve.why != "held":
        return None
    then = chosen(_with_memory(facts, replace(memory, available_mib=memory.total_mib)))
    if then is None or _same(then, chosen(facts)):
        return None
    held = gigabyte_words(host.held_mib)
    return f"With other programs closed, which hold {held} now, it would be {_words(then)}."


def more_memory(facts: Facts, chosen: Chosen) -> str | None:
    """What the first larger size on sale that changes the choice would bring; None where none does."""
    memory = facts.get(Memory) or Memory()
    if memory.total_mib is None or memory.limit_mib is not None:
        return None
    now = chosen(facts)
    for size in _larger(memory.total_mib):
        then = chosen(_grown(facts, memory, size * MIB_PER_GB))
        if then and not _same(then, now):
            return f"With {gigabyte_words(size * MIB_PER_GB)} of main memory it would be {_words(then)}."
    return None


def memory_for(facts: Facts, chosen: Chosen) -> tuple[float, Choice] | None:
    """The first larger size on sale, in MiB, with which there is a choice, and that; None where there is none."""
    memory = facts.get(Memory) or Memory()
    if memory.total_mib is None or memory.limit_mib is not None:
        return None
    for size in _larger(memory.total_mib):
        if then := chosen(_grown(facts, memory, size * MIB_PER_GB)):
            return float(size * MIB_PER_GB), then
    return None


def _larger(total_mib: float) -> Iterator[int]:
    """Sizes on sale above the one that this memory was sold as: the system shows a little less."""
    here = next((one for one in SOLD_GB if one * MIB_PER_GB >= total_mib), SOLD_GB[-1])
    return (one for one in SOLD_GB if here < one <= MOST_TIMES * here)


def _grown(facts: Facts, memory: Memory, total_mib: float) -> Facts:
    """With that much main memory, of which other programs hold what they hold now."""
    assert memory.total_mib is not None
    more, times = total_mib - memory.total_mib, total_mib / memory.total_mib
    free = memory.available_mib and memory.available_mib + more
    found = (facts.get(Gpus) or Gpus()).gpus
    gpus = Gpus(tuple(_larger_gpu(one, times) for one in found))
    with_gpus = Facts({**facts.by_type, Gpus: gpus}, facts.crashed)
    return _with_memory(with_gpus, replace(memory, total_mib=total_mib, available_mib=free))


def _larger_gpu(one: Gpu, times: float) -> Gpu:
    if not _room.shares_main_memory(one):
        return one
    return replace(one, memory_mib=one.memory_mib and times * one.memory_mib)


def _with_memory(facts: Facts, memory: Memory) -> Facts:
    return Facts({**facts.by_type, Memory: memory}, facts.crashed)


def _same(one: Choice, other: Choice | None) -> bool:
    return other is not None and one.model == other.model


def _words(choice: Choice) -> str:
    return f"{choice.model} ({choice.weights.quantization})"
