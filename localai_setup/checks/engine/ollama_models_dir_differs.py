from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.services import Services


def check(services: Services) -> Symptom | None:
    for source, value in services.everywhere("OLLAMA_MODELS"):
        inner = value.rstrip("/") + "/models"
        if not value.rstrip("/").endswith("/models") and inner in services.folders:
            return Symptom(
                f"OLLAMA_MODELS is {value}, but the models are in {inner}.",
                (Evidence(source, value),),
            )
    return None
