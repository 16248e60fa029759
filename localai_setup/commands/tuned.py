"""The adapters that are here: listed, put to use, no longer used, removed."""

from __future__ import annotations

from dataclasses import asdict

from ..machine.keeping import locking, patience, statefile
from ..machine.keeping.locking import Lock
from ..machine.tuning import adapters
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.tuning import Adapter
from ..ui import console, conversation, jsonout, tunetext
from . import _lesson
from ._options import Options
from ._setup import saved
from .init import LOCK_SECONDS

SCHEMA = "localai.adapters/1"


def listing(options: Options) -> Exit:
    """Every adapter, its scores, and which one is used; and the trainings that were interrupted."""
    found = list(adapters.all_())
    interrupted = {
        name: begun.data if begun else "" for name, begun in adapters.interrupted().items()
    }
    setup = statefile.peek()
    used = setup.adapter if setup else ""
    if options.json:
        listed = [{**asdict(one), "used": one.name == used} for one in found]
        begun = [{"name": name, "examples": data} for name, data in interrupted.items()]
        jsonout.write({"schema": SCHEMA, "adapters": listed, "interrupted": begun})
    else:
        if interrupted:
            show = tunetext.at_work if locking.is_held("init") else tunetext.interrupted
            show(interrupted)
        if found or not interrupted:
            tunetext.adapters(found, used)
    return Exit.OK


def use(options: Options, name: str) -> Exit:
    """Serve the model with this adapter, proved by an answer.

    Raises:
        LocalaiError: it is unknown, damaged, or belongs to another model's file.

    """
    adapter = adapters.required(name)
    with Lock("init", LOCK_SECONDS, console.say):
        setup = saved()
        require_usable(adapter, setup.model_sha256, setup.model)
        _lesson.use(setup, _lesson.lesson(adapter), Workbench(offline=options.offline))
    console.say(f"{setup.model} answers as {name} taught it. `localai tune off` takes it back.")
    if adapter.lost:
        console.say(f"By it {tunetext.losses(adapter)}.")
    return listing(options) if options.json else Exit.OK


def off(options: Options) -> Exit:
    """Serve the model without any adapter; the files stay."""
    with Lock("init", LOCK_SECONDS, console.say):
        setup = saved()
        if setup.adapter:
            _lesson.stop_using(setup, Workbench(offline=options.offline))
    console.say(f"{setup.model} answers as it did before it was taught.")
    return listing(options) if options.json else Exit.OK


def remove(options: Options, name: str, *, yes: bool) -> Exit:
    """No longer use it, and delete its files; the model stays as it was.

    Raises:
        LocalaiError: there is none of this name, or nobody is there to say yes.

    """
    adapters.require_here(name)
    with Lock("init", LOCK_SECONDS, console.say):
        setup, previous = statefile.peek(), statefile.previous()
        leads_back = bool(previous and previous.adapter == name)
        question = _question(name, leads_back=leads_back)
        if not yes and conversation.asker_of(yes=False).choose(question) != "yes":
            console.say("Nothing was removed.")
            return Exit.OK
        if setup and setup.adapter == name:
            _lesson.stop_using(setup, Workbench(offline=options.offline))
        if leads_back:
            patience.unlink(statefile.previous_path())
        adapters.remove(name)
    console.say(f"{name} was removed; the model's own file is as it was.")
    return listing(options) if options.json else Exit.OK


def _question(name: str, *, leads_back: bool) -> conversation.Question:
    lost = "It comes back only by another training."
    if leads_back:
        lost += (
            " The way back to the set-up before (`localai switch --back`) would be gone as well."
        )
    return conversation.yes_or_no(f"Remove {name}?", lost, "--yes", "no")


def require_usable(adapter: Adapter, model_sha256: str, model: str) -> None:
    """Raises LocalaiError where the adapter is damaged, or belongs to another model than this one."""
    if adapter.base_sha256 != model_sha256:
        raise LocalaiError(
            f"{adapter.name} belongs to {adapter.base_model}, and {model} is set up.",
            "An adapter fits the very file that it was trained with.",
            f"`localai switch {adapter.base_model}`, then the same command again.",
        )
    why = adapters.trouble(adapter.name)
    if why:
        raise LocalaiError(
            f"The file of {adapter.name} cannot be used: {why}.",
            "The model answers without it as before.",
            f"`localai tune remove {adapter.name}`, and teach it again from your examples.",
        )
