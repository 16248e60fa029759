from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.listeners import Listeners
from ...probes.services import Services


def check(services: Services, listeners: Listeners) -> Symptom | None:
    client = services.shell.get("OLLAMA_HOST", "")
    for source, value in services.settings("OLLAMA_HOST"):
        port = value.rpartition(":")[2]
        moved = port.isdigit() and port != "11434" and port not in client
        if moved and listeners.known and not listeners.on(11434):
            return Symptom(
                f"The service listens on {value}, and OLLAMA_HOST is {client or 'not set'} here.",
                (Evidence(source, f"OLLAMA_HOST={value}"),),
                certainty=0.98,
            )
    return None
