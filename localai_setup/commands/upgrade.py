"""The set-up that works on the newest pins that this version knows, and the way back from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import engines, for_many, planner, wayback
from ..machine.keeping.locking import Lock
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.plan import Choice, Step
from ..model.recipe import Recipes
from ..model.settings import OFF
from ..model.setup import SetUp
from ..state import INSTALLS, saved_steps
from ..ui import console
from ..ui.conversation import asker_of
from . import _engine, _lesson, _own_server, _replacing, _switching
from ._decide import Basis, decide
from ._options import Options
from ._origins import LiveOrigins
from ._recipes import load_recipes
from ._reference import reference
from ._request import Request
from ._setup import saved
from ._switching import Kind, Switch
from ._user_supplied import bring
from .init import LOCK_SECONDS

KIND = Kind("localai.upgrade/1", "upgraded")


@dataclass(frozen=True)
class UpgradeRequest:
    """The flags, as they were typed."""

    yes: bool = False
    dry_run: bool = False
    undo: bool = False


def upgrade(options: Options, request: UpgradeRequest) -> Exit:
    """Look, tell what changes, do it, prove it by an answer; `undo` goes back, and proves that."""
    bench = Workbench(offline=options.offline)
    if request.dry_run:
        switch = _switch(options, request, bench)
        _switching.tell(options, switch, bench, KIND)
        return Exit.OK
    saved()
    with Lock("init", LOCK_SECONDS, console.say):
        return _change(options, request, bench)


def _switch(options: Options, request: UpgradeRequest, bench: Workbench) -> Switch:
    return _switching.back(saved()) if request.undo else _newest(options, saved(), bench)


def _change(options: Options, request: UpgradeRequest, bench: Workbench) -> Exit:
    switch = _switch(options, request, bench)
    changes = wayback.changes(switch.before, switch.after)
    if not options.json or not changes:
        _switching.tell(options, switch, bench, KIND)
    if not changes or not _switching.agreed(asker_of(yes=request.yes)):
        return Exit.OK
    planned = _switching.document(switch, bench, KIND)
    made = _switching.carry_out(switch, bench, lambda new: _is_as_good(new, switch.before))
    if made is None:
        return _not_as_good(switch)
    return _switching.finish(options, made, bench, planned, KIND)


def _is_as_good(new: SetUp, before: SetUp) -> bool:
    """Whether it answers rightly, or the one before did not either."""
    return not new.shortfall or bool(before.shortfall)


def _not_as_good(switch: Switch) -> Exit:
    console.say(
        f"After the change {switch.after.model} answers, but no longer correctly, so nothing was changed."
    )
    return Exit.PROBLEM


def _newest(options: Options, current: SetUp, bench: Workbench) -> Switch:
    """To the newest engine and files; the use, the model, its quantization and its settings stay."""
    before, current = current, for_many.for_one(current)
    recipes, steps = load_recipes(), saved_steps(current)
    facts = options.facts()
    choice = decide(_basis(current, steps, recipes, facts, bench)).required().choice
    _check_licence(choice, current)
    is_placed_alike = _is_alike(choice.build, current)
    if is_placed_alike:
        choice = replace(choice, settings=current.settings)
    draft = replace(planner.draft(planner.plan(choice, bench), bench), port=current.port)
    if is_placed_alike:
        draft = replace(
            draft,
            predicted_total_mib=current.predicted_total_mib,
            predicted_tps=current.predicted_tps,
        )
    draft = _lesson.again(before, for_many.again(before, draft, bench), bench)
    return Switch(before, draft, saved_steps(draft), _replacing.remember)


def _basis(
    current: SetUp, steps: Sequence[Step], recipes: Recipes, facts: Facts, bench: Workbench
) -> Basis:
    """What `decide` needs to come to the same model again."""
    model = reference(current, steps, recipes)
    supplied = bring(recipes, model, offline=bench.offline)
    if supplied:
        recipes = replace(recipes, models={**recipes.models, supplied.model.id: supplied.model})
    is_installed = current.place is not None or any(step.id in INSTALLS for step in steps)
    files = [step.file for step in steps if step.id in ("fetch-model", "use-model")]  # type: ignore[attr-defined]
    request = Request(
        use=current.recipe,
        model=model,
        engine=current.engine,
        context=0 if current.settings.embeddings else current.settings.context,
        drafting=current.settings.drafting or OFF,
        build=_newest_build(current, recipes) if is_installed else "",
        quantization=files[0].quantization if files and not supplied else "",
    )
    server = None if is_installed else _engine.on_path(facts, recipes, current.engine)
    facts = _own_server.memory_freed(facts, current, bench)
    return Basis(facts, recipes, request, bench, LiveOrigins(bench.offline), supplied, server)


def _newest_build(current: SetUp, recipes: Recipes) -> str:
    """The build of the same kind; empty where there is none any more, so that another is chosen."""
    engine = recipes.engines.get(current.engine)
    ids = [one.id for one in engine.builds] if engine else []
    return next((one for one in ids if _is_alike(one, current)), "")


def _is_alike(build: str, current: SetUp) -> bool:
    """Whether it differs in its version alone from the build that is set up."""
    engine = current.engine
    return engines.kind_of(engine, build) == engines.kind_of(engine, current.build)


def _check_licence(choice: Choice, current: SetUp) -> None:
    """Raises LocalaiError where the newer file asks for a yes that was not given to the older one."""
    licence = choice.licence
    if licence.needs_acceptance and licence.id != current.licence.id:
        raise LocalaiError(
            f"{choice.model} is under another licence now: {licence.name or licence.id}.",
            f"It asks for a yes: {licence.url}",
            f"`localai init --model {choice.model} --accept-licence {licence.id}` gives it.",
            Exit.NEEDS_YES,
        )
