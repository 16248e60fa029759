"""From nothing to an answer: look, choose, show the plan, do it, prove it."""

from __future__ import annotations

from dataclasses import dataclass

from .. import executor, planner, survey
from ..machine import statefile
from ..machine.locking import Lock
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.plan import Choice, Licence, Match, Plan
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..probes.engines import Engines
from ..ui import console, conversation, jsonout, plantext, progress
from ..ui.conversation import Asker, Back, Option, Question, Terminal, Unattended
from . import _choosing
from ._documents import plan_document, result_document
from ._options import Options
from ._recipes import load_recipes

#: A large model may be on its way in another window; say so and wait this long.
LOCK_SECONDS = 60.0


@dataclass(frozen=True)
class Wanted:
    """The flags of init; empty means that it is asked, or chosen."""

    use: str | None = None
    recipe: str | None = None
    model: str | None = None
    engine: str | None = None
    context: int = 0
    yes: bool = False
    accept_licence: tuple[str, ...] = ()
    dry_run: bool = False
    why: bool = False

    @property
    def asked(self) -> bool:
        """Whether anything in particular was asked for."""
        return bool(self.use or self.recipe or self.model or self.engine or self.context)


def init(options: Options, wanted: Wanted) -> Exit:
    """The main job. See `docs/reference/cli.md` for flags and exit codes."""
    if options.replay and not wanted.dry_run:
        raise LocalaiError(
            "A recording can be planned for, not set up.",
            hint="Add `--dry-run`.",
            exit_code=Exit.USAGE,
        )
    bench = Workbench(offline=options.offline)
    if wanted.dry_run:
        return _dry_run(options, wanted, bench)
    with Lock("init", LOCK_SECONDS):
        saved = statefile.load()
        if saved and saved.finished and not wanted.asked and wanted.yes:
            return _again(options, saved, bench)
        return _set_up(options, wanted, bench)


def _again(options: Options, saved: SetUp, bench: Workbench) -> Exit:
    """Everything was set up before: run only what is not done any more."""
    from ..state import saved_steps

    steps = saved_steps(saved)
    open_steps = [step for step in steps if not step.done(bench)]
    with progress.shown() as report:
        for step in open_steps:
            executor.run(step, bench, report)
    if open_steps:
        console.say("Repaired: " + ", ".join(step.title for step in open_steps) + ".")
    else:
        console.say(f"Everything is set up already ({saved.model}); nothing was changed.")
    return _finish(options, saved, bench, None)


def _set_up(options: Options, wanted: Wanted, bench: Workbench) -> Exit:
    asker: Asker = Unattended(wanted.yes)
    if not wanted.yes and console.is_interactive():
        asker = Terminal()
    console.say("Looking at this machine…")
    facts = survey.facts(survey.read(options.respondent()))
    _choosing.check_engine(facts, wanted.engine)
    recipes = load_recipes()
    match, choice = _choose(facts, recipes, wanted, asker, options)
    plan = planner.plan(choice, bench)
    plantext.plan(planner.document(plan, bench), choice)
    plantext.engines(facts.get(Engines) or Engines())
    _accept(choice.licence, wanted, asker)
    go = conversation.yes_or_no("Shall I do this?", "Nothing was changed so far.", "--yes")
    if asker.choose(go) != "yes":
        console.say("Nothing was changed.")
        return Exit.OK
    return _execute(options, plan, match, bench)


def _choose(
    facts: Facts, recipes: Recipes, wanted: Wanted, asker: Asker, options: Options
) -> tuple[Match, Choice]:
    """Ask what was not said by a flag; `Back` goes to the question before."""
    use = wanted.use
    while True:
        if not (wanted.asked or use) and isinstance(asker, Terminal):
            use = asker.choose(_use_question(recipes))
        wish = _choosing.wish(recipes, use, wanted.recipe, wanted.model, wanted.context)
        match = _choosing.best(facts, recipes, wish)
        wish, match = _choosing.reachable_match(
            facts, recipes, wish, match, asked=wanted.asked, offline=options.offline
        )
        if match.choice is None:
            raise nothing_fits(match)
        if not match.alternatives or wanted.model:
            return match, match.choice
        try:
            return match, _one_of(match, recipes, asker, can_go_back=not wanted.asked)
        except Back:
            use = None


def _one_of(match: Match, recipes: Recipes, asker: Asker, *, can_go_back: bool) -> Choice:
    best = match.choice
    assert best
    suggestions = {choice.model: choice for choice in (best, *match.alternatives)}
    options = tuple(
        Option(name, plantext.choice_words(choice, recipes)) for name, choice in suggestions.items()
    )
    why = "The first one suits this machine best."
    question = Question("Which model?", why, "--model ID", options, best.model)
    return suggestions[asker.choose(question, can_go_back=can_go_back)]


def _use_question(recipes: Recipes) -> Question:
    uses = tuple(Option(one.id, one.title) for one in recipes.uses.values())
    why = "Different models are good at different things."
    return Question("What do you want to do?", why, "--for USE", uses, "chat")


def nothing_fits(match: Match) -> LocalaiError:
    """Why every model was refused, the nearest first."""
    nearest = match.refused[0] if match.refused else None
    return LocalaiError(
        "No model fits this machine.",
        f"The nearest is {nearest.model}: it {nearest.reason}." if nearest else "",
        "Close other programs, or prove the set-up with `localai init --for starter`.",
        Exit.NOTHING_FITS,
    )


def _accept(licence: Licence, wanted: Wanted, asker: Asker) -> None:
    """A licence that asks for a yes gets one by name, or nothing is fetched."""
    accepted = {name.lower() for name in wanted.accept_licence}
    if not licence.needs_acceptance or accepted & {"all", licence.id.lower()}:
        return
    flag = f"--accept-licence {licence.id}"
    words = f"Do you accept the licence {licence.name or licence.id}?"
    if isinstance(asker, Terminal):
        why = f"It asks for: {'; '.join(licence.obligations)}. Read it at {licence.url}"
        if asker.choose(conversation.yes_or_no(words, why, flag, "no")) == "yes":
            return
    raise LocalaiError(
        f"The licence {licence.name or licence.id} was not accepted.",
        f"The model may be used only under it: {licence.url}",
        f"Accept it with `{flag}`, or choose another model.",
        Exit.NEEDS_YES,
    )


def _execute(options: Options, plan: Plan, match: Match, bench: Workbench) -> Exit:
    bench.servers.stop_other(str(bench.downloads.target(plan.choice.weights)))
    with progress.shown() as report:
        draft = planner.draft(plan, bench)
        setup = executor.execute(plan, draft, bench, statefile.save, report)
    return _finish(options, setup, bench, (plan, match))


def _finish(
    options: Options, setup: SetUp, bench: Workbench, fresh: tuple[Plan, Match] | None
) -> Exit:
    running = bench.servers.running()
    address = running.address if running else ""
    if options.json:
        jsonout.write(result_document(setup, address, fresh, bench))
    else:
        plantext.answer(setup, address)
    return Exit.OK


def _dry_run(options: Options, wanted: Wanted, bench: Workbench) -> Exit:
    facts = survey.facts(survey.read(options.respondent()))
    if wanted.engine:
        _choosing.check_engine(facts, wanted.engine)
    recipes = load_recipes()
    wish = _choosing.wish(recipes, wanted.use, wanted.recipe, wanted.model, wanted.context)
    match = _choosing.best(facts, recipes, wish)
    if options.json:
        jsonout.write(plan_document(match, bench))
        return Exit.OK if match.choice else Exit.NOTHING_FITS
    if wanted.why:
        plantext.why(match, recipes)
    if match.choice is None:
        raise nothing_fits(match)
    plan = planner.plan(match.choice, bench)
    plantext.plan(planner.document(plan, bench), match.choice)
    return Exit.OK
