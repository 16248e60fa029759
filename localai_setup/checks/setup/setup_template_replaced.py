"""With another template the model sees other words than it was made for: its default system prompt is
lost, and the answers are not those that were checked. `ollama create` replaces a template unasked.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.ollama import Ollama
from ...probes.setup import SetUpState
from ..engine import _ollama


def check(ollama: Ollama, setup: SetUpState) -> Symptom | None:
    if not _ollama.is_used(setup) or not setup.served_as:
        return None
    for store in ollama.stores:
        for model in store.models:
            ours = model.name.startswith(setup.served_as)
            if ours and any(layer.kind == "template" for layer in model.layers):
                what = f"{model.name} in {store.folder} has a template of Ollama's, not its file's own."
                return Symptom(what, (Evidence(model.source, "a layer of kind template"),))
    return None
