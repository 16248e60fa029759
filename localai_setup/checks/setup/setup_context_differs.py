"""With a shorter context the beginning of a long text is cut off without a word, and answers seem
to forget.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    has, settings = setup.examined.context, setup.settings
    if not has or settings is None:
        return None
    slots = 1 if settings.kv_unified else settings.slots
    if has * slots >= settings.context:
        return None
    what = f"The server holds {has * slots} tokens; {settings.context} were asked for."
    return Symptom(what, (Evidence("call:localai.examine", f"n_ctx {has}, {slots} at a time"),))
