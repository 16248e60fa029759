"""A company's policy, held against what is to be set up: what it forbids is never chosen."""

from __future__ import annotations

from dataclasses import replace

from ..machine.keeping import policy_files
from ..model.errors import Exit, LocalaiError
from ..model.files import ModelFile
from ..model.policy import Policy, source
from ..model.recipe import ModelRecipe, Recipes
from ..ui import console, places


def allowed(recipes: Recipes, named: str | None) -> Recipes:
    """The recipes without the models, and without the files, that may not be used.

    Raises:
        LocalaiError: the model `named`, which was asked for, may not be used, or a policy cannot be read.

    """
    for file, policy in policy_files.policies():
        if named in recipes.models and (why := _forbids(policy, recipes.models[named])):
            raise _refused(named, why, file)
        left = (_left(policy, one) for one in recipes.models.values())
        recipes = replace(recipes, models={one.id: one for one in left if one})
    return recipes


def require_some(use: str, recipes: Recipes, left: Recipes) -> None:
    """That of the models that serve the use one is left.

    Raises:
        LocalaiError: none is.

    """
    if left is recipes:
        return  # no policy, so nothing was left out
    serving = [one.id for one in recipes.models.values() if use in recipes.uses_of(one)]
    if serving and left.models.keys().isdisjoint(serving):
        raise LocalaiError(
            f"No model that serves {use} may be used here.",
            f"The policy {_files()} leaves none of {len(serving)}.",
            _whom_to_ask() or "`localai recipes show MODEL` tells a model's licence and sources.",
            Exit.NOTHING_FITS,
        )


def tell(recipes: Recipes) -> None:
    """How many models a policy leaves out, where there is one."""
    out = len(recipes.models) - len(allowed(recipes, None).models)
    if out:
        console.say(f"The policy {_files()} leaves out {out} of {len(recipes.models)} models.")


def _files() -> str:
    return ", ".join(places.short(file) for file, _ in policy_files.policies())


def _whom_to_ask() -> str:
    asked = [policy.contact for _, policy in policy_files.policies() if policy.contact]
    return f"Ask {asked[0]}." if asked else ""


def _left(policy: Policy, model: ModelRecipe) -> ModelRecipe | None:
    """The model with those of its files that may be used; None where it may not."""
    if _forbids(policy, model):
        return None
    return replace(model, files=tuple(one for one in model.files if not _foreign(policy, one)))


def _forbids(policy: Policy, model: ModelRecipe) -> str:
    if why := policy.forbids(model.id, model.licence):
        return why
    reasons = [_foreign(policy, one) for one in model.weights]
    return reasons[0] if reasons and all(reasons) else ""


def _foreign(policy: Policy, file: ModelFile) -> str:
    return policy.forbids_source(source(file.repository, file.package.name if file.package else ""))


def _refused(model: str, why: str, file: str) -> LocalaiError:
    return LocalaiError(
        f"{model} may not be used here: it {why}.",
        f"The policy {places.short(file)} says so.",
        f"`localai plan` chooses among the models that are allowed. {_whom_to_ask()}".strip(),
        Exit.NOTHING_FITS,
    )
