from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes import _ollama_address
from ...probes.listeners import Listeners
from ...probes.ollama import Ollama
from ...probes.services import Services
from ...probes.setup import SetUpState


def check(
    services: Services, listeners: Listeners, ollama: Ollama, setup: SetUpState
) -> Symptom | None:
    client = services.shell.get("OLLAMA_HOST", "")
    for source, value in services.settings("OLLAMA_HOST"):
        address = _ollama_address.read(value)
        moved = address.port != _ollama_address.USUAL_PORT and str(address.port) not in client
        if moved and listeners.known and not listeners.on(_ollama_address.USUAL_PORT):
            return Symptom(
                f"The service listens on {value}, and OLLAMA_HOST is {client or 'not set'} here.",
                (Evidence(source, f"OLLAMA_HOST={value}"),),
                certainty=0.98,
            )
    return _found_elsewhere(ollama, setup)


def _found_elsewhere(ollama: Ollama, setup: SetUpState) -> Symptom | None:
    """A server runs, and not where the `ollama` command asks; programs may know its address."""
    asked = _ollama_address.read(ollama.shell)
    ours = (setup.port, setup.stated_port)
    here = [one for one in ollama.servers if one.on_this_machine and one.port not in ours]
    if not ollama.installed or not asked.here or not here:
        return None
    if any(one.port == asked.port for one in here):
        return None
    one = here[0]
    what = f"An Ollama server listens at {one.address}; the `ollama` command asks {asked}, where none is."
    return Symptom(what, (Evidence(one.source, one.address),), status="info")
