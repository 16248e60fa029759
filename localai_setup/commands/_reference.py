"""The model of a set-up as a flag names it, so that the same one can be chosen again."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.errors import LocalaiError
from ..model.plan import Step
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..steps.use_model import UseModel


def reference(current: SetUp, steps: Sequence[Step], recipes: Recipes) -> str:
    """The model as `--model` takes it. Raises LocalaiError where this version does not know it."""
    own = next((step for step in steps if isinstance(step, UseModel)), None)
    if own:
        return own.file.here
    if current.recipe not in recipes.uses or not (
        current.model in recipes.models or "/" in current.model
    ):
        raise LocalaiError(
            f"This version of localai has no recipe for {current.model} ({current.recipe}) any more.",
            "It goes on working as it is.",
            "`localai init` chooses another model.",
        )
    return current.model
