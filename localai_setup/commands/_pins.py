"""Asks the hub whether the pins of model recipes still hold."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ..machine.fetching import addresses, hub, listings
from ..model.errors import LocalaiError, unknown_name
from ..model.pin import PinCheck
from ..model.recipe import ModelRecipe, Recipes
from ..recipes import pins

#: the hub is asked for so many listings at a time
AT_ONCE = 6


def named(recipes: Recipes, ids: Sequence[str]) -> list[ModelRecipe]:
    """The models of these names, or all.

    Raises:
        LocalaiError: there is no such model.

    """
    for name in ids:
        if name not in recipes.models:
            known = list(recipes.models)
            raise unknown_name(
                "model recipe", name, known, "`localai recipes list` shows what there is."
            )
    return [recipes.models[name] for name in ids] or list(recipes.models.values())


def check(models: Sequence[ModelRecipe]) -> list[PinCheck]:
    """A result for each file that is pinned on the hub, in the order of the recipes.

    Raises:
        LocalaiError: the hub does not answer at all.

    """
    pinned = pins.pins(models)
    if pinned and not hub.reachable():
        raise LocalaiError(
            f"{addresses.hub()} cannot be reached, so whether the pins hold is not known.",
            "Only the hub knows which files a repository has.",
            "Check the network or the proxy, or name a mirror in HF_ENDPOINT.",
        )
    asked = {(one.repository, at) for one in pinned for at in (one.revision, listings.MAIN)}
    order = sorted(asked)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(order, pool.map(lambda one: listings.listing(*one), order), strict=True))
    return [
        pins.checked(one, found[one.repository, one.revision], found[one.repository, listings.MAIN])
        for one in pinned
    ]
