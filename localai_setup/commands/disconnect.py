"""The settings that `connect` wrote, taken back."""

from __future__ import annotations

from ..machine.keeping import connections
from ..model.errors import Exit, LocalaiError, nearest
from ..ui import connecttext, console, conversation, jsonout
from ..ui.conversation import Asker, Terminal, Unattended
from . import _connecting
from ._options import Options

SCHEMA = "localai.disconnect/1"


def disconnect(options: Options, name: str, *, yes: bool) -> Exit:
    """Give a program's settings file back: as it was, or without our part where it was changed since; the
    exit code is 1 where something of ours remains in it.
    """
    known = connections.load()
    if name not in known and connections.may_be_damaged(name):
        raise _damaged(name)
    if name not in known:
        raise _not_connected(name, known)
    one = known[name]
    change = _connecting.disconnecting(one)
    way = _connecting.way(one, change)
    if not options.json:
        connecttext.taking_back(one.program, change, way)
        connecttext.remaining(_connecting.remains(one, change), change)
    asker: Asker = Terminal() if console.is_interactive() and not options.json else Unattended(yes)
    words = f"Take the settings of {name} back?"
    if not yes and asker.choose(conversation.yes_or_no(words, "", "--yes")) != "yes":
        console.say("Nothing was changed.")
        return Exit.OK
    lines = _connecting.disconnect(one, change)
    if options.json:
        document = connecttext.change_document(change, written=True)
        given_back = {"program": name, "way": way, "change": document, "remains": lines}
        jsonout.write({"schema": SCHEMA, **given_back})
    elif lines:
        connecttext.not_all_taken_back(one.program, change, one.kept)
    else:
        connecttext.taken_back(one.program, change)
    return Exit.PROBLEM if lines else Exit.OK


def _damaged(name: str) -> LocalaiError:
    which = ", ".join(connections.left_out()) or "everything"
    copies = f"; copies of the files of before are in {connections.copies()}"
    return LocalaiError(
        f"Nothing is known of what localai wrote for {name}.",
        f"The record of it is damaged ({which}): {connections.path()}. Nothing was changed.",
        "Take localai's lines out of the program's settings by hand"
        f"{copies if connections.all_copies() else ''}.",
    )


def _not_connected(name: str, known: dict[str, connections.Connected]) -> LocalaiError:
    near = nearest(name, known)
    listed = ", ".join(known) or "none"
    return LocalaiError(
        f"{name} was not connected by localai, so there is nothing to take back.",
        f"Programs whose settings localai wrote: {listed}.",
        f"Did you mean `localai disconnect {near}`?" if near else "",
        Exit.USAGE,
    )
