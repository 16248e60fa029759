"""The names that flags give, checked against what there is; before the machine is looked at."""

from __future__ import annotations

import os.path
from pathlib import Path

from .. import engines
from ..machine.fetching.hub_names import is_reference
from ..model.errors import Exit, LocalaiError, unknown_name
from ..model.recipe import Recipes, UseRecipe
from ..model.settings import DRAFTING
from . import _context
from ._named import file_here
from ._request import Request

LISTED = "`localai recipes list` shows what there is."
#: as many models are named that are like the one that does not exist
MOST_MODELS = 6


def check(request: Request, recipes: Recipes) -> None:
    """A model may also be a file that is here, or a place on the hub.

    Raises:
        LocalaiError: there is no such engine, use, recipe or model (names the nearest), or no model
            serves the use.

    """
    _check_engine(request.engine)
    _check_drafting(request, recipes)
    if request.use and request.use not in recipes.uses:
        uses = ", ".join(recipes.uses)
        raise unknown_name("use", request.use, recipes.uses, f"The uses are {uses}; {LISTED}")
    both = {**recipes.uses, **recipes.models}
    if request.recipe and request.recipe not in both:
        raise unknown_name("recipe", request.recipe, both, LISTED)
    model = model_of(request, recipes)
    if model and not (model in recipes.models or _is_elsewhere(model, request)):
        raise _no_such_model(model, recipes)
    _check_path(model)
    _context.check(request.context, recipes.models, model)
    check_use(use_of(request, recipes), model, recipes)


def _is_elsewhere(model: str, request: Request) -> bool:
    """Whether it is a file that is here, a place on the hub, or what an engine here keeps."""
    return bool(file_here(model) or is_reference(model) or request.kept_at)


def drafter_file(request: Request) -> Path | None:
    """The file that is to guess ahead, where `--drafting` names one."""
    return None if request.drafting in DRAFTING else file_here(request.drafting)


def _check_drafting(request: Request, recipes: Recipes) -> None:
    """Raises LocalaiError where `--drafting` is no known way, or its file is missing or drafts for nobody."""
    file = drafter_file(request)
    if request.drafting not in DRAFTING and file is None:
        hint = f"Take one of {', '.join(DRAFTING)}, or a GGUF file."
        raise unknown_name("way of drafting", request.drafting, DRAFTING, hint)
    if file is not None and not os.path.isfile(file):
        raise LocalaiError(
            f"{file} cannot guess ahead: it is not there.",
            "`--drafting` takes a way of drafting, or a GGUF file.",
            "Look at the path.",
            Exit.USAGE,
        )
    if file is not None and model_of(request, recipes) is None:
        raise LocalaiError(
            f"Nobody knows which model {file.name} is to guess for.",
            "It has to have the vocabulary of that very model.",
            f"Name the model as well: `--model ID --drafting {request.drafting}`.",
            Exit.USAGE,
        )


def check_use(use: str, model: str | None, recipes: Recipes) -> None:
    """Raises LocalaiError where no model was named and none serves the use."""
    if not model and not recipes.serving(recipes.uses[use]):
        raise _no_model_serves(recipes.uses[use])


def _no_such_model(name: str, recipes: Recipes) -> LocalaiError:
    """Names the models with the word in id or name: first those that begin so, recommended ones."""
    word = name.lower()
    names = {one.id: (one.id.lower(), one.name.lower()) for one in recipes.models.values()}
    found = [id_ for id_, both in names.items() if any(word in each for each in both)]
    found.sort(
        key=lambda id_: (
            not any(each.startswith(word) for each in names[id_]),
            not recipes.models[id_].recommended,
        )
    )
    if not found:
        return unknown_name("model", name, recipes.models, LISTED)
    more = f"; {LISTED}" if len(found) > MOST_MODELS else "."
    hint = f"These are like it: {', '.join(found[:MOST_MODELS])}{more}"
    return LocalaiError(f"There is no model called {name}.", hint=hint, exit_code=Exit.USAGE)


def _check_path(model: str | None) -> None:
    """Raises LocalaiError where a file is meant that does not exist."""
    path = file_here(model) if model else None
    if path and not os.path.exists(path):
        raise LocalaiError(
            f"{path} cannot be read as a GGUF model: it is not there.",
            "`--model` takes a recipe's model, a GGUF file, or OWNER/REPO[:QUANT].",
            "Look at the path; `localai recipes list` shows the models of the recipes.",
            Exit.USAGE,
        )


def _check_engine(name: str | None) -> None:
    if not name:
        return  # the engines take long to load
    known = engines.known()
    if name not in known:
        names = " and ".join(one.NAME for one in known.values())
        flags = " or ".join(f"`--engine {one}`" for one in known)
        raise LocalaiError(
            f"localai cannot set up the engine {name}.",
            f"It sets up {names}; other engines on this computer are seen by `localai detect`.",
            f"Leave `--engine` away, or write {flags}.",
            Exit.USAGE,
        )


def model_of(request: Request, recipes: Recipes) -> str | None:
    """What `--model` names, or `--recipe` where that is a model's."""
    by_recipe = request.recipe if request.recipe in recipes.models else None
    return request.model or by_recipe


def use_of(request: Request, recipes: Recipes, model: str | None = None) -> str:
    """The use that was asked for; else what the model serves: chat, or the first of its uses."""
    by_recipe = request.recipe if request.recipe in recipes.uses else None
    if named := request.use or by_recipe:
        return named
    found = recipes.models.get(model or model_of(request, recipes) or "")
    uses = recipes.uses_of(found) if found else ()
    if found and "chat" in found.abilities and all(recipes.uses[one].pictures for one in uses):
        return "chat"  # that it can be given pictures as well asks for none
    return "chat" if "chat" in uses or not uses else uses[0]


def _no_model_serves(use: UseRecipe) -> LocalaiError:
    needs = use.models
    asked = [f"the abilities {', '.join(needs.abilities)}"] if needs.abilities else []
    asked += [f"{needs.min_billions:g} or more billion parameters"] if needs.min_billions else []
    asked += [f"at most {needs.max_billions:g} billion parameters"] if needs.max_billions else []
    asked += [f"the id {one}" for one in needs.ids]
    return LocalaiError(
        f"No model serves the use {use.id}.",
        f"Its recipe asks for {' and '.join(asked)}, and no recipe of a model has that.",
        "Change `models` in the recipe of the use, or name a model: "
        f"`localai init --for {use.id} --model ID`.",
        Exit.USAGE,
    )
