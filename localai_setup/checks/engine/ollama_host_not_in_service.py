from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes import _ollama_address
from ...probes.listeners import Listeners
from ...probes.services import Services


def check(services: Services, listeners: Listeners) -> Symptom | None:
    requested = services.shell.get("OLLAMA_HOST", "")
    address = _ollama_address.read(requested)
    local = listeners.on(address.port)
    if not (requested and address.everywhere and local):
        return None
    if listeners.on(address.port, everywhere=True):
        return None
    return Symptom(
        f"OLLAMA_HOST is {requested} in this terminal, but the server listens on {local[0].address}.",
        (Evidence(listeners.source, local[0].line),),
    )
