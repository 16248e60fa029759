"""How the pool stands, and its end."""

from __future__ import annotations

from dataclasses import asdict, replace

from ..machine.keeping.locking import Lock
from ..machine.lending import pool
from ..machine.workbench import Workbench
from ..model.errors import Exit
from ..model.lending import SCHEMA, PoolState
from ..ui import console, conversation, jsonout, lendingtext
from . import _pool_setting_up
from ._options import Options
from .init import LOCK_SECONDS


def pool_state(options: Options) -> Exit:
    """Who lends now, and where the server answers."""
    return tell_state(options, pool.state(Workbench().processes))


def tell_state(options: Options, state: PoolState) -> Exit:
    """The shape `localai.pool-state/1`, or the same in words."""
    if options.json:
        jsonout.write({"schema": SCHEMA, **asdict(state)})
    else:
        lendingtext.show(state)
    return Exit.OK


def pool_down(options: Options, *, yes: bool) -> Exit:
    """End it, and remove what it brought to other machines; 1 where that was not possible on all."""
    bench, setup = Workbench(offline=options.offline), pool.saved()
    if setup is None:
        return tell_state(options, PoolState())
    names = ", ".join(one.member for one in setup.lenders)
    question = conversation.yes_or_no(
        f"End the pool, and remove what it brought to {names}?",
        "The engine and the model on this computer stay.",
        "--yes",
    )
    if conversation.asker_of(yes=yes).choose(question) != "yes":
        console.say("Nothing was changed.")
        return Exit.OK
    with Lock("init", LOCK_SECONDS, console.say):
        failed = _pool_setting_up.cleaned(setup, bench)
    state = pool.state(bench.processes)
    left = tuple(f"{one.what} ~/.localai-pool/{setup.id} stays there." for one in failed)
    tell_state(options, replace(state, left=left))
    return Exit.PROBLEM if failed else Exit.OK
