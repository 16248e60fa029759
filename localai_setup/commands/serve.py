"""One server that answers several people at once: planned, told, set up, and taken back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

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
from . import _lesson, _proxy, _replacing, _serving_plan, _switching
from ._options import Options
from ._recipes import load_recipes
from ._setup import require_chat, saved, server
from .init import LOCK_SECONDS
from .up import address_of, opened


@dataclass(frozen=True)
class ServeRequest:
    """The flags. `users` None: as many as now; with nothing else what stands is told. `context` 0: the
    largest that fits, up to the one of now. `replicas` are so many servers behind a proxy. `listen` is the
    address that it is opened at once it stands.
    """

    users: int | None = None
    context: int = 0
    replicas: int = 1
    listen: str = HOST
    yes: bool = False
    dry_run: bool = False


def serve(options: Options, request: ServeRequest) -> Exit:
    """Plan for so many, tell it, set it up after a yes, and prove it by an answer."""
    bench = Workbench(offline=options.offline)
    setup = _with_slots(saved())
    request = _stated(request, setup)
    users = request.users or setup.users
    planned, after = _planned(options, request, setup, users, bench)
    if request.dry_run:
        return _show(options, planned)
    if not options.json:
        servetext.show(planned)
    if _is_the_same(setup, after):
        console.say("That is how it stands already; nothing was changed.")
    elif not _switching.agreed(conversation.asker_of(yes=request.yes)):
        return Exit.OK
    else:
        with Lock("init", LOCK_SECONDS, console.say):
            _require_same(setup, saved())
            _exchanged(setup, after, bench)
    return _end(options, request, planned, bench)


def _stated(request: ServeRequest, setup: SetUp) -> ServeRequest:
    """With what is not named as it is now. Raises LocalaiError where the address is none of this computer."""
    request = replace(request, listen=address_of(request.listen))
    if request.users is not None or request.replicas > 1:
        return request
    only_shown = request.dry_run or (request.listen == HOST and not request.context)
    return replace(request, replicas=for_many.replicas(setup), dry_run=only_shown)


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
    options: Options, request: ServeRequest, setup: SetUp, users: int, bench: Workbench
) -> tuple[ServePlan, SetUp]:
    """The plan, and the set-up that it leads to."""
    if users == request.replicas == 1 and request.context:
        raise LocalaiError(
            "The context of one person is that of the set-up.",
            hint=f"`localai init --model {setup.model} --context {request.context}` sets it up with that.",
            exit_code=Exit.USAGE,
        )
    console.say("Looking at this machine…")
    recipes = load_recipes()
    one = _for_one(setup, bench)
    count = request.replicas
    ground = _serving_plan.ground(options, one, recipes, bench, count)
    settings = one.settings
    if users > 1 or count > 1:
        settings = _serving_plan.settings_for(ground, users, request.context)
    use = recipes.uses.get(setup.recipe)
    planned = _serving_plan.plan(ground, settings, users, use.min_tps if use else 0.0)
    if users == 1 and count == 1:
        return planned, one
    front, brings = _proxy.chosen(count, ground.facts, bench) if count > 1 else (None, ())
    many = Many(users, settings, planned.memory_mib, front, brings)
    planned = replace(planned, proxy=front.kind if front else "")
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


def _end(options: Options, request: ServeRequest, planned: ServePlan, bench: Workbench) -> Exit:
    """Where it is reached; opened to a network where exactly that was asked for. One that stood so already
    may not run, or may be open since before.
    """
    if request.listen != HOST:
        running = opened(saved(), bench, request.listen)
    else:
        running = server(saved(), bench)
    document = replace(planned, done=True, address=running.address)
    if options.json:
        jsonout.write({"schema": SCHEMA, **asdict(document)})
    else:
        servetext.stands(document, running.listen)
    return Exit.OK
