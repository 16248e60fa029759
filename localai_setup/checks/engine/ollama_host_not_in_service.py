from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.listeners import EVERYWHERE, Listeners
from ...probes.services import Services


def check(services: Services, listeners: Listeners) -> Symptom | None:
    requested = services.shell.get("OLLAMA_HOST", "")
    local = listeners.on(11434)
    beyond = any(one in requested for one in EVERYWHERE)
    if not (beyond and local) or listeners.on(11434, everywhere=True):
        return None
    return Symptom(
        f"OLLAMA_HOST is {requested} in this terminal, but the server listens on {local[0].address}.",
        (Evidence(listeners.source, local[0].line),),
    )
