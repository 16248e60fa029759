from __future__ import annotations

import re

from ...model.finding import Cleared, Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.logs import Logs
from ...probes.services import Services

ON_CARD = re.compile(r"inference compute\b.*\blibrary=\"?cuda", re.IGNORECASE)
ON_PROCESSOR = re.compile(r"library=\"?cpu|no compatible GPUs", re.IGNORECASE)


def check(services: Services, gpus: Gpus, logs: Logs) -> Symptom | Cleared | None:
    """Settings that hide every card; where the engine names a card, none is hidden."""
    hidden = _hidden(services)
    if hidden:
        return hidden
    served = logs.engine()
    cards = sum(gpu.vendor == "nvidia" for gpu in gpus.gpus)
    given = re.findall(r"CUDA_VISIBLE_DEVICES:(\d[\d,]*)", served)
    beyond = given and cards and all(int(one) >= cards for one in given[-1].split(",") if one)
    if beyond and ON_PROCESSOR.search(served):
        what = f"The engine was told to use card {given[-1]}, and this machine has {cards}, counted from 0."
        return Symptom(what, (Evidence("engine log", f"CUDA_VISIBLE_DEVICES:{given[-1]}"),), 0.95)
    if ON_CARD.search(served) and not ON_PROCESSOR.search(served):
        return Cleared("the engine names a card that it uses")
    return None


def _hidden(services: Services) -> Symptom | None:
    given = list(services.everywhere("CUDA_VISIBLE_DEVICES"))
    service = list(services.settings("CUDA_VISIBLE_DEVICES"))
    for source, value in service:
        if value in ("", "-1"):
            return Symptom(
                f"The service is started with CUDA_VISIBLE_DEVICES={value!r}, which hides every card.",
                (Evidence(source, f"CUDA_VISIBLE_DEVICES={value}"),),
            )
    if service and len({value for _, value in given}) > 1:
        return Symptom(
            "CUDA_VISIBLE_DEVICES is set more than once, to different values; only one of them counts.",
            tuple(Evidence(source, f"CUDA_VISIBLE_DEVICES={value}") for source, value in given),
        )
    return None
