"""Another set-up in the place of the one that works, which stays until the other one has answered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable

from .. import executor, wayback
from ..machine.keeping import statefile
from ..machine.running import held_memory
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.plan import Step
from ..model.setup import SetUp
from ..state import SERVES, saved_steps
from ..ui import console, conversation, progress
from ..ui.conversation import Asker


def carry_out(
    steps: Iterable[Step],
    draft: SetUp,
    bench: Workbench,
    working: SetUp | None,
    agrees: Callable[[SetUp], bool],
) -> SetUp | None:
    """The new set-up once it has answered; saving it is the caller's. None where `agrees` says no.

    However it fails, also by Ctrl-C, the server of what works is started again, where it was stopped.

    Raises:
        LocalaiError: a step failed.

    """
    old = working.place if working else None
    running = bench.serving.running(old)
    if working and running and _needs_its_memory(draft, working):
        console.say(f"There is no memory for both, so the server of {working.model} ends first.")
        bench.serving.stop(old, working.served_as)

    def save(setup: SetUp) -> None:
        if working is None:
            statefile.save(setup)

    try:
        with progress.shown() as report:
            setup = executor.execute(steps, draft, bench, save, report)
    except BaseException:
        stop_new(draft, bench, working)
        if working and (_shares_a_place(draft, working) or bench.serving.running(old) != running):
            serve_again(working, bench)
        raise
    if working and not agrees(setup):
        stop_new(setup, bench, working)
        serve_again(working, bench)
        return None
    return setup


def proved(before: SetUp, after: SetUp, bench: Workbench) -> SetUp:
    """The same model set up otherwise, saved once it has answered again.

    Raises:
        LocalaiError: it does not answer; the one before is served again.

    """
    steps = wayback.proved_anew(saved_steps(after), bench)
    setup = carry_out(steps, after, bench, before, lambda _: True)
    assert setup, "whatever it answers is agreed to"
    statefile.save(setup)
    return setup


def _shares_a_place(draft: SetUp, working: SetUp) -> bool:
    """Whether a server that keeps its own models serves both: it runs on, with what the draft made of them."""
    return bool(working.place) and draft.place == working.place


def _needs_its_memory(draft: SetUp, working: SetUp) -> bool:
    """Whether the new model fits only once the old one is gone. A server that holds one model gives way
    to the next by itself; two models on cards may be too much for them, and nobody knows before.
    """
    if draft.place == working.place:
        return False
    if draft.settings.gpu_layers and working.settings.gpu_layers:
        return True
    return (draft.predicted_total_mib or 0.0) > held_memory.available_mib()


def settle(
    before: SetUp, after: SetUp, bench: Workbench, record: Callable[[SetUp, SetUp], None]
) -> None:
    """Save both by `record`, and stop the server of before. Where that cannot be saved (a full disk) what
    is saved is served again.

    Raises:
        OSError: it cannot be saved.

    """
    try:
        record(before, after)
    except BaseException:
        stop_new(after, bench, before)
        serve_again(before, bench)
        raise
    stop_old(after, bench, before)
    tell_of_one(before, after)


def tell_of_one(before: SetUp | None, after: SetUp) -> None:
    """What was set up for several people is replaced by what answers one at a time."""
    if before and before.users > 1 and not after.alone:
        console.say(
            f"{before.model} was set up for {before.users} people; {after.model} answers one at a time. "
            f"`localai serve --users {before.users}` plans it for as many."
        )


def may_replace(new: SetUp, working: SetUp, asker: Asker, *, yes: bool) -> bool:
    """A model whose answer is not the right one takes the place of one that works only with a yes."""
    if not new.shortfall or yes:
        return True
    why = f"{new.model} answers, but not correctly: {new.shortfall}."
    question = conversation.yes_or_no(
        f"Use it instead of {working.model}, which works?", why, "--yes", "no"
    )
    return asker.choose(question) == "yes"


def stop_old(new: SetUp, bench: Workbench, working: SetUp | None) -> None:
    """The server of before is stopped, where the new set-up is served by another one."""
    if working and working.place != new.place:
        bench.serving.stop(working.place, working.served_as)


def stop_new(new: SetUp, bench: Workbench, working: SetUp | None) -> None:
    """The server of what failed is stopped, where another one serves what works."""
    if working and working.place != new.place:
        bench.serving.stop(new.place, new.served_as)


def serve_again(saved: SetUp, bench: Workbench) -> None:
    """The new model did not prove itself: the one before is served, as programs expect.

    Also where the terminal was closed, and nobody can be told.
    """
    with contextlib.suppress(OSError):
        console.say(
            f"{saved.model}, which was set up before, is kept; its server is started again."
        )
    try:
        for step in saved_steps(saved):
            if step.id in SERVES:
                executor.run(step, bench, lambda _: None)
    except LocalaiError as error:
        console.say(str(error))


def remember(before: SetUp, after: SetUp) -> None:
    """First the way back, then the switch: killed between the two, the way back leads nowhere new."""
    statefile.keep_previous(before)
    statefile.save(after)


def swap(before: SetUp, after: SetUp) -> None:
    """As `remember`, for the way back itself: `after` is what was kept until now."""
    statefile.save(after)
    statefile.keep_previous(before)
