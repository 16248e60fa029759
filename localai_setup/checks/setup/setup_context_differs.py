"""The server holds as long a conversation as was asked for.

Why: with a shorter context the beginning of a long text is cut off without a word, and answers seem
to forget.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The server's context is shorter than what was asked for.",
    seen="The model forgets the beginning of long texts, or refuses them as too long.",
    why="The server was started with other settings, or the model was not made for more.",
    fixes=(
        Fix(
            "Start it again with the settings of the set-up.",
            ("localai down", "localai up"),
            proof="localai doctor --only setup-context-differs",
            step="start-server",
        ),
        Fix(
            "Or choose a model that can hold as much as you need (16384 is an example).",
            ("localai init --context 16384",),
        ),
    ),
    status="warn",
)


def check(setup: SetUpState) -> Symptom | None:
    has, settings = setup.examined.context, setup.settings
    if not has or settings is None:
        return None
    slots = 1 if settings.kv_unified else settings.slots
    if has * slots >= settings.context:
        return None
    what = f"The server holds {has * slots} tokens; {settings.context} were asked for."
    return Symptom(what, (Evidence("call:localai.examine", f"n_ctx {has}, {slots} at a time"),))
