"""Settings for programs that speak the OpenAI API, printed or written into their files."""

from __future__ import annotations

from dataclasses import dataclass

from .. import engines, survey
from ..machine.asking.live import LiveMachine
from ..machine.keeping import api_keys, connections, program_files
from ..machine.workbench import Workbench
from ..model.app import App, Connection
from ..model.errors import Exit, LocalaiError, nearest
from ..model.server import HOST, Running
from ..model.setup import SetUp
from ..probes.engines import Engine, Engines
from ..recipes.apps import apps, filled
from ..ui import connecttext, console, conversation, jsonout
from . import _client_proof, _connecting
from ._connecting import Change
from ._options import Options
from ._recipes import load_recipes
from ._setup import saved, server

SCHEMA = "localai.connect/1"


@dataclass(frozen=True)
class ConnectRequest:
    """`yes` writes without asking, `prove` lets the program send a request afterwards."""

    yes: bool = False
    prove: bool = False


def connect(options: Options, name: str | None, request: ConnectRequest) -> Exit:
    """The address and the programs that can use it, or the settings of one."""
    setup, bench = saved(), Workbench()
    running = server(setup, bench) if request.prove else bench.serving.running(setup.place)
    connection = _connection(setup, running)
    known = {app.id: app for app in apps().values() if _suits(app, connection)}
    if name is None:
        return _list(options, connection, known, running=running is not None)
    app = filled(_named(name, known, connection), connection)
    change = _connecting.connecting(app)
    if not options.json:
        connecttext.app(app, connection, change=change, running=running is not None)
    written = change is not None and _written(app, change, connection, options, request)
    proof = _client_proof.prove(app, bench, written=written) if request.prove else None
    if options.json:
        document = _document(connection, [app], running=running is not None)
        document["change"] = change and connecttext.change_document(change, written=written)
        document["proof"] = proof
        jsonout.write(document)
    elif proof:
        connecttext.proof(app, proof)
    return Exit.OK


def _list(
    options: Options, connection: Connection, known: dict[str, App], *, running: bool
) -> Exit:
    ready = [filled(app, connection) for app in known.values()]
    here = {app.id for app in ready if program_files.is_here(app)}
    joined = set(connections.load())
    connecttext.left_out(connections.left_out(), connections.path())
    ready.sort(key=lambda app: app.id not in here)
    if options.json:
        document = _document(connection, ready, running=running)
        document |= {"found": sorted(here), "connected": sorted(joined)}
        jsonout.write(document)
        return Exit.OK
    groups = connecttext.Groups(tuple(ready), frozenset(here), frozenset(joined))
    key_file = str(api_keys.path())
    connecttext.listing(connection, groups, key_file, _other_server(), running=running)
    return Exit.OK


def _document(connection: Connection, ready: list[App], *, running: bool) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "running": running,
        "address": connection.address,
        "model": connection.model,
        "api_key": connection.api_key,
        "apps": ready,
    }


def _written(
    app: App, change: Change, connection: Connection, options: Options, request: ConnectRequest
) -> bool:
    """Whether the change was made; what was connected before and is unchanged counts as made."""
    if not change.is_needed:
        _connecting.connect(app, change, connection)
        return True
    if not request.yes and not _agreed(app, options):
        return False
    _connecting.connect(app, change, connection)
    if not options.json:
        connecttext.written(app, change)
    return True


def _agreed(app: App, options: Options) -> bool:
    if options.json or not console.is_interactive():
        return False
    question = conversation.yes_or_no(
        f"Write this for {app.id}?",
        f"A copy of the file is kept; `localai disconnect {app.id}` gives it back.",
        "--yes",
    )
    return conversation.Terminal().choose(question) == "yes"


def _other_server() -> Engine | None:
    """A server of another program that answers here, by an API of its own."""
    asked = survey.probes_of([Engines])
    found = survey.facts(survey.read(LiveMachine(), asked), asked).get(Engines) or Engines()
    return next((one for one in found.engines if one.address), None)


def _connection(setup: SetUp, running: Running | None) -> Connection:
    settings = setup.settings
    address = running.address if running else f"http://{HOST}:{setup.port}/v1"
    key = running.api_key if running else None if setup.place else api_keys.read()
    return Connection(
        address,
        setup.served_as or setup.model,
        settings.context_each,
        key,
        settings.embeddings and not settings.reranks,
        settings.reranks,
        engines.get(setup.engine).NAME if setup.place else "",
        _calls_tools(setup),
        running.listen if running else HOST,
    )


def _calls_tools(setup: SetUp) -> bool | None:
    """As the model's recipe says; nobody knows of a user-supplied one."""
    recipe = load_recipes().models.get(setup.model)
    return "tools" in recipe.abilities if recipe else None


def _suits(app: App, connection: Connection) -> bool:
    if (app.embeddings, app.reranks) != (connection.embeddings, connection.reranks):
        return False
    return app.speaks != "ollama" or bool(connection.own_api)


def _named(name: str, known: dict[str, App], connection: Connection) -> App:
    if name in known:
        return known[name]
    if name in apps():
        raise _unsuited(apps()[name], connection)
    near = nearest(name, known)
    raise LocalaiError(
        f"localai has no settings for {name}.",
        "Any program that speaks the OpenAI API can use the server all the same.",
        f"Did you mean `localai connect {near}`?"
        if near
        else "`localai connect` shows the address and the programs it knows.",
        Exit.USAGE,
    )


def _unsuited(app: App, connection: Connection) -> LocalaiError:
    if app.speaks == "ollama":
        return LocalaiError(
            f"{app.id} speaks Ollama's own API, which this server has not.",
            hint="`localai init --engine ollama` sets up a server that has it.",
            exit_code=Exit.USAGE,
        )
    use = "embeddings" if app.embeddings else "rerank" if app.reranks else "chat"
    return LocalaiError(
        f"{connection.model} cannot serve {app.id}: it was made for something else.",
        hint=f"`localai init --for {use}` sets up a model that can.",
        exit_code=Exit.USAGE,
    )
