from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.listeners import Listeners
from ...probes.ollama import Ollama


def check(listeners: Listeners, ollama: Ollama) -> Symptom | None:
    """Wherever an Ollama listens; its usual port is looked at even where nobody may see its program."""
    here = (one for one in ollama.servers if one.on_this_machine and one.open_to_network)
    server = next(here, None)
    if server:
        what = f"The Ollama server at {server.address} can be reached from the network."
        line = next(
            (one.line for one in listeners.on(server.port, everywhere=True)), server.address
        )
        return Symptom(
            what, (Evidence(listeners.source if line != server.address else server.source, line),)
        )
    open_to_all = listeners.on(11434, everywhere=True)
    if not open_to_all:
        return None
    address = open_to_all[0].address
    return Symptom(
        f"The server on port 11434 listens on {address}, which is every network address.",
        (Evidence(listeners.source, open_to_all[0].line),),
    )
