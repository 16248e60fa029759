"""The recipes: list them, show one, check a file, explain a use."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .. import engines
from ..machine.fetching import addresses
from ..machine.keeping import plain_files, recipe_files
from ..model.engine import EngineRecipe
from ..model.errors import Exit, LocalaiError, unknown_name
from ..model.recipe import ModelRecipe, Recipes, UseRecipe
from ..model.tuning import TuningRecipe
from ..recipes.gaps import gaps
from ..recipes.loading import Recipe, load, load_all
from ..ui import jsonout, pintext, recipetext
from . import _pins
from ._options import Options
from ._recipes import load_recipes


def list_recipes(options: Options) -> Exit:
    """Every use, every model and every engine, a line each."""
    found = _usable()
    if options.json:
        uses, models = list(found.uses.values()), list(found.models.values())
        lists = {"uses": uses, "models": models, "engines": list(found.engines.values())}
        jsonout.write({"schema": "localai.recipes/1", **lists})
    else:
        recipetext.listing(found)
    return Exit.OK


def show_file(options: Options, name: str) -> Exit:
    """The file of one recipe as it is written."""
    if options.json:
        raise LocalaiError(
            "`--yaml` and `--json` are two forms of one recipe.",
            hint="Give one of them.",
            exit_code=Exit.USAGE,
        )
    _named(name)
    for path, text in recipe_files.texts():
        if Path(path).stem == name:
            recipetext.file(path, text)
    return Exit.OK


def show(options: Options, name: str) -> Exit:
    """A recipe in words: what it suits, where to be careful, what its licence asks."""
    recipe = _named(name)
    if options.json:
        jsonout.write({"schema": "localai.recipe/1", "recipe": recipe})
    elif isinstance(recipe, UseRecipe):
        recipetext.use(recipe, load_recipes())
    elif isinstance(recipe, EngineRecipe):
        recipetext.engine(recipe)
    elif isinstance(recipe, TuningRecipe):
        recipetext.tuning(recipe)
    else:
        recipetext.model(recipe, load_recipes())
    return Exit.OK


#: `recipes explain` is `recipes show` under the name that it had first
explain = show


def validate(options: Options, path: Path) -> Exit:
    """Check one file; a mistake is told with its line, and what a recipe of localai's own says too."""
    try:
        with io.TextIOWrapper(plain_files.opened_stream(path), "utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise LocalaiError(
            f"The recipe {path} cannot be read: {error}.",
            hint="Name a YAML file, for example `recipes/uses/chat.yaml`.",
            exit_code=Exit.USAGE,
        ) from None
    recipe = load(str(path), text, load_all(recipe_files.shipped_texts()).engines)
    if isinstance(recipe, EngineRecipe) and recipe.id not in engines.known():
        otherwise = "An engine is set up by a file of its own in the package; see CONTRIBUTING.md."
        raise unknown_name("engine", recipe.id, engines.known(), otherwise)
    missing = gaps(recipe) if isinstance(recipe, ModelRecipe) else ()
    if options.json:
        jsonout.write({"schema": "localai.recipe/1", "recipe": recipe, "gaps": missing})
    else:
        recipetext.valid(path, recipe, missing)
    return Exit.OK


def check(options: Options, ids: Sequence[str]) -> Exit:
    """Ask the hub whether each pin still holds, and whether there is a newer revision."""
    if options.offline:
        raise LocalaiError(
            "Whether the pins hold is asked at the hub, and --offline forbids it.",
            hint="Run the same command without --offline.",
            exit_code=Exit.USAGE,
        )
    models = _pins.named(load_recipes(), ids)
    checks = _pins.check(models)
    if options.json:
        jsonout.write({"schema": "localai.recipes-check/1", "hub": addresses.hub(), "pins": checks})
    else:
        elsewhere = sum(not file.repository for model in models for file in model.files)
        pintext.show(addresses.hub(), checks, elsewhere, verbose=options.verbose)
    return Exit.OK if all(one.state == "holds" for one in checks) else Exit.PROBLEM


def _usable() -> Recipes:
    """All recipes without those of engines that this version cannot set up."""
    found = load_recipes()
    here = {name: one for name, one in found.engines.items() if name in engines.known()}
    return replace(found, engines=here)


def _named(name: str) -> Recipe:
    found = _usable()
    known: dict[str, Recipe] = {**found.tuning, **found.engines, **found.models, **found.uses}
    recipe = known.get(name)
    if recipe is None:
        raise unknown_name("recipe", name, known, "`localai recipes list` shows what there is.")
    return recipe
