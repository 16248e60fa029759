"""A model that thinks first can use up its room before it has answered, or end inside its thought.
The server sends such thoughts apart (`reasoning_content`), so that programs see an empty answer.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    if not setup.asked.only_thought:
        return None
    tokens = setup.asked.thought_tokens
    return Symptom(
        f"{setup.model} was asked the question of the set-up, thought for {tokens} tokens, and gave no "
        "answer.",
        (Evidence("call:localai.ask", f"{tokens} tokens of thought, none of an answer"),),
        0.9,
    )
