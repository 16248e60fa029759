"""What is kept for the way back to the set-up before: told with its size, removed when it is outdated."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..machine.fetching import disk
from ..machine.keeping import statefile
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.setup import SetUp
from ..model.sizes import size_words
from ..ui import console


def document(current: SetUp | None, bench: Workbench) -> dict[str, Any] | None:
    """The set-up before and the bytes on the disk that it alone uses; null where none is kept."""
    previous = statefile.previous()
    if current is None or previous is None:
        return None
    from .. import (
        wayback,
    )  # brings in the steps: most have nothing kept, and `status` is asked often

    if not wayback.changes(current, previous):
        return None
    try:
        paths = wayback.kept_for(previous, current, bench)
    except LocalaiError:  # another version saved it
        return None
    size = sum(disk.bytes_of(Path(path)) for path in paths)
    return {
        "model": previous.model,
        "engine": previous.engine,
        "build": previous.build,
        "bytes": size,
    }


def remove_outdated(dropped: SetUp | None, kept: Iterable[SetUp], bench: Workbench) -> None:
    """Remove what nothing leads back to any more. What cannot be removed is told, and stays."""
    if dropped is None:
        return
    from .. import wayback

    try:
        for path, step in wayback.outdated(dropped, kept, bench).items():
            size = disk.bytes_of(Path(path))
            step.undo(bench)
            console.say(f"Removed {path} ({size_words(size)}), which the set-up before used.")
    except (LocalaiError, OSError) as error:
        console.say(f"An older file could not be removed: {error}")
