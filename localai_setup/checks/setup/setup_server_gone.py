"""A server that was there before localai ends without localai: who had started it starts it again."""

from __future__ import annotations

import shlex

from ...model.finding import Evidence, Fix, Symptom
from ...model.model_server import ServerPlace
from ...probes.host import Host
from ...probes.ollama import Ollama
from ...probes.setup import STATE, SetUpState

PROOF = "localai status"
#: who had started it → how it is started, with {name} for a container's
STARTS = {
    "system-service": ("Start the service.", "sudo systemctl start ollama", True),
    "user-service": ("Start your service.", "systemctl --user start ollama", False),
    "container": ("Start the container.", "docker start {name}", False),
}
OPEN_APP = {"Darwin": Fix("Open the app.", ("open -a Ollama",), proof=PROOF)}
FROM_MENU = Fix("Open the app from the menu of programs.", proof=PROOF)
BY_HAND = "Start it as before, in a second terminal, and leave that open."


def check(setup: SetUpState, ollama: Ollama, host: Host) -> Symptom | None:
    place = setup.place
    if not setup.finished or setup.answers is not False or place is None or place.is_ours:
        return None
    at_port = [one for one in ollama.servers if one.port == place.port and one.on_this_machine]
    if any(one.state in ("starting", "silent") for one in at_port):
        return None
    evidence = (Evidence(STATE.key, f"port {place.port}"),)
    elsewhere = next((one for one in ollama.running if not one.settings.is_ours), None)
    if elsewhere:
        what = f"Nobody answers at port {place.port}; a server runs at {elsewhere.address}."
        return Symptom(what, evidence, fixes=(_taken(setup),))
    was = f" It was {place.was}." if place.was else " Nobody saw who had started it."
    what = f"The server of {setup.model} does not answer at port {place.port}.{was}"
    return Symptom(what, evidence, fixes=(_start(place, host.system or ""),))


def _start(place: ServerPlace, system: str) -> Fix:
    if place.started_by == "desktop-app":
        return OPEN_APP.get(system, FROM_MENU)
    known = STARTS.get(place.started_by)
    if known is None or (place.started_by == "container" and not place.container):
        models = f" OLLAMA_MODELS={shlex.quote(place.models_folder)}" if place.models_folder else ""
        command = f"OLLAMA_HOST={place.host}:{place.port}{models} ollama serve"
        return Fix(BY_HAND, (command,), proof=PROOF)
    text, command, needs_root = known
    return Fix(text, (command.format(name=shlex.quote(place.container)),), needs_root, proof=PROOF)


def _taken(setup: SetUpState) -> Fix:
    text = "Set up again with the one that runs; the model's file is here already."
    command = f"localai init --engine {setup.engine} --model {setup.model}"
    return Fix(text, (command,), proof=PROOF)
