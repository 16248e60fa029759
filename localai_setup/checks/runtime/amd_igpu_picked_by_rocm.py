"""ROCm also lists the graphics unit inside the processor, which has very little memory of its own
and an unsupported chip.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.logs import Logs
from ...probes.services import Services

CRASH = (
    r"signal: (?:aborted|segmentation)|segmentation fault|core dumped|invalid device function"
    r"|kernel image is invalid|rocBLAS error|exit status 0xc0000|SIGABRT|SIGSEGV|segfault"
)


def check(gpus: Gpus, services: Services, logs: Logs) -> Symptom | None:
    amd = [gpu for gpu in gpus.gpus if gpu.vendor == "amd"]
    inside = next((gpu for gpu in amd if gpu.integrated), None)
    if inside is None or not any(gpu.integrated is False for gpu in amd):
        return None
    if any(_chosen(services, name) for name in ("ROCR", "HIP")):
        return None
    death = re.search(rf"[^\n]*(?:{CRASH})[^\n]*", logs.engine())
    if not death:
        return None
    what = f"The engine died while {inside.name or 'the built-in graphics'} was offered to it too."
    return Symptom(what, (Evidence("engine log", death[0].strip()[:300]),), 0.85)


def _chosen(services: Services, maker: str) -> bool:
    return any(value for _, value in services.everywhere(f"{maker}_VISIBLE_DEVICES"))
