"""The set-up that works on the newest pins that this version knows, and the way back from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .. import planner, survey, wayback
from ..machine.keeping import api_keys, statefile
from ..machine.keeping.locking import Lock
from ..machine.workbench import Workbench
from ..model.engine import kind_of
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.plan import Choice, Step
from ..model.recipe import Recipes
from ..model.settings import OFF
from ..model.setup import SetUp
from ..probes.gpus import Gpus
from ..probes.memory import Memory
from ..state import INSTALLS, saved_steps
from ..steps.use_model import UseModel
from ..ui import console, conversation, jsonout, plantext, upgradetext
from ..ui.conversation import Asker, Terminal, Unattended
from . import _engine, _kept, _replacing
from ._decide import Basis, decide
from ._options import Options
from ._origins import LiveOrigins
from ._recipes import load_recipes
from ._request import Request
from ._setup import saved
from ._user_supplied import bring
from .init import LOCK_SECONDS


@dataclass(frozen=True)
class UpgradeRequest:
    """The flags, as they were typed."""

    yes: bool = False
    dry_run: bool = False
    undo: bool = False


@dataclass(frozen=True)
class _Switch:
    """From the set-up that works to another one. `record` keeps both on the disk."""

    before: SetUp
    after: SetUp
    steps: tuple[Step, ...]
    record: Callable[[SetUp, SetUp], None]


def upgrade(options: Options, request: UpgradeRequest) -> Exit:
    """Look, tell what changes, do it, prove it by an answer; `undo` goes back, and proves that."""
    bench = Workbench(offline=options.offline)
    if request.dry_run:
        switch = _switch(options, request, bench)
        _tell(options, switch, bench)
        return Exit.OK
    saved()
    with Lock("init", LOCK_SECONDS, console.say):
        return _change(options, request, bench)


def _switch(options: Options, request: UpgradeRequest, bench: Workbench) -> _Switch:
    return _back(saved()) if request.undo else _newest(options, saved(), bench)


def _change(options: Options, request: UpgradeRequest, bench: Workbench) -> Exit:
    switch = _switch(options, request, bench)
    changes = wayback.changes(switch.before, switch.after)
    if not options.json or not changes:
        _tell(options, switch, bench)
    if not changes:
        return Exit.OK
    asker: Asker = (
        Terminal() if console.is_interactive() and not request.yes else Unattended(request.yes)
    )
    question = conversation.yes_or_no("Shall I do this?", "Nothing was changed yet.", "--yes")
    if asker.choose(question) != "yes":
        console.say("Nothing was changed.")
        return Exit.OK
    document = _document(switch, bench)
    setup = _replacing.carry_out(
        wayback.proved_anew(switch.steps, bench),
        switch.after,
        bench,
        switch.before,
        lambda new: _is_as_good(new, switch.before),
    )
    if setup is None:
        return _not_as_good(switch)
    dropped = statefile.previous()
    _replacing.settle(switch.before, setup, bench, switch.record)
    _kept.remove_outdated(dropped, (setup, switch.before), bench)
    return _finish(options, setup, bench, document)


def _is_as_good(new: SetUp, before: SetUp) -> bool:
    """Whether it answers rightly, or the one before did not either."""
    return not new.shortfall or bool(before.shortfall)


def _not_as_good(switch: _Switch) -> Exit:
    console.say(
        f"After the change {switch.after.model} answers, but no longer correctly, so nothing was changed."
    )
    return Exit.PROBLEM


def _back(current: SetUp) -> _Switch:
    """To the set-up before. Raises LocalaiError where none is kept."""
    previous = statefile.previous()
    if previous is None or not wayback.changes(current, previous):
        raise LocalaiError(
            "There is no set-up to go back to.",
            "One is kept when an upgrade, or `localai init` with another model, takes the place of one that works.",
            "`localai status` tells what is kept.",
        )
    return _Switch(current, previous, saved_steps(previous), _replacing.swap)


def _newest(options: Options, current: SetUp, bench: Workbench) -> _Switch:
    """To the newest engine and files; the use, the model, its quantization and its settings stay."""
    recipes, steps = load_recipes(), saved_steps(current)
    facts = survey.facts(survey.read(options.respondent(wake=True)))
    choice = decide(_basis(current, steps, recipes, facts, bench)).required().choice
    _check_licence(choice, current)
    is_placed_alike = kind_of(choice.build) == kind_of(current.build)
    if is_placed_alike:
        choice = replace(choice, settings=current.settings)
    draft = replace(planner.draft(planner.plan(choice, bench), bench), port=current.port)
    if is_placed_alike:
        draft = replace(
            draft,
            predicted_total_mib=current.predicted_total_mib,
            predicted_tps=current.predicted_tps,
        )
    return _Switch(current, draft, saved_steps(draft), _replacing.remember)


def _basis(
    current: SetUp, steps: Sequence[Step], recipes: Recipes, facts: Facts, bench: Workbench
) -> Basis:
    """What `decide` needs to come to the same model again."""
    model = _reference(current, steps, recipes)
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
    facts = _without_own_server(facts, current, bench)
    return Basis(facts, recipes, request, bench, LiveOrigins(bench.offline), supplied, server)


def _reference(current: SetUp, steps: Sequence[Step], recipes: Recipes) -> str:
    """The model as `--model` takes it. Raises LocalaiError where this version does not know it."""
    own = next((step for step in steps if isinstance(step, UseModel)), None)
    if own:
        return own.file.here
    if current.recipe not in recipes.uses or not (
        current.model in recipes.models or "/" in current.model
    ):
        raise LocalaiError(
            f"This version of localai has no recipe for {current.model} ({current.recipe}) any more.",
            "It goes on working as it is.",
            "`localai init` chooses another model.",
        )
    return current.model


def _newest_build(current: SetUp, recipes: Recipes) -> str:
    """The build of the same kind; empty where there is none any more, so that another is chosen."""
    engine = recipes.engines.get(current.engine)
    ids = [one.id for one in engine.builds] if engine else []
    return next((one for one in ids if kind_of(one) == kind_of(current.build)), "")


def _without_own_server(facts: Facts, current: SetUp, bench: Workbench) -> Facts:
    """The facts as if our server held no memory: the new one takes its place."""
    held = current.predicted_total_mib or 0.0
    if not bench.serving.running(current.place):
        return facts
    memory, gpus = facts.get(Memory) or Memory(), (facts.get(Gpus) or Gpus()).gpus
    freed = replace(memory, available_mib=memory.available_mib and memory.available_mib + held)
    cards = tuple(
        replace(one, used_mib=one.used_mib and max(0.0, one.used_mib - held)) for one in gpus
    )
    return Facts({**facts.by_type, Memory: freed, Gpus: Gpus(cards)})


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


def _tell(options: Options, switch: _Switch, bench: Workbench) -> None:
    """What changes, and what is downloaded for it."""
    if options.json:
        jsonout.write({**_document(switch, bench), "upgraded": False})
        return
    document = _document(switch, bench)
    console.show("\n".join(upgradetext.changes(document, switch.before)))


def _document(switch: _Switch, bench: Workbench) -> dict[str, Any]:
    """`localai.upgrade/1`, as far as it is known before anything is done."""
    changes = wayback.changes(switch.before, switch.after)
    missing = [one for one in switch.steps if hasattr(one, "downloads") and not one.done(bench)]
    found = [one for step in missing if not _is_here(step, bench) for one in step.downloads]
    downloads = found if changes else []
    return {
        "schema": "localai.upgrade/1",
        "changes": [{"what": o.what, "from": o.before, "to": o.after} for o in changes],
        "downloads": downloads,
        "download_bytes": sum(one["bytes"] for one in downloads),
    }


def _is_here(step: Step, bench: Workbench) -> bool:
    """Whether another program keeps the file on this disk, so that it is only copied."""
    found_at = getattr(step, "found_at", None)
    return bool(found_at and found_at(bench))


def _finish(options: Options, setup: SetUp, bench: Workbench, document: dict[str, Any]) -> Exit:
    running = bench.serving.running(setup.place)
    address = running.address if running else ""
    kept = _kept.document(setup, bench)
    if options.json:
        end = {"upgraded": True, "answer": setup.answer, "address": address, "previous": kept}
        jsonout.write({**document, **end})
        return Exit.OK
    plantext.answer(setup, address, str(api_keys.path()))
    if kept:
        console.say(f"\n{upgradetext.kept(kept)}")
    return Exit.OK
