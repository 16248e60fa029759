"""set-up and settings → the set-up whose server answers several people at once, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from .model.decoding import DecodeError
from .model.plan import Step
from .model.settings import ServerSettings
from .model.setup import SetUp
from .model.workbench import Workbench
from .renewed import renewed
from .state import BRINGS_DRAFTER, from_document, saved_steps, step_document, to_document
from .steps.check_answer import CheckAnswer
from .steps.start_server import StartServer


def for_many(
    setup: SetUp, users: int, settings: ServerSettings, total_mib: float, machine: Workbench
) -> SetUp:
    """The set-up for one, with these settings; `total_mib` is the memory that they need.

    Nobody guesses ahead any more: that is for one answer at a time.
    """
    plain = renewed(setup, machine)
    start = next(one for one in saved_steps(plain) if isinstance(one, StartServer))
    many = replace(start.start.without_drafting(), server=settings, metrics=True)
    steps = _steps(plain, replace(start, start=many), f"{users} {settings}")
    return replace(
        plain,
        users=users,
        settings=settings,
        predicted_total_mib=total_mib,
        drafter_path="",
        drafter_sha256="",
        steps=tuple(map(step_document, steps)),
        alone=to_document(setup),
    )


def again(before: SetUp, draft: SetUp, machine: Workbench) -> SetUp:
    """The draft for as many people as before, each with the same context."""
    if before.users == 1:
        return draft
    held = before.settings
    settings = replace(
        draft.settings.without_drafting(), context=held.context, slots=held.slots, kv_unified=False
    )
    total = before.predicted_total_mib or draft.predicted_total_mib or 0.0
    return for_many(draft, before.users, settings, total, machine)


def _steps(setup: SetUp, start: StartServer, differs: str) -> Iterator[Step]:
    for step in saved_steps(setup):
        if isinstance(step, StartServer):
            yield start
        elif isinstance(step, CheckAnswer):
            yield replace(step, key=sha256(f"{step.key} {differs}".encode()).hexdigest())
        elif step.id not in BRINGS_DRAFTER:
            yield step


def for_one(setup: SetUp) -> SetUp:
    """The set-up as it was for one; the same where it is for one, or nobody can read how it was."""
    if not setup.alone:
        return setup
    try:
        return replace(from_document(setup.alone), port=setup.port)
    except DecodeError:
        return setup
