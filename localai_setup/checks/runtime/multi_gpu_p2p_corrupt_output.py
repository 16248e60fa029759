from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.services import Services

NAME = "GGML_CUDA_P2P"
#: cards with NVLink, for which direct copies are meant
LINKED = re.compile(
    r"SXM|HGX|\b[AH]100\b|\b[HB]200\b|\bGB\d|NVLink|\bV100\b|MI[123]\d\d", re.IGNORECASE
)


def check(services: Services, gpus: Gpus) -> Symptom | None:
    found = next(services.everywhere(NAME), None)
    if found is None:
        return None
    source, value = found
    names = [gpu.name or "" for gpu in gpus.gpus if not gpu.integrated]
    evidence = (Evidence(source, f"{NAME}={value}"),)
    if value.strip("\"'").lower() in ("0", "off", "false", "no", ""):
        what = (
            f"{NAME}={value} is meant to switch direct copies off, but any value switches them on."
        )
        return Symptom(what, evidence, 0.92)
    alone = len(names) == 1
    if alone or any(LINKED.search(name) for name in names):
        return None
    return Symptom(
        f"{NAME}={value} switches on direct copies between cards.", evidence, 0.85, "warn"
    )
