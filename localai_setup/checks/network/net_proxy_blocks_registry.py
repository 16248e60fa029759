from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.network import Network

#: HTTP statuses of filtering proxies: forbidden, log in to the proxy, blocked for legal reasons.
REFUSALS = (403, 407, 451)


def check(network: Network) -> Symptom | None:
    """The registry itself asks for no right to read: somebody on the way refuses."""
    for one in network.of("ollama.ai"):
        if one.code in REFUSALS:
            what = f"Somebody between here and the registry answers with status {one.code}."
            return Symptom(what, (Evidence(one.key, f"status {one.code}"),), 0.93)
    return None
