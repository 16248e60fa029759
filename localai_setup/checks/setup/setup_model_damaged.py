"""The model file is the one that was installed, byte for byte.

Why: a damaged file gives wrong answers or stops the server. Disks, cleaners and interrupted copies
do this.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The model file is damaged or gone.",
    seen="The server does not start, or the model answers nonsense.",
    why="Every byte of the file was verified when it was installed; it is another one now.",
    fixes=(
        Fix(
            "Fetch it again; what is damaged is thrown away.",
            ("localai doctor --fix",),
            proof="localai doctor --deep --only setup-model-damaged",
            step="fetch-model",
        ),
    ),
    likelihood=0.95,
)


def check(setup: SetUpState) -> Symptom | None:
    trouble = setup.examined.model
    if not trouble:
        return None
    evidence = (Evidence("call:localai.examine", trouble),)
    return Symptom(f"{setup.model_path}: {trouble}.", evidence, 0.98)
