"""Start the server at login, if that is wanted; take it back; say how it is."""

from __future__ import annotations

from ..machine.running import login_start
from ..machine.workbench import Workbench
from ..model.at_login import AtLogin
from ..model.errors import Exit, LocalaiError
from ..ui import console, conversation, jsonout
from ._options import Options
from ._setup import saved

SCHEMA = "localai.service/1"


def on(options: Options, *, yes: bool) -> Exit:
    """Show what is written, ask, write it."""
    bench, setup = Workbench(), saved()
    if setup.place and not setup.place.is_ours:
        raise LocalaiError(
            "The server was there before localai, which does not start it.",
            f"{setup.model} is loaded there when it is asked.",
            "Its own installer decides whether it starts at login.",
        )
    if why := login_start.why_not(bench.processes):
        raise LocalaiError(
            "The server cannot be started at login here.", why, "`localai up` starts it by hand."
        )
    found = login_start.entry()
    login_start.require_own_place(found, bench.processes)
    _tell(found, is_json=options.json)
    question = conversation.yes_or_no(
        "Start the server at each login?", "Nothing was changed yet.", "--yes"
    )
    if conversation.asker_of(yes=yes).choose(question) != "yes":
        console.say("Nothing was changed.")
        return Exit.OK
    login_start.turn_on(found, bench.processes)
    console.say(
        "From the next login on the server starts by itself; `localai service off` ends that."
    )
    return status(options)


def _tell(found: AtLogin, *, is_json: bool) -> None:
    if is_json:
        return
    console.show_unwrapped(f"This is written to {found.file}:\n\n{found.text}")
    for command in found.turn_on:
        console.show_unwrapped(f"Then: {' '.join(command)}")
    console.say("It runs as you, and needs no administrator.")


def off(options: Options) -> Exit:
    """Take it back; nothing where it was not on. The server that runs now goes on."""
    bench, found = Workbench(), login_start.entry()
    was = login_start.is_written(found)
    login_start.turn_off(found, bench.processes)
    if options.json:
        return status(options)
    console.say(
        "The server is no longer started at login." if was else "It was not started at login."
    )
    return Exit.OK


def status(options: Options) -> Exit:
    """Whether it is on, where its file is, and why it cannot be where it cannot."""
    bench, found = Workbench(), login_start.entry()
    why = login_start.why_not(bench.processes)
    is_on = not why and login_start.is_on(found, bench.processes)
    if options.json:
        jsonout.write(
            {
                "schema": SCHEMA,
                "on": is_on,
                "kind": found.kind,
                "file": found.file if is_on else None,
                "why_not": why or None,
            }
        )
        return Exit.OK
    if is_on:
        console.show("The server is started at login.")
        console.say(f"{found.file} does it; `localai service off` takes it back.")
        return Exit.OK
    console.show("The server is not started at login.")
    console.say(why or "`localai service on` changes that.")
    return Exit.OK
