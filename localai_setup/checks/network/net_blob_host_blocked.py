from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.network import Network


def check(network: Network) -> Symptom | None:
    """The registry answers; the storage behind it does not."""
    registry = [one for one in network.of("ollama.ai") if one.answered]
    for one in network.of("r2.cloudflarestorage.com"):
        if registry and not one.answered:
            what = f"The registry answers, and its storage does not: {one.reason}."
            return Symptom(what, (Evidence(one.key, one.reason),), 0.97)
    return None
