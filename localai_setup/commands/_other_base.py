"""Another model than the one that is set up, to be taught: set up first, as `localai switch` does it."""

from __future__ import annotations

from dataclasses import dataclass

from ..machine.keeping.locking import Lock
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.recipe import ModelRecipe, Recipes
from ..ui import console
from ..ui.conversation import asker_of
from . import _replacing, _switching, _teachable, _tuning_plan, switch
from ._options import Options
from ._recipes import load_recipes
from ._setup import saved
from .init import LOCK_SECONDS
from .switch import SwitchRequest


@dataclass(frozen=True)
class Consent:
    """Whether all is agreed to already, and whether nothing shall be changed."""

    yes: bool
    dry_run: bool


def set_up(options: Options, model: str, consent: Consent) -> bool:
    """Whether this model is set up now: it was before, or has taken the other's place after a yes.

    Raises:
        LocalaiError: it cannot be taught, or cannot be set up here.

    """
    if saved().model == model:
        return True
    recipes = load_recipes()
    if model in recipes.models:
        _require_teachable(options, recipes, recipes.models[model])
    bench = Workbench(offline=options.offline)
    with Lock("init", LOCK_SECONDS, console.say):
        return _switched(options, model, consent, bench)


def _switched(options: Options, model: str, consent: Consent, bench: Workbench) -> bool:
    """Told on the way, but not as a document: the training's is the only one."""
    current, asker = saved(), asker_of(yes=consent.yes)
    request = SwitchRequest(model=model, yes=consent.yes or consent.dry_run)
    found = switch.requested(options, request, current, bench)
    if not options.json:
        _switching.tell(options, found, bench, switch.KIND)
    if consent.dry_run:
        console.say(
            f"The plan of the training follows once {model} is set up: its server makes it."
        )
        return False
    if not _switching.agreed(asker):
        return False
    made = _switching.carry_out(
        found, bench, lambda new: _replacing.may_replace(new, current, asker, yes=consent.yes)
    )
    return made is not None


def _require_teachable(options: Options, recipes: Recipes, model: ModelRecipe) -> None:
    """Raises LocalaiError before anything of it is fetched."""
    recipe = recipes.tuning[_tuning_plan.RECIPE]
    if _teachable.base(recipe, model.architecture) and "chat" in model.abilities:
        return
    raise LocalaiError(
        f"{model.id} cannot be taught yet.",
        f"The trainer reads models of the architectures {', '.join(recipe.architectures)}; this one is "
        f"{model.architecture.name}.",
        _teachable.advice(recipe, recipes.models, options.facts()),
        Exit.NOTHING_FITS,
    )
