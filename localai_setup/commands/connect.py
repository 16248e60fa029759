"""Settings for programs that speak the OpenAI API."""

from __future__ import annotations

from .. import engines, survey
from ..machine.asking.live import LiveMachine
from ..machine.keeping import api_keys
from ..machine.workbench import Workbench
from ..model.app import App, Connection
from ..model.errors import Exit, LocalaiError, nearest
from ..model.server import HOST, Running
from ..model.setup import SetUp
from ..probes.engines import Engine, Engines
from ..recipes.apps import apps, filled
from ..ui import connecttext, jsonout
from ._options import Options
from ._setup import saved

SCHEMA = "localai.connect/1"


def connect(options: Options, name: str | None) -> Exit:
    """The address and the programs that can use it, or the settings of one. Changes nothing."""
    setup, bench = saved(), Workbench()
    running = bench.serving.running(setup.place)
    connection = _connection(setup, running)
    serves = (connection.embeddings, connection.reranks)
    known = {app.id: app for app in apps().values() if (app.embeddings, app.reranks) == serves}
    chosen = [_named(name, known)] if name else list(known.values())
    ready = [filled(app, connection) for app in chosen]
    if options.json:
        document = {"schema": SCHEMA, "running": running is not None, "address": connection.address}
        document |= {"model": connection.model, "api_key": connection.api_key, "apps": ready}
        jsonout.write(document)
    elif name:
        connecttext.app(ready[0], running=running is not None)
    else:
        connecttext.listing(
            connection, ready, str(api_keys.path()), _other_server(), running=running is not None
        )
    return Exit.OK


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
        settings.context,
        key,
        settings.embeddings and not settings.reranks,
        settings.reranks,
        engines.get(setup.engine).NAME if setup.place else "",
    )


def _named(name: str, known: dict[str, App]) -> App:
    if name in known:
        return known[name]
    near = nearest(name, known)
    raise LocalaiError(
        f"localai has no settings for {name}.",
        "Any program that speaks the OpenAI API can use the server all the same.",
        f"Did you mean `localai connect {near}`?"
        if near
        else "`localai connect` shows the address and the programs it knows.",
        Exit.USAGE,
    )
