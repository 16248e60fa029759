from __future__ import annotations

import re

from ...model.finding import Cleared, Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.logs import Logs


def check(gpus: Gpus, logs: Logs) -> Symptom | Cleared | None:
    """The engine lists no device on a machine that has a card."""
    listed = {k: t for k, t in logs.texts.items() if "--list-devices" in k}
    empty = [key for key, text in listed.items() if re.fullmatch(r"\s*Available devices:\s*", text)]
    if not empty:
        return None
    card = next((gpu for gpu in gpus.gpus if gpu.vendor in ("nvidia", "amd", "apple")), None)
    if card is None:
        return (
            Cleared("no card is known on this machine") if len(logs.texts) == len(listed) else None
        )
    what = f"The engine lists no device, and this machine has {card.name or 'a card'}."
    return Symptom(what, (Evidence(empty[0], "Available devices: (none)"),), 0.93)
