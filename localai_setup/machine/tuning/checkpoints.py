"""How far an interrupted training is, by what its programs left: the last checkpoint that is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..keeping import plain_files

FOLDER = "checkpoints"
#: of transformers a folder for each, whose last file this is; of MLX the file that names the last one
STATE, LAST = "trainer_state.json", "mlx-checkpoint/last.json"


def steps_done(run_folder: Path) -> int:
    """The steps that are not done again; 0 where none was kept."""
    folder = run_folder / FOLDER
    return max((*_of_transformers(folder), *_of_mlx(folder)), default=0)


def _of_transformers(folder: Path) -> Iterator[int]:
    for one in folder.glob("checkpoint-*"):
        number = one.name.rpartition("-")[2]
        if number.isdecimal() and _loaded(one / STATE) is not None:
            yield int(number)


def _of_mlx(folder: Path) -> Iterator[int]:
    found = _loaded(folder / LAST)
    step = found.get("step") if isinstance(found, dict) else None
    if isinstance(step, int):
        yield step


def _loaded(file: Path) -> object:
    """None where it is not there, or was not written to its end."""
    try:
        loaded: object = json.loads(plain_files.read_text(file))
    except (OSError, ValueError, RecursionError):
        return None
    return loaded
