"""From texts to recipes. Which files there are is the machine's business; see `machine/keeping/recipe_files.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ..model.engine import EngineRecipe
from ..model.errors import Exit, LocalaiError
from ..model.recipe import ABILITIES, ModelRecipe, Recipes, UseRecipe
from ..model.tuning import TuningRecipe
from . import rules
from .schema import build
from .strict_yaml import Located, RecipeError, parse

Recipe = UseRecipe | ModelRecipe | EngineRecipe | TuningRecipe
#: what the field `schema` of a recipe says → the kind of recipe, and the rules beyond its types
KINDS: dict[str, tuple[type[Recipe], Callable[..., None]]] = {
    "localai.use/1": (UseRecipe, rules.check_use),
    "localai.model/1": (ModelRecipe, rules.check_model),
    "localai.engine/1": (EngineRecipe, rules.check_engine),
    "localai.tuning/1": (TuningRecipe, rules.check_tuning),
}

#: fields that recipes had once → what is written instead
MOVED = {
    ("localai.model/1", "uses"): (
        "`uses` is now said by the use recipes; write `abilities: [...]` with some of "
        + ", ".join(ABILITIES)
    ),
    ("localai.use/1", "embeddings"): (
        "`embeddings` is now an ability; write `models:` and under it `abilities: [embeddings]`"
    ),
}


#: Fields of older versions that recipes of the user's own may still have; nothing reads them any more.
WITHOUT_EFFECT = {("localai.model/1", "ollama")}


def load_all(texts: Iterable[tuple[str, str]]) -> Recipes:
    """Read (file name, text) pairs; a later file replaces an earlier one of the same kind and id. Of an
    engine the first is the shipped one, and the later ones take programs from its origins alone.

    Raises:
        LocalaiError: a recipe is wrong; says file, line and what to change.

    """
    found: dict[type[Recipe], dict[str, Any]] = {kind: {} for kind, _ in KINDS.values()}
    shipped: dict[str, EngineRecipe] = {}
    for name, text in texts:
        recipe = load(name, text, shipped)
        if isinstance(recipe, EngineRecipe):
            shipped.setdefault(recipe.id, recipe)
        found[type(recipe)][recipe.id] = recipe
    return Recipes(found[UseRecipe], found[ModelRecipe], found[EngineRecipe], found[TuningRecipe])


def load(
    name: str, text: str, shipped: Mapping[str, EngineRecipe] = MappingProxyType({})
) -> Recipe:
    """One recipe, checked; that of an engine against the shipped one of its id, where there is one.

    Raises:
        LocalaiError: as `load_all`.

    """
    try:
        return _held(_checked(parse(text)), shipped)
    except RecipeError as error:
        place = f"{name}, line {error.line}" if error.line else name
        raise LocalaiError(
            f"The recipe {place}: {error.what}.",
            "Recipes are read strictly, so that a typing mistake never becomes a wrong setting.",
            f"Correct the file and check it with `localai recipes validate {name}`.",
            Exit.USAGE,
        ) from None


def _held(recipe: Recipe, shipped: Mapping[str, EngineRecipe]) -> Recipe:
    """An engine's recipe, held to the origins of the shipped one."""
    if isinstance(recipe, EngineRecipe) and recipe.id in shipped:
        rules.check_origins(recipe, shipped[recipe.id])
    return recipe


def _checked(data: Located) -> Recipe:
    given = data.value.get("schema") if isinstance(data.value, dict) else None
    if given is None or not isinstance(given.value, str) or given.value not in KINDS:
        raise RecipeError(
            given.line if given else data.line, f"`schema` must be one of {', '.join(KINDS)}"
        )
    for key, value in data.value.items():
        if (given.value, key) in MOVED:
            raise RecipeError(value.line, MOVED[given.value, key])
    kind, check = KINDS[given.value]
    kept = {
        key: value for key, value in data.value.items() if (given.value, key) not in WITHOUT_EFFECT
    }
    recipe = build(kind, Located(kept, data.line))
    check(recipe)
    return recipe
