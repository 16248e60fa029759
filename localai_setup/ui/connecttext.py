"""How other programs reach the server, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.app import App, Connection
from . import console

_STOPPED = "The server is not running; start it with `localai up`."


def listing(connection: Connection, apps: Sequence[App], *, running: bool) -> None:
    """The address for any program, then the programs whose settings are known."""
    lines = (
        f"Address   {connection.address}  (OpenAI API, this computer only)",
        f"Model     {connection.model}, context {connection.context} tokens",
        f"API key   {connection.api_key or 'any word; none is asked for'}",
        "",
        "Settings to paste, with `localai connect APP`:",
        *(f"  {app.id:{_width(apps)}}  {app.title}" for app in apps),
        "",
        "Programs that speak only Ollama's own API cannot use this server.",
    )
    _print("\n".join(lines))
    _warn(running)


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
    _print(one.settings.rstrip("\n"))
    if one.note:
        console.say(f"\nNote: {one.note}")
    console.say(f"\nFrom {one.source}, read on {one.checked}.")
    _warn(running)


def _warn(running: bool) -> None:
    if not running:
        console.say(f"\n{_STOPPED}")


def _print(text: str) -> None:
    console.out().print(text, markup=False, soft_wrap=True)
