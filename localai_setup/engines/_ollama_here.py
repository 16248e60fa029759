"""The Ollama that is on this machine already, as far as it can be used: its server, its program."""

from __future__ import annotations

from ..model.facts import Facts
from ..model.model_server import ServerPlace
from ..probes.ollama import Ollama, OllamaServer
from ._versions import numbers

#: Its engine has been a llama-server since this release; older ones answer otherwise.
OLDEST = (0, 30)
USUAL_PORT = 11434


def server(facts: Facts) -> OllamaServer | None:
    """The server that is used as it is: of this machine, not ours and no other person's, new enough."""
    running = (facts.get(Ollama) or Ollama()).running
    able = [
        one
        for one in running
        if one.on_this_machine and one.owner != "another user" and not one.settings.is_ours
        if numbers(one.version) >= OLDEST
    ]
    return min(able, key=lambda one: (one.port != USUAL_PORT, one.port), default=None)


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
