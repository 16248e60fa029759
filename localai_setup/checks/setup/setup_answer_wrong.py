"""The model still gives a good answer.

Why: a server can answer and yet be of no use: gibberish, nothing, or a template's own marks. The
question of the set-up is asked again and the answer is checked as it was then.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom, Unchecked
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The server answers, but its answer is of no use.",
    seen="The model answers nonsense, nothing, or marks such as <|im_end|>.",
    why="The same question was answered well when this was set up, so something has changed since: "
    "a GPU driver, memory that fails, or the server itself.",
    fixes=(
        Fix(
            "Start the server afresh.",
            ("localai down", "localai up"),
            proof="localai doctor --only setup-answer-wrong",
            step="start-server",
        ),
        Fix("Where that does not help, read every byte of the model.", ("localai doctor --deep",)),
    ),
    likelihood=0.8,
)


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
