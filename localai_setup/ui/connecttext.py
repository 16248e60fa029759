"""How other programs reach the server, in words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict

from ..model.app import App, Connection
from ..model.server import HOST
from ..probes.engines import Engine
from . import console

#: what is shown of a key: its beginning, if it is one of ours, and a few characters of its end
KEY_START, KEY_END_CHARS = "sk-local-", 4


class Change(Protocol):
    """A change to a settings file: what it holds now and is to hold (None: it is not there)."""

    @property
    def file(self) -> Path: ...
    @property
    def then(self) -> bytes | None: ...
    @property
    def is_needed(self) -> bool: ...
    @property
    def narrows(self) -> bool: ...
    @property
    def diff(self) -> str: ...


class Proof(TypedDict):
    """Whether a program answered (None: it cannot be asked here), and its words or the reason."""

    answered: bool | None
    text: str


_STOPPED = "The server is not running; start it with `localai up`."


@dataclass(frozen=True)
class Groups:
    """Programs in the order to list them; ids of those `here` on this computer and those `connected`."""

    apps: tuple[App, ...]
    here: frozenset[str]
    connected: frozenset[str]

    @property
    def lines(self) -> list[str]:
        """Those that are here first."""
        first = [self._line(app) for app in self.apps if app.id in self.here]
        rest = [self._line(app) for app in self.apps if app.id not in self.here]
        head = ["On this computer:", *first, "", "Others:"] if first else []
        return [*head, *rest]

    def _line(self, app: App) -> str:
        width = max(len(one.id) for one in self.apps)
        mark = "  (connected)" if app.id in self.connected else ""
        return f"  {app.id:{width}}  {app.title}{mark}"


def listing(
    connection: Connection,
    groups: Groups,
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
        f"Address   {connection.address}  (OpenAI API, {reach(connection.listen)})",
        f"Model     {connection.model}, context {connection.context} tokens",
        f"API key   {key if connection.api_key else 'any word; none is asked for'}",
        "",
        "`localai connect PROGRAM` shows a program's settings, and writes them after a yes.",
        "",
        *groups.lines,
        "",
        _own_api(connection, other),
    )
    _print("\n".join(lines))
    _warn(running)


def reach(listen: str) -> str:
    """Who reaches a server that listens there."""
    return "this computer only" if listen == HOST else f"open to the network at {listen}"


def left_out(programs: Sequence[str], record: Path) -> None:
    """Which programs are missing in the list, as their part of the record is damaged."""
    if programs:
        names = ", ".join(programs)
        console.say(f"warning: the record of what was written for {names} is damaged: {record}")


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


def app(one: App, connection: Connection, *, change: Change | None, running: bool) -> None:
    """Steps and notes go to stderr, what is to be pasted to stdout; a change to a file as its diff."""
    console.say(f"{one.title}\n")
    for number, step in enumerate(one.steps, 1):
        console.say(f"{number}. {step}")
    for need in needs(one, connection):
        console.say(f"\n{need}", style="yellow")
    if one.note:
        console.say(f"\nNote: {one.note}")
    console.say(f"\nFrom {one.source}, read on {one.checked}.")
    place = change.file if change else one.file
    console.say(f"\nIn {place}:" if place else "")
    if not (change and console.is_interactive()):
        _settings(one)
    if change:
        _change(one, change)
    _warn(running)


def needs(one: App, connection: Connection) -> list[str]:
    """What the program needs and the model here has not, before anybody is disappointed."""
    found: list[str] = []
    if one.needs is None:
        return found
    if connection.context < one.needs.context:
        found.append(
            f"{one.id} sends long instructions with every question and needs a context of about "
            f"{one.needs.context} tokens; your {connection.context} is tight. "
            f"`localai init --context {one.needs.context}` sets up more, where the memory allows it."
        )
    if one.needs.tools and connection.tools is False:
        found.append(
            f"{one.id} works by calling tools, and {connection.model} was not made for that. "
            "`localai init --for coding` sets up a model that was."
        )
    return found


def _change(one: App, change: Change) -> None:
    if not change.is_needed:
        console.say(f"\n{change.file} holds this already.")
        return
    console.say("\nThe change to the file:")
    console.say_unwrapped(change.diff)
    if change.narrows:
        console.say(
            f"\nOther users of this computer can read {change.file}. As it is to hold the API key, it will "
            f"be readable by you alone; `localai disconnect {one.id}` undoes that too."
        )
    if not console.is_interactive():
        console.say(f"\n`localai connect {one.id} --yes` writes it; a copy of the file is kept.")


def written(one: App, change: Change) -> None:
    console.say(
        f"Written: {change.file}\nStart {one.id} anew. `localai disconnect {one.id}` takes it back."
    )


def proof(one: App, result: Proof) -> None:
    if result["answered"]:
        console.say(f"\n✓ {one.id} asked, and this came back:")
        _print(result["text"])
    else:
        console.say(f"\nNot proved: {result['text']}")


def change_document(change: Change, *, written: bool) -> dict[str, object]:
    return {"file": str(change.file), "diff": change.diff, "written": written}


_WAYS = {
    "as-before": "Nobody changed it since, so it is given back as it was, to the byte.",
    "our-part": "It was changed since: only what localai wrote is taken out, each of its entries whole; what you changed elsewhere stays.",
    "gone": "It is not there any more, so nothing has to be taken back.",
}


def taking_back(program: str, change: Change, way: str) -> None:
    """What `disconnect` is about to do."""
    console.say(f"The settings of {program} are in {change.file}. {_WAYS[way]}")
    if change.is_needed and change.then is None:
        console.say("It was not there before and is removed.")
    elif change.is_needed:
        console.say_unwrapped(change.diff)
    elif way == "our-part":
        console.say("Nothing in it is as localai wrote it, so it is left as it is.")


def remaining(lines: Sequence[int], change: Change) -> None:
    """What has to be removed by hand; nothing is said where there is nothing."""
    if lines:
        numbers = ", ".join(map(str, lines))
        console.say(
            f"localai's address or key stays in {change.file}, in line {numbers}, as the part "
            "around it was changed. Remove it there if you do not need it.",
            style="yellow",
        )


def not_all_taken_back(program: str, change: Change, copy: str) -> None:
    kept = f"The copy of the file from before is kept in {copy}. " if copy else ""
    console.say(
        f"{change.file} still holds localai's address or key. {kept}"
        f"Once that is removed, `localai disconnect {program}` ends this."
    )


def taken_back(program: str, change: Change) -> None:
    console.say(f"{program} is not connected any more; {change.file} is without localai.")


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
