from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.logs import Logs


def check(gpus: Gpus, logs: Logs) -> Symptom | None:
    """An AMD machine with NVIDIA's tool on it, where Ollama's files for AMD were left out."""
    if {gpu.vendor for gpu in gpus.gpus} & {"amd", "nvidia"} != {"amd"}:
        return None
    tool = next((key for key in logs.texts if key.startswith("command:nvidia-smi")), None)
    left_out = re.compile(
        r"no compatible rocm library found|lib/ollama/rocm\S{0,3}: No such file", re.IGNORECASE
    )
    found = next(((k, hit[0]) for k, t in logs.texts.items() if (hit := left_out.search(t))), None)
    if tool is None or found is None:
        return None
    what = "The card is AMD's, `nvidia-smi` is installed too, and Ollama's files for AMD are not."
    return Symptom(what, (Evidence(*found), Evidence(tool, "the command exists")), 0.98)
