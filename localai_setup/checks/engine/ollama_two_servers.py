from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.logs import Logs
from ...probes.network import Network


def check(logs: Logs, network: Network) -> Symptom | None:
    """The command line and the port list different models."""
    stated = logs.texts.get("command:ollama list")
    tags = next((one for one in network.answers if one.url.endswith(":11434/api/tags")), None)
    if stated is None or not stated.startswith("NAME") or tags is None or not tags.answered:
        return None
    here = {line.split()[0] for line in stated.splitlines()[1:] if line.strip()}
    there = set(re.findall(r'"name":\s*"([^"]+)"', tags.text))
    if here == there:
        return None
    what = f"`ollama list` shows {len(here)} models, and the server on port 11434 has {len(there)}."
    return Symptom(what, (Evidence(tags.key, ", ".join(sorted(there)[:3]) or "none"),), 0.97)
