"""Whether the server runs, and where."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .. import engines, for_many
from ..machine.keeping import api_keys, statefile
from ..machine.lending import pool
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.server import HOST
from ..model.setup import SetUp
from ..ui import behaviourtext, console, jsonout, lendingtext, upgradetext
from . import _kept, _sampling
from ._options import Options
from ._setup import alive

#: Of a process that lives: while it loads a model it does not answer either.
SILENT = (
    "It may still load the model, or this computer is too busy; `localai logs` shows what it does. "
    "`localai down` and `localai up` start it afresh."
)


def status(options: Options) -> Exit:
    """Print the state of the server."""
    return show(options, Workbench())


def show(options: Options, bench: Workbench) -> Exit:
    """The shape `localai.status/1`, or the same in words."""
    setup = statefile.load()
    return _show(options, setup, status_document(setup, bench), bench)


def show_started(options: Options, bench: Workbench) -> Exit:
    """As `show`, of a server that was started or found a moment ago.

    Raises:
        LocalaiError: it has stopped since, or does not answer any more.

    """
    setup = statefile.load()
    document = status_document(setup, bench)
    if not document["running"]:
        place = setup.place if setup else None
        alive(place, bench)
        raise _silent(bench.serving.last_words(place))
    return _show(options, setup, document, bench)


def _silent(last_words: str) -> LocalaiError:
    return LocalaiError(
        f"The server was ready and does not answer any more{f': {last_words}' if last_words else '.'}",
        "Its process lives: it hangs, or this computer is too busy.",
        "`localai status` asks it again; `localai down` and `localai up` start it afresh.",
    )


def _show(
    options: Options, setup: SetUp | None, document: dict[str, Any], bench: Workbench
) -> Exit:
    if options.json:
        jsonout.write(document)
    elif document["running"]:
        _show_running(document, setup)
    elif setup and not setup.finished:
        console.show(f"The set-up of {setup.model} was not finished.")
        console.say("`localai init` goes on where it stopped.")
    elif document["model"] and document["pid"]:
        console.show(f"The server of {document['model']} does not answer (pid {document['pid']}).")
        console.say(SILENT)
    elif document["model"]:
        console.show(f"{document['model']} is set up; its server is not running.")
        console.say(_how_to_start(setup))
    else:
        console.show("Nothing is set up here yet.")
        console.say("Begin with `localai init`.")
    if options.json:
        return Exit.OK
    if document["previous"]:
        console.say(upgradetext.kept(document["previous"]))
    if document["pool"]:
        lendingtext.show(pool.state(bench.processes))
    return Exit.OK


def _show_running(document: dict[str, Any], setup: SetUp | None) -> None:
    """Where the server listens, what it serves, and who reaches it."""
    console.show(f"running at {document['address']}")
    pid = f", pid {document['pid']}" if document["pid"] else ""
    console.say(f"{document['model']}, {_context(document)}{pid}")
    if setup and setup.place:
        console.say(f"{engines.get(setup.engine).NAME} serves it as {setup.served_as}")
    for line in _how_it_writes(setup):
        console.say(line)
    if document["api_key"]:
        console.say(f"API key: in {api_keys.path()}, for you alone; `localai connect` uses it")
    if document["listen"] != HOST:
        console.say(f"open to the network at {document['listen']}; `localai up` closes it")
    console.say("Talk to it with `localai chat`.")


def _how_it_writes(setup: SetUp | None) -> list[str]:
    """Its sampling, and the file that guesses ahead; nothing of what only reads."""
    if setup is None or setup.settings.embeddings:
        return []
    found = []
    if setup.alone:
        people = f"{setup.users} {'people' if setup.users > 1 else 'person'}"
        found.append(f"set up for {people}: {_places(setup)}")
    found.append(f"sampling: {behaviourtext.holding(_sampling.of_setup(setup), '')}")
    if setup.drafter_path:
        found.append(f"drafting: {setup.drafter_path} guesses ahead")
    if setup.adapter:
        found.append(f"taught: {setup.adapter} (`localai tune off` answers as before)")
    return found


def _places(setup: SetUp) -> str:
    count, slots = for_many.replicas(setup), setup.settings.slots
    by = f", by {count} servers" if count > 1 else ""
    return f"{count * slots} at a time{by}"


def _how_to_start(setup: SetUp | None) -> str:
    if setup and setup.place and not setup.place.is_ours:
        was = f" ({setup.place.was})" if setup.place.was else ""
        return f"It was there before localai{was}, which does not start it; `localai doctor` tells how to."
    return "`localai chat` starts it and talks to it; `localai up` starts it."


def _context(document: dict[str, Any]) -> str:
    """How much one conversation holds, and how much of it the last one took."""
    size, used = document["context"], document["context_used"]
    if used is None:
        return f"context {size} (how much of it is used is not known)"
    if not used:
        return f"context {size}"
    return f"context {size} ({used} tokens used by the last answer and what came before it, {used / size:.0%})"


def _pool_document(bench: Workbench) -> dict[str, Any] | None:
    """As `localai pool --json` has it; null where none is set up."""
    found = pool.state(bench.processes)
    return asdict(found) if found.is_set_up else None


def status_document(setup: SetUp | None, bench: Workbench) -> dict[str, Any]:
    """What is not known is null."""
    place = setup.place if setup else None
    running = bench.serving.running(place)
    answers = running is not None and bench.serving.answers(place, running.port)
    key = running.api_key if running else None if place else api_keys.read()
    return {
        "schema": "localai.status/1",
        "running": answers,
        "address": running.address if running and answers else None,
        "api_key": key,
        "listen": running.listen if running and answers else None,
        "pid": (running.pid or None) if running else None,
        "engine": setup.engine if setup else None,
        "build": setup.build if setup else None,
        "model": setup.model if setup else None,
        "served_as": (setup.served_as or setup.model) if setup else None,
        "model_file": setup.model_path if setup else None,
        "drafting": (setup.settings.drafting or None) if setup else None,
        "drafter_file": (setup.drafter_path or None) if setup else None,
        "adapter": (setup.adapter or None) if setup else None,
        "users": setup.users if setup else None,
        "slots": setup.settings.slots if setup else None,
        "replicas": for_many.replicas(setup) if setup else None,
        "context": setup.settings.context_each if setup else None,
        "sampling": _sampling.document(_sampling.of_setup(setup)) if setup else None,
        "context_used": bench.serving.context_used(place) if answers else None,
        "previous": _kept.document(setup, bench),
        "pool": _pool_document(bench),
    }
