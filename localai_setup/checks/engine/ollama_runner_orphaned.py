from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes._ollama_process import RUNNING
from ...probes.ollama import Ollama


def check(ollama: Ollama) -> Symptom | None:
    """What ran a model for a server that was killed keeps the model in memory, and nobody uses it."""
    lost = ollama.orphans
    if not lost:
        return None
    numbers = ", ".join(str(one.pid) for one in lost)
    return Symptom(
        f"A program that ran a model for Ollama is still here and its server is gone: process {numbers}.",
        (Evidence(RUNNING.key, f"process {lost[0].pid}, started by process {lost[0].parent}"),),
    )
