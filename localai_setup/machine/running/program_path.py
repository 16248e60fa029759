"""Which program a name stands for: one of the folders on PATH, never what lies in the current folder."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from .responding import responds

#: Endings of programs where Windows names none.
SUFFIXES = ".COM;.EXE;.BAT;.CMD"


def find(name: str) -> str | None:
    """The program's full path, None where there is none; folders that do not respond are passed over.

    Windows looks into the current folder first, and so does `shutil.which` there before Python 3.12:
    a `nvidia-smi.exe` in a folder of downloads would be run.
    """
    folders = [folder for folder in os.get_exec_path() if responds(folder)]
    if sys.platform != "win32":
        return shutil.which(name, path=os.pathsep.join(folders))
    suffixes = os.environ.get("PATHEXT", SUFFIXES).split(os.pathsep)
    return first_in(folders, name, suffixes)


def first_in(folders: Iterable[str], name: str, suffixes: Sequence[str]) -> str | None:
    """The first file of this name, with an ending or without; folders that are relative are none."""
    absolute = (folder for folder in folders if os.path.isabs(folder))
    files = (os.path.join(folder, name + end) for folder in absolute for end in (*suffixes, ""))
    return next((file for file in files if os.path.isfile(file)), None)


def typed(name: str, started_as: str) -> str:
    """How the program that runs is typed here: `name` where PATH leads to it, else its path, from the
    current folder where it lies below. `started_as` is how it was started; of another file than one of
    this name (`python -m`) nothing is known, and `name` has to do.
    """
    started = Path(started_as)
    found = find(name)
    if started.stem != name or (found and _is_same(Path(found), started)):
        return name
    absolute = started.absolute()
    try:
        below = absolute.relative_to(Path.cwd())
    except (ValueError, OSError):
        return str(absolute)
    # a name without a folder is looked for on PATH, where this one is not
    return str(below) if len(below.parts) > 1 else os.path.join(os.curdir, below)


def _is_same(one: Path, other: Path) -> bool:
    """Windows' own starter leaves out the ending."""
    return one.with_suffix("").resolve() == other.with_suffix("").resolve()
