"""Another model or engine than the one that is set up, to be taught: set up first, as `localai switch` does
it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import engines
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

    yes: bool = False
    dry_run: bool = False


def set_up(options: Options, model: str, consent: Consent) -> bool:
    """Whether this model is set up now: it was before, or has taken the other's place after a yes.

    Raises:
        LocalaiError: it cannot be taught, or cannot be set up here.

    """
    if saved().model == model:
        return True
    recipes = load_recipes()
    if model in recipes.models:
        require_teachable(options, recipes, recipes.models[model])
    request = SwitchRequest(model=model, yes=consent.yes or consent.dry_run)
    return _switched(options, request, consent)


def show_tokens(options: Options, consent: Consent) -> bool:
    """Whether the model is served by an engine that shows how it turns texts into tokens: it was before, or
    that engine has taken the other's place after a yes.

    Raises:
        LocalaiError: it cannot be set up here.

    """
    setup = saved()
    if setup.place is None:
        return True
    teaching = _teaching_engine()
    console.say(
        f"{setup.model} is served by {setup.engine}, which does not show how it turns texts into tokens. It "
        f"is taught on {teaching}, from the same file; `localai switch --engine {setup.engine}` takes along "
        "what it was taught."
    )
    request = SwitchRequest(engine=teaching, yes=consent.yes or consent.dry_run)
    return _switched(options, request, consent)


def _teaching_engine() -> str:
    """The first whose server holds the one model: it shows templates and tokens, and takes an adapter for
    one request alone.
    """
    return next(one.ID for one in engines.known().values() if not one.KEEPS)


def _switched(options: Options, request: SwitchRequest, consent: Consent) -> bool:
    with Lock("init", LOCK_SECONDS, console.say):
        return _switched_to(options, request, consent, Workbench(offline=options.offline))


def _switched_to(
    options: Options, request: SwitchRequest, consent: Consent, bench: Workbench
) -> bool:
    """Told on the way, but not as a document: the training's is the only one."""
    current, asker = saved(), asker_of(yes=consent.yes)
    found = switch.requested(options, request, current, bench)
    if not options.json:
        _switching.tell(options, found, bench, switch.KIND)
    if consent.dry_run:
        console.say(
            f"The plan of the training follows once {found.after.model} is set up: its server makes it."
        )
        return False
    if not _switching.agreed(asker):
        return False
    made = _switching.carry_out(
        found, bench, lambda new: _replacing.may_replace(new, current, asker, yes=consent.yes)
    )
    return made is not None


def require_teachable(options: Options, recipes: Recipes, model: ModelRecipe) -> None:
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
