from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.ollama import Ollama


def check(ollama: Ollama, gpus: Gpus) -> Symptom | None:
    """A processor's own unit for matrices (AMX) is counted as a GPU by some versions."""
    if gpus.gpus or gpus.unknown:
        return None
    for server in ollama.running:
        for one in server.loaded:
            if one.gpu_bytes:
                share = round(100 * one.gpu_bytes / max(one.bytes, one.gpu_bytes))
                what = f"Ollama says that {one.name} runs to {share}% on a GPU; this computer has none."
                return Symptom(what, (Evidence(server.source, f"size_vram {one.gpu_bytes}"),))
    return None
