from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.gpus import Gpus
from ...probes.logs import Logs


def check(gpus: Gpus, logs: Logs) -> Symptom | None:
    """The package itself says that it cannot use a card."""
    if not any(gpu.vendor in ("nvidia", "amd", "apple") for gpu in gpus.gpus):
        return None
    for source, text in logs.texts.items():
        if "llama_supports_gpu_offload" in source and text.strip() == "False":
            what = (
                "The installed llama-cpp-python says that it was built without support for a card."
            )
            return Symptom(what, (Evidence(source, "False"),), 0.97)
    return None
