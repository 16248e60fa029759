"""What the machine has to give to a model, in MiB: main memory, and that of its GPUs.

The rule is made for stable answers: what a desktop usually runs is set aside as a fixed share of the
total, so that the choice does not change with every browser tab. Only where other programs hold more
than that share does what is free now count, because then a model would push them into swap; and not
where a person says what shall be left to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..model.facts import Facts
from ..model.plan import Reserve
from ..model.sizes import mib_words
from ..probes.gpus import Gpu
from ..probes.host import Host as System
from ..probes.memory import Memory

#: Main memory left to the system and other programs: a share of it, between these.
RESERVE_LEAST_MIB, RESERVE_MOST_MIB = 1024.0, 8192.0
#: macOS and Windows take 2 to 4 GB of 16 themselves, a browser and an office program 2 to 4 more, as owners
#: tell (modelfit.io, prasadkhake.com); a Linux machine may have no desktop, and what one holds is seen.
DESKTOP_SHARE, RESERVE_SHARE = 0.35, 0.25
DESKTOPS = ("Darwin", "Windows")
#: In a container or service with a limit of its own there is no desktop.
LIMIT_SHARE, LIMIT_LEAST_MIB = 0.1, 256.0
#: What free memory must be left where other programs take more than their share.
SHORT_MIB = 512.0
#: The driver's own memory once a program computes: 120 to 280 on consumer cards, 600 on large ones.
CONTEXT_MIB, CONTEXT_LARGE_MIB, LARGE_MIB = 300.0, 650.0, 65536.0
#: What a desktop on the card takes, where it is not known; below the second figure there is none.
DESKTOP_MIB, HEADLESS_MIB = 768.0, 100.0
#: Cards of at least this size stand in servers.
SERVER_MIB = 40000.0
#: Of a GPU inside the processor, where nobody knows how large main memory is.
UNKNOWN_SHARED_SHARE = 0.8
#: With a GPU that holds all layers the host needs little; any machine with a card has this much.
UNKNOWN_HOST_MIB = 2048.0


@dataclass(frozen=True)
class Host:
    """`mib` None: not known. `held_mib` is set where other programs hold more than is left to them."""

    mib: float | None
    total_mib: float | None = None
    held_mib: float | None = None
    reserve: Reserve = field(default_factory=Reserve)

    def words(self) -> str:
        """What can be given and why no more, as the end of a sentence."""
        if self.mib is None:
            return "how much memory this machine has is not known"
        given = f"{mib_words(max(0, self.mib), 2)} can be given"
        return (
            f"{given}, while other programs hold {mib_words(self.held_mib, 2)}"
            if self.held_mib
            else given
        )

    def words_with_gpu(self) -> str:
        """What can be given beside a GPU, as the end of a sentence about that."""
        if self.mib is None:
            return "and how much main memory there is is not known"
        given = f"main memory for {mib_words(max(0, self.mib), 2)}"
        return (
            f"{given}, while other programs hold {mib_words(self.held_mib, 2)}"
            if self.held_mib
            else given
        )


def host(facts: Facts, leave_mib: int | None = None) -> Host:
    """Main memory that a model may fill; `leave_mib` is left to other programs, whatever they hold now."""
    memory = facts.get(Memory) or Memory()
    total, available, limit = memory.total_mib, memory.available_mib, memory.limit_mib
    known = total or available
    if known is None and limit is None:
        return Host(None)
    if limit is not None and (known is None or limit < known):
        left = max(LIMIT_LEAST_MIB, LIMIT_SHARE * limit) if leave_mib is None else leave_mib
        room = limit - left
        return Host(min(room, available or room), limit, None, Reserve(left, _why(leave_mib)))
    assert known is not None
    left = _usual_mib(facts, known) if leave_mib is None else float(leave_mib)
    room, free = known - left, None if available is None else available - SHORT_MIB
    short = free is not None and total is not None and free < room
    held = max(0.0, (total or 0.0) - (available or 0.0)) if short else None
    if short and leave_mib is None:
        return Host(free, total, held, Reserve(known - (free or 0.0), "held"))
    return Host(room, known, held, Reserve(left, _why(leave_mib)))


def _why(leave_mib: int | None) -> Literal["usual", "asked"]:
    return "usual" if leave_mib is None else "asked"


def _usual_mib(facts: Facts, total_mib: float) -> float:
    """What such a machine's system and programs usually hold."""
    system = (facts.get(System) or System()).system
    share = DESKTOP_SHARE if system in DESKTOPS else RESERVE_SHARE
    return min(max(share * total_mib, RESERVE_LEAST_MIB), RESERVE_MOST_MIB)


def gpu(one: Gpu) -> float | None:
    """MiB that a model may fill on this GPU; None where its memory is not known."""
    if one.memory_mib is None:
        return None
    context = CONTEXT_LARGE_MIB if one.memory_mib > LARGE_MIB else CONTEXT_MIB
    return one.memory_mib - context - _held(one)


def _held(one: Gpu) -> float:
    if one.memory_kind != "dedicated" or one.vendor == "apple":
        return 0.0
    if one.used_mib is None:
        return 0.0 if (one.memory_mib or 0) >= SERVER_MIB else DESKTOP_MIB
    return 0.0 if one.used_mib < HEADLESS_MIB else max(DESKTOP_MIB, one.used_mib)


def shares_main_memory(one: Gpu) -> bool:
    """Whether what lies on this GPU lies in main memory."""
    return one.memory_kind in ("unified", "shared")
