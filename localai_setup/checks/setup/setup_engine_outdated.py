"""The engine is the one that this version of localai installs.

Why: its recipes, predictions and known problems are measured with that build.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="A newer build of the engine comes with this version of localai.",
    seen="Newer models may not load; nothing else.",
    why="Recipes and predictions of this version are measured with the newer build, and newer kinds of "
    "models need it. There is no hurry where all works.",
    fixes=(
        Fix(
            "Set up again; the model that is here is kept.",
            ("localai init",),
            proof="localai doctor --only setup-engine-outdated",
        ),
    ),
    status="info",
    likelihood=0.3,
)


def check(setup: SetUpState) -> Symptom | None:
    newer = setup.examined.newer_build
    if not newer:
        return None
    what = f"{setup.build} is installed; this version of localai comes with {newer}."
    return Symptom(what, (Evidence("call:localai.examine", newer),))
