"""Ollama keeps the models of all its clients in memory; another one takes room from ours."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.sizes import size_words
from ...probes.ollama import Ollama
from ...probes.setup import SetUpState
from ..engine import _ollama


def check(ollama: Ollama, setup: SetUpState) -> Symptom | None:
    server = _ollama.server(ollama, setup)
    ours = setup.served_as or setup.model
    others = [one for one in (server.loaded if server else ()) if not one.name.startswith(ours)]
    if server is None or not others:
        return None
    taken = size_words(sum(one.bytes for one in others))
    names = ", ".join(one.name for one in others)
    return Symptom(
        f"Another program had Ollama load {names}, which takes {taken} beside {ours}.",
        (Evidence(server.source, names),),
    )
