from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.ollama import Ollama
from ...probes.setup import SetUpState
from ..engine import _ollama


def check(ollama: Ollama, setup: SetUpState) -> Symptom | None:
    """Ollama lists no such model, answers "EOF" for it, and stops clearing old files away."""
    for store in ollama.stores:
        for model in store.models:
            if model.broken:
                return Symptom(
                    f"The list of parts of {model.name} in {store.folder} is {model.broken}.",
                    (Evidence(model.source, model.broken),),
                    status=None if model.name == setup.served_as else _ollama.status(setup),
                )
    return None
