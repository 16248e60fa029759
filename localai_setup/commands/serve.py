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
from ._setup import require_chat, saved
from .init import LOCK_SECONDS
from .up import up


@dataclass(frozen=True)
class ServeRequest:
    """The flags. `users` None: as many as now; with nothing else what stands is told. `context` 0: the largest that fits, up to the one of
    now. `replicas` are so many servers behind a proxy. `listen` is the address that it is opened at once it stands.
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
    if request.users is None and request.replicas == 1:
        only_shown = request.listen == HOST or request.dry_run
        request = replace(request, replicas=for_many.replicas(setup), dry_run=only_shown)
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
            _exchanged(saved(), after, bench)
    return _end(options, request, planned, bench)


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
    """Where it is reached; opened to a network where exactly that was asked for."""
    if request.listen != HOST:
        up(replace(options, json=False), request.listen)
    running = bench.servers.running()
    address = running.address if running else ""
    if options.json:
        jsonout.write({"schema": SCHEMA, **asdict(replace(planned, done=True, address=address))})
    else:
        servetext.stands(planned, address, is_open=request.listen != HOST)
    return Exit.OK
