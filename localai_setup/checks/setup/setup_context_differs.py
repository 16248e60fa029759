"""With a shorter context the beginning of a long text is cut off without a word, and answers seem
to forget.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.ollama import Ollama
from ...probes.setup import SetUpState
from ..engine import _ollama


def check(setup: SetUpState, ollama: Ollama) -> Symptom | None:
    has, settings = setup.examined.context or _loaded(ollama, setup), setup.settings
    if not has or settings is None:
        return None
    slots = 1 if settings.kv_unified else settings.slots
    if has * slots >= settings.context:
        return None
    what = f"The server holds {has * slots} tokens; {settings.context} were asked for."
    return Symptom(what, (Evidence("call:localai.examine", f"n_ctx {has}, {slots} at a time"),))


def _loaded(ollama: Ollama, setup: SetUpState) -> int | None:
    """What a server that keeps its own models gave to ours; None while it is not in memory."""
    server = _ollama.server(ollama, setup)
    loaded = server.loaded if server else ()
    return next((one.context for one in loaded if one.name.startswith(setup.served_as)), None)
