"""The recipes of this installation and of this user."""

from __future__ import annotations

from ..machine.keeping import recipe_files
from ..model.recipe import Recipes
from ..recipes.loading import load_all


def load_recipes() -> Recipes:
    """All recipes; a mistake in the user's own is an error that names the file and line."""
    return load_all(recipe_files.texts())
