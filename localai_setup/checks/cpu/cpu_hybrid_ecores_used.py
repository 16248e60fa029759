from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.cpu import Cpu
from ...probes.logs import Logs


def check(cpu: Cpu, logs: Logs) -> Symptom | None:
    """More threads in the engine's log than this processor has fast cores."""
    fast, all_cores = cpu.performance_cores, cpu.physical_cores
    if not fast or not all_cores or fast >= all_cores:
        return None
    used = re.findall(
        r"(?:\bn_threads = |--threads |\bthreads=)(\d+)(?! ?efficiency)", _starts(logs)
    )
    most = max((int(number) for number in used), default=0)
    if most <= fast:
        return None
    what = f"The engine uses {most} threads; this processor has {fast} fast cores of {all_cores}."
    return Symptom(what, (Evidence("engine log", f"threads {most}"),), 0.85)


def _starts(logs: Logs) -> str:
    """The engine's lines without Ollama's inventory of the processor, which counts every thread."""
    lines = logs.engine().splitlines()
    return "\n".join(line for line in lines if "efficiency=" not in line)
