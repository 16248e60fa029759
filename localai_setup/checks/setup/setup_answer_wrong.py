"""A server can answer and yet be of no use: gibberish, nothing, or a template's own marks. The
question of the set-up is asked again and the answer is checked as it was then.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom, Unchecked
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | Unchecked | None:
    if setup.asked.late and setup.answers:
        thoughts = setup.asked.thought_tokens
        if thoughts:
            return Unchecked(f"the model still thought when the time was up ({thoughts} tokens)")
        return Unchecked("the server was too busy to answer a question in time")
    trouble = setup.asked.trouble
    if not trouble:
        return None
    text = setup.asked.text[:200]
    return Symptom(
        f"{setup.model} was asked the question of the set-up, and of its answer: {trouble}.",
        (Evidence("call:localai.ask", text or "(nothing)"),),
        0.95,
    )
