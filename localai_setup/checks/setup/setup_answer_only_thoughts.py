"""The model comes to an answer, and does not only think.

Why: a model that thinks first can use up its room before it has answered, or end inside its thought.
The server sends such thoughts apart (`reasoning_content`), so that programs see an empty answer.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The model only thinks and comes to no answer.",
    seen="Answers are empty, or come only after minutes; the thoughts stand in `reasoning_content`.",
    why="The model thinks before it answers and cannot be told not to, and its thought was longer than "
    "its room or never ended. Small models and strong quantization make that likelier.",
    fixes=(
        Fix(
            "Choose a model whose thoughts can be switched off.",
            ("localai init --for chat",),
            proof="localai doctor --only setup-answer-only-thoughts",
        ),
        Fix(
            "Or keep it and give it more room: in programs 4096 tokens for an answer, here a longer "
            "context (16384 is an example).",
            ("localai init --context 16384",),
        ),
    ),
    likelihood=0.7,
)


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
