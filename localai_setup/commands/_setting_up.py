"""From a request that was checked to an answer: look, choose, show the plan, do it, prove it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from .. import planner, wayback
from ..diagnosis import fixing
from ..machine.keeping import api_keys, statefile
from ..machine.running import program_path
from ..machine.workbench import Workbench
from ..model.errors import Exit
from ..model.facts import Facts
from ..model.finding import Finding
from ..model.plan import Match, Plan
from ..model.recipe import Recipes
from ..model.server import HOST
from ..model.setup import SetUp
from ..state import saved_steps
from ..steps.check_answer import CheckAnswer
from ..ui import console, endtext, jsonout, opening, progress
from ..ui.conversation import Asker, Unattended
from ..ui.looking import Done
from . import _looking, _reach, _replacing, _script_line, _topics, _troubles
from ._decide import Basis, basis_of
from ._documents import refusal_reported, result_document
from ._interview import Interview
from ._options import Options
from ._request import Request
from ._resuming import nothing_changed


@dataclass(frozen=True)
class Seen:
    """The machine, what is wrong with it, and what a choice rests on."""

    facts: Facts
    found: tuple[Finding, ...]
    basis: Basis


@dataclass(frozen=True)
class _Fresh:
    """What was decided just now."""

    plan: Plan
    match: Match
    script_line: str = ""


@dataclass(frozen=True)
class Before:
    """What was set up before, if anything, and who says whether it may be replaced. `is_resumed`: it was
    interrupted, and the person goes on with it.
    """

    saved: SetUp | None
    yes: bool
    asker: Asker
    is_resumed: bool = False

    @property
    def working(self) -> SetUp | None:
        return self.saved if self.saved and self.saved.finished else None


def looked_at(
    options: Options, request: Request, recipes: Recipes, bench: Workbench, done: Done
) -> Seen:
    """Everything is asked; each topic is `done` when it has answered.

    Raises:
        LocalaiError: as `basis_of`.

    """
    facts = _looking.facts(options.respondent(wake=True), done)
    found = _troubles.found(facts)
    done(_topics.PROBLEMS)
    with refusal_reported(options, bench):
        basis = basis_of(options, request, recipes, facts, bench)
    if not request.is_specific:
        _ = basis.origins.hub
    done(_topics.NETWORK)
    return Seen(facts, found, basis)


def go_on(options: Options, seen: Seen, before: Before) -> Exit:
    """Show what was seen, agree on a plan, and carry it out.

    Raises:
        LocalaiError: as `Interview.agreed`, or a step failed.

    """
    opening.show(seen.facts, seen.found)
    with refusal_reported(options, seen.basis.bench):
        basis = _settled(options, seen, before.asker)
        if basis is None:
            return Exit.OK
        talk = Interview(basis, before.asker, before.is_resumed)
        if not talk.agreed():
            return nothing_changed()
    assert talk.plan
    line = _script_line.command(talk.plan.choice, basis.request)
    fresh = _Fresh(talk.plan, talk.decided.match, line)
    return _execute(options, fresh, basis.bench, before)


def _settled(options: Options, seen: Seen, asker: Asker) -> Basis | None:
    """What a choice rests on; None where the person stops to fix something first."""
    basis = seen.basis
    if isinstance(asker, Unattended):
        return basis
    settled = _troubles.settled(seen.facts, seen.found, options.facts, asker)
    if settled is None:
        return None
    if settled is seen.facts:
        return basis
    return basis_of(options, basis.request, basis.recipes, settled, basis.bench)


def repair(options: Options, saved: SetUp, bench: Workbench) -> Exit:
    """Everything was set up before: run only what is not done any more."""
    planned = saved_steps(saved)
    open_steps = [step for step in planned if not step.done(bench)]
    # what was repaired is proved by a new answer, not by the one of then
    proof = [step for step in planned if open_steps and step.id == CheckAnswer.id]
    steps = [*(step for step in open_steps if step not in proof), *proof]
    with _reach.kept(saved.place, bench), progress.shown() as report:
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


def _execute(options: Options, fresh: _Fresh, bench: Workbench, before: Before) -> Exit:
    """A set-up that works stays the saved one until the new one has answered, and rightly or with a yes."""
    is_new = not all(step.done(bench) for step in fresh.plan.steps)
    place = before.working.place if before.working else None
    with _reach.kept(place, bench):
        setup = _put_in_place(fresh, bench, before)
    if setup is None:
        return nothing_changed()
    return _finish(options, setup, bench, fresh, is_new=is_new)


def _put_in_place(fresh: _Fresh, bench: Workbench, before: Before) -> SetUp | None:
    """The new set-up, proved and saved; None where somebody would rather keep the one that works."""
    working = before.working
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
        return None
    if working and wayback.changes(working, setup):
        _replacing.settle(working, setup, bench, _replacing.remember)
    else:
        statefile.save(setup)
        _replacing.stop_old(setup, bench, working)
        _replacing.tell_of_one(working, setup)
    return setup


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
