from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.versions import numbers
from ...probes.ollama import Ollama

#: what Linux puts behind the path of a program whose file was replaced
DELETED = " (deleted)"


def check(ollama: Ollama) -> Symptom | None:
    """An update replaces the program; the server that runs stays the old one until it is restarted."""
    new = numbers(ollama.version)
    old = [
        one
        for one in ollama.running
        if not one.container and one.program.removesuffix(DELETED) == ollama.program
        if one.version and numbers(one.version) < new
    ]
    if not old or not ollama.program:
        return None
    first = old[0]
    what = f"The server at {first.address} is still Ollama {first.version}; {ollama.version} is installed."
    return Symptom(what, (Evidence(first.source, first.version),), 0.95, "warn")
