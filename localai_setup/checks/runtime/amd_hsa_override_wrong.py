from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.logs import Logs
from ...probes.services import Services

NAME = "HSA_OVERRIDE_GFX_VERSION"
#: chips for which ROCm's own libraries have kernels (AMD's compatibility matrix, ROCm 6.4 and 7)
NATIVE = frozenset(
    {"gfx908", "gfx90a", "gfx942", "gfx950", "gfx1030", "gfx1100", "gfx1101", "gfx1102",
     "gfx1150", "gfx1151", "gfx1200", "gfx1201"}
)  # fmt: skip


def check(services: Services, gpus: Gpus, logs: Logs) -> Symptom | None:
    source, value = next(services.everywhere(NAME), ("", ""))
    if not value:
        return None
    chips = [gpu.gfx for gpu in gpus.gpus if gpu.vendor == "amd" and gpu.gfx]
    evidence = (Evidence(source, f"{NAME}={value}"),)
    if chips:
        wrong = [chip for chip in chips if _forces_another(value, chip)]
        if not wrong or len(wrong) < len(chips):
            return None
        return Symptom(f"{NAME} is {value}, but this card is a {wrong[0]}.", evidence, 0.92)
    if "skipping rocm gfx compatibility check" not in logs.engine():
        return None
    return Symptom(
        f"{NAME} is {value}, and the engine uses it without knowing the card.",
        evidence,
        0.8,
        "warn",
    )


def _forces_another(value: str, chip: str) -> bool:
    """Whether the setting names another generation, or replaces a chip that has its own code."""
    stated = re.match(r"[\"']?(\d+)\.(\d+)\.(\d+)", value)
    own = re.match(r"gfx(\d+)([0-9a-f])([0-9a-f])$", chip)
    if not stated or not own:
        return False
    if stated[1] != own[1]:
        return True
    return chip in NATIVE and (int(stated[2]), int(stated[3])) != (int(own[2], 16), int(own[3], 16))
