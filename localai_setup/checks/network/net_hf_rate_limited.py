from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.network import Network

#: HTTP status
TOO_MANY_REQUESTS = 429


def check(network: Network) -> Symptom | None:
    for host in ("huggingface.co", "hf.co"):
        for one in network.of(host):
            if one.code == TOO_MANY_REQUESTS:
                what = "Hugging Face refuses more requests from this address for a while."
                return Symptom(what, (Evidence(one.key, f"status {one.code}"),), 0.96)
    return None
