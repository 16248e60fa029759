from __future__ import annotations

from ...model.finding import Symptom
from ...probes.services import Services


def check(services: Services) -> Symptom | None:
    shell = services.shell.get("HTTPS_PROXY") or services.shell.get("https_proxy")
    inside = [*services.settings("HTTPS_PROXY"), *services.settings("https_proxy")]
    if not shell or not services.known or inside or not services.service:
        return None
    return Symptom(f"This terminal uses the proxy {shell}; the Ollama service has none.")
