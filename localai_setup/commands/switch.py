"""Another model or engine in the place of the one that works, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import planner, wayback
from ..machine.keeping.locking import Lock
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..state import saved_steps
from ..ui import console
from ..ui.conversation import Asker, Question, asker_of
from . import _decide, _kept_models, _lesson, _names, _on_disk, _replacing, _switching
from ._interview import Interview
from ._options import Options
from ._recipes import load_recipes
from ._reference import reference
from ._request import Request
from ._setup import saved
from ._switching import Kind, Switch
from .init import LOCK_SECONDS

KIND = Kind("localai.switch/1", "switched")


@dataclass(frozen=True)
class SwitchRequest:
    """The flags, as they were typed. Empty means that it stays, or is asked."""

    model: str | None = None
    use: str | None = None
    engine: str | None = None
    yes: bool = False
    back: bool = False
    dry_run: bool = False
    accept_licence: tuple[str, ...] = ()

    @property
    def is_specific(self) -> bool:
        return bool(self.model or self.use or self.engine)


def switch(options: Options, request: SwitchRequest) -> Exit:
    """Choose, tell what changes, do it, prove it by an answer. The old set-up is kept for the way back."""
    if request.back and request.is_specific:
        raise LocalaiError(
            "`--back` goes to the set-up before; it takes no model, use or engine.",
            hint="`localai switch --back`",
            exit_code=Exit.USAGE,
        )
    bench = Workbench(offline=options.offline)
    current = saved()
    if request.dry_run:
        asked = replace(request, yes=True)
        _switching.tell(options, requested(options, asked, current, bench), bench, KIND)
        return Exit.OK
    with Lock("init", LOCK_SECONDS, console.say):
        return _change(options, request, saved(), bench)


def _change(options: Options, request: SwitchRequest, current: SetUp, bench: Workbench) -> Exit:
    asker = asker_of(yes=request.yes)
    found = requested(options, request, current, bench)
    changes = wayback.changes(found.before, found.after)
    if not options.json or not changes:
        _switching.tell(options, found, bench, KIND)
    if not changes or not _switching.agreed(asker):
        return Exit.OK
    planned = _switching.document(found, bench, KIND)
    made = _switching.carry_out(
        found, bench, lambda new: _replacing.may_replace(new, current, asker, yes=request.yes)
    )
    if made is None:
        console.say("Nothing was changed.")
        return Exit.OK
    return _switching.finish(options, made, bench, planned, KIND)


def requested(options: Options, request: SwitchRequest, current: SetUp, bench: Workbench) -> Switch:
    """What flags or answers lead to."""
    if request.back:
        return _switching.back(current)
    recipes = load_recipes()
    console.say("Looking at this machine…")
    facts = options.facts()
    asker = asker_of(yes=request.yes)
    chosen = _as_init_has_it(request, current, recipes)
    if not request.is_specific:
        answer = _offered(asker, current, recipes, facts)
        if answer == _on_disk.BACK:
            return _switching.back(current)
        request = replace(request, engine=_on_disk.engine_of(answer) or None)
        chosen = _on_disk.request_of(answer, _as_init_has_it(request, current, recipes))
    chosen = _kept_models.resolved(options, chosen, recipes)
    _names.check(chosen, recipes)
    talk = Interview(_decide.basis_of(options, chosen, recipes, facts, bench), asker)
    choice = talk.chosen().choice
    for note in choice.notes:
        console.say(note)
    plan = planner.plan(choice, bench)
    draft = replace(planner.draft(plan, bench), port=current.port)
    draft = _lesson.again(current, draft, bench)
    return Switch(current, draft, saved_steps(draft), _replacing.remember)


def _as_init_has_it(request: SwitchRequest, current: SetUp, recipes: Recipes) -> Request:
    """Another model or use stays on its engine; another engine keeps model, use and context."""
    asked = Request(
        use=request.use,
        model=request.model,
        engine=request.engine or current.engine,
        yes=request.yes,
        accept_licence=(*request.accept_licence, current.licence.id),
    )
    if request.model or request.use or not request.engine:
        return asked
    context = 0 if current.settings.embeddings else current.settings.context_each
    model = reference(current, saved_steps(current), recipes)
    return replace(asked, use=current.recipe, model=model, context=context)


def _offered(asker: Asker, current: SetUp, recipes: Recipes, facts: Facts) -> str:
    """What the person chooses: first what lies on the disk already.

    Raises:
        LocalaiError: nobody is there to answer.

    """
    options: Sequence[_on_disk.Option] = _on_disk.options(current, recipes, facts)
    question = Question(
        "What do you want to switch to?",
        f"{current.model} is set up here. What is on this disk already comes first.",
        "MODEL, --for USE or --engine NAME",
        tuple(options),
        options[0].value,
    )
    if not console.is_interactive():
        raise LocalaiError(
            f"A question has to be answered: {question.words}",
            "There is no terminal to ask it on.",
            "Name it: `localai switch MODEL`, `localai switch --for USE`, `localai switch --engine "
            "NAME`, or `localai switch --back`.",
            Exit.NEEDS_YES,
        )
    return asker.choose(question)
