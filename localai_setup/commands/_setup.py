"""What was set up, for the commands that use it."""

from __future__ import annotations

from .. import executor
from ..machine.keeping import api_keys, connections, statefile
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.model_server import ServerPlace
from ..model.plan import Step
from ..model.server import HOST, Running, required
from ..model.setup import SetUp
from ..state import SERVES, saved_steps
from ..steps.fetch_model import FetchModel
from ..steps.start_server import StartServer
from ..steps.use_model import UseModel
from ..ui import console, progress


def saved() -> SetUp:
    """The saved set-up.

    Raises:
        LocalaiError: nothing was set up, or not to its end.

    """
    found = statefile.load()
    if found is not None and found.finished:
        return found
    what, hint = ("The set-up was not finished.", "`localai init` goes on where it stopped.")
    if found is None:
        what, hint = ("Nothing is set up here yet.", "Begin with `localai init`.")
    raise LocalaiError(what, "There is no model to talk to.", hint)


def is_set_up() -> bool:
    """Whether there is a set-up that was finished. Raises LocalaiError where a newer localai wrote it."""
    found = statefile.load()
    return found is not None and found.finished


def require_chat(setup: SetUp) -> None:
    """Raises LocalaiError where the model reads texts and answers none."""
    if setup.settings.embeddings:
        does = "puts texts in order" if setup.settings.reranks else "turns text into vectors"
        raise LocalaiError(
            f"{setup.model} {does}; it cannot chat.",
            hint="`localai init --for chat` sets up a model that can.",
        )


def server(setup: SetUp, bench: Workbench, listen: str | None = None) -> Running:
    """The live server, started where it was not, and then said so.

    `listen` is the address that it is to be reached at; None leaves a live one as it is.

    Raises:
        LocalaiError: the set-up is damaged, or the server does not start.

    """
    steps = [step for step in saved_steps(setup) if step.id != "check-answer"]
    if setup.place:
        return _model_server(setup.place, steps, bench, listen)
    start = next(step for step in steps if isinstance(step, StartServer))
    live = bench.servers.running()
    moves = live is not None and listen not in (None, live.listen)
    if moves or not start.done(bench):
        _require_done([step for step in steps if step is not start], bench)
        console.say("Starting the server…")
        known = api_keys.read()
        bench.servers.start(
            start.program, start.start, start.first_port, start.engine, listen or HOST
        )
        tell_of_new_key(known)
    running = alive(None, bench)
    if running.port != setup.port:
        console.say(f"Port {setup.port} is taken; it is at {running.address} this time.")
        _tell_of_connected(running.address)
    return running


def alive(place: ServerPlace | None, bench: Workbench) -> Running:
    """The server that was ready a moment ago.

    Raises:
        LocalaiError: it has stopped since; tells its log's last words.

    """
    running = bench.serving.running(place)
    return running or required(None, bench.serving.last_words(place))


def _tell_of_connected(address: str) -> None:
    """Programs that `connect` gave another address, which find nobody there."""
    names = [one.program for one in connections.load().values() if one.address != address]
    if names:
        console.say(
            f"These were connected and look for it where it was: {', '.join(names)}. "
            f"`localai connect {names[0]}` gives the new address."
        )


def _model_server(
    place: ServerPlace, steps: list[Step], bench: Workbench, listen: str | None
) -> Running:
    """The server that keeps its own models, with ours loaded as it was planned."""
    if listen not in (None, HOST):
        raise LocalaiError(
            "This server is not opened to a network by localai.",
            "It asks for no key: everybody who reaches it could use it, and remove its models.",
            "`localai init --engine llama.cpp` sets up one that asks for a key.",
        )
    if bench.serving.running(place) is None:
        if not place.is_ours:
            raise _gone(place)
        console.say("Starting the server…")
    _require_done([step for step in steps if step.id not in SERVES], bench)
    with progress.shown() as report:
        for step in steps:
            if step.id in SERVES:
                executor.run(step, bench, report)
    return alive(place, bench)


def _gone(place: ServerPlace) -> LocalaiError:
    return LocalaiError(
        f"Nobody answers at {place.host}:{place.port}.",
        f"The server that was there when this was set up{_was(place)} is not running; it is not localai's, "
        "which does not start it.",
        "`localai doctor` tells how to start it; `localai init --yes` sets up anew without it.",
    )


def _was(place: ServerPlace) -> str:
    return f" ({place.was})" if place.was else ""


def tell_of_new_key(known: str | None) -> None:
    """The set-ups of before asked for no key; whatever uses them has to send one now."""
    if known is None and api_keys.read():
        console.say(
            "From now on the server asks for an API key, so that no web page and no other user of this "
            "computer can use it. Programs that you connected before need the key: "
            "`localai connect PROGRAM` shows their settings again."
        )


def _require_done(steps: list[Step], bench: Workbench) -> None:
    missing = next((step for step in steps if not _is_done(step, bench)), None)
    if missing:
        raise LocalaiError(
            f"Something that was set up is gone: {missing.title}.",
            "The server cannot start without it.",
            "`localai init --yes` repairs it.",
        )


def _is_done(step: Step, bench: Workbench) -> bool:
    """A file that nobody knows any more, after an emptied cache for example, is hashed again."""
    if step.done(bench):
        return True
    if not isinstance(step, (FetchModel, UseModel)):
        return False
    with progress.shown() as report:
        return bench.downloads.check(step.file, report)
