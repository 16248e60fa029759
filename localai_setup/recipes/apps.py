"""The programs that `localai connect` knows, and their settings filled in. One YAML file is one program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources

from ..model.app import App, ClientProof, Connection
from .schema import build
from .strict_yaml import parse

#: Programs insist on a key; a server that asks for none ignores what they send.
NO_KEY = "none-needed"


@cache
def apps() -> dict[str, App]:
    """Every program by id, in the order of their ids."""
    folder = resources.files("localai_setup") / "data" / "apps"
    texts = (file.read_text(encoding="utf-8") for file in folder.iterdir())
    found = (build(App, parse(text)) for text in texts)
    return {app.id: app for app in sorted(found, key=lambda one: one.id)}


def filled(app: App, connection: Connection) -> App:
    """The program with this server's values in its steps, settings and note."""
    values = _values(connection)
    steps = tuple(_fill(step, values) for step in app.steps)
    settings = _fill(app.settings, values)
    return replace(
        app,
        steps=steps,
        proof=app.proof and _proof(app.proof, {**values, "settings": settings}),
        settings=_fill(app.settings, values),
        powershell=_fill(app.powershell, values),
        cmd=_fill(app.cmd, values),
        note=_fill(app.note, values),
    )


def _proof(proof: ClientProof, values: Mapping[str, str]) -> ClientProof:
    run, windows = (
        tuple(_fill(one, values) for one in line) for line in (proof.run, proof.windows)
    )
    variables = tuple(_fill(one, values) for one in proof.variables)
    script = _fill(proof.script, values)
    return replace(proof, run=run, windows=windows, variables=variables, script=script)


def _values(connection: Connection) -> Mapping[str, str]:
    return {
        "address": connection.address,
        "origin": connection.origin,
        "host_port": connection.origin.partition("://")[2],
        "api_key": connection.api_key or NO_KEY,
        "model": connection.model,
        "context": str(connection.context),
        "input": str(connection.context - connection.output),
        "tools": "false" if connection.tools is False else "true",
        "output": str(connection.output),
    }


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text
