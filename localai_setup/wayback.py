"""set-up and set-up → what differs between them, and what lies on the disk for one of them alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath

from .model.plan import Step
from .model.setup import SetUp
from .model.workbench import Workbench
from .state import INSTALLS, saved_steps
from .steps.check_answer import CheckAnswer

#: the steps that bring files into folders of ours: a file or a folder each
BRINGS = INSTALLS | {"fetch-model", "fetch-projector", "install-library"}


@dataclass(frozen=True)
class Change:
    """One difference, in words for people: what it is of, and its two values."""

    what: str
    before: str
    after: str


def changes(before: SetUp, after: SetUp) -> tuple[Change, ...]:
    """What differs in engine, files and behaviour. Settings of memory, the port and proofs do not count."""
    return tuple(
        Change(what, was, is_)
        for what, was, is_ in zip(_NAMES, _values(before), _values(after), strict=True)
        if was != is_
    )


_NAMES = (
    "model",
    "engine",
    "program that starts the engine",
    "model file",
    "projector",
    "sampling",
    "thinking",
    "taught",
)


def _values(setup: SetUp) -> tuple[str, ...]:
    program = PurePath(setup.program[-1]).name if setup.program else "none"
    weights = f"{PurePath(setup.model_path).name} ({setup.model_sha256[:12]})"
    return (
        setup.model,
        setup.build,
        program,
        weights,
        _projector(setup.steps),
        _stated(asdict(setup.sampling) if setup.sampling else {}),
        _stated(asdict(setup.thinking) if setup.thinking else {}),
        setup.adapter or "nothing",
    )


def _projector(steps: Iterable[Mapping[str, object]]) -> str:
    files = (step.get("file") for step in steps if step.get("id") == "fetch-projector")
    found = next((one for one in files if isinstance(one, Mapping)), None)
    return f"{found.get('file')} ({str(found.get('sha256'))[:12]})" if found else "none"


def _stated(value: Mapping[str, object]) -> str:
    """`temperature 0.7, top_k 20`, without where that is written. Numbers are alike however they were
    saved.
    """
    stated = {name: one for name, one in value.items() if name not in ("source", "date")}
    words = (
        f"{name} {_value(one)}" for name, one in sorted(stated.items()) if one not in (None, "")
    )
    return ", ".join(words) or "not stated"


def _value(value: object) -> str:
    """A saved set-up has lists where a new one has tuples."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return " ".join(map(_value, value))
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def installed(setup: SetUp, machine: Workbench) -> dict[str, Step]:
    """Each file or folder of ours that the set-up uses, and the step that brings it.

    Raises:
        LocalaiError: as `saved_steps`.

    """
    return {
        path: step
        for step in saved_steps(setup)
        if step.id in BRINGS
        for path in step.writes(machine)
    }


def kept_for(setup: SetUp, current: SetUp, machine: Workbench) -> dict[str, Step]:
    """What is on the disk for this set-up and not for the current one. Raises as `installed`."""
    used = installed(current, machine)
    return {path: step for path, step in installed(setup, machine).items() if path not in used}


def outdated(dropped: SetUp, kept: Iterable[SetUp], machine: Workbench) -> dict[str, Step]:
    """Of a set-up that nothing leads back to: its engine, and its files of the same model.

    Another model stays: it was chosen by a person, and fetching it again may take hours. Raises as
    `installed`.
    """
    kept = tuple(kept)
    used = {path for one in kept for path in installed(one, machine)}
    same_model = any(one.model == dropped.model for one in kept)
    return {
        path: step
        for path, step in installed(dropped, machine).items()
        if path not in used and (step.id in INSTALLS or same_model)
    }


def proved_anew(steps: Iterable[Step], machine: Workbench) -> Iterator[Step]:
    """The steps, the proof among them undone when its turn comes: an old answer proves nothing new."""
    for step in steps:
        if step.id == CheckAnswer.id:
            step.undo(machine)
        yield step
