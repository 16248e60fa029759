"""The plan of a training before anything is set up: of the model that could be taught here."""

from __future__ import annotations

from ..machine.tuning import adapters
from ..machine.tuning.trainer import Trainer
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError, unknown_name
from ..model.facts import Facts
from ..model.recipe import ModelRecipe, Recipes
from ..ui import jsonout, tuneplan
from . import _other_base, _taught, _teachable, _tuning_document, _tuning_plan
from ._options import Options
from ._recipes import load_recipes
from ._taught import Checked
from ._teachable import USUAL_TOKENS


def tell(options: Options, checked: Checked, name: str, model: str) -> Exit:
    """As sentences or as `localai.tune/1`; nothing is changed. `model` is empty for the largest that fits.
    How many tokens the examples have is told by the model's own server only, so usual ones are assumed.

    Raises:
        LocalaiError: too few examples can be used, or nothing could be taught here.

    """
    adapters.check_name(name)
    parted = _taught.parted_of(checked.data)
    recipes, facts = load_recipes(), options.facts()
    chosen = _named(options, recipes, model) if model else _largest(recipes, facts)
    base = _teachable.base(recipes.tuning[_tuning_plan.RECIPE], chosen.architecture)
    assert base, "it was chosen as one that can be taught"
    extent = _tuning_plan.Extent(base, len(parted.train), USUAL_TOKENS)
    planned = _tuning_plan.plan(facts, chosen.id, recipes, extent)
    trainer = Trainer(planned.recipe, Workbench(offline=options.offline).trainers)
    if options.json:
        jsonout.write(_tuning_document.plan(chosen.id, name, checked, planned, trainer))
        return Exit.OK
    taught = _tuning_plan.ToBeTaught(chosen.id, chosen.licence, len(parted.held_back), name)
    tuneplan.plan(_tuning_plan.words(taught, trainer, planned))
    tuneplan.before_any_set_up(chosen.id, USUAL_TOKENS)
    return Exit.OK


def _named(options: Options, recipes: Recipes, model: str) -> ModelRecipe:
    """Raises LocalaiError where it is not known, or cannot be taught."""
    if model not in recipes.models:
        otherwise = "`localai recipes list` shows those that are known."
        raise unknown_name("model", model, recipes.models, otherwise)
    _other_base.require_teachable(options, recipes, recipes.models[model])
    return recipes.models[model]


def _largest(recipes: Recipes, facts: Facts) -> ModelRecipe:
    """Raises LocalaiError where none could be taught."""
    recipe = recipes.tuning[_tuning_plan.RECIPE]
    found = _teachable.largest(recipe, recipes.models, facts)
    if found is None:
        raise LocalaiError(
            "No model can be taught here.",
            hint=_teachable.advice(recipe, recipes.models, facts),
            exit_code=Exit.NOTHING_FITS,
        )
    return found
