"""`--model` with a name under which an engine here keeps a model: its file is used where it lies."""

from __future__ import annotations

from dataclasses import replace

from .. import engines
from ..machine.fetching.hub_names import is_reference
from ..model.errors import LocalaiError
from ..model.facts import Facts
from ..model.recipe import Recipes
from . import _names
from ._named import file_here
from ._options import Options
from ._request import Request


def resolved(options: Options, request: Request, recipes: Recipes) -> Request:
    """The request with the file behind the name of its model, where no recipe, file or place on the hub
    is meant and an engine here has one.

    Raises:
        LocalaiError: an engine has a model of this name whose file cannot be used.

    """
    name = _names.model_of(request, recipes)
    if not name or name in recipes.models or file_here(name) or is_reference(name):
        return request
    path = _path(name, _facts(options))
    return replace(request, kept_at=path) if path else request


def _facts(options: Options) -> Facts:
    from .. import survey  # most models are named by their recipe

    kinds = [kind for engine in engines.known().values() for kind in engine.KEEPS]
    probes = survey.probes_of(kinds)
    return survey.facts(survey.read(options.respondent(), probes), probes)


def _path(name: str, facts: Facts) -> str:
    for engine in engines.known().values():
        found = engine.kept(name, facts)
        if found and not found.path:
            raise LocalaiError(
                f"{name} is a model of {engine.NAME} here, and {found.why}.",
                "localai sets up models whose file it can read and check.",
                "`localai recipes list` shows models that it can fetch.",
            )
        if found:
            return found.path
    return ""
