from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.host import Host
from ...probes.logs import Logs
from ...probes.runtimes import Runtimes
from ...probes.services import Services

#: the container has the driver or is told to do without; then it is another trouble
LOOKED_IN_VAIN = (
    r"(?i)too old|init failure|nvcuda failed|CUDA_VISIBLE_DEVICES:\S|skipping CUDA|dropping"
)


def check(
    host: Host, runtimes: Runtimes, services: Services, gpus: Gpus, logs: Logs
) -> Symptom | None:
    requested = services.shell.get("NVIDIA_VISIBLE_DEVICES", "")
    asked_for = host.container and requested not in ("", "void", "none")
    if not asked_for or "/dev/nvidiactl" not in runtimes.absent or "/dev/dxg" in runtimes.there:
        return _seen_from_outside(gpus, logs)
    what = "This image asks for NVIDIA cards, and none was given to the container."
    evidence = (
        Evidence("env:NVIDIA_VISIBLE_DEVICES", requested),
        Evidence("stat:/dev/nvidiactl", "not there"),
    )
    # images for the card also run on machines that have none, and then nothing is wrong
    return Symptom(what, evidence, 0.7, "info")


def _seen_from_outside(gpus: Gpus, logs: Logs) -> Symptom | None:
    """The host's driver shows the card, and the engine in the container works without."""
    card = next((gpu for gpu in gpus.gpus if gpu.vendor == "nvidia"), None)
    listed = "GPU 0: " in logs.texts.get("command:nvidia-smi -L", "")
    if card is None or card.usable is False or not (card.driver or listed):
        return None
    for key, text in logs.texts.items():
        stated = re.findall(r"msg=\"inference compute\" [^\n]{0,300}", text)
        inside = key.startswith(("command:docker logs", "command:podman logs"))
        if not inside or not stated or "library=cpu" not in stated[-1]:
            continue
        if not re.search(LOOKED_IN_VAIN, text):
            what = f"The host has {card.name or 'an NVIDIA card'}; the engine in the container found none."
            return Symptom(what, (Evidence(key, stated[-1]),), 0.88)
    return None
