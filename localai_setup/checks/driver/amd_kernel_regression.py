"""Single kernel releases broke computing on AMD cards: Ubuntu's 5.15.0-133 to 136, 6.12 before
6.12.21 and 6.13 (older cards and the 780M), 6.17 before 6.17.8 (newer cards).
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.drivers import Drivers
from ...probes.logs import TOGETHER, Logs

#: How a crash on the card reads, with a word that stands in each such line.
CRASHES = (
    (r"ROCm error: ", ("rocm", "error")),
    (r"Memory access fault by GPU", ("memory", "access", "fault")),
    (r"killed entity", ("killed", "entity")),
    (r"SIGSEGV", ("sigsegv",)),
    (r"signal arrived during cgo", ("signal", "arrived", "during", "cgo")),
    (r"segfault at ", ("segfault",)),
    (r"segmentation (?:fault|violation)", ("segmentation",)),
    (r"GCVM_L2_PROTECTION_FAULT_STATUS", ("gcvm_l2_protection_fault_status",)),
)
CRASH = "|".join(pattern for pattern, _ in CRASHES)


def is_faulty(kernel: str, release: tuple[int, ...]) -> bool:
    ubuntu = re.match(r"5\.15\.0-(\d+)\b", kernel)
    if ubuntu:
        return ubuntu[1] in {"133", "134", "135", "136"}
    broken = (((6, 12), (6, 12, 21)), ((6, 13), (6, 14)), ((6, 17), (6, 17, 8)))
    return any(first <= release < repair_result for first, repair_result in broken)


def check(drivers: Drivers, logs: Logs) -> Symptom | None:
    if not is_faulty(drivers.kernel, drivers.release):
        return None
    words = logs.texts.get(TOGETHER) or "\n".join(logs.texts.values())
    crash = re.search(rf"(?m)^.*(?:{CRASH}).*$", words)
    if not crash or not re.search(r"rocm|amdgpu|hip|gfx\d{3}", words, re.IGNORECASE):
        return None
    return Symptom(
        f"Kernel {drivers.kernel} carries a faulty AMD driver, and the engine crashed on the card.",
        (Evidence("command:uname -r", drivers.kernel), Evidence("log", crash[0].strip()[:300])),
        certainty=0.94,
    )
