"""set-up and settings → the set-up whose server answers several people at once, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .model.decoding import DecodeError
from .model.errors import LocalaiError
from .model.plan import Step
from .model.settings import Front, ServerSettings
from .model.setup import SetUp
from .model.workbench import Workbench
from .renewed import renewed
from .server_start import start_of
from .state import (
    BRINGS_DRAFTER,
    NewerStateError,
    from_document,
    saved_steps,
    step_document,
    to_document,
)
from .steps.check_answer import CheckAnswer
from .steps.install_library import InstallLibrary
from .steps.start_server import StartServer


@dataclass(frozen=True)
class Many:
    """So many people, the settings of a server for them and MiB that it all needs. With a `front` it is
    several servers; `brings` are the steps that bring its proxy.
    """

    users: int
    settings: ServerSettings
    total_mib: float
    front: Front | None = None
    brings: tuple[Step, ...] = ()


def for_many(setup: SetUp, many: Many, machine: Workbench) -> SetUp:
    """The set-up for one, as it serves many. Nobody guesses ahead any more: that is for one answer at a
    time.
    """
    plain = renewed(setup, machine)
    start = start_of(plain)
    assert start, "only a server of ours serves many"
    settings = replace(
        start.start.without_drafting(), server=many.settings, metrics=True, front=many.front
    )
    differs = f"{many.users} {many.settings} {many.front}"
    steps = (*many.brings, *_steps(plain, replace(start, start=settings), differs))
    return replace(
        plain,
        users=many.users,
        settings=many.settings,
        predicted_total_mib=many.total_mib,
        drafter_path="",
        drafter_sha256="",
        steps=tuple(map(step_document, steps)),
        alone=to_document(setup),
    )


def again(before: SetUp, draft: SetUp, machine: Workbench) -> SetUp:
    """The draft for as many people as before, each with the same context."""
    if not before.alone:
        return draft
    proxy = front(before)
    brings = tuple(one for one in saved_steps(before) if _brings_proxy(one, proxy))
    held = before.settings
    settings = replace(
        draft.settings.without_drafting(),
        context=held.context,
        slots=held.slots,
        threads=held.threads,
        kv_unified=False,
    )
    total = before.predicted_total_mib or draft.predicted_total_mib or 0.0
    return for_many(draft, Many(before.users, settings, total, proxy, brings), machine)


def _brings_proxy(step: Step, proxy: Front | None) -> bool:
    return isinstance(step, InstallLibrary) and proxy is not None and step.library == proxy.kind


def _steps(setup: SetUp, start: StartServer, differs: str) -> Iterator[Step]:
    for step in saved_steps(setup):
        if isinstance(step, StartServer):
            yield start
        elif isinstance(step, CheckAnswer):
            yield step.for_other(differs)
        elif step.id not in BRINGS_DRAFTER:
            yield step


def front(setup: SetUp) -> Front | None:
    """What stands in front of its servers; None where it is one."""
    start = start_of(setup)
    return start.start.front if start else None


def replicas(setup: SetUp) -> int:
    """How many servers answer."""
    found = front(setup)
    return found.replicas if found else 1


def for_one(setup: SetUp) -> SetUp:
    """The set-up as it was for one; the same where it is for one.

    Raises:
        LocalaiError: nobody can read how it was.

    """
    if not setup.alone:
        return setup
    try:
        return replace(from_document(setup.alone), port=setup.port)
    except (DecodeError, NewerStateError) as error:
        raise LocalaiError(
            f"How {setup.model} was set up for one person cannot be read ({error}).",
            "Another version of localai may have saved it, or an editor changed it.",
            f"`localai init --model {setup.model}` sets it up for one again.",
        ) from None
