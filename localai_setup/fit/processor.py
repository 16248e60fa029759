"""The processor of a machine, as far as speed is concerned."""

from __future__ import annotations

from ..model.facts import Facts
from ..model.measurement import MemorySpeed
from ..probes.cpu import Cpu
from ..probes.host import Host
from .speed import Cores

#: What is assumed where nobody counted the cores.
UNKNOWN_CORES = 4
#: Arm boards of up to four cores have one channel of LPDDR4X, sold as 17 GB/s (a Raspberry Pi 5).
BOARD_CORES, BOARD_GBPS = range(1, 5), 17.0


def threads(facts: Facts) -> int | None:
    """Fast cores only: one slow core holds up all the others at every token. None: not known."""
    cpu = facts.get(Cpu) or Cpu()
    return cpu.performance_cores or cpu.physical_cores or cpu.logical_cores


def cores(facts: Facts) -> Cores:
    """The processor, as far as speed is concerned."""
    cpu = facts.get(Cpu) or Cpu()
    count = threads(facts) or UNKNOWN_CORES
    measured = facts.get(MemorySpeed)
    read_gbps = measured.gbps if measured else None
    if cpu.arch != "aarch64":
        return Cores(count, cpu.level, read_gbps=read_gbps)
    system = (facts.get(Host) or Host()).system
    board = system == "Linux" and (cpu.physical_cores or cpu.logical_cores or 0) in BOARD_CORES
    return Cores(count, "arm", BOARD_GBPS if board else None, read_gbps)
