"""A set-up that was interrupted goes on where it was."""

from __future__ import annotations

from dataclasses import replace

from ..model.errors import Exit, LocalaiError
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..state import saved_steps
from ..ui import console
from ..ui.conversation import Asker, Option, Question
from ._reference import reference
from ._request import Request

GO_ON, ANEW, NOTHING = "go-on", "anew", "nothing"


def answer(saved: SetUp, recipes: Recipes, asker: Asker) -> str:
    """Whether to go on, to choose anew, or to do nothing."""
    name = recipes.models[saved.model].name if saved.model in recipes.models else saved.model
    options = (
        Option(GO_ON, f"Go on: {name}"),
        Option(ANEW, "Choose anew"),
        Option(NOTHING, "Nothing"),
    )
    question = Question(
        "The last set-up was interrupted. Go on with it?",
        "What was fetched is kept and is not fetched again.",
        "--yes",
        options,
        GO_ON,
        f"It was about to set up {name} on {saved.engine}, for the use `{saved.recipe}`.",
    )
    return asker.choose(question)


def request_of(saved: SetUp, request: Request, recipes: Recipes) -> Request | None:
    """What was chosen then, as flags; None where this version does not know it any more."""
    try:
        model = reference(saved, saved_steps(saved), recipes)
    except LocalaiError:
        return None
    engine = saved.engine if saved.place else None
    return replace(request, use=saved.recipe, model=model, engine=engine)


def nothing_changed() -> Exit:
    """The end where a person wants nothing done."""
    console.say("Nothing was changed.")
    return Exit.OK
