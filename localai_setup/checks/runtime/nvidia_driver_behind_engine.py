from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.engines import Engines
from ...probes.gpus import Gpu, Gpus

#: Ollama's notes since release 0.30: driver branch for its CUDA 12 part, by compute capability
OLLAMA_SINCE = (0, 30)
OLLAMA_NEEDS, OLLAMA_NEEDS_PASCAL = 550, 570
PASCAL_AND_OLDER = 7.0


def check(gpus: Gpus, engines: Engines) -> Symptom | None:
    ollama = next((one for one in engines.engines if one.name == "Ollama"), None)
    release = re.match(r"(\d+)\.(\d+)", (ollama.version or "") if ollama else "")
    if not release or (int(release[1]), int(release[2])) < OLLAMA_SINCE:
        return None
    for gpu in gpus.gpus:
        branch, needed = _branch(gpu), _needed(gpu)
        if gpu.vendor == "nvidia" and branch is not None and branch < needed:
            what = f"The driver is {gpu.driver}; Ollama {release[0]} needs {needed} or newer for {gpu.name or 'this card'}."
            source = gpu.sources[0] if gpu.sources else "gpus"
            return Symptom(what, (Evidence(source, f"driver {gpu.driver}"),), 0.9)
    return None


def _branch(gpu: Gpu) -> int | None:
    """The number that NVIDIA's Linux branches go by; Windows drivers have numbers of their own."""
    found = re.match(r"(\d{3})\.", gpu.driver or "")
    return int(found[1]) if found else None


def _needed(gpu: Gpu) -> int:
    try:
        old = gpu.compute_capability and float(gpu.compute_capability) < PASCAL_AND_OLDER
    except ValueError:
        old = False
    return OLLAMA_NEEDS_PASCAL if old else OLLAMA_NEEDS
