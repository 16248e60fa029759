from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.listeners import Listeners


def check(listeners: Listeners) -> Symptom | None:
    open_to_all = listeners.on(11434, everywhere=True)
    if not open_to_all:
        return None
    address = open_to_all[0].address
    return Symptom(
        f"The server on port 11434 listens on {address}, which is every network address.",
        (Evidence(listeners.source, open_to_all[0].line),),
    )
