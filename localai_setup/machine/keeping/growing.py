"""Folders that are there completely or not at all: made under another name, and marked last."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import patience

#: In the name of a folder that is being made.
GROWING = ".growing-"


@contextmanager
def made(folder: Path) -> Iterator[Path]:
    """An empty folder beside it, which gets its name at the end and is removed where the work fails.

    What a killed program may still be writing into an older one lands there and is taken away by
    `remove`.

    Raises:
        OSError: the disk is full, read-only or not ours.

    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    growing = Path(tempfile.mkdtemp(prefix=f"{folder.name}{GROWING}", dir=folder.parent))
    try:
        yield growing
        patience.replace(growing, folder)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise


def remove(folder: Path, marker: str) -> None:
    """Unmark first, so that an interrupted removal is never taken for a complete folder."""
    patience.unlink(folder / marker)
    if folder.exists():
        patience.remove_tree(folder)
    for unfinished in folder.parent.glob(f"{folder.name}{GROWING}*"):
        shutil.rmtree(unfinished, ignore_errors=True)
