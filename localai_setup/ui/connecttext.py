"""How other programs reach the server, in words."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..model.app import App, Connection
from ..probes.engines import Engine
from . import console

#: what is shown of a key: its beginning, if it is one of ours, and a few characters of its end
KEY_START, KEY_END_CHARS = "sk-local-", 4
_STOPPED = "The server is not running; start it with `localai up`."


def listing(
    connection: Connection,
    apps: Sequence[App],
    key_file: str,
    other: Engine | None = None,
    *,
    running: bool,
) -> None:
    """The address for any program, then the programs whose settings are known. `other` is a server on
    this computer that speaks an API of its own.
    """
    key = f"{masked(connection.api_key)}  (the whole of it in {key_file})"
    lines = (
        f"Address   {connection.address}  (OpenAI API, this computer only)",
        f"Model     {connection.model}, context {connection.context} tokens",
        f"API key   {key if connection.api_key else 'any word; none is asked for'}",
        "",
        "Settings to paste, with `localai connect APP`:",
        *(f"  {app.id:{_width(apps)}}  {app.title}" for app in apps),
        "",
        _own_api(connection, other),
    )
    _print("\n".join(lines))
    _warn(running)


def _own_api(connection: Connection, other: Engine | None) -> str:
    if connection.own_api:
        return f"Programs that speak {connection.own_api}'s own API use {connection.origin}."
    instead = (
        f" {other.name} at {other.address} answers them, with its own models." if other else ""
    )
    return f"Programs that speak only Ollama's own API cannot use this server.{instead}"


def masked(key: str | None) -> str:
    """Enough of a key to tell it from another one, too little to use it."""
    shown = len(KEY_START) + KEY_END_CHARS
    return (
        f"{key[: len(KEY_START)]}…{key[-KEY_END_CHARS:]}" if key and len(key) > 2 * shown else "…"
    )


def _width(apps: Sequence[App]) -> int:
    return max((len(app.id) for app in apps), default=0)


def app(one: App, *, running: bool) -> None:
    """Steps and notes go to stderr, what is to be pasted to stdout."""
    console.say(f"{one.title}\n")
    for number, step in enumerate(one.steps, 1):
        console.say(f"{number}. {step}")
    if one.file:
        console.say(f"   In {one.file}:")
    console.say("")
    _settings(one)
    if one.note:
        console.say(f"\nNote: {one.note}")
    console.say(f"\nFrom {one.source}, read on {one.checked}.")
    _warn(running)


def _settings(one: App) -> None:
    """For the shells of this system, where it is a shell that they are for."""
    if sys.platform != "win32" or not one.powershell:
        _print(one.settings.rstrip("\n"))
        return
    console.say("In PowerShell:")
    _print(one.powershell.rstrip("\n"))
    console.say("\nIn cmd:")
    _print(one.cmd.rstrip("\n"))


def _warn(running: bool) -> None:
    if not running:
        console.say(f"\n{_STOPPED}")


def _print(text: str) -> None:
    console.out().print(text, markup=False, soft_wrap=True)
