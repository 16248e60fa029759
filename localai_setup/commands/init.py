"""From nothing to an answer: look, choose, show the plan, do it, prove it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from .. import planner, wayback
from ..diagnosis import fixing
from ..machine.keeping import api_keys, removing, statefile
from ..machine.keeping.locking import Lock
from ..machine.running import program_path
from ..machine.workbench import Workbench
from ..match import what_would_help
from ..model.errors import Exit, LocalaiError
from ..model.plan import Match, Plan
from ..model.recipe import Recipes
from ..model.server import HOST
from ..model.setup import SetUp
from ..state import saved_steps
from ..steps.check_answer import CheckAnswer
from ..ui import console, endtext, jsonout, looking, opening, plantext, progress
from ..ui.conversation import Asker, Option, Question, Unattended, asker_of
from . import (
    _kept_models,
    _looking,
    _names,
    _replacing,
    _resuming,
    _script_line,
    _troubles,
)
from ._decide import STARTER, Basis, Decision, basis_of, decide
from ._documents import plan_document, plan_lines, result_document
from ._interview import Interview
from ._nothing_fits import NothingFitsError
from ._options import Options
from ._recipes import load_recipes
from ._request import Request
from ._setup import tell_of_new_key

#: A large model may be on its way in another window; say so and wait this long.
LOCK_SECONDS = 60.0
SET_UP_ALREADY = Question(
    "Something is set up already. What shall be done?",
    "A repair redoes only what does not work any more; `--for USE` or `--model ID` changes it.",
    "--yes",
    (
        Option("repair", "Look whether all of it works, and repair what does not"),
        Option("change", "Choose another use or model"),
        Option("nothing", "Nothing"),
    ),
    "repair",
)


def init(options: Options, request: Request) -> Exit:
    """The main job. See `docs/reference/cli.md` for flags and exit codes."""
    if options.replay and not request.dry_run:
        raise LocalaiError(
            "A recording can be planned for, not set up.",
            hint="Add `--dry-run`.",
            exit_code=Exit.USAGE,
        )
    if request.allow_system_changes:
        console.say("init needs no administrator; --allow-system-changes is for doctor --fix.")
    bench = Workbench(offline=options.offline, max_rate=request.max_rate)
    # a rate that cannot be read is told before anything is asked
    _ = bench.pace
    recipes = load_recipes()
    request = _kept_models.resolved(options, request, recipes)
    _names.check(request, recipes)
    try:
        if request.dry_run:
            return _dry_run(options, request, recipes, bench)
        removing.remember_missing_folders()
        with Lock("init", LOCK_SECONDS, console.say):
            known, before = api_keys.read(), statefile.peek()
            code = _change(options, request, recipes, bench)
    except NothingFitsError as error:
        if options.json:
            jsonout.write(plan_document(error.match, bench))
        raise
    if before and before.finished:
        tell_of_new_key(known)
    return code


@dataclass(frozen=True)
class _Fresh:
    """What was decided just now."""

    plan: Plan
    match: Match
    script_line: str = ""


@dataclass(frozen=True)
class _Before:
    """What was set up before, if anything, and who says whether it may be replaced."""

    saved: SetUp | None
    yes: bool
    asker: Asker

    @property
    def working(self) -> SetUp | None:
        return self.saved if self.saved and self.saved.finished else None


def _change(options: Options, request: Request, recipes: Recipes, bench: Workbench) -> Exit:
    asker = asker_of(yes=request.yes)
    saved = statefile.load()
    is_resumed = False
    if saved and not request.is_specific:
        answer = _of_before(saved, recipes, asker)
        if answer == "repair":
            return _repair(options, saved, bench)
        if answer == _resuming.NOTHING:
            return _nothing_changed()
        before = _resuming.request_of(saved, request, recipes)
        is_resumed = answer == _resuming.GO_ON and before is not None
        request = before if is_resumed and before else request
    basis = _looked_at(options, request, recipes, bench, asker)
    if basis is None:
        return Exit.OK
    talk = Interview(basis, asker, is_resumed)
    if not talk.agreed():
        return _nothing_changed()
    assert talk.plan
    line = _script_line.command(talk.plan.choice, request)
    fresh = _Fresh(talk.plan, talk.decided.match, line)
    return _execute(options, fresh, bench, _Before(saved, request.yes, asker))


def _of_before(saved: SetUp, recipes: Recipes, asker: Asker) -> str:
    """What to do about what is set up already, or was begun; empty where that makes no difference."""
    if saved.finished:
        console.say(f"{saved.model} is set up here.")
        return asker.choose(SET_UP_ALREADY)
    if isinstance(asker, Unattended):
        return ""
    return _resuming.answer(saved, recipes, asker)


def _looked_at(
    options: Options, request: Request, recipes: Recipes, bench: Workbench, asker: Asker
) -> Basis | None:
    """What a choice rests on; None where the person stops to fix something first."""
    with looking.shown(_looking.ALL) as done:
        facts = _looking.facts(options.respondent(wake=True), done)
        found = _troubles.found(facts)
        done(_looking.PROBLEMS)
        basis = basis_of(options, request, recipes, facts, bench)
        if not request.is_specific:
            _ = basis.origins.hub
        done(_looking.NETWORK)
    opening.show(facts, found)
    if isinstance(asker, Unattended):
        return basis
    settled = _troubles.settled(facts, found, options.facts, asker)
    if settled is None:
        return None
    return basis if settled is facts else basis_of(options, request, recipes, settled, bench)


def _nothing_changed() -> Exit:
    console.say("Nothing was changed.")
    return Exit.OK


def _repair(options: Options, saved: SetUp, bench: Workbench) -> Exit:
    """Everything was set up before: run only what is not done any more."""
    planned = saved_steps(saved)
    open_steps = [step for step in planned if not step.done(bench)]
    # what was repaired is proved by a new answer, not by the one of then
    proof = [step for step in planned if open_steps and step.id == CheckAnswer.id]
    steps = [*(step for step in open_steps if step not in proof), *proof]
    with progress.shown() as report:
        saved = fixing.repair(steps, saved, bench, statefile.save, report) or saved
    if open_steps:
        console.say("Repaired: " + ", ".join(step.title for step in open_steps) + ".")
    else:
        console.say(f"Everything is set up already ({saved.model}); nothing was changed.")
    running = bench.serving.running(saved.place)
    if running and running.port != saved.port:
        saved = replace(saved, port=running.port)
        statefile.save(saved)
    return _finish(options, saved, bench, None, is_new=bool(open_steps))


def _execute(options: Options, fresh: _Fresh, bench: Workbench, before: _Before) -> Exit:
    """A set-up that works stays the saved one until the new one has answered, and rightly or with a yes."""
    working = before.working
    is_new = not all(step.done(bench) for step in fresh.plan.steps)
    setup = _replacing.carry_out(
        fresh.plan.steps,
        planner.draft(fresh.plan, bench),
        bench,
        working,
        lambda new: (
            working is None or _replacing.may_replace(new, working, before.asker, yes=before.yes)
        ),
    )
    if setup is None:
        return _nothing_changed()
    if working and wayback.changes(working, setup):
        _replacing.settle(working, setup, bench, _replacing.remember)
    else:
        statefile.save(setup)
        _replacing.stop_old(setup, bench, working)
        _replacing.tell_of_one(working, setup)
    return _finish(options, setup, bench, fresh, is_new=is_new)


def _finish(
    options: Options, setup: SetUp, bench: Workbench, fresh: _Fresh | None, *, is_new: bool
) -> Exit:
    running = bench.serving.running(setup.place)
    address = running.address if running else ""
    if options.json:
        decided = (fresh.plan, fresh.match) if fresh else None
        document = result_document(setup, address, decided, bench)
        jsonout.write({**document, "changed": is_new})
    else:
        listen = running.listen if running else HOST
        endtext.answer(setup, address, str(api_keys.path()), listen, is_new=is_new)
        if fresh and fresh.script_line:
            endtext.script_line(fresh.script_line)
        endtext.typed(program_path.typed("localai", sys.argv[0]))
        endtext.next_steps(setup)
    return Exit.OK


def _dry_run(options: Options, request: Request, recipes: Recipes, bench: Workbench) -> Exit:
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
