"""One server that answers several people at once: planned, told, set up, and taken back."""

from __future__ import annotations

from dataclasses import asdict, replace

from .. import for_many, taught
from ..for_many import Many
from ..machine.keeping.locking import Lock
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.server import HOST
from ..model.serving import SCHEMA, ServePlan
from ..model.setup import SetUp
from ..state import saved_steps
from ..steps.install_library import InstallLibrary
from ..ui import console, conversation, jsonout, servetext
from . import _lesson, _proxy, _reach, _replacing, _serving_plan, _switching
from ._options import Options
from ._recipes import load_recipes
from ._serve_request import ServeRequest, Stated, stated
from ._setup import require_chat, saved
from .init import LOCK_SECONDS
from .up import opened


def serve(options: Options, request: ServeRequest) -> Exit:
    """Plan for so many, tell it, set it up after a yes, and prove it by an answer."""
    bench = Workbench(offline=options.offline)
    setup = _with_slots(saved())
    running = bench.servers.running()
    asked = stated(request, setup, running.listen if running else HOST)
    planned, after = _planned(options, asked, setup, bench)
    if request.dry_run or request.names_nothing:
        return _show(options, planned)
    if not options.json:
        servetext.show(planned)
    is_set_up = _is_the_same(setup, after)
    if is_set_up and asked.listen == asked.was_at:
        console.say("That is how it stands already; nothing was changed.")
    elif not _switching.agreed(conversation.asker_of(yes=request.yes)):
        return Exit.OK
    if not is_set_up:
        with Lock("init", LOCK_SECONDS, console.say):
            _require_same(setup, saved())
            with _reach.restored(setup.place, bench):
                _exchanged(setup, after, bench)
    return _end(options, asked.listen, planned, bench)


def _require_same(planned_for: SetUp, now: SetUp) -> None:
    """Raises LocalaiError where another command changed the set-up since the plan was made, which would undo
    that.
    """
    if planned_for != now:
        raise LocalaiError(
            "What is set up was changed by another command since this was planned.",
            "The plan was for what was set up before. Nothing was changed by this command.",
            "The same command again plans for what is set up now.",
        )


def _exchanged(before: SetUp, after: SetUp, bench: Workbench) -> None:
    """Set up and proved; a proxy that is needed no more is removed again."""
    made = _replacing.proved(before, after, bench)
    kept = saved_steps(made)
    for step in saved_steps(before):
        if isinstance(step, InstallLibrary) and step not in kept:
            step.undo(bench)


def _with_slots(setup: SetUp) -> SetUp:
    """Raises LocalaiError where its server is none of ours, or nobody can talk to the model."""
    require_chat(setup)
    if setup.place:
        raise LocalaiError(
            f"{setup.model} is served by Ollama, whose slots localai does not plan.",
            "OLLAMA_NUM_PARALLEL says there how many are answered at once; it asks for no keys.",
            "`localai switch --engine llama.cpp`, then the same command again.",
        )
    return setup


def _planned(
    options: Options, asked: Stated, setup: SetUp, bench: Workbench
) -> tuple[ServePlan, SetUp]:
    """The plan, and the set-up that it leads to."""
    if asked.users == asked.replicas == 1 and asked.context:
        raise LocalaiError(
            "The context of one person is that of the set-up.",
            hint=f"`localai init --model {setup.model} --context {asked.context}` sets it up with that.",
            exit_code=Exit.USAGE,
        )
    console.say("Looking at this machine…")
    recipes = load_recipes()
    one = _for_one(setup, bench)
    ground = _serving_plan.ground(options, one, recipes, bench, asked.replicas)
    settings = one.settings
    if asked.users > 1 or asked.replicas > 1:
        settings = _serving_plan.settings_for(ground, asked.users, asked.context)
    use = recipes.uses.get(setup.recipe)
    planned = _serving_plan.plan(ground, settings, asked.users, use.min_tps if use else 0.0)
    if asked.is_for_one:
        stands_alone = _proxy.without_limits() if asked.listen == HOST else _proxy.notes(None, one)
        return replace(planned, notes=(*planned.notes, *stands_alone, *asked.notes)), one
    front, brings = _proxy.before(asked, one, ground.facts, bench)
    many = Many(asked.users, settings, planned.memory_mib, front, brings)
    notes = (*planned.notes, *_proxy.notes(front, one), *asked.notes)
    planned = replace(planned, proxy=front.kind if front else "", notes=notes)
    return planned, for_many.for_many(one, many, bench)


def _is_the_same(now: SetUp, after: SetUp) -> bool:
    found = [(one.settings, one.users, for_many.front(one)) for one in (now, after)]
    return found[0] == found[1]


def _for_one(setup: SetUp, bench: Workbench) -> SetUp:
    """As it was for one person, with what it was taught since."""
    one = for_many.for_one(setup)
    if one.adapter == setup.adapter:
        return one
    return _lesson.again(setup, taught.without_lesson(one), bench)


def _show(options: Options, planned: ServePlan) -> Exit:
    if options.json:
        jsonout.write({"schema": SCHEMA, **asdict(planned)})
    else:
        servetext.show(planned)
    return Exit.OK


def _end(options: Options, listen: str, planned: ServePlan, bench: Workbench) -> Exit:
    """Where it is reached; one that stood so already may not run."""
    running = opened(saved(), bench, listen)
    document = replace(planned, done=True, address=running.address)
    if options.json:
        jsonout.write({"schema": SCHEMA, **asdict(document)})
    else:
        servetext.stands(document, running.listen)
    return Exit.OK
