"""From the set-up that works to another one: told, agreed to, carried out, and the way back kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import wayback
from ..machine.keeping import api_keys, statefile
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.plan import Step
from ..model.server import HOST
from ..model.setup import SetUp
from ..state import saved_steps
from ..ui import console, conversation, endtext, jsonout, upgradetext
from ..ui.conversation import Asker
from . import _kept, _reach, _replacing
from ._options import Options


@dataclass(frozen=True)
class Switch:
    """From the set-up that works to another one. `record` keeps both on the disk."""

    before: SetUp
    after: SetUp
    steps: tuple[Step, ...]
    record: Callable[[SetUp, SetUp], None]


@dataclass(frozen=True)
class Kind:
    """What a command's JSON is called, and its field that says whether it was done."""

    schema: str
    done: str


def back(current: SetUp) -> Switch:
    """To the set-up before.

    Raises:
        LocalaiError: none is kept.

    """
    previous = statefile.previous()
    if previous is None or not wayback.changes(current, previous):
        raise LocalaiError(
            "There is no set-up to go back to.",
            "One is kept when an upgrade, a switch, or `localai init` with another model takes the "
            "place of one that works.",
            "`localai status` tells what is kept.",
        )
    return Switch(current, previous, saved_steps(previous), _replacing.swap)


def tell(options: Options, switch: Switch, bench: Workbench, kind: Kind) -> None:
    """What changes, and what is downloaded for it."""
    found = document(switch, bench, kind)
    if options.json:
        jsonout.write({**found, kind.done: False})
        return
    console.show("\n".join(upgradetext.changes(found, switch.before)))


def agreed(asker: Asker) -> bool:
    """Whether it shall be done; where not, that is told.

    Raises:
        LocalaiError: nobody is there to answer.

    """
    question = conversation.yes_or_no("Shall I do this?", "Nothing was changed yet.", "--yes")
    if asker.choose(question) == "yes":
        return True
    console.say("Nothing was changed.")
    return False


def carry_out(
    switch: Switch, bench: Workbench, agrees: Callable[[SetUp], bool]
) -> tuple[SetUp, dict[str, Any] | None] | None:
    """The new set-up, proved and saved, and what is kept for the way back; None where `agrees` says no.

    Raises:
        LocalaiError: a step failed; the old one is served again.

    """
    with _reach.kept(switch.before.place, bench):
        setup = _replacing.carry_out(
            wayback.proved_anew(switch.steps, bench), switch.after, bench, switch.before, agrees
        )
        if setup is None:
            return None
        dropped = statefile.previous()
        _replacing.settle(switch.before, setup, bench, switch.record)
    _kept.remove_outdated(dropped, (setup, switch.before), bench)
    return setup, _kept.document(setup, bench)


def document(switch: Switch, bench: Workbench, kind: Kind) -> dict[str, Any]:
    """As far as it is known before anything is done."""
    changes = wayback.changes(switch.before, switch.after)
    missing = [one for one in switch.steps if hasattr(one, "downloads") and not one.done(bench)]
    found = [one for step in missing if not _is_here(step, bench) for one in step.downloads]
    downloads = found if changes else []
    return {
        "schema": kind.schema,
        "changes": [{"what": o.what, "from": o.before, "to": o.after} for o in changes],
        "downloads": downloads,
        "download_bytes": sum(one["bytes"] for one in downloads),
    }


def _is_here(step: Step, bench: Workbench) -> bool:
    """Whether another program keeps the file on this disk, so that it is only copied."""
    found_at = getattr(step, "found_at", None)
    return bool(found_at and found_at(bench))


def finish(
    options: Options,
    made: tuple[SetUp, dict[str, Any] | None],
    bench: Workbench,
    planned: dict[str, Any],
    kind: Kind,
) -> Exit:
    """The answer, the address, and what is kept for the way back. `planned` is as `document`."""
    setup, kept = made
    running = bench.serving.running(setup.place)
    address = running.address if running else ""
    if options.json:
        end = {kind.done: True, "answer": setup.answer, "address": address, "previous": kept}
        jsonout.write({**planned, **end})
        return Exit.OK
    listen = running.listen if running else HOST
    endtext.answer(setup, address, str(api_keys.path()), listen)
    if kept:
        console.say(f"\n{upgradetext.kept(kept)}")
    endtext.next_steps(setup)
    return Exit.OK
