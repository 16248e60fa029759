from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.ollama import Ollama
from ...probes.setup import SetUpState
from . import _ollama


def check(ollama: Ollama, setup: SetUpState) -> Symptom | None:
    """A server that nobody needs may be stopped; one that does not answer is in somebody's way."""
    ours = setup.port if setup.finished and setup.stands_on_another else None
    # of that one `setup-server-gone` tells
    here = [one for one in ollama.servers if one.on_this_machine and one.port != ours]
    silent = next((one for one in here if one.state == "silent"), None)
    if silent:
        what = f"An Ollama server listens at {silent.address} and does not answer."
        return Symptom(
            what, (Evidence(silent.source, silent.address),), status=_ollama.status(setup)
        )
    if here or not ollama.installed or ours:
        return None
    name = f"Ollama {ollama.version}".rstrip()
    proof = (Evidence(ollama.source, ollama.version or ollama.program),)
    if _ollama.is_used(setup):
        return Symptom(
            f"{name} is installed, and the server that {setup.model} needs does not run.", proof
        )
    what = f"{name} is installed and no server of it runs; nothing that localai set up needs one."
    return Symptom(what, proof, status="info")
