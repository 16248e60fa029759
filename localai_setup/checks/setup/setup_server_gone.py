"""A server that was there before localai ends without localai: who had started it starts it again."""

from __future__ import annotations

import shlex

from ...model.finding import Evidence, Fix, Symptom
from ...model.model_server import ServerPlace
from ...probes.host import Host
from ...probes.ollama import Ollama
from ...probes.setup import STATE, SetUpState

PROOF = "localai status"
#: who had started it → how it is started or restarted: the {verb}, and the {name} of a container
COMMANDS = {
    "system-service": ("the service", "sudo systemctl {verb} ollama", True),
    "user-service": ("your service", "systemctl --user {verb} ollama", False),
    "container": ("the container", "docker {verb} {name}", False),
}
OPEN_APP = {"Darwin": Fix("Open the app.", ("open -a Ollama",), proof=PROOF)}
FROM_MENU = Fix("Open the app from the menu of programs.", proof=PROOF)
BY_HAND = "Start it as before, in a second terminal, and leave that open."
LOSES = "Answers under way, of every program that uses it, are lost."


def check(setup: SetUpState, ollama: Ollama, host: Host) -> Symptom | None:
    place = setup.place
    if not setup.finished or setup.answers is not False or place is None or place.is_ours:
        return None
    evidence = (Evidence(STATE.key, f"port {place.port}"),)
    here = next((one for one in ollama.servers if one.port == place.port), None)
    if here and here.state == "starting":
        what = f"The server at {here.address} was started a moment ago and does not answer yet."
        return Symptom(what, evidence, status="info")
    if here and here.state == "silent":
        what = f"The server at {here.address} takes connections and does not answer: it hangs, or is stopped."
        return Symptom(what, evidence, fixes=(_restart(place, ollama, host.system or ""),))
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
    known = _command(place, "start")
    if known is None:
        settings = {"OLLAMA_HOST": f"{place.host}:{place.port}"}
        if place.models_folder:
            settings["OLLAMA_MODELS"] = place.models_folder
        return Fix(BY_HAND, (_with_settings(settings, "ollama serve", system),), proof=PROOF)
    what, command, needs_root = known
    return Fix(f"Start {what}.", (command,), needs_root, proof=PROOF)


def _with_settings(settings: dict[str, str], command: str, system: str) -> str:
    """The command with these variables, as the shell of the system sets them for it."""
    if system == "Windows":
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        return "".join(f"$env:{name}='{value}'; " for name, value in quoted.items()) + command
    words = (f"{name}={shlex.quote(value)} " for name, value in settings.items())
    return "".join(words) + command


def _restart(place: ServerPlace, ollama: Ollama, system: str) -> Fix:
    known = _command(place, "restart")
    if known:
        what, command, needs_root = known
        return Fix(f"Restart {what}.", (command,), needs_root, loses=LOSES, proof=PROOF)
    suffix = f":{place.port}"
    listening = [one for one in ollama.processes if any(x.endswith(suffix) for x in one.listens)]
    if system == "Windows":
        return Fix("End it in the Task Manager, and start it as before.", loses=LOSES, proof=PROOF)
    commands = tuple(f"kill -CONT {one.pid}" for one in listening[:1] if one.pid)
    text = "Let it go on where it was stopped (Ctrl-Z); else end it, and start it as before."
    return Fix(text, commands, proof=PROOF)


def _command(place: ServerPlace, verb: str) -> tuple[str, str, bool] | None:
    """What it is, the command and whether that needs an administrator; None where it has none."""
    known = COMMANDS.get(place.started_by)
    if known is None or (place.started_by == "container" and not place.container):
        return None
    what, command, needs_root = known
    return what, command.format(verb=verb, name=shlex.quote(place.container)), needs_root


def _taken(setup: SetUpState) -> Fix:
    text = "Set up again with the one that runs; the model's file is here already."
    command = f"localai init --engine {setup.engine} --model {setup.model}"
    return Fix(text, (command,), proof=PROOF)
