from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.ollama import Ollama
from ...probes.setup import SetUpState
from . import _ollama


def check(ollama: Ollama, setup: SetUpState) -> Symptom | None:
    """Such a server starts, answers and lists models; only loading one fails."""
    if ollama.complete is not False:
        return None
    status = _ollama.status(setup) or (None if ollama.running else "info")
    return Symptom(
        f"{ollama.program} is here, and the folder `lib/ollama` beside its `bin` is not.",
        (Evidence(f"stat:{ollama.program}", ollama.program),),
        status=status,
    )
