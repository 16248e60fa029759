from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.ollama import Ollama, StoredModel
from ...probes.setup import SetUpState
from ..engine import _ollama


def check(ollama: Ollama, setup: SetUpState) -> Symptom | None:
    """By the sizes of its files; a byte that changed inside one is not seen here."""
    for store in ollama.stores:
        for model in store.models:
            trouble = _trouble(model)
            if trouble:
                ours = _ollama.is_used(setup) and model.name.startswith(setup.served_as or "\0")
                return Symptom(
                    f"Of the model {model.name} in {store.folder}, {trouble}.",
                    (Evidence(model.source, trouble),),
                    status="fail" if ours else _ollama.status(setup),
                )
    return None


def _trouble(model: StoredModel) -> str:
    if model.missing:
        return f"a file is gone (sha256-{model.missing[0].digest[:12]}…, {model.missing[0].kind})"
    if model.cut:
        layer = model.cut[0]
        return f"a file has {layer.on_disk} bytes instead of {layer.bytes} (sha256-{layer.digest[:12]}…)"
    return ""
