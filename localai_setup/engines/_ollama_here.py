"""The Ollama that is on this machine already, as far as it can be used: its server, its program."""

from __future__ import annotations

from ..model.facts import Facts
from ..model.model_server import ServerPlace
from ..model.versions import numbers
from ..probes import _ollama_address
from ..probes.ollama import Ollama, OllamaServer, StoredModel
from ._engine import Kept

#: Its engine has been a llama-server since this release; older ones answer otherwise.
OLDEST = (0, 30)
USUAL_PORT = 11434
#: How the names of the models begin that localai makes.
OURS = "localai-"


def server(facts: Facts) -> OllamaServer | None:
    """The server that is used as it is: of this machine, not ours and no other person's, new enough.

    Of several the one that OLLAMA_HOST names, which is what the `ollama` command asks; then that at the
    usual port.
    """
    known = facts.get(Ollama) or Ollama()
    named = _ollama_address.read(known.shell)
    able = [
        one
        for one in known.running
        if one.on_this_machine and one.owner != "another user" and not one.settings.is_ours
        if numbers(one.version) >= OLDEST
    ]
    ports = (named.port if named.here else USUAL_PORT, USUAL_PORT)
    return min(
        able, key=lambda one: (*(one.port != port for port in ports), one.port), default=None
    )


def passed_over(facts: Facts) -> str:
    """Why a server that runs here is not used, in a sentence; empty where none is too old."""
    running = (facts.get(Ollama) or Ollama()).running
    old = [one for one in running if one.on_this_machine and numbers(one.version) < OLDEST]
    if not old:
        return ""
    least = ".".join(map(str, OLDEST))
    return f"Ollama {old[0].version} runs at {old[0].address} and is left alone: {least} is needed."


def program(facts: Facts) -> Ollama | None:
    """A program that is complete and new enough; a server of ours can be started from it."""
    known = facts.get(Ollama)
    if known is None or not known.program or known.complete is False:
        return None
    return known if numbers(known.version) >= OLDEST else None


def place(server: OllamaServer, facts: Facts) -> ServerPlace:
    return ServerPlace(
        server.port,
        models_folder=_folder(server, facts),
        started_by=server.started_by,
        container=server.container,
    )


def _folder(server: OllamaServer, facts: Facts) -> str:
    """Where the server keeps its models; empty where that is not this disk, or nobody knows."""
    if server.container:
        return ""
    if server.settings.models_folder:
        return server.settings.models_folder
    names = {one.name for one in server.models}
    stores = (facts.get(Ollama) or Ollama()).stores
    holding = [
        one.folder for one in stores if names and names <= {model.name for model in one.models}
    ]
    return holding[0] if len(holding) == 1 and holding[0].startswith("/") else ""


def kept(name: str, facts: Facts) -> Kept | None:
    """A model of the user's, by the name that `ollama list` shows; what localai made is none."""
    known = facts.get(Ollama) or Ollama()
    full = name if ":" in name.rpartition("/")[2] else f"{name}:latest"
    if full.startswith(OURS):
        return None
    for store in known.stores:
        for model in store.models:
            if model.name == full:
                return _weights(model, store.folder.replace("~", known.home, 1))
    listed = (one for server in known.running for one in server.models if one.name == full)
    found = next(listed, None)
    if found is None:
        return None
    where = f"runs on {found.remote}, not on this computer" if found.remote else ""
    return Kept(why=where or "lies in a folder of its server that you may not read")


def _weights(model: StoredModel, folder: str) -> Kept:
    """One file with all of its bytes is needed."""
    files = [layer for layer in model.layers if layer.kind == "model"]
    if not files:
        return Kept(why="has no weights on this disk")
    if len(files) > 1:
        return Kept(why="is split into several files")
    if files[0] in (*model.missing, *model.cut):
        return Kept(why="is damaged: its file is gone or was cut off; pull it again")
    return Kept(f"{folder}/blobs/sha256-{files[0].digest}")
