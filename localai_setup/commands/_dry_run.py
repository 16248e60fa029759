"""What `init` would do, shown; nothing is changed."""

from __future__ import annotations

from .. import planner
from ..machine.workbench import Workbench
from ..match import what_would_help
from ..model.errors import Exit
from ..model.recipe import Recipes
from ..ui import console, jsonout, plantext
from ._decide import STARTER, Basis, Decision, basis_of, decide
from ._documents import plan_document, plan_lines, refusal_reported
from ._options import Options
from ._request import Request


def dry_run(options: Options, request: Request, recipes: Recipes, bench: Workbench) -> Exit:
    """Choose, and print the plan.

    Raises:
        LocalaiError: nothing fits or can be had; a script is told why each model was refused.

    """
    with refusal_reported(options, bench):
        return _shown(options, request, recipes, bench)


def _shown(options: Options, request: Request, recipes: Recipes, bench: Workbench) -> Exit:
    basis = basis_of(options, request, recipes, facts := options.facts(), bench)
    decision = _with_the_hub_as_it_is(basis, decide(basis))
    if request.why and not options.json:
        helps = what_would_help(facts, basis.recipes, decision.wish)
        console.show("\n".join(plantext.why(decision.match, basis.recipes, helps)))
    choice = decision.required().choice
    if options.json:
        jsonout.write(plan_document(decision.match, bench))
    else:
        lines = plan_lines(basis, planner.plan(choice, bench))
        others = [] if request.why else plantext.instead(decision.match, basis.recipes)
        console.show("\n".join([*lines, *others]))
    return Exit.OK


def _with_the_hub_as_it_is(basis: Basis, decision: Decision) -> Decision:
    """What `init --yes` would do now; says so where the hub is out of reach."""
    if not decision.hub_away:
        return decision
    away = f"The model hub cannot be reached now ({decision.hub_away})"
    if basis.request.names_model or basis.bench.offline:
        console.say(f"{away}; {decision.choice.model} has to be fetched from it.")
        return decision
    console.say(f"{away}, so `init` would take the tiny model `starter`.")
    return decide(basis, STARTER)
