"""From texts to recipes. Which files there are is the machine's business; see `machine/recipe_files.py`."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.errors import Exit, LocalaiError
from ..model.recipe import ModelRecipe, Recipes, UseRecipe
from . import rules
from .schema import build
from .strict_yaml import Located, RecipeError, parse


def load_all(texts: Iterable[tuple[str, str]]) -> Recipes:
    """Read (file name, text) pairs; a later file replaces an earlier one of the same kind and id.

    Raises:
        LocalaiError: a recipe is wrong; says file, line and what to change.

    """
    uses: dict[str, UseRecipe] = {}
    models: dict[str, ModelRecipe] = {}
    for name, text in texts:
        recipe = load(name, text)
        if isinstance(recipe, UseRecipe):
            uses[recipe.id] = recipe
        else:
            models[recipe.id] = recipe
    return Recipes(uses, models)


def load(name: str, text: str) -> UseRecipe | ModelRecipe:
    """One recipe, checked.

    Raises:
        LocalaiError: as `load_all`.

    """
    try:
        return _checked(parse(text))
    except RecipeError as error:
        place = f"{name}, line {error.line}" if error.line else name
        raise LocalaiError(
            f"The recipe {place}: {error.what}.",
            "Recipes are read strictly, so that a typing mistake never becomes a wrong setting.",
            f"Mend the file and check it with `localai recipes validate {name}`.",
            Exit.USAGE,
        ) from None


def _checked(data: Located) -> UseRecipe | ModelRecipe:
    schema = data.value.get("schema") if isinstance(data.value, dict) else None
    if schema is not None and schema.value == "localai.use/1":
        use = build(UseRecipe, data)
        rules.check_use(use)
        return use
    if schema is None or schema.value != "localai.model/1":
        raise RecipeError(data.line, "`schema` must be localai.use/1 or localai.model/1")
    model = build(ModelRecipe, data)
    rules.check_model(model)
    return model
