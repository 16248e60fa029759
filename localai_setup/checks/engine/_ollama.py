"""What an Ollama on this machine is to the set-up: its own, or somebody else's."""

from __future__ import annotations

from ...model.finding import Status
from ...probes.ollama import Ollama, OllamaServer
from ...probes.setup import SetUpState


def is_used(setup: SetUpState) -> bool:
    """Whether the set-up stands on Ollama."""
    return setup.is_set_up and setup.engine == "ollama"


def status(setup: SetUpState) -> Status | None:
    """Where another engine is set up, a fault of Ollama is only worth knowing; else the page decides."""
    return "info" if setup.is_set_up and not is_used(setup) else None


def server(ollama: Ollama, setup: SetUpState) -> OllamaServer | None:
    """The server that the set-up uses, where it answers."""
    if not is_used(setup) or setup.port is None:
        return None
    return next((one for one in ollama.running if one.port == setup.port), None)
